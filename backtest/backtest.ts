import type { SimRules } from "../brokers/sim/rules.js";
import { SimBroker } from "../brokers/sim/sim-broker.js";
import { Desk } from "../core/desk.js";
import { Engine } from "../core/engine.js";
import type { BarSeries } from "../core/market/bar-series.js";
import { type BarSize, DAY, parseBarSize } from "../core/market/bar-size.js";
import { resolveParams } from "../core/params.js";
import { localDay } from "../core/statistics/days.js";
import type { EquityCurve } from "../core/statistics/inputs.js";
import { summary } from "../core/statistics/summary.js";
import { assertStrategyClass, construct, type Strategy } from "../core/strategy.js";
import { StrategyError } from "../core/strategy-errors.js";
import { localTimeOf } from "../data/local-time.js";
import { MergedFeed } from "../data/replay/merged-feed.js";
import { SeriesFeed } from "../data/replay/series-feed.js";
import type { BarStore } from "../data/store/bar-store.js";
import type { NeededBars } from "../data/store/open-stored.js";
import { zoneOffsets } from "../data/zone-offsets.js";
import { shareOfBarsHeld } from "./bars-held.js";
import { benchmarkOf } from "./benchmark.js";
import { checkOptions } from "./check-options.js";
import { BacktestError } from "./errors.js";
import { hashInputs, hashOutcome } from "./hashes.js";
import { traceIndicators } from "./indicator-traces.js";
import { DEFAULTS, rulesOf } from "./models.js";
import type { BacktestOptions, When } from "./options.js";
import { assumptionsOf, caveatsOf, denialsOf } from "./plain-words.js";
import { cutSeries, cutTicks, instantOf } from "./range.js";
import type { BacktestResult, IndicatorTrace } from "./result.js";
import { tradesOf } from "./trade-table.js";
import { type HoursSource, hoursInWords, tradingHours } from "./trading-hours.js";
import { checkRates, openUniverse, storeOf, tradeDatesOf, type Universe } from "./universe.js";

/** Events taken between two looks at progress and Ctrl-C. */
const SLICE = 250_000;

/** Does a stretch of work that lasts and cannot be waited on; the command line does it so that Ctrl-C breaks it. */
export type Stretch = <T>(work: () => T) => T;
const straight: Stretch = (work) => work();

/**
 * Runs a strategy over history: the same engine, desk and guards as paper and live, with a replay for a feed and the
 * simulated broker.
 * @throws SeatrialError of the area that cannot go on: data, parameters, settings, or a handler of the strategy.
 */
export async function backtest(options: BacktestOptions, stretch: Stretch = straight): Promise<BacktestResult> {
  checkOptions(options);
  const store = await storeOf(options);
  let run: PreparedRun;
  try {
    run = stretch(() => prepare(options, store));
  } finally {
    store?.close();
  }
  await drive(run.engine, run.events, options, stretch);
  if (!run.engine.started) throw neverStarted(run);
  return stretch(() => conclude(run, options));
}

/** A run that is ready to be driven. */
export interface PreparedRun {
  readonly engine: Engine;
  readonly strategy: Strategy;
  readonly desk: Desk;
  readonly broker: SimBroker;
  readonly feed: SeriesFeed | MergedFeed;
  readonly universe: Universe;
  readonly hours: readonly HoursSource[];
  readonly rules: SimRules;
  /** Events the feed holds. */
  readonly events: number;
  readonly timeZone: string;
}

/**
 * Opens the data, builds the strategy and the engine; nothing runs yet.
 * @param store opened, where the data names one; it may be closed again afterwards
 */
