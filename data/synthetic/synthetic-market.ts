import { dayNumber } from "../../core/calendar/calendar-date.js";
import { type BarSize, DAY, parseTimeSize } from "../../core/market/bar-size.js";
import { SyntheticError } from "./errors.js";
import { barsPerSession } from "./synthetic-sessions.js";

/** What a synthetic market is like; everything has a default. */
export interface SyntheticOptions {
  /** Any finite number; default 1. The same options give the same bars, to the last bit, on every machine. */
  readonly seed?: number;
  /** Bars of each symbol; default 100,000. At most 50 million in all. */
  readonly bars?: number;
  /** Bar size, a second to a day; default "1min". */
  readonly bar?: BarSize | string;
  /** How many symbols, called SYN1, SYN2 and so on; default 1. Adding one changes none of the others. */
  readonly symbols?: number;
  /** Date of the first session; default "2015-01-05". A weekend moves to the Monday behind it. */
  readonly start?: string;
  /** In USD; default 100. */
  readonly startPrice?: number;
  /** Standard deviation of a year's return; default 0.2. */
  readonly volatility?: number;
  /** Expected return of a year; default 0, so that there is nothing to find. */
  readonly drift?: number;
  /** Share of the variance that falls between the close and the next open; default 0.2. */
  readonly overnight?: number;
  /** How much of the last bar's surprise enters the variance of the next (GARCH alpha); default 0.05. */
  readonly shock?: number;
  /** How much of the variance stays (GARCH beta); default 0.93. shock + persistence is below 1. */
  readonly persistence?: number;
  /** Correlation of any two symbols; default 0.5. */
  readonly correlation?: number;
  /** Shares a session; default 5,000,000. */
  readonly volume?: number;
  /** Smallest price step in USD; default 0.01. */
  readonly tickSize?: number;
  /** Ticks between bid and ask; default 0, which makes trade bars. Above 0 makes quote bars. */
  readonly spread?: number;
}

/** The same, complete and checked. */
export interface SyntheticMarket {
  readonly seed: number;
  readonly bars: number;
  readonly bar: BarSize;
  readonly symbols: number;
  readonly start: string;
  readonly startPrice: number;
  readonly volatility: number;
  readonly drift: number;
  readonly overnight: number;
  readonly shock: number;
  readonly persistence: number;
  readonly correlation: number;
  readonly volume: number;
  readonly tickSize: number;
  readonly spread: number;
}

export const SYNTHETIC_DEFAULTS = {
  seed: 1,
  bars: 100_000,
  bar: "1min",
  symbols: 1,
  start: "2015-01-05",
  startPrice: 100,
  volatility: 0.2,
  drift: 0,
  overnight: 0.2,
  shock: 0.05,
  persistence: 0.93,
  correlation: 0.5,
  volume: 5_000_000,
  tickSize: 0.01,
  spread: 0,
} as const satisfies Required<SyntheticOptions>;

const MOST_BARS = 50_000_000;

/**
 * Fills in the defaults and checks every value.
 * @throws SyntheticError SYNTHETIC_VALUE_INVALID
 */
export function syntheticMarket(options: SyntheticOptions): SyntheticMarket {
  const market = { ...SYNTHETIC_DEFAULTS, ...options };
  const demand = (key: keyof SyntheticOptions, holds: boolean, rule: string): void => {
    const value = market[key];
    if (!holds)
      throw new SyntheticError("SYNTHETIC_VALUE_INVALID", {
        key,
        value: typeof value === "object" ? value.label : value,
        rule,
      });
  };
  const whole = (value: number, from: number, to: number): boolean =>
    Number.isInteger(value) && value >= from && value <= to;
  const within = (value: number, from: number, to: number): boolean => value >= from && value <= to;
  const { bars, symbols, startPrice, tickSize, shock, persistence } = market;
  demand("seed", Number.isFinite(market.seed), "A seed is a finite number.");
  demand("symbols", whole(symbols, 1, 1000), "It is a whole number from 1 to 1,000.");
  demand(
    "bars",
    whole(bars, 1, MOST_BARS / symbols),
    "It is a whole number; of all symbols together there are 1 to 50,000,000 bars.",
  );
  demand(
    "start",
    within(dateOf(market.start), dayNumber(1970, 1, 1), dayNumber(2200, 1, 1)),
    "It is a date from 1970-01-01 to 2200-01-01.",
  );
  demand("tickSize", within(tickSize, 1e-6, 1e4), "It lies between 0.000001 and 10,000.");
  demand("startPrice", within(startPrice, 100 * tickSize, 1e6), "It is at least 100 ticks and at most 1,000,000.");
  demand("volatility", within(market.volatility, 0, 5), "It lies between 0 and 5; 0.2 is 20 % a year.");
  demand("drift", within(market.drift, -5, 5), "It lies between -5 and 5; 0.05 is 5 % a year.");
  demand("overnight", within(market.overnight, 0, 0.99), "It is a share from 0 to 0.99.");
  demand("shock", within(shock, 0, 1), "It lies between 0 and 1.");
  demand(
    "persistence",
    within(persistence, 0, 1) && shock + persistence < 1,
    "It is 0 or more, and below 1 together with shock.",
  );
  demand("correlation", within(market.correlation, 0, 1), "It lies between 0 and 1.");
  demand("volume", within(market.volume, 0, 1e12), "It lies between 0 and 1e12.");
  demand("spread", whole(market.spread, 0, 50), "It is a whole number of ticks from 0 to 50.");
  const bar = typeof market.bar === "string" ? parseTimeSize(market.bar) : market.bar;
  demand("bar", bar.ms < DAY || bar.label === "1day", "It is 1sec to 1day.");
  const days = (Math.ceil(bars / barsPerSession(bar)) * 7) / 5;
  demand(
    "bars",
    dateOf(market.start) + days < dayNumber(9999, 1, 1),
    "With so many sessions the market outlasts the year 9999.",
  );
  return { ...market, bar };
}

/** The day number of a date such as 2015-01-05; NaN if it is none. */
export function dateOf(text: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return match === null ? Number.NaN : dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
}
