import type { IntrabarRule } from "./rules.js";

// When an order was born relative to the bar that is being matched.

/** Before it: the whole bar is certain to come after. */
export const WHOLE_BAR = 0;
/** Somewhere inside, nobody knows where: only the close is certain to come after. */
export const INSIDE = 1;
/** Inside, while the price was falling through `birthPrice`: the low is certain to come after. */
export const FALLING = 2;
/** Inside, while the price was rising through `birthPrice`: the high is certain to come after. */
export const RISING = 3;
/** At its close: only a market order still takes that. */
export const AT_CLOSE = 4;
/** Triggered in it: what is left waits for the next. */
export const TRIGGERED_HERE = -1;

/** The price an order waits for was not met, */
export const MISSED = 0;
/** was met for certain, */
export const MET = 1;
/** or could have been met or not: the policy decides. */
export const UNCERTAIN = 2;

/**
 * Whether a price that has to be reached from above (`down`) or from below was met in what is left of a bar for an
 * order born as `birth` says, at `birthPrice` where that is known, else NaN. With `strict` the bar must have gone through
 * the price, not only touched it.
 */
export function wasMet(
  price: number,
  down: boolean,
  strict: boolean,
  birth: number,
  birthPrice: number,
  high: number,
  low: number,
  close: number,
): number {
  if (birth === WHOLE_BAR) return reached(price, down, strict, down ? low : high) ? MET : MISSED;
  if (birth === AT_CLOSE) return MISSED;
  // A price that lies behind the one at birth, or behind the whole bar, is met the moment the order is there.
  if (down ? price >= birthPrice : price <= birthPrice) return MET;
  if (birth === INSIDE && (down ? price >= high : price <= low)) return MET;
  if (reached(price, down, strict, close)) return MET;
  const extreme = down ? low : high;
  if (!reached(price, down, strict, extreme)) return MISSED;
  const certain = down ? birth === FALLING : birth === RISING;
  return certain ? MET : UNCERTAIN;
}

/** Whether a price that has to be reached from above (`down`) or from below is met by another one. */
export function reached(price: number, down: boolean, strict: boolean, by: number): boolean {
  if (down) return strict ? by < price : by <= price;
  return strict ? by > price : by >= price;
}

/** What the policy makes of an uncertain meeting: pessimists have met their stops and missed their targets. */
export function decide(rule: IntrabarRule, isStop: boolean): boolean {
  return rule === "optimistic" ? !isStop : isStop;
}

/**
 * The path open, nearer extreme, other extreme, close (at equal distance the low first), asked for the first point at
 * which it reaches a price. A point is a number from 0 (open) to 3 (close); Infinity for never.
 */
export class BarPath {
  private readonly points = new Float64Array(4);

  set(open: number, high: number, low: number, close: number): void {
    const highFirst = high - open < open - low;
    this.points[0] = open;
    this.points[1] = highFirst ? high : low;
    this.points[2] = highFirst ? low : high;
    this.points[3] = close;
  }

  /** The price at a point. */
  at(point: number): number {
    const leg = Math.min(2, Math.floor(point));
    return this.points[leg] + (this.points[leg + 1] - this.points[leg]) * (point - leg);
  }

  /** The highest or lowest price from a point on. */
  extreme(highest: boolean, from: number): number {
    let extreme = this.at(from);
    for (let leg = Math.floor(from) + 1; leg < 4; leg++) {
      const price = this.points[leg];
      if (highest ? price > extreme : price < extreme) extreme = price;
    }
    return extreme;
  }

  /**
   * The first point from `from` on at which the price is at or beyond `price` in the direction asked. Who finds it there
   * takes it; `strict` is about those who wait.
   */
  reach(price: number, down: boolean, strict: boolean, from: number): number {
    let point = from;
    let here = this.at(from);
    if (reached(price, down, false, here)) return from;
    for (let leg = Math.min(2, Math.floor(from)); leg < 3; leg++) {
      const next = this.points[leg + 1];
      if (reached(price, down, strict, next)) {
        const span = next - here;
        return span === 0 ? point : point + ((price - here) / span) * (leg + 1 - point);
      }
      point = leg + 1;
      here = next;
    }
    return Infinity;
  }
}