export function prepare(options: BacktestOptions, store?: BarStore): PreparedRun {
  checkOptions(options);
  const { strategy: type } = options;
  assertStrategyClass(type, (type as { name?: string } | undefined)?.name ?? String(type));
  const cash = options.cash ?? DEFAULTS.cash;
  if (typeof cash !== "number" || !(cash > 0 && cash < Infinity)) throw new BacktestError("CASH_INVALID", { cash });
  refuseNoCurrency(options.baseCurrency ?? DEFAULTS.baseCurrency);
  const rules = rulesOf(options);
  const desk = new Desk(type.name, resolveParams(type.name, type.paramSpecs, options.params ?? {}));
  const strategy = constructAt(options, desk);
  const built = builtSizes(options);
  for (const size of built) desk.subscribeAll(size);
  const opened = openUniverse(options, store, neededBars(options, desk));
  const timeZone = options.timeZone ?? opened.instruments[0].timeZone;
  const from = options.from === undefined ? -Infinity : instantOf("from", options.from, timeZone);
  const to = options.to === undefined ? Infinity : instantOf("to", options.to, timeZone);
  if (from > to) throw new BacktestError("RANGE_REVERSED", { from: String(options.from), to: String(options.to) });
  const cutOut = cut(opened, desk, from, to, options);
  checkRates(cutOut, options);
  const { universe, sessions, sources } = tradingHours(cutOut, options);
  const dates = tradeDatesOf(universe, sessions);
  const single = universe.series.length === 1 && universe.quotes.length + universe.trades.length === 0;
  const feed = single
    ? new SeriesFeed(universe.series[0])
    : new MergedFeed(universe.instruments, universe.series, universe.quotes, universe.trades);
  const broker = new SimBroker(rules, dates);
  const engine = new Engine({
    feed,
    broker,
    strategy,
    desk,
    sessions,
    cash,
    from,
    baseCurrency: options.baseCurrency ?? DEFAULTS.baseCurrency,
    seed: options.seed ?? DEFAULTS.seed,
    actions: universe.actions,
    localTime: (instrument) => localTimeOf(universe.instruments[instrument], dates[instrument]),
    onlySubscribed: built.length > 0,
    strict: options.strict ?? false,
    ...(options.rates !== undefined && { rates: options.rates }),
    ...(options.guards !== undefined && { guards: options.guards }),
    ...(options.log !== undefined && { log: options.log }),
  });
  const events = [...universe.series, ...universe.quotes, ...universe.trades].reduce((sum, one) => sum + one.length, 0);
  return { engine, strategy, desk, broker, feed, universe, hours: sources, rules, events, timeZone };
}

async function drive(engine: Engine, events: number, options: BacktestOptions, stretch: Stretch): Promise<void> {
  let done = 0;
  options.progress?.(done, events);
  for (;;) {
    const taken = stretch(() => engine.drain(SLICE));
    done += taken;
    options.progress?.(done, events);
    if (taken < SLICE) break;
    // Ctrl-C and the progress bar get their turn between slices.
    await new Promise((resolve) => setImmediate(resolve));
    if (options.signal?.aborted === true) {
      throw new BacktestError("INTERRUPTED", { time: new Date(engine.clock.now).toISOString() });
    }
  }
  stretch(() => engine.finish());
}

