import type { OrderType, Side, TimeInForce } from "../../index.js";

/**
 * How an order is worked. Prices are ticks away from where the instrument stands, so that a story stays near its market
 * however its prices shrink.
 */
export interface Terms {
  readonly side: Side;
  readonly quantity: number;
  readonly type: OrderType;
  readonly limit?: number;
  readonly stop?: number;
  readonly trail?: number;
  /** In hundredths. */
  readonly trailPercent?: number;
  readonly limitOffset?: number;
  readonly tif?: TimeInForce;
  /** Of a GTD order: half hours from when it is made. */
  readonly lasts?: number;
  readonly outsideRth?: boolean;
}

/** What is done. Orders are named by a number that counts those which still work, around and around. */
export type Deed =
  | { readonly does: "order"; readonly instrument: number; readonly terms: Terms }
  | { readonly does: "child"; readonly instrument: number; readonly terms: Terms; readonly parent: number }
  | {
      readonly does: "bracket";
      readonly instrument: number;
      readonly terms: Terms;
      /** Ticks from the entry's price to the exits, each above 0. */
      readonly loss: number;
      readonly profit: number;
      readonly exits: "both" | "loss" | "profit" | "trailing and profit";
      readonly exitTif: "DAY" | "GTC";
    }
  | { readonly does: "oco"; readonly legs: readonly { readonly instrument: number; readonly terms: Terms }[] }
  | {
      readonly does: "modify";
      readonly which: number;
      readonly quantity?: number;
      readonly limit?: number;
      readonly stop?: number;
      readonly trail?: number;
    }
  | { readonly does: "cancel"; readonly which: number }
  | { readonly does: "cancel all"; readonly instrument: number };

const SYMBOLS = ["AAA", "BBB"];

export function symbolOf(instrument: number): string {
  return SYMBOLS[instrument];
}

export function instrumentNamed(symbol: string): number {
  return SYMBOLS.indexOf(symbol);
}
