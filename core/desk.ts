import type { Agenda, PlannedTask } from "./agenda.js";
import { type Clock, ClockView } from "./clock.js";
import { type History, historyOf } from "./history.js";
import type { IndicatorSpec } from "./indicators/indicator.js";
import { IndicatorSet } from "./indicators/indicator-set.js";
import { type Pin, Reading, SeriesCursor } from "./indicators/reading.js";
import type { LogSink } from "./log.js";
import { StrategyLog } from "./log.js";
import type { BarSeries } from "./market/bar-series.js";
import type { BarSize } from "./market/bar-size.js";
import { DAY, parseBarSize } from "./market/bar-size.js";
import { MarketError } from "./market/errors.js";
import type { Instrument } from "./market/instrument.js";
import type { LargerSize } from "./market/larger-bars.js";
import type { Market } from "./market/market.js";
import type { Quote } from "./market/quote.js";
import { nearest } from "./nearest.js";
import type { OrderFlow } from "./order-flow.js";
import type { OrderDesk } from "./orders/order-desk.js";
import type { ParamValues } from "./params.js";
import type { Portfolio } from "./portfolio/portfolio.js";
import { Account, Position } from "./portfolio/views.js";
import { Random } from "./random.js";
import { StrategyError } from "./strategy-errors.js";

/** A bar size of an instrument that a strategy asked for. */
export interface Subscription {
  readonly symbol: string;
  readonly size: BarSize;
}

/** What the engine opens for the strategy when it is bound to a run. */
export class DeskRun {
  readonly market: Market;
  readonly portfolio: Portfolio;
  readonly orders: OrderDesk;
  readonly flow: OrderFlow;
  readonly clock: Clock;
  readonly agenda: Agenda;

  constructor(market: Market, portfolio: Portfolio, orders: OrderDesk, flow: OrderFlow, clock: Clock, agenda: Agenda) {
    this.market = market;
    this.portfolio = portfolio;
    this.orders = orders;
    this.flow = flow;
    this.clock = clock;
    this.agenda = agenda;
  }
}

/**
 * The engine as a strategy sees it. While a strategy is constructed the desk only notes what it declares; once bound
 * to a run it answers questions about the present and takes orders. It never leads to data that lies ahead.
 */
export class Desk {
  readonly strategy: string;
  readonly params: ParamValues;
  readonly cursor = new SeriesCursor();
  readonly readings: Reading<string>[] = [];
  readonly subscriptions: Subscription[] = [];
  /** Tasks planned before there was a run. */
  private readonly planned: PlannedTask[] = [];
  /** Bars the strategy itself asks for before it begins. */
  warmup = 0;
  private parts: DeskRun | undefined = undefined;
  private readonly positions = new Map<number, Position>();
  private clockView: Clock | undefined = undefined;
  private accountView: Account | undefined = undefined;
  private chance: Random | undefined = undefined;
  private journal: StrategyLog | undefined = undefined;

  constructor(strategy: string, params: ParamValues) {
    this.strategy = strategy;
    this.params = params;
  }

  bind(parts: DeskRun, seed: number, log: LogSink | undefined): void {
    this.parts = parts;
    this.accountView = new Account(parts.portfolio);
    this.chance = new Random(seed);
    this.journal = new StrategyLog(parts.clock, log);
    this.clockView = new ClockView(parts.clock);
    for (const instrument of parts.market.instruments) {
      this.positions.set(instrument.index, new Position(parts.portfolio, instrument));
    }
    for (const task of this.planned) this.enter(task);
  }

  /** @throws StrategyError TOO_LATE once the run has begun. */
  indicator<Output extends string>(spec: IndicatorSpec<Output>, pin: Pin): Reading<Output> {
    this.declaring("indicator()");
    const reading = new Reading(spec, pin, this.cursor, (of, bar) => this.seriesOf(of, bar));
    this.readings.push(reading as unknown as Reading<string>);
    return reading;
  }

  /** @throws StrategyError TOO_LATE once the run has begun. */
  subscribe(instrument: Instrument | string, bar: string): void {
    this.declaring("subscribe()");
    this.subscriptions.push({ symbol: String(instrument), size: parseBarSize(bar) });
  }

  needBars(count: number): void {
    this.declaring("warmUp()");
    this.warmup = Math.max(this.warmup, count);
  }

  /** Plans a task: at once where there is a run, else when there is. */
  plan(task: PlannedTask): void {
    if (this.parts === undefined) this.planned.push(task);
    else this.enter(task);
  }

  private enter(task: PlannedTask): void {
    const { agenda, market, clock, flow } = this.run;
    flow.activity++;
    const instrument = task.of === undefined ? market.instruments[0] : this.instrument(task.of);
    agenda.plan(task.schedule, instrument, task.run, clock.now);
  }

  /**
   * Opens every declared indicator on the series it follows: the pinned one, or all. Only the finest series of an
   * instrument makes the strategy wait for a warm-up, and the series that a pin names.
   */
  openIndicators(feedSeries: number): IndicatorSet {
    const { market } = this.run;
    const set = new IndicatorSet(market.series);
    for (const reading of this.readings) {
      const { of, bar } = reading.pin;
      for (let s = 0; s < market.series.length; s++) {
        const { instrument, size } = market.series[s];
        if (of !== undefined && this.instrument(of) !== instrument) continue;
        if (bar !== undefined && parseBarSize(bar).label !== size.label) continue;
        if (of !== undefined && bar === undefined && market.finest[instrument.index] !== s) continue;
        const pinned = of !== undefined || (bar !== undefined && market.instruments.length === 1);
        set.attach(reading, s, pinned, s < feedSeries || bar !== undefined);
      }
      if (of !== undefined && bar !== undefined) this.seriesOf(of, bar);
    }
    for (let s = 0; s < feedSeries; s++) set.require(s, this.warmup);
    if (market.series.length === 1) for (const reading of this.readings) reading.settle(0);
    return set;
  }