/** Turns a finished run into its result. */
export function conclude(run: PreparedRun, options: BacktestOptions): BacktestResult {
  const { engine, universe, rules, broker, desk, timeZone } = run;
  const { market, portfolio, fills } = engine;
  // The log makes its columns when it is asked for them: once is enough.
  const { time, value, length } = engine.equity;
  const equity: EquityCurve = { time, value, length };
  const cash = options.cash ?? DEFAULTS.cash;
  const trades = tradesOf(engine);
  const benchmark = benchmarkOf(universe, options, equity, cash);
  const held = shareOfBarsHeld(engine);
  const zone = zoneOffsets(timeZone);
  const rate = (instrument: number): number => portfolio.rate[portfolio.currencyOf[instrument]];
  let fees = 0;
  let slippage = 0;
  let valueTraded = 0;
  for (let f = 0; f < fills.length; f++) {
    const i = fills.instrument[f];
    fees += fills.fee[f] * rate(i);
    slippage += fills.slippage[f] * rate(i);
    valueTraded += Math.abs(fills.quantity[f] * fills.price[f]) * market.instruments[i].multiplier * rate(i);
  }
  const statistics = summary(equity, trades, {
    fees,
    slippage,
    valueTraded,
    dayOf: localDay((instant) => zone.offsetAt(instant)),
    ...(held !== undefined && { timeInMarket: held }),
    ...(benchmark && { benchmark: benchmark.curve }),
  });
  const from = equity.time[0];
  const to = equity.time[equity.length - 1];
  const dates = { from: dateNumber(zone.dayAt(from)), to: dateNumber(zone.dayAt(to)) };
  const denials = denialsOf(engine);
  let traces: IndicatorTrace[] | undefined;
  return {
    strategy: desk.strategy,
    params: desk.params,
    instruments: market.listed,
    series: market.series,
    handed: market.series.filter((_, s) => market.handed[s] === 1),
    finest: Array.from(market.finest),
    from,
    to,
    warmupBars: engine.warmupBars,
    bars: engine.barsTaken,
    baseCurrency: portfolio.currencies[0],
    startCash: cash,
    timeZone,
    equity,
    benchmark: benchmark?.curve,
    benchmarkName: benchmark?.symbol,
    statistics,
    trades,
    tradeLog: engine.trades,
    orders: engine.book,
    fills,
    denials,
    ambiguousBars: broker.ambiguousBars,
    assumptions: assumptionsOf(rules, engine, dates, [
      ...hoursInWords(run.hours),
      ...universe.notes,
      ...builtInWords(builtSizes(options)),
    ]),
    caveats: caveatsOf({
      options,
      rules,
      engine,
      universe,
      benchmark,
      strategy: run.strategy,
      hours: run.hours,
      ambiguousBars: broker.ambiguousBars,
      barsOutsideHours: broker.barsOutsideHours,
      statistics,
      trades,
      denials,
      dateOf: (instant) => dateOfDay(zone.dayAt(instant)),
    }),
    get indicators() {
      traces ??= traceIndicators(desk, market.series);
      return traces;
    },
    inputHash: hashInputs({
      config: { ...settingsOf(options, rules), hours: hoursToHash(run) },
      params: desk.params,
      instruments: universe.instruments,
      series: universe.series,
      quotes: universe.quotes,
      trades: universe.trades,
      source: options.source ?? options.strategy.toString(),
    }),
    outcomeHash: hashOutcome({ equity, fills, orders: engine.book, statistics }),
  };
}

/** @throws MarketError BAR_SIZE_UNKNOWN */
function builtSizes({ build = [] }: BacktestOptions): BarSize[] {
  return [build].flat().flatMap((text) => text.split(",").map(parseBarSize));
}

function builtInWords(sizes: readonly BarSize[]): string[] {
  if (sizes.length === 0) return [];
  const labels = sizes.map(({ label }) => label).join(", ");
  return [`The strategy is handed bars of ${labels}, which are built from the data; orders fill on the data itself.`];
}

export function constructAt(options: Pick<BacktestOptions, "strategy">, desk: Desk): Strategy {
  try {
    return construct(options.strategy, desk);
  } catch (error) {
    if (error instanceof StrategyError && error.code !== "NOT_IN_A_RUN") throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new StrategyError("CONSTRUCTOR_FAILED", { strategy: desk.strategy, message }, error);
  }
}

/** How many bars in front of its beginning a run needs to warm up. */
function barsInFront(desk: Desk): number {
  // Larger bars need a multiple of the smaller ones nobody knows beforehand: keep all.
  if (desk.subscriptions.length > 0) return Number.MAX_SAFE_INTEGER;
  return desk.readings.reduce((most, reading) => Math.max(most, reading.spec.warmup), desk.warmup);
}

