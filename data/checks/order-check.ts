import type { BarSeries } from "../../core/market/bar-series.js";
import type { BarCheck } from "./bar-check.js";
import type { Report } from "./finding.js";
import { utc } from "./words.js";

/** Finds bars that start with or before the one in front of them, or before that one has ended. */
export class OrderCheck implements BarCheck {
  private readonly report: Report;
  private start = -Infinity;
  private end = -Infinity;

  constructor(report: Report) {
    this.report = report;
  }

  take(bars: BarSeries): void {
    const { start, end, length } = bars;
    for (let row = 0; row < length; row++) {
      const from = start[row];
      const to = end[row];
      if (from === this.start)
        this.report({ kind: "duplicate", from, to, text: `the bar of ${utc(from)} is there twice` });
      else if (from < this.start)
        this.report({
          kind: "order",
          from,
          to,
          text: `the bar of ${utc(from)} comes behind that of ${utc(this.start)}`,
        });
      else if (from < this.end)
        this.report({
          kind: "order",
          from,
          to,
          text: `the bar of ${utc(from)} begins before ${utc(this.end)}, when the one in front ends`,
        });
      else if (!(to > from))
        this.report({ kind: "order", from, to: from, text: `the bar of ${utc(from)} ends at ${utc(to)}` });
      this.start = Math.max(this.start, from);
      this.end = Math.max(this.end, to);
    }
  }

  finish(): void {}
}
