import { type Denial, priceDetail } from "../orders/denial.js";
import type { Guard, OrderUnderTest } from "./guard.js";
import { percent } from "./percent.js";

export interface PriceBandOptions {
  /** How far through the market a limit may lie, as a fraction. */
  readonly fraction?: number;
}

/** Prices closer than this are equal but for binary rounding. */
const ROUNDING = 1e-9;

/** No limit far through the market (a slip of a digit), and no order at all where there is no price to hold it to. */
export class PriceBand implements Guard {
  readonly name = "priceBand";
  readonly reducingPasses: boolean;
  private readonly fraction: number;

  constructor(options: PriceBandOptions = {}, reducingPasses = true) {
    this.fraction = options.fraction ?? 0.05;
    this.reducingPasses = reducingPasses;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const { limit, side } = order;
    if (order.reference !== order.reference) return { code: "PRICE_BAND", details: { reference: "none" } };
    // A stop-limit is held to where it triggers: before that its limit means nothing.
    const reference = order.trigger;
    // NaN for an order without a limit, which passes.
    const through = side * (limit - reference);
    if (!(through > this.fraction * Math.abs(reference) + ROUNDING)) return undefined;
    const { tickSize } = order.instrument;
    const [there, here] = [priceDetail(limit, tickSize), priceDetail(reference, tickSize)];
    return { code: "PRICE_BAND", details: { limit: there, reference: here, band: percent(this.fraction) } };
  }
}
