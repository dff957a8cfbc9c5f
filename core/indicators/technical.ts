import * as library from "technicalindicators";
import type { BarSeries } from "../market/bar-series.js";
import { nearest } from "../nearest.js";
import type { BarChunk } from "./bar-chunk.js";
import { IndicatorError, suggest } from "./errors.js";
import type { IndicatorSpec, Source, SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
import { Kernel } from "./kernel.js";
import { checkFactor, checkOption, checkPeriod } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";
import { onSource } from "./source.js";
import {
  CATALOGUE,
  type CandlestickPattern,
  type CatalogueEntry,
  FACTORS,
  NOT_STREAMING,
  PATTERNS,
  type TechnicalIndicator,
  type TechnicalOutput,
  type TechnicalParameters,
} from "./technical-catalogue.js";

export type { CandlestickPattern, TechnicalIndicator, TechnicalOutput, TechnicalParameters };

/** Every name `technical` knows: the streaming indicators and the candlestick patterns of technicalindicators 3.1. */
export const TECHNICAL_NAMES: readonly string[] = Object.freeze([...Object.keys(CATALOGUE), ...Object.keys(PATTERNS)]);

/** The package's classes and pattern functions by name. */
const EXPORTED: Readonly<Record<string, unknown>> = library;

type ParameterValues = Readonly<Record<string, number | boolean>>;

/**
 * An indicator of the package technicalindicators: `technical("TRIX", { period: 18 })`, or on another source
 * `technical("TRIX", { period: 9 }, { source: rsi(14) })` where it takes one number a bar. Parameters have the names
 * they have there; those left out have their customary values. Outputs are called as there too, except that the main
 * one is "value". A candlestick pattern, `technical("morningstar")`, is 1 on a bar that completes it, else 0.
 *
 * The numbers are the package's own, with its habits: RSI and MFI are rounded to two decimals, window sums drift, zeros
 * and negative values upset several. The common indicators are better had from this folder. One update allocates and
 * takes 0.05 to 4 microseconds, a pattern of five bars 6 to 30. The warm-up is found out by letting it run on made-up bars.
 *
 * This module loads the package, which takes time; nothing else imports it.
 * @throws IndicatorError TECHNICAL_UNKNOWN, TECHNICAL_NOT_STREAMING, TECHNICAL_PARAMETER_UNKNOWN, TECHNICAL_SILENT,
 *   PERIOD_INVALID, FACTOR_INVALID, OPTION_UNKNOWN
 */
export function technical<Name extends TechnicalIndicator>(
  name: Name,
  parameters?: TechnicalParameters<Name>,
  options?: SourceOptions,
): IndicatorSpec<TechnicalOutput<Name>>;
export function technical(name: CandlestickPattern): IndicatorSpec;
export function technical(name: string, parameters: object = {}, options: SourceOptions = {}): IndicatorSpec<string> {
  if (Object.hasOwn(PATTERNS, name)) {
    completeParameters(name, {}, parameters as ParameterValues, options, "bar");
    return pattern(name as CandlestickPattern);
  }
  if (!Object.hasOwn(CATALOGUE, name)) throw unknown(name);
  const entry: CatalogueEntry = CATALOGUE[name as TechnicalIndicator];
  const complete = completeParameters(name, entry.parameters, parameters as ParameterValues, options, entry.takes);
  const make = (): Stream => stream(name as TechnicalIndicator, complete);
  return onSource({
    title: name,
    parameters: Object.entries(complete)
      .map(written)
      .filter((text) => text !== ""),
    outputs: Object.keys(entry.results),
    source: options.source,
    usual: entry.takes === "line" ? "close" : "range",
    observations: observationsNeeded(name, entry, complete, make()),
    pane: entry.pane,
    apart: entry.apart ?? [],
    create: (source, kernels) => new TechnicalKernel(make(), entry, source, kernels),
    steps: true,
  });
}

function written([parameter, value]: [string, number | boolean]): string {
  return typeof value === "number" ? String(value) : value ? parameter : "";
}

function pattern(name: CandlestickPattern): IndicatorSpec {
  const bars = PATTERNS[name];
  return onSource({
    title: name,
    parameters: [],
    outputs: ["value"],
    source: undefined,
    usual: "range",
    observations: bars,
    pane: "own",
    create: () => new PatternKernel(EXPORTED[name] as (window: CandleColumns) => unknown, bars),
    steps: true,
  });
}

function unknown(name: string): IndicatorError {
  if (Object.hasOwn(NOT_STREAMING, name)) {
    return new IndicatorError("TECHNICAL_NOT_STREAMING", { name, ...NOT_STREAMING[name] });
  }
  return new IndicatorError("TECHNICAL_UNKNOWN", {
    name,
    hint: suggest(nearest(name, [...TECHNICAL_NAMES, ...Object.keys(NOT_STREAMING)]), TECHNICAL_NAMES),
  });
}

function completeParameters(
  name: string,
  customary: ParameterValues,
  given: ParameterValues,
  options: SourceOptions,
  takes: CatalogueEntry["takes"],
): ParameterValues {
  if (takes === "bar" && options.source !== undefined) {
    const hint = "It takes the prices of the bar itself.";
    throw new IndicatorError("TECHNICAL_PARAMETER_UNKNOWN", { name, parameter: "source", hint });
  }
  const known = Object.keys(customary);
  for (const [parameter, value] of Object.entries(given)) {
    if (!known.includes(parameter)) {
      const hint = known.length === 0 ? "It takes none." : suggest(nearest(parameter, known), known);
      throw new IndicatorError("TECHNICAL_PARAMETER_UNKNOWN", { name, parameter, hint });
    }
    const usual = customary[parameter];
    if (typeof usual === "boolean") checkOption(name, parameter, String(value), ["true", "false"]);
    else if (FACTORS.includes(parameter)) checkFactor(name, parameter, Number(value), usual);
    else checkPeriod(name, parameter, Number(value));
  }
  return { ...customary, ...given };
}

/** The part of the package's classes that is used here. */
interface Stream {
  nextValue(input: number | Candle): unknown;
}

interface Candle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly timestamp: number;
}

