import type { Instant } from "../../core/market/bar-size.js";

/** The rungs of the launch ladder, in the order they are climbed. */
export const RUNGS = {
  backtest: {
    says: "a backtest",
    how: "Run `seatrial backtest {file}`.",
    /** Whether it can be climbed yet: what cannot holds nobody up. */
    isThere: true,
  },
  check: {
    says: "a clean check for bias",
    how: "Run `seatrial check {file}`.",
    // It joins with the work on research.
    isThere: false,
  },
  paper: {
    says: "enough trading days on a paper account",
    how: "Run `seatrial paper {file}` against TWS or IB Gateway.",
    isThere: true,
  },
  drill: {
    says: "a passed drill",
    how: "Run `seatrial drill {file}`.",
    isThere: true,
  },
} as const satisfies Readonly<Record<string, { says: string; how: string; isThere: boolean }>>;

export type Rung = keyof typeof RUNGS;

/** Trading days on a paper account before a strategy goes live, unless the configuration says otherwise. */
export const PAPER_DAYS = 5;

/** One thing that was done with a version of a strategy. Instants are the machine's. */
export type LadderRecord = { readonly at: Instant; readonly file: string } & (
  | {
      readonly rung: "backtest";
      /** Known at, epoch ms UTC. */
      readonly from: Instant;
      readonly to: Instant;
      readonly bars: number;
      readonly trades: number;
      /** Of all that came out, SHA-256. */
      readonly outcome: string;
    }
  | { readonly rung: "check"; readonly isClean: boolean; readonly found: readonly string[] }
  | {
      readonly rung: "paper";
      readonly session: string;
      /** The trading day at its exchange, as YYYY-MM-DD, which the session has gone through to its end. */
      readonly day: string;
    }
  | { readonly rung: "drill"; readonly passed: boolean; readonly held: number; readonly of: number }
  | { readonly rung: "override"; readonly reason: string; readonly missing: readonly Rung[] }
);

/** A rung that a version has not climbed. */
export interface MissingRung {
  readonly rung: Rung;
  /** What is wanting, such as "no backtest is on record" or "2 of 5 trading days on a paper account". */
  readonly says: string;
  /** What to run. */
  readonly how: string;
}
