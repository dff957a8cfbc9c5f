import type { Arguments } from "yargs";
import { calendarSessions } from "../../data/checks/trading-time.js";
import { duration } from "../../data/checks/words.js";
import { type Gap, gapsOf } from "../../data/store/gaps.js";
import { KeptColumns } from "../../data/store/kept-columns.js";
import { seriesName } from "../../data/store/series-key.js";
import { DONE, NOT_HELD } from "../exit-code.js";
import { Flags, type FlagTable } from "../flags.js";
import { textTable } from "../text-table.js";
import { countText, instantText, numberText } from "./figures.js";
import {
  chosenSeries,
  JSON_FLAG,
  RANGE_FLAGS,
  rangeOf,
  SERIES_FLAGS,
  STORE_FLAGS,
  symbolsOf,
  withStore,
} from "./store-flags.js";

export const tells = `Lists trading time that the store has no bars of, between the first and the last bar or in the
range that is named: time that nobody has been asked for yet, and time for which the answer had
no bars. Closed hours are no gaps, and neither is an answer that there is no data. Exits with 3
if there are any.

  symbol  Those of some instruments; without one, all`;

export const flags = {
  ...SERIES_FLAGS,
  ...RANGE_FLAGS,
  tolerance: { type: "string", describe: "Minutes without bars that are no gap [one bar, and at least one minute]" },
  ...STORE_FLAGS,
  ...JSON_FLAG,
} as const satisfies FlagTable;

/** Gaps of one series that are shown; JSON has all. */
const SHOWN = 40;

interface SeriesGaps {
  readonly series: string;
  readonly gaps: readonly Gap[];
  readonly calendar: boolean;
}

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, Infinity);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const minutes = line.number("tolerance", "a number of minutes, 0 or more", (value) => value >= 0);
  return withStore(line, { readonly: true }, (store) => {
    const into = new KeptColumns();
    const found = chosenSeries(store, line, symbolsOf(line.arguments)).map((key): SeriesGaps => {
      const series = store.series(key);
      const tolerance = minutes === undefined ? {} : { tolerance: minutes * 60_000 };
      return {
        series: seriesName(key),
        ...gapsOf(series, calendarSessions, { ...rangeOf(line, series.instrument), ...tolerance }, into),
      };
    });
    process.stdout.write(line.switch("json") ? gapsJson(found) : gapsText(found));
    return found.some(({ gaps }) => gaps.length > 0) ? NOT_HELD : DONE;
  });
}

function gapsText(found: readonly SeriesGaps[]): string {
  const parts = found.map(({ series, gaps, calendar }) => {
    const note = calendar ? "" : "  note: no calendar tells its sessions\n";
    if (gaps.length === 0) return calendar ? "" : `${series}\n${note}`;
    const rows = gaps
      .slice(0, SHOWN)
      .map(({ from, to, reason }) => [`  ${instantText(from)}`, instantText(to), duration(to - from), reason]);
    const table = textTable(
      [{ head: "  from" }, { head: "to" }, { head: "lasts", align: "right" }, { head: "why" }],
      rows,
    );
    const more = gaps.length > SHOWN ? `  and ${numberText(gaps.length - SHOWN)} more\n` : "";
    return `${series}\n${note}${table}${more}`;
  });
  const all = found.reduce((sum, { gaps }) => sum + gaps.length, 0);
  return `${parts.join("")}${all === 0 ? "There are no gaps." : `${countText(all, "gap")}.`}\n`;
}

function gapsJson(found: readonly SeriesGaps[]): string {
  const told = found.map(({ series, gaps, calendar }) => ({
    series,
    calendar,
    gaps: gaps.map(({ from, to, reason }) => ({ from: instantText(from), to: instantText(to), reason })),
  }));
  return `${JSON.stringify(told, null, 2)}\n`;
}