function stream(name: TechnicalIndicator, parameters: ParameterValues): Stream {
  // Their input types differ, and each wants the columns it would compute from: empty ones make it wait for nextValue.
  const Made = EXPORTED[name] as new (input: object) => Stream;
  const none = { values: [], open: [], high: [], low: [], close: [], volume: [], timestamp: [] };
  return new Made({ ...parameters, ...none, format: (value: number) => value });
}

/** The bar on which it first gives every result, by letting it run on made-up bars. */
function observationsNeeded(
  name: string,
  entry: CatalogueEntry,
  parameters: ParameterValues,
  indicator: Stream,
): number {
  const results = Object.values(entry.results);
  const numbers = Object.values(parameters).filter((value) => typeof value === "number");
  const patience = 100 + 4 * numbers.reduce((sum, value) => sum + Math.ceil(value), 0);
  let seed = 1;
  let close = 100;
  for (let bar = 1; bar <= patience; bar++) {
    // Park and Miller's generator: prices that rise and fall without a pattern, the same in every run.
    seed = (seed * 48_271) % 2_147_483_647;
    const open = close;
    close = 100 * (0.9 + (0.2 * seed) / 2_147_483_647);
    const candle: Candle = {
      open,
      high: Math.max(open, close) + 1,
      low: Math.min(open, close) - 1,
      close,
      volume: 1000 + (seed % 1000),
      timestamp: bar,
    };
    const result = indicator.nextValue(entry.takes === "line" ? close : candle);
    if (results.every((key) => Number.isFinite(pick(result, key)))) return bar;
  }
  throw new IndicatorError("TECHNICAL_SILENT", { name, bars: patience, parameters: JSON.stringify(parameters) });
}

/** One number of a result; NaN where it is missing. */
function pick(result: unknown, key: string): number {
  const value = key === "" ? result : (result as Readonly<Record<string, unknown>> | undefined)?.[key];
  return typeof value === "number" ? value : Number.NaN;
}

/** The package is code from elsewhere, which a strategy may have changed: it is handed no bar before its time. */
class TechnicalKernel extends Kernel {
  private readonly indicator: Stream;
  private readonly results: readonly string[];
  private readonly input: Input | undefined;
  private ready: boolean;

  constructor(indicator: Stream, entry: CatalogueEntry, source: Source | undefined, kernels: SharedKernels) {
    super(Object.keys(entry.results).length);
    this.indicator = indicator;
    this.results = Object.values(entry.results);
    this.input = entry.takes === "line" ? new Input(source ?? "close", kernels) : undefined;
    this.ready = false;
  }

  protected compute(chunk: BarChunk): void {
    const { input } = this;
    const { bars, before, count } = chunk;
    input?.read(chunk);
    for (let place = 1; place <= count; place++) {
      this.repeat(place);
      this.show(
        input === undefined ? this.ofBar(bars, before + place) : this.ofLine(input.values[input.shift + place]),
        place,
      );
    }
  }

  private show(result: unknown, place: number): void {
    if (result === undefined) return;
    const { results, lines } = this;
    if (!this.ready) this.ready = results.every((key) => Number.isFinite(pick(result, key)));
    if (!this.ready) return;
    for (let o = 0; o < results.length; o++) lines[o][place] = pick(result, results[o]);
  }

  private ofLine(value: number): unknown {
    return Number.isFinite(value) ? this.indicator.nextValue(value) : undefined;
  }

  /** A candle of its own for every bar: several of the package's classes keep the one before. */
  private ofBar(bars: BarSeries, row: number): unknown {
    return this.indicator.nextValue({
      open: bars.open[row],
      high: bars.high[row],
      low: bars.low[row],
      close: bars.close[row],
      volume: bars.volume[row],
      timestamp: bars.start[row],
    });
  }
}

interface CandleColumns {
  readonly open: number[];
  readonly high: number[];
  readonly low: number[];
  readonly close: number[];
}

class PatternKernel extends Kernel {
  private readonly found: (window: CandleColumns) => unknown;
  private readonly bars: number;
  private readonly window: CandleColumns;

  constructor(found: (window: CandleColumns) => unknown, bars: number) {
    super(1);
    this.found = found;
    this.bars = bars;
    this.window = { open: [], high: [], low: [], close: [] };
  }

  protected compute({ bars, before, count }: BarChunk): void {
    for (let place = 1; place <= count; place++) this.lines[0][place] = this.take(bars, before + place);
  }

  private take(bars: BarSeries, row: number): number {
    for (const field of ["open", "high", "low", "close"] as const) {
      const column = this.window[field];
      column.push(bars[field][row]);
      if (column.length > this.bars) column.shift();
    }
    // With fewer bars than it looks at a pattern would complain on the console.
    if (this.window.close.length < this.bars) return Number.NaN;
    return this.found(this.window) ? 1 : 0;
  }
}
