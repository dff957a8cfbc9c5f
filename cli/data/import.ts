import { existsSync } from "node:fs";
import type { Arguments } from "yargs";
import { ADJUSTMENTS } from "../../core/market/corporate-actions.js";
import type { InstrumentSpec } from "../../core/market/instrument.js";
import { DATE_ORDERS, STAMPS } from "../../data/files/csv-words.js";
import { type BarStore, openStore } from "../../data/store/bar-store.js";
import { type FileOptions, type Planned, planImport, storePlanned } from "../../data/store/import-file.js";
import { HOURS, WHATS } from "../../data/store/series-key.js";
import { priceScale, sessionHours, given as withoutGaps } from "../backtest-flags.js";
import { CliError } from "../errors.js";
import { DONE } from "../exit-code.js";
import { switchFlag as flag, textFlag as text } from "../flag-kinds.js";
import { Flags, type FlagTable } from "../flags.js";
import { countText } from "./figures.js";
import { badRowsText, type ImportedFile, importedText, importJson } from "./import-text.js";
import { JSON_FLAG, STORE_FLAGS, storePlace } from "./store-flags.js";

export const tells = `Brings CSV files into the store: bars, or splits and dividends.

Every file is read before anything is stored. A row that cannot be right is listed with its
line, and then nothing is stored unless --skip-bad is given. Bars that are there already stay;
ones that differ are refused unless --replace is given. Each file is stored wholly or not at
all.

  file  Such as spy-1min.csv, SPY=prices.csv.gz, or spy-factors.csv`;

const ASSET_CLASSES = ["stock", "etf", "index", "future", "forex", "option"] as const;
const SERIES = "What the bars are:";
const FILE = "How the file is written:";
const INSTRUMENT = "The instrument:";
const IMPORT = "The import:";

export const flags = {
  symbol: text("Symbol [what the file's name begins with]", SERIES),
  bar: text("Bar size, such as 5min [what the times show]", SERIES),
  what: text(`${WHATS.join(", ")} [the file's name, else its columns]`, SERIES),
  hours: text("regular or all [what the times show]", SERIES),
  adjustment: text("What has been taken out of the prices: raw, splits or all [the file's name, else raw]", SERIES),
  "time-zone": text("Zone of times without an offset, such as UTC [the instrument's]", FILE),
  stamp: text("A row's time is its bar's: start or end [start]", FILE),
  "session-hours": text("Session of daily bars, local time [the exchange's; forex 00:00-24:00]", FILE),
  columns: text("Names of the columns, such as time,open,high,low,close [the first line]", FILE),
  "date-order": text("dmy or mdy, for dates such as 01/02/2024 [what the dates show]", FILE),
  "price-scale": text("What prices have been multiplied by, such as 10000 [1]", FILE),
  "asset-class": text(`${ASSET_CLASSES.join(", ")} [stock; two currencies: forex]`, INSTRUMENT),
  exchange: text("Such as ARCA or XETR [SMART; forex IDEALPRO; futures CME]", INSTRUMENT),
  currency: text("ISO code [USD; forex the second one]", INSTRUMENT),
  multiplier: text("Money per point and unit [1; options 100]", INSTRUMENT),
  "tick-size": text("Smallest step of a price [0.01; forex 0.00005]", INSTRUMENT),
  "instrument-zone": text("IANA zone of its sessions [America/New_York]", INSTRUMENT),
  "skip-bad": flag("Leave bad rows out and import the others", IMPORT),
  replace: flag("Let the file's bars win over stored ones", IMPORT),
  "dry-run": flag("Say what would be imported, and store nothing", IMPORT),
  ...STORE_FLAGS,
  ...JSON_FLAG,
} as const satisfies FlagTable;

/** Files that were read are kept in memory up to so many rows together; beyond, the rest is read a second time. */
const KEPT_ROWS = 20_000_000;

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, Infinity);
  for (const name of line.unknown.keys()) line.refuse(name);
  const files = line.arguments;
  if (files.length === 0) throw new CliError("ARGUMENT_MISSING", { command: "data import", what: "a file" });
  if (files.length > 1 && line.has("symbol")) throw new CliError("SYMBOL_OF_MANY", { count: files.length });
  const { path, instruments } = await storePlace(line);
  const options = fileOptions(line, instruments);
  const dry = line.switch("dry-run");
  // Until every file has been read no file of a store is made: an empty one takes its place.
  const there = existsSync(path);
  let store = await openStore(there ? path : ":memory:");
  try {
    const read = (file: string): Planned => planImport(store, file, options);
    const plans = planAll(files, read);
    refuseBad(files, plans, line.switch("skip-bad"));
    if (!there && !dry) {
      store.close();
      store = await openStore(path);
    }
    const done = plans.map((plan, i) =>
      dry ? { plan: plan ?? read(files[i]) } : storeOne(store, plan ?? read(files[i]), line),
    );
    process.stdout.write(line.switch("json") ? importJson(path, done) : importedText(path, done));
    return DONE;
  } finally {
    store.close();
  }
}

function storeOne(store: BarStore, plan: Planned, line: Flags): ImportedFile {
  return { plan, imported: storePlanned(store, plan, line.switch("replace")) };
}

/** Reads every file; what would not fit into memory with the others is read again when it is stored. */
function planAll(files: readonly string[], read: (file: string) => Planned): (Planned | undefined)[] {
  let rows = 0;
  return files.map((file) => {
    const plan = read(file);
    const own = plan.kind === "bars" ? plan.reading.series.length : 0;
    const bad = plan.kind === "bars" && plan.reading.bad.count > 0;
    if (rows + own > KEPT_ROWS && !bad) return undefined;
    rows += own;
    return plan;
  });
}

/** @throws CliError ROWS_BAD, after all of them have been listed */
function refuseBad(files: readonly string[], plans: readonly (Planned | undefined)[], skip: boolean): void {
  let count = 0;
  let several = 0;
  plans.forEach((plan, i) => {
    if (plan?.kind !== "bars" || plan.reading.bad.count === 0) return;
    process.stderr.write(badRowsText(files[i], plan.reading));
    count += plan.reading.bad.count;
    several++;
  });
  if (count > 0 && !skip)
    throw new CliError("ROWS_BAD", {
      rows: countText(count, "row"),
      files: several === 1 ? "the file" : `${several} files`,
    });
}

function fileOptions(line: Flags, instruments: readonly InstrumentSpec[]): FileOptions {
  const zone = line.text("time-zone");
  const own = withoutGaps({
    assetClass: line.choice("asset-class", ASSET_CLASSES),
    exchange: line.text("exchange"),
    currency: line.text("currency"),
    multiplier: line.number("multiplier", "a number above 0", (value) => value > 0),
    tickSize: line.number("tick-size", "a number of 0 or more", (value) => value >= 0),
    timeZone: line.text("instrument-zone"),
  });
  return withoutGaps({
    symbol: line.text("symbol"),
    what: line.choice("what", WHATS),
    hours: line.choice("hours", HOURS),
    adjustment: line.choice("adjustment", ADJUSTMENTS),
    csv: withoutGaps({
      bar: line.text("bar"),
      timeZone: zone,
      stamp: line.choice("stamp", STAMPS),
      sessionHours: sessionHours(line),
      columns: line.text("columns"),
      dateOrder: line.choice("date-order", DATE_ORDERS),
      priceScale: priceScale(line),
    }),
    spec: (symbol: string) => ({ ...instruments.find((one) => one.symbol === symbol), ...own }),
  }) as FileOptions;
}
