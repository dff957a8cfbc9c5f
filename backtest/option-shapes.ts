import { Sessions } from "../core/calendar/sessions.js";
import { GUARD_SHAPE } from "../core/guards/guard-shape.js";
import { ACTIONS_SHAPE } from "../core/market/action-shape.js";
import { BarSeries } from "../core/market/bar-series.js";
import { Instrument, type InstrumentSpec } from "../core/market/instrument.js";
import { INSTRUMENT_FIELDS } from "../core/market/instrument-shape.js";
import type { QuoteSeries } from "../core/market/quote.js";
import type { TradeSeries } from "../core/market/trade.js";
import {
  above0,
  also,
  byName,
  type Fields,
  flag,
  listOf,
  names,
  needed,
  object,
  or,
  type Shape,
  text,
  thatIs,
  wholeFrom0,
} from "../core/shape.js";
import { CSV_FIELDS } from "../data/files/csv-shape.js";
import type { CsvSourceOptions } from "../data/open-data.js";
import { STORE_FIELDS } from "../data/store/store-shape.js";
import type { BacktestOptions } from "./options.js";

/** A size of bars as a text, or as `barSize()` answers it. */
const csvBar: Shape = {
  ...CSV_FIELDS.bar,
  check(value, path, found) {
    const isSize = typeof value === "object" && value !== null && "label" in value && "ms" in value;
    if (!isSize) CSV_FIELDS.bar.check(value, path, found);
  },
};

const spec = object<InstrumentSpec>({ symbol: needed(text("a symbol")), ...INSTRUMENT_FIELDS });
const specs = also(
  listOf(
    {
      ...spec,
      check(value, path, found) {
        // One that is made already has been checked by its own constructor, and knows its place beside.
        if (!(value instanceof Instrument)) spec.check(value, path, found);
      },
    },
    "a list",
  ),
  (value, path, found) => {
    const symbols = (value as readonly InstrumentSpec[]).map(({ symbol }) => symbol);
    for (const [i, symbol] of symbols.entries()) {
      if (symbols.indexOf(symbol) === i) continue;
      found.push({ path: [...path, i, "symbol"], value: symbol, rule: "a symbol that the list has only once" });
    }
  },
);
const bySymbol = byName(object(INSTRUMENT_FIELDS), "an object");
const INSTRUMENTS = 'an object with a symbol for each key, or a list such as [{ symbol: "SPY", assetClass: "etf" }]';

const instruments: Shape = {
  rule: INSTRUMENTS,
  check(value, path, found) {
    if (Array.isArray(value)) specs.check(value, path, found);
    else if (typeof value === "object" && value !== null) bySymbol.check(value, path, found);
    else found.push({ path, value, rule: INSTRUMENTS });
  },
};

const source = thatIs(
  'the name of some data such as "sample" or "SPY=spy.csv", or a BarSeries',
  (value) => typeof value === "string" || value instanceof BarSeries,
);
const DATA = 'the name of some such as "sample" or "SPY=spy.csv", or a list of names, or a list of BarSeries';

const data: Shape = {
  rule: DATA,
  check(value, path, found) {
    if (typeof value === "string") return;
    if (!Array.isArray(value)) return void found.push({ path, value, rule: DATA });
    const before = found.length;
    listOf(source, DATA).check(value, path, found);
    const isMixed = new Set(value.map((one) => typeof one)).size > 1;
    if (found.length === before && isMixed) {
      found.push({ path, value, rule: "names or series, not both: openData() makes series of what has a name" });
    }
  },
};

/** Something that has methods of these names: a model that somebody wrote, a signal. */
const withMethods = (rule: string, methods: readonly string[]): Shape =>
  thatIs(rule, (value) => {
    const found = Object(value) as Readonly<Record<string, unknown>>;
    return methods.every((method) => typeof found[method] === "function");
  });

/** The name of a model, whose own table says which names there are, or a model. */
const model = (kind: string, methods: readonly string[]): Shape => {
  const rule = `the name of a ${kind}, or an object with ${methods.join(", ")}`;
  const own = withMethods(rule, methods);
  return {
    rule,
    check(value, path, found) {
      if (typeof value !== "string") own.check(value, path, found);
    },
  };
};

/** What quotes and trades of an instrument lie in. */
const ticks = (kind: (QuoteSeries | TradeSeries)["kind"]): Shape => {
  const rule = `a list of series of ${kind}`;
  return listOf(
    thatIs(`a series of ${kind}`, (value) => {
      const one = Object(value) as Partial<QuoteSeries>;
      return one.kind === kind && one.instrument instanceof Instrument && one.time instanceof Float64Array;
    }),
    rule,
  );
};

/** Whatever number: how large it may be is said where it is used. */
const anyNumber = (rule: string): Shape => thatIs(rule, (value) => typeof value === "number");
const anyText = (rule: string): Shape => thatIs(rule, (value) => typeof value === "string");
const method = thatIs("a function", (value) => typeof value === "function");
const when = thatIs(
  "a date such as 2020-01-31, an instant such as 2020-01-31T15:30:00Z, a Date, or epoch milliseconds",
  (value) => typeof value === "string" || typeof value === "number" || value instanceof Date,
);
const param = thatIs("a number, a text, true or false", (value) =>
  ["number", "string", "boolean"].includes(typeof value),
);

/** Of what each option of `backtest()` is made. Which names and numbers are good is said where they are used. */
export const OPTION_SHAPES: Fields<BacktestOptions> = {
  strategy: thatIs("a class that extends Strategy", (value) => typeof value === "function"),
  data,
  csv: object<CsvSourceOptions>({ ...CSV_FIELDS, bar: csvBar }),
  store: object(STORE_FIELDS),
  quotes: ticks("quotes"),
  trades: ticks("trades"),
  build: names("a size of bars such as 10000volume, or a list of sizes"),
  params: byName(param, "an object with the name of a parameter for each key"),
  from: when,
  to: when,
  cash: anyNumber("an amount above 0 in the base currency"),
  baseCurrency: anyText("three capital letters, such as USD"),
  rates: byName(above0, "an object with a currency for each key"),
  margin: model("margin model", ["reset", "refusal", "initial", "maintenance", "excess"]),
  fill: anyText("next-open or same-close"),
  limitFill: anyText("through or touch"),
  intrabar: anyText("pessimistic, optimistic or ohlc"),
  latency: anyNumber("milliseconds, 0 or more"),
  fees: model("fee model", ["charge", "estimate", "assumptions", "reset"]),
  slippage: model("slippage model", ["slip"]),
  volumeLimit: anyNumber("a share from 0 to 1"),
  instruments,
  actions: byName(ACTIONS_SHAPE, "an object with a symbol for each key"),
  calendar: anyText('"auto", "bars" or the name of a calendar such as XNYS'),
  sessions: byName(
    thatIs("made by new Sessions(open, close)", (value) => value instanceof Sessions),
    "an object with a symbol for each key",
  ),
  guards: GUARD_SHAPE,
  benchmark: or(false, anyText("a symbol, or false")),
  seed: wholeFrom0,
  strict: flag,
  timeZone: anyText("an IANA name such as America/New_York"),
  source: anyText("the source of the strategy as a text"),
  log: method,
  progress: method,
  signal: thatIs("an AbortSignal", (value) => typeof (Object(value) as Partial<AbortSignal>).aborted === "boolean"),
};
