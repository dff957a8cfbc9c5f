import { createRequire } from "node:module";
import type { BarSeries } from "../core/market/bar-series.js";
import type { QuoteSeries } from "../core/market/quote.js";
import type { TradeSeries } from "../core/market/trade.js";
import { BacktestError } from "./errors.js";
import type { When } from "./options.js";

/** Read when the first text has to be: most runs have none, and reading it takes a thirtieth of a small one. */
const luxon = (): typeof import("luxon") => createRequire(import.meta.url)("luxon");

/**
 * An instant as epoch ms UTC. A bare date is a whole day in `zone`: as a start its first instant, as an end its last.
 * @throws BacktestError TIME_UNREADABLE
 */
export function instantOf(name: "from" | "to", when: When, zone: string): number {
  if (typeof when === "number" && Number.isFinite(when)) return when;
  if (when instanceof Date && Number.isFinite(when.getTime())) return when.getTime();
  const parsed = typeof when === "string" ? luxon().DateTime.fromISO(when, { zone }) : undefined;
  if (parsed === undefined || !parsed.isValid)
    throw new BacktestError("TIME_UNREADABLE", { name, value: String(when) });
  const isDate = !/[T:]/.test(when as string);
  if (name === "from" || !isDate) return parsed.toMillis();
  return parsed
    .endOf(/^\d{4}$/.test(when as string) ? "year" : /^\d{4}-\d{2}$/.test(when as string) ? "month" : "day")
    .toMillis();
}

/** The rows of a series that a run needs: to its end, and from `keep` bars before its start. */
export function cutSeries(series: BarSeries, from: number, to: number, keep: number): BarSeries {
  const last = to === Infinity ? series.length : series.firstEndingAfter(to);
  const first = from === -Infinity ? 0 : series.firstEndingAfter(from);
  const begin = Math.max(0, Math.min(first, last) - keep);
  return begin === 0 && last === series.length ? series : series.slice(begin, last);
}

/** Quotes or trades up to an instant, over the same memory. */
export function cutTicks<Ticks extends QuoteSeries | TradeSeries>(ticks: Ticks, to: number): Ticks {
  let length = ticks.length;
  while (length > 0 && ticks.time[length - 1] > to) length--;
  return length === ticks.length ? ticks : { ...ticks, length, time: ticks.time.subarray(0, length) };
}
