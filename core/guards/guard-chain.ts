import type { Evidence } from "../evidence.js";
import type { Instant } from "../market/bar-size.js";
import type { Market } from "../market/market.js";
import type { Denial } from "../orders/denial.js";
import { isForOpen } from "../orders/order-hours.js";
import type { Portfolio } from "../portfolio/portfolio.js";
import { BelievedPrices } from "./believed-prices.js";
import { CrossedQuote } from "./crossed-quote.js";
import type { Guard, OrderUnderTest } from "./guard.js";
import type { GuardSettings } from "./guard-settings.js";
import { KillSwitch } from "./kill-switch.js";
import { LiveGuards } from "./live-guards.js";
import type { LossFigures } from "./loss-figures.js";
import { DailyLoss, DrawdownLimit, type EquityWatch } from "./loss-limits.js";
import { OrderSize, OrderValue, Participation } from "./order-caps.js";
import { OrderRate } from "./order-rate.js";
import { Exposure, OpenOrders, PositionCap } from "./position-caps.js";
import { PriceBand } from "./price-band.js";
import { PriceJump } from "./price-jump.js";
import { QuoteWatch } from "./quote-watch.js";
import { SentinelPrices } from "./sentinel-prices.js";
import { SessionHours } from "./session-hours.js";
import { StaleQuote } from "./stale-quote.js";
import type { GuardWarning } from "./warning.js";

/** All guards of a run in the order they are asked; the first denial stands. */
export class GuardChain {
  readonly killSwitch = new KillSwitch();
  readonly quoteWatch: QuoteWatch;
  /** What the loss limits take positions to be worth. */
  readonly believed: BelievedPrices;
  readonly dailyLoss: DailyLoss | undefined;
  readonly drawdown: DrawdownLimit | undefined;
  /** Whether equity is held against the loss limits at every instant: one flattens, or a session tells of them. */
  readonly watchesLosses: boolean;
  /** Hears that equity has reached a loss limit, at every instant at which it has. */
  onLossLimit: ((denial: Denial) => void) | undefined = undefined;
  /** When orders may leave; undefined where they leave at once, whatever the hour. Stands without guards too. */
  readonly hours: SessionHours | undefined;
  /** All that stand, in the order they are asked. */
  private readonly guards: readonly Guard[];
  // The guards of every run by their names: a call through a list of many kinds costs more than what most of them do.
  private readonly session: SessionHours | undefined;
  private readonly staleQuote: StaleQuote | undefined;
  private readonly sentinelPrices: SentinelPrices | undefined;
  private readonly crossedQuote: CrossedQuote | undefined;
  private readonly priceJump: PriceJump | undefined;
  private readonly priceBand: PriceBand | undefined;
  private readonly orderRate: OrderRate | undefined;
  /** Caps of size and position, which stand only where they are configured. */
  private readonly caps: readonly Guard[];
  /** Those that stand only where there is evidence; undefined in a replay, which never meets the lists below. */
  private readonly live: LiveGuards | undefined;
  /** With evidence, all behind the kill switch that an order is asked when it leaves, */
  private readonly leaving: readonly Guard[];
  /** when it was held and is released, */
  private readonly released: readonly Guard[];
  /** and when that is before its market has a price. */
  private readonly opening: readonly Guard[];
  /** Why the strategy was stopped, or undefined. */
  strategyStopped: Denial | undefined = undefined;
  /** Whether the run closes its positions to end: nothing is opened any more. Unlike the kill switch, over at its end. */
  isClosing = false;
  private readonly market: Market;
  private readonly equity: EquityWatch;

