import type { BarSeries } from "../../core/market/bar-series.js";
import { type BarSize, isDailyOrLarger, MINUTE } from "../../core/market/bar-size.js";
import type { BarCheck } from "./bar-check.js";
import type { Report } from "./finding.js";
import { count, utc } from "./words.js";

/** A market may stand still for so long; from here on it is more likely that the feed did. */
const STILL = 30 * MINUTE;
/** The same where something was traded in every bar. */
const STILL_TRADED = 5 * MINUTE;

/**
 * Finds bars that are repeated without change. How many are too many is a matter of how likely they are: two days alike
 * with a range are not, nor are three smaller bars with a range and a volume, or five without a volume. At one price
 * they must last: five minutes and five bars where something was traded, half an hour and ten bars where nothing was.
 */
export class StaleCheck implements BarCheck {
  private readonly report: Report;
  private readonly daily: boolean;
  private readonly still: number;
  private readonly stillTraded: number;
  private open = Number.NaN;
  private high = Number.NaN;
  private low = Number.NaN;
  private close = Number.NaN;
  private volume = Number.NaN;
  private from = 0;
  private to = 0;
  private alike = 0;

  constructor(report: Report, size: BarSize) {
    this.report = report;
    this.daily = isDailyOrLarger(size);
    this.still = Math.max(10, Math.ceil(STILL / size.ms));
    this.stillTraded = this.daily ? 3 : Math.max(5, Math.ceil(STILL_TRADED / size.ms));
  }

  take(bars: BarSeries): void {
    const { start, end, open, high, low, close, volume, length } = bars;
    for (let row = 0; row < length; row++) {
      if (
        close[row] === this.close &&
        volume[row] === this.volume &&
        high[row] === this.high &&
        low[row] === this.low &&
        open[row] === this.open
      ) {
        this.alike++;
      } else {
        this.endRun();
        this.open = open[row];
        this.high = high[row];
        this.low = low[row];
        this.close = close[row];
        this.volume = volume[row];
        this.from = start[row];
        this.alike = 1;
      }
      this.to = end[row];
    }
  }

  finish(): void {
    this.endRun();
  }

  private endRun(): void {
    const { alike, from, to } = this;
    if (alike < 2 || alike < this.enough()) return;
    this.report({ kind: "stale", from, to, text: `${count(alike, "bar")} alike from ${utc(from)} to ${utc(to)}` });
  }

  private enough(): number {
    const traded = this.volume > 0;
    if (!(this.high > this.low)) return traded ? this.stillTraded : this.still;
    if (this.daily) return 2;
    return traded ? 3 : 5;
  }
}
