import { FILLS, INTRABARS, LIMIT_FILLS, MARGINS, type RunSettings } from "../config/config.js";
import { ADJUSTMENTS } from "../core/market/corporate-actions.js";
import { DATE_ORDERS, STAMPS } from "../data/files/csv-words.js";
import { namesFiles, namesStore, storesBySymbols } from "../data/open-data.js";
import { HOURS, WHATS } from "../data/store/series-key.js";
import { currencyFlag } from "./currency-flag.js";
import { CliError } from "./errors.js";
import { switchFlag as flag, textFlag as text } from "./flag-kinds.js";
import { type Flags, type FlagTable, flagOf } from "./flags.js";

const RUN = "The run:";
const FILES = "CSV files:";
const STORE = "The bar store:";
const RULES = "Account and market:";
const OUTPUT = "What it leaves:";

/** The flags of `seatrial backtest`, in the order in which help shows them. */
export const BACKTEST_FLAGS = {
  data: text("sample, synthetic:seed=7,bars=100000, store, or CSV files such as SPY=prices/spy.csv; repeatable", RUN),
  from: text("First day, such as 2010-01-31; bars before it warm up", RUN),
  to: text("Last day", RUN),
  param: text("A parameter of the strategy: fast=10, or several between commas; --fast 10 is the same", RUN),
  seed: text("Seed of the strategy's random numbers [1]", RUN),
  benchmark: text("Symbol to compare with buying and holding, or none [the first]", RUN),
  config: text("Configuration [seatrial.config.ts in this folder]", RUN),
  run: text("Name of a run of the configuration", RUN),
  strict: flag("Catch bars that are kept beyond their handler; slower", RUN),
  cash: text("Money to begin with [100000]", RULES),
  "base-currency": text("Currency of the account [USD]", RULES),
  margin: text("cash, reg-t, reg-t-intraday or unlimited [reg-t]", RULES),
  calendar: text("Whose hours: auto, bars, or a calendar such as XNYS [auto]", RULES),
  fill: text("Market orders fill at: next-open or same-close [next-open]", RULES),
  "limit-fill": text("A limit fills when a bar goes: through or touch [through]", RULES),
  intrabar: text("If a bar met stop and target: pessimistic, optimistic or ohlc [pessimistic]", RULES),
  latency: text("Milliseconds from an order to the market [0]", RULES),
  fees: text("none, ib-fixed, ib-tiered, per-share:0.005,min=1, per-order:1, bps:2, rate:0.002 [ib-fixed]", RULES),
  slippage: text("none, ticks:1, bps:2, volume:0.1 [ticks:1]", RULES),
  "volume-limit": text("Largest share of a bar's volume to fill, such as 0.1 [no limit]", RULES),
  "no-guards": flag("Take the guards out of the loop", RULES),
  symbols: text("Symbols out of the store, such as SPY,IBM; repeatable [its only one]", STORE),
  bar: text("Size of the bars, such as 5min, or several; 10000volume and the like are built [what there is]", STORE),
  adjust: text("See prices raw, adjusted for splits, or for all: dividends too [splits]", STORE),
  what: text("trades, quotes, midpoint, bid, ask, bid-ask or adjusted-last [the first of these]", STORE),
  hours: text("regular or all [regular where there are some]", STORE),
  store: text("File of the store [seatrial.db]", STORE),
  "time-zone": text("Zone of times without an offset, such as UTC [the instrument's]", FILES),
  stamp: text("A row's time is its bar's: start or end [start]", FILES),
  "session-hours": text("Session of daily bars, local time [the exchange's; forex 00:00-24:00]", FILES),
  columns: text("Names of the columns, such as time,open,high,low,close [the first line]", FILES),
  "date-order": text("dmy or mdy, for dates such as 01/02/2024 [what the dates show]", FILES),
  "price-scale": text("What prices have been multiplied by, such as 10000 [1]", FILES),
  out: text("Folder for the report and its files [seatrial-out/<strategy>, of a named run <strategy>-<run>]", OUTPUT),
  "no-report": flag("Leave no files of the run", OUTPUT),
  json: flag("Print the result as JSON, and nothing else", OUTPUT),
  log: flag("Show what the strategy logs, with its own time, on stderr", OUTPUT),
} as const satisfies FlagTable;

/**
 * The settings that the flags name, for `override`: those that no flag names are left out.
 * @throws CliError FLAG_TWICE, FLAG_VALUE
 */
