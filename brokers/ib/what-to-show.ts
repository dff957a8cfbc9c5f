/** Kinds of product, as IB abbreviates them. */
export const SEC_TYPES = [
  "STK",
  "IND",
  "CASH",
  "FUT",
  "CONTFUT",
  "OPT",
  "FOP",
  "CFD",
  "CMDTY",
  "CRYPTO",
  "BOND",
  "FUND",
  "WAR",
  "BAG",
] as const;
export type SecType = (typeof SEC_TYPES)[number];

/** A kind of history. */
export interface WhatToShow {
  readonly name: string;
  /** Products that have it. */
  readonly products: readonly SecType[];
  /** Whether bars of it can be kept up to date. */
  readonly streams: boolean;
  /** How many requests it counts for in the pacing rules. */
  readonly cost: 1 | 2;
  /** Whether it can be asked for up to a date; without, only up to now, so not in parts. */
  readonly pages: boolean;
}

const QUOTED: readonly SecType[] = [
  "CASH",
  "CFD",
  "CMDTY",
  "CRYPTO",
  "STK",
  "OPT",
  "FOP",
  "FUT",
  "CONTFUT",
  "BOND",
  "FUND",
  "WAR",
];
const TRADED: readonly SecType[] = ["STK", "BOND", "FUT", "CONTFUT", "FOP", "OPT", "IND", "CMDTY", "WAR"];

/** By IB's table of historical data types. Trades are adjusted for splits and not for dividends. */
export const WHAT_TO_SHOW: readonly WhatToShow[] = [
  { name: "TRADES", products: TRADED, streams: true, cost: 1, pages: true },
  { name: "MIDPOINT", products: QUOTED, streams: true, cost: 1, pages: true },
  { name: "BID", products: QUOTED, streams: true, cost: 1, pages: true },
  { name: "ASK", products: QUOTED, streams: true, cost: 1, pages: true },
  { name: "BID_ASK", products: QUOTED, streams: false, cost: 2, pages: true },
  { name: "ADJUSTED_LAST", products: ["STK", "OPT"], streams: false, cost: 1, pages: false },
  { name: "AGGTRADES", products: ["CRYPTO"], streams: false, cost: 1, pages: true },
  { name: "HISTORICAL_VOLATILITY", products: ["STK", "IND"], streams: false, cost: 1, pages: true },
  { name: "OPTION_IMPLIED_VOLATILITY", products: ["STK", "IND"], streams: false, cost: 1, pages: true },
  { name: "FEE_RATE", products: ["STK"], streams: false, cost: 1, pages: true },
  { name: "YIELD_BID", products: ["BOND"], streams: false, cost: 1, pages: true },
  { name: "YIELD_ASK", products: ["BOND"], streams: false, cost: 1, pages: true },
  { name: "YIELD_BID_ASK", products: ["BOND"], streams: false, cost: 2, pages: true },
  { name: "YIELD_LAST", products: ["BOND"], streams: false, cost: 1, pages: true },
  { name: "SCHEDULE", products: SEC_TYPES, streams: false, cost: 1, pages: true },
];

/** The kind of that name, upper or lower case; undefined where IB has none. */
export function whatToShowNamed(name: string): WhatToShow | undefined {
  return WHAT_TO_SHOW.find((one) => one.name === name.toUpperCase());
}

/** What to ask for where nothing else is said: trades, and of what has none the middle of bid and ask. */
export function usualWhatToShow(product: SecType): "TRADES" | "MIDPOINT" | "AGGTRADES" {
  if (product === "CRYPTO") return "AGGTRADES";
  return TRADED.includes(product) ? "TRADES" : "MIDPOINT";
}
