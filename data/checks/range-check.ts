import type { BarSeries, PriceColumns } from "../../core/market/bar-series.js";
import type { BarCheck } from "./bar-check.js";
import type { Report } from "./finding.js";
import { utc } from "./words.js";

/** Finds prices and volumes that cannot be: a high below its low, an open or close outside of them, zero, infinity. */
export class RangeCheck implements BarCheck {
  private readonly report: Report;
  private readonly floor: number;

  /** @param floor prices must be above it: 0, or -Infinity where prices may be negative */
  constructor(report: Report, floor: number) {
    this.report = report;
    this.floor = floor;
  }

  take(bars: BarSeries): void {
    this.prices(bars, bars, "");
    if (bars.bid !== undefined) this.prices(bars, bars.bid, "bid ");
    if (bars.ask !== undefined) this.prices(bars, bars.ask, "ask ");
    const { volume, length } = bars;
    for (let row = 0; row < length; row++) {
      if (!(volume[row] >= 0 && volume[row] < Infinity)) this.found(bars, row, `volume ${volume[row]}`);
    }
  }

  finish(): void {}

  private prices(bars: BarSeries, { open, high, low, close }: PriceColumns, side: string): void {
    const { floor } = this;
    for (let row = 0; row < bars.length; row++) {
      const top = high[row];
      const bottom = low[row];
      const inside = open[row] >= bottom && open[row] <= top && close[row] >= bottom && close[row] <= top;
      if (bottom > floor && top < Infinity && top >= bottom && inside) continue;
      this.found(bars, row, `${side}${problem(open[row], top, bottom, close[row], floor)}`);
    }
  }

  private found(bars: BarSeries, row: number, what: string): void {
    const from = bars.start[row];
    this.report({ kind: "range", from, to: bars.end[row], text: `the bar of ${utc(from)} has ${what}` });
  }
}

function problem(open: number, high: number, low: number, close: number, floor: number): string {
  const named = { open, high, low, close };
  for (const [name, value] of Object.entries(named))
    if (!(value > floor && value < Infinity)) return `${name} ${value}`;
  if (high < low) return `high ${high} below low ${low}`;
  const [name, value] = open > high || open < low ? ["open", open] : ["close", close];
  return `${name} ${value} outside of low ${low} to high ${high}`;
}
