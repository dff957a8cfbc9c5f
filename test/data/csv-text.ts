import type { BarSeries } from "../../core/market/bar-series.js";
import { Instrument } from "../../core/market/instrument.js";
import { type CsvOptions, parseBars } from "../../data/files/csv.js";

export const SPY = new Instrument({ symbol: "SPY" });

/** Bars of CSV text, as of a file called bars.csv. */
export function barsOf(text: string, options: Partial<CsvOptions> = {}): BarSeries {
  const bytes = Buffer.from(text.endsWith("\n") ? text : `${text}\n`);
  return parseBars(bytes, { instrument: SPY, ...options }, "bars.csv");
}

/** Start and end of every bar as "2024-01-02T14:30Z 2024-01-02T21:00Z". */
export function spansOf(series: BarSeries): string[] {
  const iso = (instant: number): string => new Date(instant).toISOString().replace(":00.000Z", "Z");
  return Array.from(series.start, (start, row) => `${iso(start)} ${iso(series.end[row])}`);
}
