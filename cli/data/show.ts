import type { Arguments } from "yargs";
import { ADJUSTMENTS } from "../../core/market/corporate-actions.js";
import { Instrument } from "../../core/market/instrument.js";
import { normalise } from "../../data/intervals.js";
import { readAdjusted } from "../../data/store/adjusted-series.js";
import type { BarStore } from "../../data/store/bar-store.js";
import type { SeriesListing } from "../../data/store/series-table.js";
import { CliError } from "../errors.js";
import { DONE } from "../exit-code.js";
import { Flags, type FlagTable } from "../flags.js";
import { barsJson, barsTable, instrumentJson, instrumentText, type Shown } from "./show-text.js";
import { chosenSeries, JSON_FLAG, RANGE_FLAGS, rangeOf, SERIES_FLAGS, STORE_FLAGS, withStore } from "./store-flags.js";

export const tells = `Shows what is known of an instrument: its terms, its series with what has been asked for and
when, its splits and dividends. With --bar it shows bars of a series instead.

  symbol  Such as SPY`;

export const flags = {
  ...SERIES_FLAGS,
  adjust: { type: "string", describe: "See the bars raw, adjusted for splits, or for all: dividends too [as stored]" },
  ...RANGE_FLAGS,
  rows: { type: "string", describe: "The most bars to show, half of them from each end [20]" },
  ...STORE_FLAGS,
  ...JSON_FLAG,
} as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, 1);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const symbol = line.argument(0);
  if (symbol === undefined) throw new CliError("ARGUMENT_MISSING", { command: "data show", what: "a symbol" });
  const json = line.switch("json");
  return withStore(line, { readonly: true }, (store) => {
    const listed = chosenSeries(store, line, [symbol]);
    if (line.has("bar")) process.stdout.write(bars(store, oneOf(listed), line, json));
    else {
      const told = shown(store, symbol, listed);
      process.stdout.write(json ? instrumentJson(told) : instrumentText(told));
    }
    return DONE;
  });
}

/** @throws CliError SERIES_SEVERAL */
export function oneOf(listed: readonly SeriesListing[]): SeriesListing {
  if (listed.length === 1) return listed[0];
  const names = listed.map(({ size, what, hours, adjustment }) => `${size} ${what}, ${hours} hours, ${adjustment}`);
  throw new CliError("SERIES_SEVERAL", { symbol: listed[0].symbol, series: names.join("; ") });
}

function bars(store: BarStore, listing: SeriesListing, line: Flags, json: boolean): string {
  const series = store.series(listing);
  const view = line.choice("adjust", ADJUSTMENTS) ?? listing.adjustment;
  const most = line.number("rows", "a whole number above 0", (value) => Number.isInteger(value) && value > 0) ?? 20;
  const found = readAdjusted(store, series, view, rangeOf(line, series.instrument));
  return json ? barsJson(found, most) : barsTable(found, most);
}

function shown(store: BarStore, symbol: string, listed: readonly SeriesListing[]): Shown {
  const instrument = new Instrument(store.instrument(symbol) ?? { symbol });
  return {
    instrument,
    series: listed.map((listing) => {
      const coverage = store.series(listing).coverage();
      const fetched = coverage.map((one) => one.fetched);
      return {
        listing,
        covered: normalise(coverage),
        sources: [...new Set(coverage.map((one) => one.source))],
        fetched: fetched.length === 0 ? Number.NaN : Math.max(...fetched),
      };
    }),
    actions: { splits: store.actions.splits(symbol), dividends: store.actions.dividends(symbol) },
  };
}
