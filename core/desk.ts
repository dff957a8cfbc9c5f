import type { Agenda, PlannedTask } from "./agenda.js";
import { type Clock, ClockView } from "./clock.js";
import type { Feed } from "./feed.js";
import { type History, historyOf } from "./history.js";
import type { IndicatorSpec } from "./indicators/indicator.js";
import { IndicatorSet } from "./indicators/indicator-set.js";
import { type Pin, Reading, SeriesCursor } from "./indicators/reading.js";
import type { LogSink } from "./log.js";
import { StrategyLog } from "./log.js";
import type { BarSeries } from "./market/bar-series.js";
import type { BarSize } from "./market/bar-size.js";
import { DAY, isDailyOrLarger, isTimed, parseBarSize } from "./market/bar-size.js";
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

/** A bar size that is asked for: of an instrument, or of every one. */
export interface Subscription {
  readonly symbol: string | undefined;
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

  /** Asks for a bar size of every instrument of the run. */
  subscribeAll(size: BarSize): void {
    this.subscriptions.push({ symbol: undefined, size });
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
   * Opens every declared indicator on the series it follows: the pinned one, or all that the strategy is handed. The
   * series of the feed make it wait for a warm-up, those it is shown in their place, and the series that a pin names.
   */
  openIndicators(): IndicatorSet {
    const { market } = this.run;
    const set = new IndicatorSet(market.series);
    const counts = market.series.map((one, s) => market.isMain(one, s));
    for (const reading of this.readings) {
      const { of, bar } = reading.pin;
      for (let s = 0; s < market.series.length; s++) {
        const { instrument, size } = market.series[s];
        if (market.handed[s] === 0) continue;
        if (of !== undefined && this.instrument(of) !== instrument) continue;
        if (bar !== undefined && parseBarSize(bar).label !== size.label) continue;
        if (of !== undefined && bar === undefined && market.shown[instrument.index] !== s) continue;
        const pinned = of !== undefined || (bar !== undefined && market.instruments.length === 1);
        set.attach(reading, s, pinned, counts[s] || bar !== undefined);
      }
      if (of !== undefined && bar !== undefined) this.seriesOf(of, bar);
    }
    for (let s = 0; s < counts.length; s++) if (counts[s]) set.require(s, this.warmup);
    if (market.series.length === 1) for (const reading of this.readings) reading.settle(0);
    return set;
  }

  /** The subscriptions with their instruments, each with what it is built from. */
  largerSizes(feed: Feed): LargerSize[] {
    return this.subscriptions.flatMap(({ symbol, size }) => {
      const symbols = symbol === undefined ? feed.instruments.map((one) => one.symbol) : [symbol];
      return symbols.map((one) => this.largerSize(one, size, feed));
    });
  }

  private largerSize(symbol: string, size: BarSize, feed: Feed): LargerSize {
    const { instruments, hasTrades } = feed;
    const refuse = (hint: string): never => {
      throw new StrategyError("SERIES_UNKNOWN", {
        strategy: this.strategy,
        series: `${symbol} ${size.label}`,
        hint,
      });
    };
    const instrument = instruments.find((one) => one.symbol === symbol);
    if (instrument === undefined) {
      return refuse(`It has ${instruments.map((one) => one.symbol).join(", ") || "no bars"}.`);
    }
    const own = feed.series.filter((one) => one.instrument === instrument);
    if (own.some((one) => one.size.label === size.label)) return { instrument, size, from: undefined };
    const finest = own.reduce<BarSeries | undefined>(
      (least, one) => (least === undefined || one.size.ms < least.size.ms ? one : least),
      undefined,
    );
    if (finest !== undefined) {
      const problem = isTimed(size) ? timeProblem(size, finest) : undefined;
      if (isTimed(size) && problem === undefined) return { instrument, size, from: finest };
      if (!hasTrades[instrument.index]) {
        const why = problem ?? measureProblem(size, finest);
        return why === undefined ? { instrument, size, from: finest } : refuse(why);
      }
    }
    if (!hasTrades[instrument.index]) return refuse(`There are neither bars nor trades of ${symbol}.`);
    return size.unit === "month" ? refuse("Bars of months are not built.") : { instrument, size, from: undefined };
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

  /** The latest price: the middle of a quote, else a trade, else a close, else that of a fill; NaN before the first. */
  price(which: Instrument | string): number {
    return this.run.portfolio.mark[this.instrument(which).index];
  }

  history(which: Instrument | string, count: number, bar?: string): History {
    const { market } = this.run;
    const series = this.seriesOf(which, bar);
    if (!(count >= 1 && (Number.isInteger(count) || count === Infinity))) {
      throw new StrategyError("HISTORY_COUNT", {
        symbol: market.series[series].instrument.symbol,
        count: String(count),
      });
    }
    return historyOf(market.series[series], market.row[series], count);
  }

  /** The series of an instrument and bar size; without a size, the one being handled, else the finest it is shown. */
  seriesOf(which: Instrument | string, bar?: string): number {
    const { market } = this.run;
    const instrument = this.instrument(which);
    if (bar !== undefined) {
      const label = parseBarSize(bar).label;
      for (let s = 0; s < market.series.length; s++) {
        const { instrument: own, size } = market.series[s];
        if (own === instrument && size.label === label && market.handed[s] === 1) return s;
      }
    } else {
      const handled = this.cursor.series;
      if (handled >= 0 && market.series[handled].instrument === instrument) return handled;
      if (market.shown[instrument.index] >= 0) return market.shown[instrument.index];
    }
    const handed = market.series.filter((_, s) => market.handed[s] === 1);
    const known = handed.map((series) => series.name).join(", ");
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

/** Why bars of a time cannot be built from smaller ones. */
function timeProblem(size: BarSize, from: BarSeries): string | undefined {
  const uneven = size.ms < DAY && size.ms % from.size.ms !== 0;
  if (!uneven && from.size.ms < size.ms && size.unit !== "month") return undefined;
  return `Bars of ${size.label} cannot be built from bars of ${from.size.label}.`;
}

/** Why bars of trades, volume or value cannot be built from bars. */
function measureProblem(size: BarSize, from: BarSeries): string | undefined {
  if (size.unit === "tick") return `Bars of ${size.label} are built from trades, and there are none.`;
  if (from.source === "midpoint") return `Bars of ${size.label} need volumes, and those of ${from.name} have none.`;
  if (!isDailyOrLarger(from.size)) return undefined;
  return `Bars of ${size.label} end with their session, and those of ${from.name} are whole sessions.`;
}
