import type { Arguments } from "yargs";
import type { SeriesListing } from "../../data/store/series-table.js";
import { DONE } from "../exit-code.js";
import { Flags, type FlagTable } from "../flags.js";
import { textTable } from "../text-table.js";
import { bytesText, countText, daysOf, numberText } from "./figures.js";
import { chosenSeries, JSON_FLAG, SERIES_FLAGS, STORE_FLAGS, symbolsOf, withStore } from "./store-flags.js";

export const tells = `Lists the series of the store, without reading their bars.

  symbol  Those of some instruments; without one, all`;

export const flags = { ...SERIES_FLAGS, ...STORE_FLAGS, ...JSON_FLAG } as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, Infinity);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  return withStore(line, { readonly: true }, (store) => {
    const series = chosenSeries(store, line, symbolsOf(line.arguments));
    const { path } = store;
    const text = line.switch("json")
      ? listJson(path, series)
      : `${listTable(series, new Map(store.instruments().map(({ symbol, timeZone }) => [symbol, timeZone])))}\n${summary(path, store.file.bytes(), series)}\n`;
    process.stdout.write(text);
    return DONE;
  });
}

function listTable(series: readonly SeriesListing[], zones: ReadonlyMap<string, string | undefined>): string {
  const rows = series.map((one) => [
    one.symbol,
    one.size,
    one.what,
    one.hours,
    one.adjustment,
    ...daysOf(one.first, one.last, zones.get(one.symbol) ?? "UTC"),
    numberText(one.bars),
    one.unfinished ? "new generation unfinished" : "",
  ]);
  return textTable(
    [
      { head: "symbol" },
      { head: "bar" },
      { head: "what" },
      { head: "hours" },
      { head: "prices" },
      { head: "from" },
      { head: "to" },
      { head: "bars", align: "right" },
      { head: "" },
    ],
    rows,
  );
}

function summary(path: string, bytes: number, series: readonly SeriesListing[]): string {
  const bars = series.reduce((sum, one) => sum + one.bars, 0);
  const symbols = new Set(series.map((one) => one.symbol)).size;
  const counts = `${numberText(series.length)} series of ${countText(symbols, "instrument")}, ${countText(bars, "bar")}`;
  return `${counts}; ${path}, ${bytesText(bytes)}`;
}

function listJson(store: string, series: readonly SeriesListing[]): string {
  const rows = series.map(({ symbol, size, what, hours, adjustment, first, last, bars, blocks, unfinished }) => ({
    symbol,
    bar: size,
    what,
    hours,
    adjustment,
    from: isoOrNull(first),
    to: isoOrNull(last),
    bars,
    blocks,
    unfinished,
  }));
  return `${JSON.stringify({ store, series: rows }, null, 2)}\n`;
}

function isoOrNull(instant: number): string | null {
  return Number.isNaN(instant) ? null : new Date(instant).toISOString();
}