export function flagSettings(flags: Flags): RunSettings {
  const wholeNumber = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  const margin = flags.choice("margin", MARGINS);
  const benchmark = flags.text("benchmark");
  const { bar, build } = barSizes(flags);
  const csv = given({
    bar,
    timeZone: flags.text("time-zone"),
    stamp: flags.choice("stamp", STAMPS),
    sessionHours: sessionHours(flags),
    columns: flags.text("columns"),
    dateOrder: flags.choice("date-order", DATE_ORDERS),
    priceScale: priceScale(flags),
  });
  const store = given({
    file: flags.text("store"),
    symbols: flags.has("symbols") ? flags.texts("symbols") : undefined,
    bar,
    adjust: flags.choice("adjust", ADJUSTMENTS),
    what: flags.choice("what", WHATS),
    hours: flags.choice("hours", HOURS),
  });
  return given({
    strategy: flags.argument(0),
    data: flags.has("data") ? flags.texts("data") : undefined,
    csv: Object.keys(csv).length > 0 ? csv : undefined,
    store: Object.keys(store).length > 0 ? store : undefined,
    build,
    from: flags.text("from"),
    to: flags.text("to"),
    cash: flags.number("cash", "a number above 0, such as 100000", (value) => value > 0),
    baseCurrency: currencyFlag(flags, "base-currency"),
    account: margin === undefined ? undefined : { margin },
    calendar: flags.text("calendar"),
    fill: flags.choice("fill", FILLS),
    limitFill: flags.choice("limit-fill", LIMIT_FILLS),
    intrabar: flags.choice("intrabar", INTRABARS),
    latency: flags.number("latency", "a number of milliseconds, 0 or more", (value) => value >= 0),
    fees: flags.text("fees"),
    slippage: flags.text("slippage"),
    volumeLimit: flags.number("volume-limit", "a share above 0 and up to 1", (value) => value > 0 && value <= 1),
    guards: flags.switch("no-guards") ? false : undefined,
    params: params(flags),
    benchmark: benchmark === "none" ? false : benchmark,
    seed: flags.number("seed", "a whole number of 0 or more", wholeNumber),
    out: flags.text("out"),
    strict: flags.switch("strict") || undefined,
  });
}

/**
 * Refuses flags for CSV files or for a store where the data has none: whoever asks for the bars of five minutes of a
 * sample would believe to have got them.
 * @throws CliError FLAG_POINTLESS, FLAGS_EXCLUSIVE
 */
export function refusePointless(flags: Flags, data: string | readonly string[]): void {
  const refuse = (name: string, what: string, otherwise: string): never => {
    throw new CliError("FLAG_POINTLESS", { flag: flagOf(name), what, data: [data].flat().join(", "), otherwise });
  };
  for (const [name, { group }] of Object.entries(BACKTEST_FLAGS)) {
    // Bars that are built can be built of all data.
    if (!flags.has(name) || (name === "bar" && barSizes(flags).bar === undefined)) continue;
    // The size of bars is asked of files as well.
    const ofFiles = group === FILES || (name === "bar" && !namesStore(data));
    if (ofFiles && !namesFiles(data)) refuse(name, "how CSV files are read", "name a file with --data");
    if (!ofFiles && group === STORE && !namesStore(data)) {
      refuse(name, "what is taken out of a store", "give --data store");
    }
  }
  const { named, open } = storesBySymbols(data);
  if (!flags.has("symbols") || open || named.length === 0) return;
  throw new CliError("FLAGS_EXCLUSIVE", { first: flagOf("symbols"), second: `the symbols of ${named.join(", ")}` });
}

/** The sizes of `--bar`: those of time are of the data, others are built from it. */
function barSizes(flags: Flags): { bar: string | undefined; build: string | undefined } {
  const parts = flags.text("bar")?.split(",") ?? [];
  const isBuilt = (part: string): boolean => /^\s*\d+\s*(ticks?|volume|value)\s*$/i.test(part);
  const joined = (some: readonly string[]): string | undefined => (some.length === 0 ? undefined : some.join(","));
  return { bar: joined(parts.filter((part) => !isBuilt(part))), build: joined(parts.filter(isBuilt)) };
}

/** `--param fast=10,slow=30`, repeatable. A comma inside a text stays where no name= follows it. */
function params(flags: Flags): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const part of flags.texts("param").flatMap((text) => text.split(/,(?=\s*[\w-]+\s*=)/))) {
    const [, name, value] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/s.exec(part) ?? [];
    if (name === undefined || value === "") {
      throw new CliError("FLAG_VALUE", {
        flag: "--param",
        value: `"${part}"`,
        rule: "as in --param fast=10",
        hint: "",
      });
    }
    if (name in values) throw new CliError("FLAG_TWICE", { flag: `--param ${name}` });
    values[name] = value;
  }
  return Object.keys(values).length > 0 ? values : undefined;
}

export function priceScale(flags: Flags): number | undefined {
  return flags.number("price-scale", "a number above 0, such as 10000", (value) => value > 0);
}

export function sessionHours(flags: Flags): { open: string; close: string } | undefined {
  const text = flags.text("session-hours");
  if (text === undefined) return undefined;
  const match = /^(\d{1,2}:\d\d)-(\d{1,2}:\d\d)$/.exec(text);
  if (match !== null) return { open: match[1], close: match[2] };
  const rule = "two local times, such as 09:30-16:00";
  throw new CliError("FLAG_VALUE", { flag: "--session-hours", value: `"${text}"`, rule, hint: "" });
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** An object without the fields that have no value. */
export function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}
