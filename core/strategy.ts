import type { Schedule } from "./calendar/schedule.js";
import type { Clock } from "./clock.js";
import type { ConnectionEvent } from "./connection-event.js";
import { Desk } from "./desk.js";
import type { GuardTrip } from "./guards/trip.js";
import type { History } from "./history.js";
import type { IndicatorSpec } from "./indicators/indicator.js";
import type { Pin, Reading } from "./indicators/reading.js";
import type { StrategyLog } from "./log.js";
import type { Bar } from "./market/bar.js";
import type { Instrument } from "./market/instrument.js";
import type { Quote } from "./market/quote.js";
import type { Trade } from "./market/trade.js";
import type { Bracket, BracketOptions } from "./orders/bracket.js";
import type { Denial } from "./orders/denial.js";
import type { Fill, Order } from "./orders/order.js";
import type { OrderChanges } from "./orders/order-desk.js";
import type { OrderOptions, OrderRequest } from "./orders/order-request.js";
import { type ParamSpecs, type ParamsOf, resolveParams } from "./params.js";
import type { Account, Position } from "./portfolio/views.js";
import type { Random } from "./random.js";
import { StrategyError } from "./strategy-errors.js";

/** What a handler returns: nothing. A promise does not compile, and one that comes anyway is an error. */
// biome-ignore lint/suspicious/noConfusingVoidType: `void` alone would let an async handler compile
type Nothing = void | undefined;

/** The mark by which a class is known as a strategy even when a second copy of the framework made it. */
export const STRATEGY_BRAND: unique symbol = Symbol.for("seatrial.strategy");

/** A strategy's class, as the engine takes it. */
export interface StrategyClass {
  new (): Strategy;
  readonly name: string;
  readonly paramSpecs: ParamSpecs;
}

/** What `Strategy.with` gives: a class to extend. */
export type StrategyBase<Params extends object> = (abstract new () => Strategy<Params>) & {
  readonly paramSpecs: ParamSpecs;
  readonly [STRATEGY_BRAND]: true;
};

// The desk of the strategy that is being constructed: fields such as `this.indicator(…)` run before any argument
// could be stored, so it cannot be passed in.
let constructing: Desk | undefined;

/** The desk a strategy sits at. The engine's way in; not part of the public surface, for a desk leads to the market. */
export let deskOf: (strategy: Strategy) => Desk;

/** Makes a strategy at a desk. */
export function construct(type: StrategyClass, desk: Desk): Strategy {
  constructing = desk;
  try {
    return new type();
  } finally {
    constructing = undefined;
  }
}

/**
 * A trading strategy. Extend it, or `Strategy.with({ … })` to declare parameters, and override the handlers you need.
 * The same class runs in a backtest, on paper and live; nothing in it asks which.
 *
 * Prices are in the instrument's currency, quantities in units, instants in epoch ms UTC. Instruments are named by
 * their symbol or passed as the Instrument that an event carries.
 */
export abstract class Strategy<Params extends object = object> {
  static readonly [STRATEGY_BRAND] = true;
  static readonly paramSpecs: ParamSpecs = {};

  /**
   * A base class with parameters: `extends Strategy.with({ fast: 10, slow: int(30, { min: 2 }) })`. The defaults type
   * `this.params`; values come from the command line, the configuration or a sweep.
   */
  static with<const Specs extends ParamSpecs>(specs: Specs): StrategyBase<ParamsOf<Specs>> {
    abstract class StrategyWithParams extends Strategy<ParamsOf<Specs>> {
      static override readonly paramSpecs: ParamSpecs = specs;
    }
    return StrategyWithParams;
  }

  readonly params: Params;
  /** A small JSON object that survives restarts. */
  state: Record<string, unknown> = {};
  readonly #desk: Desk;

  static {
    deskOf = (strategy) => strategy.#desk;
  }

  constructor() {
    const type = new.target as unknown as StrategyClass;
    this.#desk = constructing ?? new Desk(type.name, resolveParams(type.name, type.paramSpecs, {}));
    this.params = this.#desk.params as Params;
  }

  // ---- handlers: override the ones you need; those a class does not have cost nothing -------------------------

  /** Once, after the warm-up and before the first bar. */
  onStart(): Nothing {}
  /** A bar is complete. The view moves on after the call: copy what should outlive it. */
  onBar(_bar: Bar): Nothing {}
  /** All bars that end at one instant, once, after `onBar` of each. */
  onBars(_bars: readonly Bar[]): Nothing {}
  onQuote(_quote: Quote): Nothing {}
  onTrade(_trade: Trade): Nothing {}
  /** An order of this strategy has reached another state. */
  onOrder(_order: Order): Nothing {}
  onFill(_fill: Fill): Nothing {}
  /** A session of an instrument opens; what was held for it has just been released. */
  onSessionOpen(_instrument: Instrument): Nothing {}
  /** A session closes, after its last bar has been handed out. */
  onSessionClose(_instrument: Instrument): Nothing {}
  /** A guard or the account stopped an order. */
  onGuard(_trip: GuardTrip): Nothing {}
  /** In a paper or live session: the connection was lost, came back, or is half of what it should be. */
  onConnection(_event: ConnectionEvent): Nothing {}
  /** Once, at the end of the run. */
  onStop(): Nothing {}

  // ---- declarations: in fields or in the constructor ----------------------------------------------------------

  /** Declares an indicator; the run warms it up, keeps it per instrument and draws it. */
  protected indicator<Output extends string>(spec: IndicatorSpec<Output>, pin: Pin = {}): Reading<Output> {
    return this.#desk.indicator(spec, pin);
  }
  /** Asks for a larger bar size of an instrument, built from the smaller one and seen only once complete. */
  protected subscribe(instrument: Instrument | string, bar: string): void {
    this.#desk.subscribe(instrument, bar);
  }
  /** Asks for bars before the start, beside what the indicators need. */
  protected warmUp(bars: number): void {
    this.#desk.needBars(bars);
  }