  /** The subscriptions with their instruments, each held to the series it can be built from. */
  largerSizes(series: readonly BarSeries[]): LargerSize[] {
    return this.subscriptions.map(({ symbol, size }) => ({ instrument: this.baseOf(symbol, size, series), size }));
  }

  private baseOf(symbol: string, size: BarSize, series: readonly BarSeries[]): Instrument {
    let finest: BarSeries | undefined;
    for (const one of series) {
      if (one.instrument.symbol === symbol && (finest === undefined || one.size.ms < finest.size.ms)) finest = one;
    }
    const asked = `${symbol} ${size.label}`;
    const names = [...new Set(series.map((one) => one.instrument.symbol))];
    if (finest === undefined) {
      const hint = `It has ${names.join(", ") || "no bars"}.`;
      throw new StrategyError("SERIES_UNKNOWN", { strategy: this.strategy, series: asked, hint });
    }
    const own = series.find((one) => one.instrument.symbol === symbol && one.size.label === size.label);
    if (own !== undefined) return own.instrument;
    const uneven = size.ms < DAY && size.ms % finest.size.ms !== 0;
    if (uneven || finest.size.ms >= size.ms || size.unit === "month") {
      const hint = `Bars of ${size.label} cannot be built from bars of ${finest.size.label}.`;
      throw new StrategyError("SERIES_UNKNOWN", { strategy: this.strategy, series: asked, hint });
    }
    return finest.instrument;
  }

  get run(): DeskRun {
    if (this.parts === undefined) throw new StrategyError("NOT_IN_A_RUN", { what: "A command of the strategy" });
    return this.parts;
  }

  get isBound(): boolean {
    return this.parts !== undefined;
  }

  get orders(): OrderDesk {
    return this.run.orders;
  }

  get account(): Account {
    return this.accountView ?? this.unbound("The account");
  }

  get clock(): Clock {
    return this.clockView ?? this.unbound("clock");
  }

  get random(): Random {
    return this.chance ?? this.unbound("random");
  }

  get log(): StrategyLog {
    return this.journal ?? this.unbound("log");
  }

  /** @throws MarketError INSTRUMENT_UNKNOWN */
  instrument(which: Instrument | string): Instrument {
    const { instruments } = this.run.market;
    if (typeof which !== "string") {
      if (which !== undefined && which !== null && instruments[which.index] === which) return which;
      return this.unknown(String(which?.symbol ?? which));
    }
    for (let i = 0; i < instruments.length; i++) if (instruments[i].symbol === which) return instruments[i];
    return this.unknown(which);
  }

  position(which: Instrument | string): Position {
    return this.positions.get(this.instrument(which).index) as Position;
  }

  quote(which: Instrument | string): Quote {
    return this.run.market.quoteViews[this.instrument(which).index];
  }

  /** The latest price of any kind; NaN before the first. */
  price(which: Instrument | string): number {
    return this.run.portfolio.mark[this.instrument(which).index];
  }

  history(which: Instrument | string, count: number, bar?: string): History {
    const { market } = this.run;
    const series = this.seriesOf(which, bar);
    if (!(Number.isInteger(count) && count >= 1)) {
      throw new StrategyError("HISTORY_COUNT", {
        symbol: market.series[series].instrument.symbol,
        count: String(count),
      });
    }
    return historyOf(market.series[series], market.row[series], count);
  }

  /** The series of an instrument and bar size; without a size, the one being handled, else the finest. */
  seriesOf(which: Instrument | string, bar?: string): number {
    const { market } = this.run;
    const instrument = this.instrument(which);
    if (bar !== undefined) {
      const label = parseBarSize(bar).label;
      for (let s = 0; s < market.series.length; s++) {
        if (market.series[s].instrument === instrument && market.series[s].size.label === label) return s;
      }
    } else {
      const handled = this.cursor.series;
      if (handled >= 0 && market.series[handled].instrument === instrument) return handled;
      if (market.finest[instrument.index] >= 0) return market.finest[instrument.index];
    }
    const known = market.series.map((series) => series.name).join(", ");
    throw new StrategyError("SERIES_UNKNOWN", {
      strategy: this.strategy,
      series: bar === undefined ? `bars of ${instrument.symbol}` : `${instrument.symbol} ${bar}`,
      hint: `It has ${known === "" ? "no bars" : known}; declare more with this.subscribe("${instrument.symbol}", "…").`,
    });
  }

  private unknown(symbol: string): never {
    const names = this.run.market.instruments.map((instrument) => instrument.symbol);
    const near = nearest(symbol, names);
    throw new MarketError("INSTRUMENT_UNKNOWN", {
      symbol,
      hint: near === undefined ? `It has ${names.join(", ")}.` : `Did you mean "${near}"?`,
    });
  }

  private declaring(what: string): void {
    if (this.parts !== undefined) throw new StrategyError("TOO_LATE", { what });
  }

  private unbound(what: string): never {
    throw new StrategyError("NOT_IN_A_RUN", { what });
  }
}
