import { existsSync } from "node:fs";
import type { Arguments } from "yargs";
import { Instrument } from "../../core/market/instrument.js";
import { nearest } from "../../core/nearest.js";
import { checkBars } from "../../data/checks/check-bars.js";
import { FINDING_KINDS, type FindingKind } from "../../data/checks/finding.js";
import { FindingList } from "../../data/checks/finding-list.js";
import { calendarSessions, tradingTime } from "../../data/checks/trading-time.js";
import { inspectBars } from "../../data/files/csv.js";
import { specOfSymbol, symbolAndPath } from "../../data/open-data.js";
import { KeptColumns } from "../../data/store/kept-columns.js";
import { seriesName } from "../../data/store/series-key.js";
import { usualHours } from "../../data/store/usual-hours.js";
import { type VerifyOptions, verifyFile, verifySeries } from "../../data/store/verify-store.js";
import { CliError } from "../errors.js";
import { DONE, NOT_HELD } from "../exit-code.js";
import { Flags, type FlagTable } from "../flags.js";
import { chosenSeries, JSON_FLAG, SERIES_FLAGS, STORE_FLAGS, symbolsOf, withStore } from "./store-flags.js";
import { type Verdict, verdictsJson, verdictsText } from "./verify-text.js";

export const tells = `Looks for what is wrong: damaged blocks; rows that cannot be read; bars out of order, there
twice, with prices that cannot be, outside of the sessions or missing in them; moves too large
to be likely; splits nobody has adjusted for; bars repeated without change. Exits with 3 if
anything is found.

  symbol or file  Instruments of the store, or CSV files; without one, the whole store`;

export const flags = {
  ...SERIES_FLAGS,
  spike: { type: "string", describe: "The largest move to pass, as a share of the price [0.2]" },
  tolerance: { type: "string", describe: "Minutes without bars that are no gap [one bar, and at least one minute]" },
  skip: { type: "string", describe: `Kinds not to look for, between commas: ${FINDING_KINDS.join(", ")}` },
  ...STORE_FLAGS,
  ...JSON_FLAG,
} as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, Infinity);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const options = optionsOf(line);
  const named = line.arguments;
  const files = named.filter(isFile);
  const symbols = named.filter((word) => !isFile(word));
  const verdicts = files.map((file) => verifyCsv(file, options));
  if (files.length === 0 || symbols.length > 0) {
    verdicts.push(
      ...(await withStore(line, { readonly: true }, (store) => {
        const own: Verdict = { what: store.path, bars: undefined, findings: verifyFile(store), calendar: true };
        const into = new KeptColumns();
        const series = chosenSeries(store, line, symbolsOf(symbols)).map((key): Verdict => {
          return { what: seriesName(key), ...verifySeries(store, store.series(key), calendarSessions, options, into) };
        });
        return [own, ...series];
      })),
    );
  }
  process.stdout.write(line.switch("json") ? verdictsJson(verdicts) : verdictsText(verdicts));
  return verdicts.some(({ findings }) => findings.count > 0) ? NOT_HELD : DONE;
}

/** What is wrong with a file of bars, before anybody imports it. */
function verifyCsv(entry: string, options: VerifyOptions): Verdict {
  const { symbol, path } = symbolAndPath(entry);
  const instrument = new Instrument(specOfSymbol(symbol));
  const { series, bad, rows } = inspectBars(path, { instrument });
  const findings = new FindingList(options.skip);
  const add = (kind: FindingKind, text: string): void => findings.add({ kind, from: Number.NaN, to: Number.NaN, text });
  for (const { line, problem, kind } of bad.listed) add(kind, `line ${line} ${problem}`);
  if (bad.count > bad.listed.length) add("row", `and ${bad.count - bad.listed.length} more lines`);
  const span = { from: series.start[0], to: series.end[series.length - 1] };
  const time = tradingTime(calendarSessions, instrument, usualHours(series), span, () => series);
  const { spike, tolerance } = options;
  const given = { ...(spike !== undefined && { spike }), ...(tolerance !== undefined && { tolerance }) };
  for (const finding of checkBars(series, { time, splits: [], ...given })) findings.add(finding);
  return { what: `${path} (${series.name})`, bars: rows, findings, calendar: time.known };
}

/** Whether a word names a file rather than a symbol: symbols have no folder and no such ending. */
function isFile(word: string): boolean {
  return existsSync(word) || /[/\\=]|\.(csv|tsv|txt|gz)$/i.test(word);
}

function optionsOf(line: Flags): VerifyOptions {
  const spike = line.number("spike", "a share of the price above 0, such as 0.2", (value) => value > 0);
  const minutes = line.number("tolerance", "a number of minutes, 0 or more", (value) => value >= 0);
  const skip = line.text("skip")?.split(",").map(kindOf);
  return {
    ...(spike !== undefined && { spike }),
    ...(minutes !== undefined && { tolerance: minutes * 60_000 }),
    ...(skip !== undefined && { skip }),
  };
}

function kindOf(word: string): FindingKind {
  const found = FINDING_KINDS.find((kind) => kind === word.trim());
  if (found !== undefined) return found;
  const near = nearest(word, FINDING_KINDS);
  throw new CliError("FLAG_VALUE", {
    flag: "--skip",
    value: `"${word}"`,
    rule: `one of ${FINDING_KINDS.join(", ")}`,
    hint: near === undefined ? "" : `Did you mean ${near}?`,
  });
}
