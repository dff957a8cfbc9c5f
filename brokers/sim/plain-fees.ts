import type { FeeContext, FeeModel } from "./fee-model.js";
import { within } from "./model-name.js";
import { OrderCharges } from "./order-charges.js";

// The models of this file round nothing and pass nothing on: what the formula gives is the fee.

/** What a fill is worth in its currency, never below 0. */
export function fillValue(fill: FeeContext): number {
  return Math.abs(fill.price) * fill.quantity * fill.instrument.multiplier;
}

/** No fees at all. */
export function noFees(): FeeModel {
  return new ValueFees("none", "No fees are charged.", 0);
}

/**
 * A fraction of the value of every fill, such as 0.002 for 0.2 %.
 * @throws SimError MODEL_ARGUMENT
 */
export function rate(fraction: number): FeeModel {
  const name = `rate:${fraction}`;
  within(name, "fraction", fraction, 0, 1);
  return new ValueFees(name, `Each fill costs ${tidy(fraction * 100)} % of its value.`, fraction);
}

/**
 * Basis points of the value of every fill: 2 is 0.02 %.
 * @throws SimError MODEL_ARGUMENT
 */
export function basisPoints(points: number): FeeModel {
  const name = `bps:${points}`;
  within(name, "points", points, 0, 10_000);
  return new ValueFees(name, `Each fill costs ${points} basis points of its value.`, points / 10_000);
}

/**
 * An amount for each order, with its first fill on a trade date.
 * @throws SimError MODEL_ARGUMENT
 */
export function perOrder(amount: number): FeeModel {
  const name = `per-order:${amount}`;
  within(name, "amount", amount, 0, Infinity);
  return new BoundedFees(name, `Each order costs ${amount}, once a trade date.`, 0, amount, Infinity, false);
}

export interface PerShareOptions {
  /** For each unit of quantity, in the instrument's currency. */
  readonly rate: number;
  /** At least this for an order on a trade date. Default 0. */
  readonly minimum?: number;
  /** At most this fraction of what the order traded on that date. Default: no cap. */
  readonly cap?: number;
  /** Whether the cap holds only above the minimum. By default it wins, as at IB. */
  readonly capAboveMinimumOnly?: boolean;
}

/**
 * A rate for each share, or contract, with a minimum and a cap that hold for an order on a trade date.
 * @throws SimError MODEL_ARGUMENT
 */
export function perShare(options: PerShareOptions): FeeModel {
  const { rate: each, minimum = 0, cap = Infinity, capAboveMinimumOnly = false } = options;
  const name = `per-share:${each}${minimum > 0 ? `,min=${minimum}` : ""}${cap < Infinity ? `,cap=${cap}` : ""}${
    cap < Infinity && capAboveMinimumOnly ? ",min-first=1" : ""
  }`;
  within(name, "rate", each, 0, Infinity);
  within(name, "min", minimum, 0, Infinity);
  if (cap !== Infinity) within(name, "cap", cap, 0, 1);
  const least = minimum > 0 ? `, at least ${minimum} an order` : "";
  const most = cap < Infinity ? `, at most ${tidy(cap * 100)} % of its value` : "";
  const wins = least !== "" && most !== "" ? (capAboveMinimumOnly ? " (the minimum wins)" : " (the cap wins)") : "";
  const description = `Each share or contract costs ${each}${least}${most}${wins}.`;
  return new BoundedFees(name, description, each, minimum, cap, capAboveMinimumOnly);
}

/** A commission held between its minimum and its cap; `value` is what the order has traded. */
export function bounded(
  accrued: number,
  minimum: number,
  cap: number,
  value: number,
  capAboveMinimumOnly: boolean,
): number {
  const most = cap === Infinity ? Infinity : cap * value;
  return capAboveMinimumOnly ? Math.max(Math.min(accrued, most), minimum) : Math.min(Math.max(accrued, minimum), most);
}

class ValueFees implements FeeModel {
  readonly name: string;
  readonly description: string;
  private readonly fraction: number;

  constructor(name: string, description: string, fraction: number) {
    this.name = name;
    this.description = description;
    this.fraction = fraction;
  }

  charge(fill: FeeContext): number {
    return this.fraction === 0 ? 0 : this.fraction * fillValue(fill);
  }

  estimate(fill: FeeContext): number {
    return this.charge(fill);
  }

  assumptions(): string[] {
    return [this.description];
  }

  reset(): void {}
}

class BoundedFees implements FeeModel {
  readonly name: string;
  readonly description: string;
  private readonly each: number;
  private readonly minimum: number;
  private readonly cap: number;
  private readonly capAboveMinimumOnly: boolean;
  private readonly orders = new OrderCharges();

  constructor(
    name: string,
    description: string,
    each: number,
    minimum: number,
    cap: number,
    capAboveMinimumOnly: boolean,
  ) {
    this.name = name;
    this.description = description;
    this.each = each;
    this.minimum = minimum;
    this.cap = cap;
    this.capAboveMinimumOnly = capAboveMinimumOnly;
  }

  charge(fill: FeeContext): number {
    return this.settle(fill, true);
  }

  estimate(fill: FeeContext): number {
    return this.settle(fill, false);
  }

  assumptions(): string[] {
    return [this.description];
  }

  reset(): void {
    this.orders.clear();
  }

  private settle(fill: FeeContext, book: boolean): number {
    const { orders } = this;
    const { order, tradeDate } = fill;
    const before = orders.has(order, tradeDate);
    const quantity = fill.quantity + (before ? orders.quantity[order] : 0);
    const value = fillValue(fill) + (before ? orders.value[order] : 0);
    const charged = before ? orders.charged[order] : 0;
    const total = bounded(quantity * this.each, this.minimum, this.cap, value, this.capAboveMinimumOnly);
    if (book && !fill.completes) orders.set(order, tradeDate, quantity, value, 0, 0, total);
    return total - charged;
  }
}

function tidy(value: number): string {
  return String(Number(value.toPrecision(12)));
}