  /**
   * `false` leaves only the kill switch, the holding of orders until their market opens and, where there is evidence,
   * the connection and what blocks an instrument.
   * @param evidence of a paper or live session; a replay has none
   */
  constructor(
    settings: GuardSettings | false,
    market: Market,
    equity: EquityWatch,
    tradesAtClose = false,
    evidence?: Evidence,
  ) {
    const all = settings === false ? ALL_OFF : settings;
    const pass = all.reducingPasses ?? true;
    this.market = market;
    this.equity = equity;
    this.quoteWatch = new QuoteWatch(market, all.priceJump === false ? {} : all.priceJump);
    this.crossedQuote =
      all.crossedQuote === false ? undefined : new CrossedQuote(this.quoteWatch, all.crossedQuote, pass);
    const limitsLosses = Boolean(all.dailyLoss) || Boolean(all.drawdown);
    this.believed = new BelievedPrices(market, this.quoteWatch, this.crossedQuote, limitsLosses);
    this.dailyLoss = all.dailyLoss ? new DailyLoss(equity, this.believed, all.dailyLoss) : undefined;
    this.drawdown = all.drawdown ? new DrawdownLimit(equity, this.believed, all.drawdown) : undefined;
    const flattens = this.dailyLoss?.options.flatten === true || this.drawdown?.options.flatten === true;
    this.watchesLosses = flattens || (limitsLosses && evidence !== undefined);
    const hours = all.session === false ? undefined : new SessionHours(market, tradesAtClose, all.session);
    this.hours = hours;
    this.session = settings === false ? undefined : hours;
    this.staleQuote = all.staleQuote === false ? undefined : new StaleQuote(all.staleQuote, pass);
    this.sentinelPrices = all.sentinelPrices === false ? undefined : new SentinelPrices(pass);
    this.priceJump = all.priceJump === false ? undefined : new PriceJump(this.quoteWatch, pass);
    this.priceBand = all.priceBand === false ? undefined : new PriceBand(all.priceBand, pass);
    this.orderRate = all.orderRate === false ? undefined : new OrderRate(market.instruments.length, all.orderRate);
    const live = evidence === undefined ? undefined : new LiveGuards(evidence, all);
    const caps: (Guard | undefined)[] = [
      isCap(all.orderSize) ? new OrderSize(all.orderSize) : undefined,
      isCap(all.orderValue) ? new OrderValue(all.orderValue) : undefined,
      isCap(all.participation) ? new Participation(all.participation) : undefined,
      live?.blocked,
      isCap(all.position) ? new PositionCap(all.position) : undefined,
      isCap(all.exposure) ? new Exposure(all.exposure) : undefined,
      isCap(all.openOrders) ? new OpenOrders(all.openOrders) : undefined,
    ];
    this.caps = caps.filter((guard) => guard !== undefined);
    const guards = [
      this.killSwitch,
      live?.connection,
      this.session,
      this.staleQuote,
      live?.dataType,
      this.sentinelPrices,
      this.crossedQuote,
      this.priceJump,
      live?.frozenQuote,
      live?.halted,
      this.priceBand,
      ...this.caps,
      this.orderRate,
      this.dailyLoss,
      this.drawdown,
      live?.clockSkew,
    ];
    this.guards = guards.filter((guard) => guard !== undefined);
    const { orderRate, staleQuote, sentinelPrices, crossedQuote, priceJump } = this;
    const prices: readonly (Guard | undefined)[] = [
      staleQuote,
      sentinelPrices,
      crossedQuote,
      priceJump,
      live?.frozenQuote,
    ];
    this.live = live;
    this.leaving = this.guards.slice(1);
    this.released = this.leaving.filter((guard) => guard !== orderRate);
    this.opening = this.released.filter((guard) => !prices.includes(guard));
  }

  /** Whether nothing may be opened whatever the market does: the kill switch is on, or the strategy or the run ends. */
  get opensNothing(): boolean {
    return this.killSwitch.isOn || this.isClosing || this.strategyStopped !== undefined;
  }

  /** The names of the guards that stand, in order. */
  get names(): readonly string[] {
    return this.guards.map((guard) => guard.name);
  }

