import { ADJUSTMENTS, type Adjustment } from "../../core/market/corporate-actions.js";
import { nearest } from "../../core/nearest.js";
import { StoreError } from "./errors.js";

/**
 * What a series shows. All but one are Interactive Brokers' whatToShow: prices of trades; the middle of bid and ask;
 * bid; ask; "bid-ask" with time averages as open and close and the extremes of both sides; "adjusted-last" with
 * dividends taken out at the source, which can only be fetched whole. "quotes" are bars with bid and ask beside each
 * other.
 */
export const WHATS = ["trades", "midpoint", "quotes", "bid", "ask", "bid-ask", "adjusted-last"] as const;
export type What = (typeof WHATS)[number];

/** Bars of the regular session only, or of all hours in which there was trading. */
export const HOURS = ["regular", "all"] as const;
export type Hours = (typeof HOURS)[number];

/** What tells one stored series from all others. */
export interface SeriesKey {
  readonly symbol: string;
  /** The label of a bar size, such as "1min". */
  readonly size: string;
  readonly what: What;
  readonly hours: Hours;
  /** What has been taken out of the prices where they came from. */
  readonly adjustment: Adjustment;
}

/** A series in words, such as "SPY 1min trades, regular hours, raw". */
export function seriesName(key: SeriesKey): string {
  return `${key.symbol} ${key.size} ${key.what}, ${key.hours} hours, ${ADJUSTED[key.adjustment]}`;
}

const ADJUSTED: Readonly<Record<Adjustment, string>> = {
  raw: "raw",
  splits: "split-adjusted",
  all: "fully adjusted",
};

/** How a value of a key is called in messages, and what it may be. */
const CHOICES = { what: WHATS, hours: HOURS, adjustment: ADJUSTMENTS, adjust: ADJUSTMENTS } as const;

/**
 * One of the few words that a part of a key can be.
 * @throws StoreError STORE_VALUE
 */
export function keyWord<Part extends keyof typeof CHOICES>(part: Part, word: string): (typeof CHOICES)[Part][number] {
  const choices: readonly string[] = CHOICES[part];
  const found = choices.find((choice) => choice === word);
  if (found !== undefined) return found as (typeof CHOICES)[Part][number];
  const near = nearest(word, choices);
  throw new StoreError("STORE_VALUE", {
    name: part,
    value: `"${word}"`,
    rule: `one of ${choices.join(", ")}`,
    hint: near === undefined ? "" : `Did you mean ${near}?`,
  });
}
