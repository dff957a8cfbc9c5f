import type { Denial } from "../orders/denial.js";
import type { Guard, OrderUnderTest } from "./guard.js";

export interface PriceBandOptions {
  /** How far through the market a limit may lie, as a fraction. */
  readonly fraction?: number;
}

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
    const { reference, limit, side } = order;
    if (reference !== reference) return { code: "PRICE_BAND", details: { reference: "none" } };
    // NaN for an order without a limit, which passes.
    const through = (side * (limit - reference)) / Math.abs(reference);
    if (!(through > this.fraction)) return undefined;
    return { code: "PRICE_BAND", details: { limit, reference, band: `${this.fraction * 100}%` } };
  }
}
