import type { Denial } from "../orders/denial.js";
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
  dayStart: number;
  peak: number;

  constructor(cash: number) {
    this.dayStart = cash;
    this.peak = cash;
  }
}

/** No entry once the day has lost too much; exits pass. */
export class DailyLoss implements Guard {
  readonly name = "dailyLoss";
  readonly reducingPasses = true;
  readonly options: LossLimitOptions;
  private readonly watch: EquityWatch;

  constructor(watch: EquityWatch, options: LossLimitOptions) {
    this.watch = watch;
    this.options = options;
  }

  check(order: OrderUnderTest): Denial | undefined {
    return this.verdict(order.portfolio.equity);
  }

  /** The denial that this equity means, or undefined. */
  verdict(equity: number): Denial | undefined {
    const loss = this.watch.dayStart - equity;
    const limit = limitOf(this.options, this.watch.dayStart);
    return loss < limit ? undefined : { code: "DAILY_LOSS", details: { loss, limit } };
  }
}

/** No entry once equity has fallen too far from its peak; exits pass. */
export class DrawdownLimit implements Guard {
  readonly name = "drawdown";
  readonly reducingPasses = true;
  readonly options: LossLimitOptions;
  private readonly watch: EquityWatch;

  constructor(watch: EquityWatch, options: LossLimitOptions) {
    this.watch = watch;
    this.options = options;
  }

  check(order: OrderUnderTest): Denial | undefined {
    return this.verdict(order.portfolio.equity);
  }

  verdict(equity: number): Denial | undefined {
    const loss = this.watch.peak - equity;
    const limit = limitOf(this.options, this.watch.peak);
    return loss < limit ? undefined : { code: "DRAWDOWN", details: { loss, limit } };
  }
}

function limitOf(options: LossLimitOptions, base: number): number {
  return Math.min(options.amount ?? Infinity, (options.fraction ?? Infinity) * base);
}
