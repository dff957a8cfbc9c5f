import { GUARD_SHAPE } from "../core/guards/guard-shape.js";
import { ACTIONS_SHAPE } from "../core/market/action-shape.js";
import { BarSeries } from "../core/market/bar-series.js";
import { Instrument, type InstrumentSpec } from "../core/market/instrument.js";
import { INSTRUMENT_FIELDS } from "../core/market/instrument-shape.js";
import { above0, byName, listOf, needed, object, type Shape, text, thatIs, wholeFrom0 } from "../core/shape.js";
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
const specs = listOf(
  {
    ...spec,
    check(value, path, found) {
      // One that is made already has been checked by its own constructor, and knows its place beside.
      if (!(value instanceof Instrument)) spec.check(value, path, found);
    },
  },
  "a list",
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

/** The options of `backtest()` that are objects of several settings, or that could be taken for what they are not. */
export const OPTION_SHAPES = {
  data,
  csv: object<CsvSourceOptions>({ ...CSV_FIELDS, bar: csvBar }),
  store: object(STORE_FIELDS),
  instruments,
  actions: byName(ACTIONS_SHAPE, "an object with a symbol for each key"),
  rates: byName(above0, "an object with a currency for each key"),
  guards: GUARD_SHAPE,
  seed: wholeFrom0,
} as const satisfies { readonly [Option in keyof BacktestOptions]?: Shape };
