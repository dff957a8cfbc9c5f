import type { BarRun } from "./bar-run.js";
import { isAwake, type Run, type SimOrder } from "./model.js";
import { extremeFrom, firstReach, pathOf } from "./path.js";
import type { StoryBar } from "./story.js";

// The table "Orders on bars" of docs/matching.md, one function a way in which an order is met.

/** How a bar meets an order. */
export interface Meeting {
  /** Before slippage. */
  readonly price: number;
  /** Whether it fills as a market order, on which slippage comes on top. */
  readonly slips: boolean;
  /** A stop-limit or limit-if-touched whose limit does not allow the price: it only triggers. */
  readonly onlyTriggers: boolean;
  /** Where on the bar's path; 0 for the other policies. */
  readonly position: number;
  /** Whether an extreme of the bar has met it, and not the close alone. */
  readonly byExtreme: boolean;
  /** Whether the market was past its price as it came to life. */
  readonly isAtBirth?: boolean;
}

const STOPS = ["stop", "stop-limit", "trailing-stop", "trailing-stop-limit"];
const TOUCHES = ["market-if-touched", "limit-if-touched"];

export function isStop({ type, triggered }: SimOrder): boolean {
  return STOPS.includes(type) && !triggered;
}

export function isTouch({ type, triggered }: SimOrder): boolean {
  return TOUCHES.includes(type) && !triggered;
}

/** Whether it takes what the market gives: a market order, or what has become one. */
export function isAtMarket({ type, triggered, limit }: SimOrder): boolean {
  return type === "market" || (triggered && limit === undefined);
}

export function isTrailing({ type }: SimOrder): boolean {
  return type === "trailing-stop" || type === "trailing-stop-limit";
}

/** Whether what it does not fill at once is cancelled. */
export function isImmediate({ tif }: SimOrder): boolean {
  return tif === "IOC" || tif === "FOK";
}

export function isOnClose({ type }: SimOrder): boolean {
  return type === "market-on-close" || type === "limit-on-close";
}

export function isOnOpen({ type, tif }: SimOrder): boolean {
  return type === "market-on-open" || type === "limit-on-open" || tif === "OPG";
}

/** The limit that holds once it is met. "Met, its limit lies `limitOffset` beyond the stop." */
function limitOf(order: SimOrder): number | undefined {
  if (order.type !== "trailing-stop-limit") return order.limit;
  return (order.stop as number) + (order.buy ? order.limitOffset : -order.limitOffset);
}

/** Whether a price is no worse for an order than another. */
export function noWorse(order: SimOrder, price: number, than: number): boolean {
  return order.buy ? price <= than : price >= than;
}

/** "stop: at the open if open >= stop", "limit: at the open if open <= limit", and so on. */
export function meetingAtOpen(order: SimOrder, open: number): Meeting | undefined {
  const at = (slips: boolean, onlyTriggers = false): Meeting => ({
    price: open,
    slips,
    onlyTriggers,
    position: 0,
    byExtreme: true,
  });
  const limit = limitOf(order);
  if (isStop(order) || isTouch(order)) {
    const stop = order.stop as number;
    const met = isStop(order) ? noWorse(order, stop, open) : noWorse(order, open, stop);
    if (!met) return undefined;
    return limit === undefined ? at(true) : at(false, !noWorse(order, open, limit));
  }
  if (limit === undefined) return at(true);
  return noWorse(order, open, limit) ? at(false) : undefined;
}

/** "limit: at that close if close <= limit". */
export function meetingAtClose(order: SimOrder, close: number): Meeting | undefined {
  if (order.limit !== undefined && !noWorse(order, close, order.limit)) return undefined;
  return { price: close, slips: order.limit === undefined, onlyTriggers: false, position: 3, byExtreme: false };
}

