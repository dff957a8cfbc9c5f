import {
  above0,
  also,
  count,
  type Fields,
  flag,
  from0,
  number,
  object,
  oneOf,
  or,
  type Shape,
  share,
} from "../shape.js";
import type { ClockSkewOptions } from "./clock-skew.js";
import type { CrossedQuoteOptions } from "./crossed-quote.js";
import type { FrozenQuoteOptions } from "./frozen-quote.js";
import type { GuardSettings } from "./guard-settings.js";
import type { LossLimitOptions } from "./loss-limits.js";
import type { OrderRateOptions } from "./order-rate.js";
import type { PriceBandOptions } from "./price-band.js";
import type { PriceJumpOptions } from "./quote-watch.js";
import type { SessionHoursOptions } from "./session-hours.js";
import type { StaleQuoteOptions } from "./stale-quote.js";

/** The options of a guard, or false, which takes it out. */
const guard = <T>(fields: Fields<T>): Shape => or(false, object(fields));
const cap = or(
  false,
  number("a number above 0, or false", (value) => value > 0),
);
/** Of the two limits one has to be there: a guard with neither would look like one and limit nothing. */
const lossLimit = or(
  false,
  also(object<LossLimitOptions>({ fraction: share, amount: above0, flatten: flag }), (value, path, found) => {
    const { fraction, amount } = value as LossLimitOptions;
    if (fraction !== undefined || amount !== undefined) return;
    found.push({ path: [...path, "fraction"], value: undefined, rule: `${share.rule}, unless amount is given` });
  }),
);

/** What the setting `guards` may be. */
export const GUARD_SHAPE: Shape = or(
  false,
  object<GuardSettings>({
    session: guard<SessionHoursOptions>({
      closed: oneOf(["hold", "deny"]),
      lastSeconds: from0,
    }),
    staleQuote: guard<StaleQuoteOptions>({
      stock: above0,
      future: above0,
      forex: above0,
      thin: above0,
      stockWarn: above0,
      futureWarn: above0,
      forexWarn: above0,
      thinWarn: above0,
      bars: above0,
    }),
    dataType: flag,
    sentinelPrices: flag,
    crossedQuote: guard<CrossedQuoteOptions>({ seconds: from0, fraction: above0, ticks: above0 }),
    priceJump: guard<PriceJumpOptions>({ update: above0, day: above0, confirmations: count }),
    frozenQuote: guard<FrozenQuoteOptions>({ seconds: above0, thin: above0 }),
    halted: flag,
    priceBand: guard<PriceBandOptions>({ fraction: above0 }),
    orderSize: cap,
    orderValue: cap,
    participation: cap,
    position: cap,
    exposure: cap,
    openOrders: cap,
    orderRate: guard<OrderRateOptions>({ perSecond: count, repeatSeconds: from0 }),
    dailyLoss: lossLimit,
    drawdown: lossLimit,
    clockSkew: guard<ClockSkewOptions>({ warn: above0, deny: above0 }),
    reducingPasses: flag,
  }),
);
