import type { Market } from "../market/market.js";
import type { Denial } from "../orders/denial.js";
import { isForOpen } from "../orders/order-hours.js";
import { CrossedQuote, type CrossedQuoteOptions } from "./crossed-quote.js";
import type { Guard, OrderUnderTest } from "./guard.js";
import { KillSwitch } from "./kill-switch.js";
import { DailyLoss, DrawdownLimit, type EquityWatch, type LossLimitOptions } from "./loss-limits.js";
import { OrderSize, OrderValue, Participation } from "./order-caps.js";
import { OrderRate, type OrderRateOptions } from "./order-rate.js";
import { Exposure, OpenOrders, PositionCap } from "./position-caps.js";
import { PriceBand, type PriceBandOptions } from "./price-band.js";
import { PriceJump } from "./price-jump.js";
import { type PriceJumpOptions, QuoteWatch } from "./quote-watch.js";
import { SentinelPrices } from "./sentinel-prices.js";
import { SessionHours, type SessionHoursOptions } from "./session-hours.js";
import { StaleQuote, type StaleQuoteOptions } from "./stale-quote.js";

/** Which guards stand in the loop. What is left out stands at its default; `false` takes a guard out. */
export interface GuardSettings {
  /** Hours in which orders are made. `false` also ends the holding of orders until their market opens. */
  readonly session?: SessionHoursOptions | false;
  readonly staleQuote?: StaleQuoteOptions | false;
  readonly sentinelPrices?: boolean;
  readonly crossedQuote?: CrossedQuoteOptions | false;
  readonly priceJump?: PriceJumpOptions | false;
  readonly priceBand?: PriceBandOptions | false;
  /** Caps; unset unless configured. Units of one order, */
  readonly orderSize?: number | false;
  /** base currency of one order, */
  readonly orderValue?: number | false;
  /** share of the latest bar's volume, */
  readonly participation?: number | false;
  /** units of one position, */
  readonly position?: number | false;
  /** base currency of all positions, */
  readonly exposure?: number | false;
  /** and orders working at once. */
  readonly openOrders?: number | false;
  readonly orderRate?: OrderRateOptions | false;
  readonly dailyLoss?: LossLimitOptions | false;
  readonly drawdown?: LossLimitOptions | false;
  /** Whether orders that only reduce a position pass the guards of market data and price. Default true. */
  readonly reducingPasses?: boolean;
}

/** All guards of a run in the order they are asked; the first denial stands. */
export class GuardChain {
  readonly killSwitch = new KillSwitch();
  readonly quoteWatch: QuoteWatch;
  readonly dailyLoss: DailyLoss | undefined;
  readonly drawdown: DrawdownLimit | undefined;
  /** Whether a breach of a loss limit closes all positions by itself. */
  readonly flattens: boolean;
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
  private lossToday = false;
  private drawnDown = false;

  /** `false` leaves only the kill switch, and the holding of orders until their market opens. */
  constructor(settings: GuardSettings | false, market: Market, equity: EquityWatch, tradesAtClose = false) {
    const all = settings === false ? ALL_OFF : settings;
    const pass = all.reducingPasses ?? true;
    this.quoteWatch = new QuoteWatch(market, all.priceJump === false ? {} : all.priceJump);
    this.dailyLoss = all.dailyLoss ? new DailyLoss(equity, all.dailyLoss) : undefined;
    this.drawdown = all.drawdown ? new DrawdownLimit(equity, all.drawdown) : undefined;
    this.flattens = this.dailyLoss?.options.flatten === true || this.drawdown?.options.flatten === true;
    const hours = all.session === false ? undefined : new SessionHours(market, tradesAtClose, all.session);
    this.hours = hours;
    this.session = settings === false ? undefined : hours;
    this.staleQuote = all.staleQuote === false ? undefined : new StaleQuote(all.staleQuote, pass);
    this.sentinelPrices = all.sentinelPrices === false ? undefined : new SentinelPrices(pass);
    this.crossedQuote =
      all.crossedQuote === false ? undefined : new CrossedQuote(this.quoteWatch, all.crossedQuote, pass);
    this.priceJump = all.priceJump === false ? undefined : new PriceJump(this.quoteWatch, pass);
    this.priceBand = all.priceBand === false ? undefined : new PriceBand(all.priceBand, pass);
    this.orderRate = all.orderRate === false ? undefined : new OrderRate(market.instruments.length, all.orderRate);
    const caps: (Guard | undefined)[] = [
      isCap(all.orderSize) ? new OrderSize(all.orderSize) : undefined,
      isCap(all.orderValue) ? new OrderValue(all.orderValue) : undefined,
      isCap(all.participation) ? new Participation(all.participation) : undefined,
      isCap(all.position) ? new PositionCap(all.position) : undefined,
      isCap(all.exposure) ? new Exposure(all.exposure) : undefined,
      isCap(all.openOrders) ? new OpenOrders(all.openOrders) : undefined,
    ];
    this.caps = caps.filter((guard) => guard !== undefined);
    const guards = [
      this.killSwitch,
      this.session,
      this.staleQuote,
      this.sentinelPrices,
      this.crossedQuote,
      this.priceJump,
      this.priceBand,
      ...this.caps,
      this.orderRate,
      this.dailyLoss,
      this.drawdown,
    ];
    this.guards = guards.filter((guard) => guard !== undefined);
  }

  /** The names of the guards that stand, in order. */
  get names(): readonly string[] {
    return this.guards.map((guard) => guard.name);
  }

  /** Called at the end of an instant: why all positions must be closed now, once a day (of a drawdown once a run). */
  breach(equity: number): string | undefined {
    if (this.dailyLoss?.options.flatten === true && !this.lossToday && this.dailyLoss.verdict(equity) !== undefined) {
      this.lossToday = true;
      return "daily loss";
    }
    if (this.drawdown?.options.flatten === true && !this.drawnDown && this.drawdown.verdict(equity) !== undefined) {
      this.drawnDown = true;
      return "drawdown";
    }
    return undefined;
  }

  beginDay(): void {
    this.lossToday = false;
  }

  /** Judges an order that is to leave now, for it need not be held, or a modification of one that has left. */
  check(order: OrderUnderTest): Denial | undefined {
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
   * order that was held is judged by when it leaves.
   */
  checkHeld(order: OrderUnderTest): Denial | undefined {
    return (
      this.stopped() ?? this.band(order) ?? this.capsOf(order) ?? this.orderRate?.check(order) ?? this.losses(order)
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
    return (
      this.session?.check(order) ??
      (isForOpen(order.book, order.id) ? undefined : this.marketData(order)) ??
      this.band(order) ??
      this.capsOf(order) ??
      this.losses(order)
    );
  }

  private stopped(): Denial | undefined {
    if (this.lossToday) return STOPPED_TODAY;
    if (this.drawnDown) return STOPPED_FOR_GOOD;
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
    const { caps } = this;
    for (let i = 0; i < caps.length; i++) {
      const denial = caps[i].check(order);
      if (denial !== undefined && stands(caps[i], order)) return denial;
    }
    return undefined;
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

const STOPPED_TODAY: Denial = { code: "DAILY_LOSS", details: { stopped: "day" } };
const STOPPED_FOR_GOOD: Denial = { code: "DRAWDOWN", details: { stopped: "run" } };

const ALL_OFF: GuardSettings = {
  staleQuote: false,
  sentinelPrices: false,
  crossedQuote: false,
  priceJump: false,
  priceBand: false,
  orderRate: false,
};

function isCap(value: number | false | undefined): value is number {
  return typeof value === "number";
}
