import type { Market } from "../market/market.js";
import type { Denial } from "../orders/denial.js";
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
import { StaleQuote, type StaleQuoteOptions } from "./stale-quote.js";

/** Which guards stand in the loop. What is left out stands at its default; `false` takes a guard out. */
export interface GuardSettings {
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
  private readonly guards: readonly Guard[];
  private lossToday = false;
  private drawnDown = false;

  /** `false` leaves only the kill switch. */
  constructor(settings: GuardSettings | false, market: Market, equity: EquityWatch) {
    const all = settings === false ? ALL_OFF : settings;
    const pass = all.reducingPasses ?? true;
    this.quoteWatch = new QuoteWatch(market, all.priceJump === false ? {} : all.priceJump);
    this.dailyLoss = all.dailyLoss ? new DailyLoss(equity, all.dailyLoss) : undefined;
    this.drawdown = all.drawdown ? new DrawdownLimit(equity, all.drawdown) : undefined;
    this.flattens = this.dailyLoss?.options.flatten === true || this.drawdown?.options.flatten === true;
    const guards: (Guard | undefined)[] = [
      this.killSwitch,
      all.staleQuote === false ? undefined : new StaleQuote(all.staleQuote, pass),
      all.sentinelPrices === false ? undefined : new SentinelPrices(pass),
      all.crossedQuote === false ? undefined : new CrossedQuote(this.quoteWatch, all.crossedQuote, pass),
      all.priceJump === false ? undefined : new PriceJump(this.quoteWatch, pass),
      all.priceBand === false ? undefined : new PriceBand(all.priceBand, pass),
      isCap(all.orderSize) ? new OrderSize(all.orderSize) : undefined,
      isCap(all.orderValue) ? new OrderValue(all.orderValue) : undefined,
      isCap(all.participation) ? new Participation(all.participation) : undefined,
      isCap(all.position) ? new PositionCap(all.position) : undefined,
      isCap(all.exposure) ? new Exposure(all.exposure) : undefined,
      isCap(all.openOrders) ? new OpenOrders(all.openOrders) : undefined,
      all.orderRate === false ? undefined : new OrderRate(market.instruments.length, all.orderRate),
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

  check(order: OrderUnderTest): Denial | undefined {
    if (this.lossToday) return STOPPED_TODAY;
    if (this.drawnDown) return STOPPED_FOR_GOOD;
    const guards = this.guards;
    for (let i = 0; i < guards.length; i++) {
      const denial = guards[i].check(order);
      if (denial !== undefined && !(guards[i].reducingPasses && order.reducing)) return denial;
    }
    return undefined;
  }
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
