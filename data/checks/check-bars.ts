import type { BarSeries } from "../../core/market/bar-series.js";
import type { BarSize } from "../../core/market/bar-size.js";
import type { Split } from "../../core/market/corporate-actions.js";
import type { BarCheck } from "./bar-check.js";
import type { Finding, Report } from "./finding.js";
import { JumpCheck } from "./jump-check.js";
import { OrderCheck } from "./order-check.js";
import { RangeCheck } from "./range-check.js";
import { SessionCheck, type TradingTime } from "./session-check.js";
import { StaleCheck } from "./stale-check.js";

/** The largest move that is not remarked on. */
export const SPIKE = 0.2;

export interface CheckOptions {
  readonly size: BarSize;
  /** Whether prices of zero and below are real. */
  readonly negativePrices: boolean;
  readonly time: TradingTime;
  /** Splits that the prices show because they are known and not adjusted for. */
  readonly splits: readonly Split[];
  /** A share of the price; default 0.2. */
  readonly spike?: number;
  /** Milliseconds without bars that are no gap; default a bar, or a minute where bars are shorter. */
  readonly tolerance?: number;
}

/** Everything that is checked of bars, in one pass over pieces that follow each other. */
export class BarChecks {
  private readonly checks: readonly BarCheck[];

  constructor(options: CheckOptions, report: Report) {
    const { size, negativePrices, time, splits, spike = SPIKE, tolerance } = options;
    this.checks = [
      new OrderCheck(report),
      new RangeCheck(report, negativePrices ? -Infinity : 0),
      new SessionCheck(report, size, time, tolerance),
      new JumpCheck(report, spike, splits),
      new StaleCheck(report, size),
    ];
  }

  take(bars: BarSeries): void {
    for (const check of this.checks) check.take(bars);
  }

  finish(): void {
    for (const check of this.checks) check.finish();
  }
}

/** The same for bars that are at hand, such as those of a file. */
export function checkBars(bars: BarSeries, options: Omit<CheckOptions, "size" | "negativePrices">): Finding[] {
  const findings: Finding[] = [];
  const { size } = bars;
  const { negativePrices } = bars.instrument;
  const checks = new BarChecks({ ...options, size, negativePrices }, (finding) => findings.push(finding));
  checks.take(bars);
  checks.finish();
  return findings;
}
