import type { ClockSkewOptions } from "./clock-skew.js";
import type { CrossedQuoteOptions } from "./crossed-quote.js";
import type { FrozenQuoteOptions } from "./frozen-quote.js";
import type { LossLimitOptions } from "./loss-limits.js";
import type { OrderRateOptions } from "./order-rate.js";
import type { PriceBandOptions } from "./price-band.js";
import type { PriceJumpOptions } from "./quote-watch.js";
import type { SessionHoursOptions } from "./session-hours.js";
import type { StaleQuoteOptions } from "./stale-quote.js";

/** Which guards stand in the loop. What is left out stands at its default; `false` takes a guard out. */
export interface GuardSettings {
  /** Hours in which orders are made. `false` also ends the holding of orders until their market opens. */
  readonly session?: SessionHoursOptions | false;
  readonly staleQuote?: StaleQuoteOptions | false;
  /** Live: only real-time data trades. */
  readonly dataType?: boolean;
  readonly sentinelPrices?: boolean;
  readonly crossedQuote?: CrossedQuoteOptions | false;
  readonly priceJump?: PriceJumpOptions | false;
  /** Live. */
  readonly frozenQuote?: FrozenQuoteOptions | false;
  /** Live. */
  readonly halted?: boolean;
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
  /** Live. */
  readonly clockSkew?: ClockSkewOptions | false;
  /** Whether orders that only reduce a position pass the guards of market data and price. Default true. */
  readonly reducingPasses?: boolean;
}