  /**
   * Called at the end of an instant: why all positions must be closed now, once a day (of a drawdown once a run).
   * @param equity at prices that are believed; while it is not known nothing is closed
   */
  breach(equity: number): string | undefined {
    if (equity !== equity) return undefined;
    const { equity: watch, dailyLoss, drawdown } = this;
    if (!watch.isDayStopped && this.isReached(dailyLoss, equity) && dailyLoss?.options.flatten === true) {
      watch.isDayStopped = true;
      return "daily loss";
    }
    if (!watch.isRunStopped && this.isReached(drawdown, equity) && drawdown?.options.flatten === true) {
      watch.isRunStopped = true;
      return "drawdown";
    }
    return undefined;
  }

  private isReached(limit: DailyLoss | DrawdownLimit | undefined, equity: number): boolean {
    const denial = limit?.verdict(equity);
    if (denial !== undefined) this.onLossLimit?.(denial);
    return denial !== undefined;
  }

  /** Goes on with what the loss limits of an earlier part of the run remember. Called before the first day begins. */
  restoreLosses(kept: LossFigures): void {
    this.equity.restore(kept, this.symbols, this.drawdown?.text);
  }

  /** What is to be remembered of now; undefined where nothing is, or while equity is not known. */
  lossFigures(now: Instant, portfolio: Portfolio): LossFigures | undefined {
    const { equity: watch, drawdown, countsDays } = this;
    const equity = this.believed.equity(portfolio);
    const isAsked = countsDays || drawdown !== undefined;
    if (!isAsked || watch.isWaiting || equity !== equity) return undefined;
    return {
      at: now,
      dayStart: countsDays ? watch.dayStart : Number.NaN,
      peak: watch.peak,
      equity,
      cash: watch.cash,
      symbols: this.symbols,
      isDayStopped: watch.isDayStopped,
      isRunStopped: watch.isRunStopped,
      drawdown: drawdown?.text ?? "",
    };
  }

  private get symbols(): readonly string[] {
    return this.market.instruments.map(({ symbol }) => symbol);
  }

  /**
   * What a session should tell of now, although no order has met it: quotes that age while their market is open, and
   * clocks that differ. Empty in a replay.
   */
  warnings(now: Instant): GuardWarning[] {
    const { live, staleQuote } = this;
    const found: GuardWarning[] = [];
    if (live === undefined) return found;
    const note = (guard: Guard | undefined, instrument: number, warning: Denial | undefined): void => {
      if (guard !== undefined && warning !== undefined) found.push({ guard: guard.name, instrument, warning });
    };
    note(live.clockSkew, -1, live.clockSkew?.warning());
    for (const { index } of this.market.instruments) {
      if (!this.market.sessions[index].isOpenAt(now)) continue;
      note(staleQuote, index, staleQuote?.warning(this.market, index, now));
    }
    return found;
  }

  /** Whether an order of the instrument would be stopped now for the age of its price. */
  isStale(instrument: number, now: number): boolean {
    return this.staleQuote?.verdict(this.market, instrument, now) !== undefined;
  }

  /** Whether days are told apart: a daily loss is, and so is what whoever looks at a live session sees of its day. */
  get countsDays(): boolean {
    return this.dailyLoss !== undefined || this.live !== undefined;
  }

  /** Judges an order that is to leave now, for it need not be held, or a modification of one that has left. */
  check(order: OrderUnderTest): Denial | undefined {
    if (this.live !== undefined) return this.stopped() ?? firstDenial(this.leaving, order);
    return (
      this.stopped() ??
      this.session?.checkLeaving(order) ??
      this.marketData(order) ??
      this.band(order) ??
      this.capsOf(order) ??
      this.orderRate?.check(order) ??
      this.losses(order)
    );
  }