  /**
   * Plans a task for every session: before or after its open or close, every so many minutes of it, or at a time of
   * day, such as `this.schedule({ beforeClose: 5 }, () => this.cancelAll())`. Sessions are those of the instrument
   * named, or of the first. In fields, in the constructor, or at any time later.
   */
  protected schedule(when: Schedule, task: () => Nothing, of?: Instrument | string): void {
    this.#desk.plan({ schedule: when, run: task, of });
  }

  // ---- orders -------------------------------------------------------------------------------------------------

  /** Buys units: at the market, or as `options` say. */
  protected buy(instrument: Instrument | string, quantity: number, options?: OrderOptions): Order {
    return this.#desk.orders.submit(this.#desk.instrument(instrument), "buy", quantity, options);
  }
  /** Sells units; beyond what is held it goes short. */
  protected sell(instrument: Instrument | string, quantity: number, options?: OrderOptions): Order {
    return this.#desk.orders.submit(this.#desk.instrument(instrument), "sell", quantity, options);
  }
  /** Brings the position to so many signed units; undefined when it is there already or on its way. */
  protected target(instrument: Instrument | string, quantity: number, options?: OrderOptions): Order | undefined {
    return this.#desk.orders.target(this.#desk.instrument(instrument), quantity, options);
  }
  /** Brings the position to a value in the base currency. */
  protected targetValue(instrument: Instrument | string, value: number, options?: OrderOptions): Order | undefined {
    return this.#desk.orders.targetValue(this.#desk.instrument(instrument), value, options);
  }
  /** Brings the position to a fraction of equity, such as 0.5. */
  protected targetPercent(
    instrument: Instrument | string,
    fraction: number,
    options?: OrderOptions,
  ): Order | undefined {
    return this.targetValue(instrument, fraction * this.account.equity, options);
  }
  /** An entry with a stop loss, a take profit, or both; when one exit fills the other is cancelled. */
  protected bracket(
    instrument: Instrument | string,
    side: "buy" | "sell",
    quantity: number,
    options: BracketOptions,
  ): Bracket {
    return this.#desk.orders.bracket(this.#desk.instrument(instrument), side, quantity, options);
  }
  /** Orders of which one cancels the others. */
  protected oco(requests: readonly OrderRequest[]): Order[] {
    return this.#desk.orders.oco(
      requests.map((request) => ({ ...request, instrument: this.#desk.instrument(request.instrument) })),
    );
  }
  protected submit(request: OrderRequest): Order {
    const { side, quantity } = request;
    return this.#desk.orders.submit(this.#desk.instrument(request.instrument), side, quantity, request, "request");
  }
  /** Changes a working order; undefined when done, else why not. */
  protected modify(order: Order, changes: OrderChanges): Denial | undefined {
    return this.#desk.orders.modify(order, changes);
  }
  protected cancel(order: Order): void {
    this.#desk.orders.cancel(order);
  }
  /** Cancels all working orders, or those of one instrument. */
  protected cancelAll(instrument?: Instrument | string): void {
    this.#desk.orders.cancelAll(instrument === undefined ? undefined : this.#desk.instrument(instrument));
  }
  /** Cancels what works for an instrument and closes its position. */
  protected closePosition(instrument: Instrument | string, options?: OrderOptions): Order | undefined {
    return this.#desk.orders.closePosition(this.#desk.instrument(instrument), options);
  }

  // ---- the present --------------------------------------------------------------------------------------------

  protected get clock(): Clock {
    return this.#desk.clock;
  }
  /** Seeded: the same run draws the same numbers. */
  protected get random(): Random {
    return this.#desk.random;
  }
  protected get log(): StrategyLog {
    return this.#desk.log;
  }
  protected get account(): Account {
    return this.#desk.account;
  }
  /** The instruments of this run. */
  protected get instruments(): readonly Instrument[] {
    return this.#desk.run.market.listed;
  }
  protected instrument(symbol: string): Instrument {
    return this.#desk.instrument(symbol);
  }
  protected position(instrument: Instrument | string): Position {
    return this.#desk.position(instrument);
  }
  /** The latest price: the middle of a quote, else a trade, else a close, else that of a fill; NaN before the first. */
  protected price(instrument: Instrument | string): number {
    return this.#desk.price(instrument);
  }
  protected quote(instrument: Instrument | string): Quote {
    return this.#desk.quote(instrument);
  }
  /** Orders that can still fill, oldest first. */
  protected workingOrders(instrument?: Instrument | string): Order[] {
    return this.#desk.orders.workingOrders(instrument === undefined ? undefined : this.#desk.instrument(instrument));
  }
  protected hasWorkingOrders(instrument: Instrument | string): boolean {
    return this.#desk.orders.hasWorkingOrders(this.#desk.instrument(instrument));
  }
  /** Copies of the last bars, the latest last. Without a bar size: of the series being handled, else the finest. */
  protected history(instrument: Instrument | string, count: number, bar?: string): History {
    return this.#desk.history(instrument, count, bar);
  }
}

/**
 * Whether a value is a class that extends Strategy, of this copy of the framework or another.
 * @throws StrategyError CONSTRUCTOR_MISSING
 */
export function assertStrategyClass(value: unknown, name: string): asserts value is StrategyClass {
  const branded = typeof value === "function" && (value as unknown as Record<symbol, unknown>)[STRATEGY_BRAND] === true;
  if (!branded) throw new StrategyError("CONSTRUCTOR_MISSING", { strategy: name });
}
