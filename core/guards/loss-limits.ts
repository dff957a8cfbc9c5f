import type { Denial } from "../orders/denial.js";
import type { BelievedPrices } from "./believed-prices.js";
import type { Guard, OrderUnderTest } from "./guard.js";

export interface LossLimitOptions {
  /** As a fraction of equity, such as 0.03, */
  readonly fraction?: number;
  /** or as an amount of the base currency. */
  readonly amount?: number;
  /** Also close every position and deny everything for the rest of the day (of a drawdown: of the run). */
  readonly flatten?: boolean;
}

/** Equity at the start of the day and at its highest, kept by the engine for the two guards below. */
export class EquityWatch {
  dayStart = Number.NaN;
  peak = Number.NaN;
  /** When the day ends and the next begins; Infinity while no rule asks for days. */
  dayEnd = Infinity;

  constructor(cash: number) {
    this.dayStart = cash;
    this.peak = cash;
  }
}

/** Denies entries by what equity has lost; exits pass. */
abstract class LossLimit implements Guard {
  abstract readonly name: string;
  readonly reducingPasses = true;
  readonly options: LossLimitOptions;
  protected readonly watch: EquityWatch;
  private readonly believed: BelievedPrices;

  constructor(watch: EquityWatch, believed: BelievedPrices, options: LossLimitOptions) {
    this.watch = watch;
    this.believed = believed;
    this.options = options;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const { portfolio } = order;
    const believed = this.believed.equity(portfolio);
    // An entry can wait for a price to be confirmed: the worse of what there is counts.
    return this.verdict(believed < portfolio.equity ? believed : portfolio.equity);
  }

  /** The denial that this equity means, or undefined. */
  abstract verdict(equity: number): Denial | undefined;

  protected limitOf(base: number): number {
    return Math.min(this.options.amount ?? Infinity, (this.options.fraction ?? Infinity) * base);
  }
}

/** No entry once the day has lost too much. */
export class DailyLoss extends LossLimit {
  readonly name = "dailyLoss";

  verdict(equity: number): Denial | undefined {
    const loss = this.watch.dayStart - equity;
    const limit = this.limitOf(this.watch.dayStart);
    return loss < limit ? undefined : { code: "DAILY_LOSS", details: { loss, limit } };
  }
}

/** No entry once equity has fallen too far from its peak. */
export class DrawdownLimit extends LossLimit {
  readonly name = "drawdown";

  verdict(equity: number): Denial | undefined {
    const loss = this.watch.peak - equity;
    const limit = this.limitOf(this.watch.peak);
    return loss < limit ? undefined : { code: "DRAWDOWN", details: { loss, limit } };
  }
}