  /**
   * Judges an order that will be held, or a modification while the market is closed: by all but that market, which an
   * order that was held is judged by when it leaves. So it is by losses that are not known yet.
   */
  checkHeld(order: OrderUnderTest): Denial | undefined {
    return (
      this.stopped() ??
      this.band(order) ??
      this.capsOf(order) ??
      this.orderRate?.check(order) ??
      (this.believed.isUnpriced(order.portfolio) ? undefined : this.losses(order))
    );
  }

  /**
   * Judges an order that was held and is to leave now: by all but how often orders come, which was asked when it came.
   * What the kill switch left standing, because it only reduces a position, leaves in spite of it. An order for the
   * opening leaves before its market has a price.
   */
  checkReleased(order: OrderUnderTest): Denial | undefined {
    const stopped = this.stopped();
    if (stopped !== undefined && !order.reducing) return stopped;
    if (this.live !== undefined)
      return firstDenial(isForOpen(order.book, order.id) ? this.opening : this.released, order);
    return (
      this.session?.check(order) ??
      (isForOpen(order.book, order.id) ? undefined : this.marketData(order)) ??
      this.band(order) ??
      this.capsOf(order) ??
      this.losses(order)
    );
  }

  private stopped(): Denial | undefined {
    if (this.equity.isDayStopped) return STOPPED_TODAY;
    if (this.equity.isRunStopped) return STOPPED_FOR_GOOD;
    if (this.strategyStopped !== undefined) return this.strategyStopped;
    if (this.isClosing) return CLOSING;
    return this.killSwitch.check();
  }

  private marketData(order: OrderUnderTest): Denial | undefined {
    const { staleQuote, sentinelPrices, crossedQuote, priceJump } = this;
    let denial = staleQuote?.check(order);
    if (denial !== undefined && stands(staleQuote, order)) return denial;
    denial = sentinelPrices?.check(order);
    if (denial !== undefined && stands(sentinelPrices, order)) return denial;
    denial = crossedQuote?.check(order);
    if (denial !== undefined && stands(crossedQuote, order)) return denial;
    denial = priceJump?.check(order);
    return denial !== undefined && stands(priceJump, order) ? denial : undefined;
  }

  private band(order: OrderUnderTest): Denial | undefined {
    const denial = this.priceBand?.check(order);
    return denial !== undefined && stands(this.priceBand, order) ? denial : undefined;
  }

  private capsOf(order: OrderUnderTest): Denial | undefined {
    return firstDenial(this.caps, order);
  }

  private losses(order: OrderUnderTest): Denial | undefined {
    const { dailyLoss, drawdown } = this;
    let denial = dailyLoss?.check(order);
    if (denial !== undefined && stands(dailyLoss, order)) return denial;
    denial = drawdown?.check(order);
    return denial !== undefined && stands(drawdown, order) ? denial : undefined;
  }
}

/** Whether a denial holds for this order: some guards let what only reduces a position pass. */
function stands(guard: Guard | undefined, order: OrderUnderTest): boolean {
  return guard?.reducingPasses !== true || !order.reducing;
}

function firstDenial(guards: readonly Guard[], order: OrderUnderTest): Denial | undefined {
  for (let i = 0; i < guards.length; i++) {
    const denial = guards[i].check(order);
    if (denial !== undefined && stands(guards[i], order)) return denial;
  }
  return undefined;
}

const STOPPED_TODAY: Denial = { code: "DAILY_LOSS", details: { stopped: "day" } };
const CLOSING: Denial = { code: "STOPPING", details: { positions: "closing" } };
const STOPPED_FOR_GOOD: Denial = { code: "DRAWDOWN", details: { stopped: "run" } };

const ALL_OFF: GuardSettings = {
  staleQuote: false,
  sentinelPrices: false,
  crossedQuote: false,
  priceJump: false,
  priceBand: false,
  orderRate: false,
  dataType: false,
  frozenQuote: false,
  halted: false,
  clockSkew: false,
};

function isCap(value: number | false | undefined): value is number {
  return typeof value === "number";
}