/** What has to be read of a store: a day more on either side than the dates say, for their zone is not known yet. */
function neededBars({ from, to }: BacktestOptions, desk: Desk): NeededBars {
  const before = barsInFront(desk);
  return {
    ...(from !== undefined &&
      before < Number.MAX_SAFE_INTEGER && { from: instantOf("from", from, "UTC") - DAY, before }),
    ...(to !== undefined && { to: instantOf("to", to, "UTC") + DAY }),
  };
}

/** The rows the run needs: those it trades on, and enough before them to warm up. */
function cut(universe: Universe, desk: Desk, from: number, to: number, asked: BacktestOptions): Universe {
  const keep = barsInFront(desk);
  const series = universe.series.map((one) => cutSeries(one, from, to, keep));
  const any = series.some(
    (one, s) => one.length > 0 && one.end[one.length - 1] > from && universe.series[s].length > 0,
  );
  if (series.length > 0 && !any) throw emptyRange(universe.series, asked);
  return {
    ...universe,
    series,
    quotes: universe.quotes.map((one) => cutTicks(one, to)),
    trades: universe.trades.map((one) => cutTicks(one, to)),
  };
}

/** Says the range as it was asked for: the end of a day is an instant of the next one in UTC. */
function emptyRange(series: readonly BarSeries[], { from, to }: BacktestOptions): BacktestError {
  const full = series.filter((one) => one.length > 0);
  const iso = (instant: number): string => new Date(instant).toISOString().slice(0, 10);
  const said = (when: When): string => (typeof when === "string" ? when : iso(Number(when)));
  const parts = [from === undefined ? "" : `from ${said(from)}`, to === undefined ? "" : `to ${said(to)}`];
  return new BacktestError("RANGE_EMPTY", {
    range: parts.filter((part) => part !== "").join(" ") || "at all",
    first: full.length === 0 ? "nowhere" : iso(Math.min(...full.map((one) => one.start[0]))),
    last: full.length === 0 ? "nowhere" : iso(Math.max(...full.map((one) => one.end[one.length - 1]))),
  });
}

function neverStarted(run: PreparedRun): StrategyError {
  const needed = run.desk.readings.reduce((most, one) => Math.max(most, one.spec.warmup), run.desk.warmup);
  return new StrategyError("WARM_UP_TOO_LONG", { strategy: run.desk.strategy, needed });
}

/** The settings that decide the outcome, as plain values for the hash. */
function settingsOf(options: BacktestOptions, rules: SimRules): Record<string, unknown> {
  const { from, to, cash, baseCurrency, rates, guards, seed, benchmark } = options;
  const built = builtSizes(options).map(({ label }) => label);
  return {
    ...(built.length > 0 && { build: built }),
    from: from ?? null,
    to: to ?? null,
    cash: cash ?? DEFAULTS.cash,
    baseCurrency: baseCurrency ?? DEFAULTS.baseCurrency,
    rates: rates ?? {},
    guards: guards ?? {},
    seed: seed ?? DEFAULTS.seed,
    benchmark: benchmark ?? null,
    ...rules,
    fees: rules.fees.name,
    slippage: rules.slippage.name,
    margin: rules.margin.name,
  };
}

/** By which hours each instrument was traded, for the hash: those that were given as they are, others by their source. */
function hoursToHash({ engine, hours }: PreparedRun): unknown[] {
  return hours.map(({ symbol, calendar, given }, i) => {
    const { open, close } = engine.market.sessions[i];
    return { symbol, hours: given ? [[...open], [...close]] : (calendar ?? "bars") };
  });
}

/** The date of a day counted from 1970-01-01. */
function dateOfDay(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

function dateNumber(day: number): number {
  return Number(dateOfDay(day).replaceAll("-", ""));
}

function refuseNoCurrency(baseCurrency: string): void {
  if (/^[A-Z]{3}$/.test(baseCurrency)) return;
  const rule = "three capital letters, such as USD";
  throw new BacktestError("SETTING_INVALID", { name: "baseCurrency", value: `"${baseCurrency}"`, rule });
}