/** What the bar does with an order between its open and its close. */
export function meetingInside(run: BarRun, order: SimOrder, bar: StoryBar): Meeting | undefined {
  if (isOnClose(order) || isOnOpen(order) || !isAwake(order)) return undefined;
  const limit = limitOf(order);
  const waitsAtStop = isStop(order) || isTouch(order);
  const level = waitsAtStop ? (order.stop as number) : limit;
  if (level === undefined) return undefined;
  const { birth } = order;
  const rises = isStop(order) === order.buy;
  // The market was past its price when it came to life: it is met at once, at the price its parent filled at.
  if (birth !== undefined && (rises ? birth.price >= level : birth.price <= level)) {
    const onlyTriggers = waitsAtStop && limit !== undefined && !noWorse(order, birth.price, limit);
    const slips = limit === undefined;
    return { price: birth.price, slips, onlyTriggers, position: birth.position, byExtreme: true, isAtBirth: true };
  }
  // What cannot wait has had its one look.
  if (isImmediate(order)) return undefined;
  const reach = reachOf(run, order, bar, level);
  if (reach === undefined) return undefined;
  const onlyTriggers = waitsAtStop && limit !== undefined && !noWorse(order, level, limit);
  return { price: level, slips: limit === undefined, onlyTriggers, ...reach };
}

function reachOf(
  run: BarRun,
  order: SimOrder,
  bar: StoryBar,
  level: number,
): Pick<Meeting, "position" | "byExtreme"> | undefined {
  const { intrabar, limitFill } = run.story.rules;
  const { birth } = order;
  const stop = isStop(order);
  const rises = stop === order.buy;
  // A touch is reached by a price at it; a limit by one beyond it, unless the rule is "touch".
  const beyond = !stop && !isTouch(order) && limitFill === "through";
  if (intrabar === "ohlc") {
    const position = firstReach(pathOf(bar), birth?.position ?? 0, level, rises, beyond);
    return position === undefined ? undefined : { position, byExtreme: true };
  }
  const past = (price: number): boolean => (!beyond && price === level) || (rises ? price > level : price < level);
  const extreme = rises ? bar.high : bar.low;
  if (!past(extreme)) return undefined;
  const comesAfter = birth === undefined || (rises ? birth.highComesAfter : birth.lowComesAfter);
  if (comesAfter) return { position: 0, byExtreme: true };
  if (past(bar.close)) return { position: 0, byExtreme: false };
  // "pessimistic: a stop was met, a limit or touch was not; optimistic: a limit or touch was met, a stop was not".
  return stop === (intrabar === "pessimistic") ? { position: 0, byExtreme: true } : undefined;
}

/** "Each bar is first tried with the stop the order had; then the stop follows the bar's extreme. It never moves back." */
export function follow(run: BarRun, order: SimOrder, bar: StoryBar): void {
  const { birth, buy } = order;
  // "A trailing stop follows, at the bar's end, the extreme that is certain to come after, else the close; with `ohlc`
  // what the path shows from there on."
  let extreme = buy ? bar.low : bar.high;
  if (birth !== undefined) {
    const certain = buy ? birth.lowComesAfter : birth.highComesAfter;
    if (birth.atClose) extreme = bar.close;
    else if (run.story.rules.intrabar === "ohlc") extreme = extremeFrom(pathOf(bar), birth.position, !buy);
    else if (!certain) extreme = bar.close;
  }
  const stop = stopBehind(order, extreme);
  const had = order.stop as number;
  order.stop = buy ? Math.min(had, stop) : Math.max(had, stop);
}

/** The stop of a trailing order behind a price, on a tick: "a stop never later". */
export function stopBehind({ buy, trail, trailPercent }: SimOrder, price: number): number {
  if (trailPercent === undefined) {
    const stop = price + (buy ? (trail as number) : -(trail as number));
    return buy ? Math.floor(stop) : Math.ceil(stop);
  }
  const stop = (price * (100 + (buy ? trailPercent : -trailPercent))) / 100;
  return buy ? Math.floor(stop) : Math.ceil(stop);
}

/** Puts a stop behind the latest price; before the first there is none, and it begins behind that. */
export function beginTrail(run: Run, order: SimOrder): void {
  const price = run.trailedPrice(order.instrument);
  if (price !== undefined) order.stop = stopBehind(order, price);
}
