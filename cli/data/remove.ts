import type { Arguments } from "yargs";
import type { BarStore } from "../../data/store/bar-store.js";
import { KeptColumns } from "../../data/store/kept-columns.js";
import { seriesName } from "../../data/store/series-key.js";
import type { SeriesListing } from "../../data/store/series-table.js";
import { CliError } from "../errors.js";
import { DONE } from "../exit-code.js";
import { Flags, type FlagTable } from "../flags.js";
import { countText } from "./figures.js";
import { chosenSeries, RANGE_FLAGS, rangeOf, SERIES_FLAGS, STORE_FLAGS, symbolsOf, withStore } from "./store-flags.js";

export const tells = `Removes series of the store, or the part of them between two days. Without --bar and the like an
instrument goes with all that is stored of it, its splits and dividends too.

  symbol  Such as SPY`;

export const flags = {
  ...SERIES_FLAGS,
  ...RANGE_FLAGS,
  yes: { type: "boolean", describe: "Do it; without this it only says what would be removed" },
  ...STORE_FLAGS,
} as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, Infinity);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const symbols = symbolsOf(line.arguments);
  if (symbols.length === 0) throw new CliError("ARGUMENT_MISSING", { command: "data remove", what: "a symbol" });
  const yes = line.switch("yes");
  return withStore(line, { readonly: !yes }, (store) => {
    const chosen = chosenSeries(store, line, symbols);
    const ranged = line.has("from") || line.has("to");
    const whole = !ranged && Object.keys(SERIES_FLAGS).every((flag) => !line.has(flag));
    const what = whole ? `${symbols.join(", ")}, ${all(chosen)}` : parts(store, line, chosen);
    if (!yes) throw new CliError("REMOVAL_UNCONFIRMED", { what });
    store.transaction(() => {
      if (whole) for (const symbol of symbols) store.removeInstrument(symbol);
      else {
        for (const key of chosen) {
          const { from, to } = rangeOf(line, store.series(key).instrument);
          store.remove(key, from, to);
        }
      }
    });
    process.stdout.write(`Removed ${what}.\n`);
    return DONE;
  });
}

function all(chosen: readonly SeriesListing[]): string {
  const bars = chosen.reduce((sum, one) => sum + one.bars, 0);
  return `${countText(chosen.length, "series", "series")} with ${countText(bars, "bar")}`;
}

function parts(store: BarStore, line: Flags, chosen: readonly SeriesListing[]): string {
  const into = new KeptColumns();
  return chosen
    .map((key) => {
      const series = store.series(key);
      const bars = series.read({ ...rangeOf(line, series.instrument), into }).length;
      return `${countText(bars, "bar")} of ${seriesName(key)}`;
    })
    .join("; ");
}
