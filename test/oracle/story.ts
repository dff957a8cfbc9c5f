import type { OrderType, Side, TimeInForce } from "../../index.js";

/** A bar in ticks. The instruments of a story have a tick of 1, so that every price is a whole number. */
export interface StoryBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** 0 is not known. */
  readonly volume: number;
}

export interface Rules {
  readonly intrabar: "pessimistic" | "optimistic" | "ohlc";
  readonly limitFill: "through" | "touch";
  readonly fill: "next-open" | "same-close";
  readonly slippageTicks: number;
  /** 0 is no cap. */
  readonly volumeLimit: number;
}

/**
 * How an order is worked. Prices are ticks away from the instrument's latest close, so that a story stays near its
 * market however its bars shrink.
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
    }
  | { readonly does: "cancel"; readonly which: number }
  | { readonly does: "cancel all"; readonly instrument: number };

/** When: at the end of an instrument's bar in a slot, or on the fill of a number, both counted from 0. */
export type Moment =
  | { readonly on: "bar"; readonly instrument: number; readonly slot: number }
  | { readonly on: "fill"; readonly fill: number };

export interface Story {
  readonly rules: Rules;
  /** Slots of time in a session: one is a market of daily bars, more are a market of hours. */
  readonly slotsPerSession: number;
  /** Of each instrument a bar for every slot; one in the middle of a session may be missing. */
  readonly markets: readonly (readonly (StoryBar | undefined)[])[];
  readonly deeds: readonly { readonly when: Moment; readonly deed: Deed }[];
}

export function symbolOf(instrument: number): string {
  return ["AAA", "BBB"][instrument];
}

/** The latest close of an instrument at the end of a slot. */
export function latestClose(story: Story, instrument: number, slot: number): number {
  for (let s = slot; s >= 0; s--) {
    const bar = story.markets[instrument][s];
    if (bar !== undefined) return bar.close;
  }
  throw new Error("every instrument has a bar in the first slot");
}

export function deedsOnBar(story: Story, instrument: number, slot: number): Deed[] {
  return story.deeds
    .filter(({ when }) => when.on === "bar" && when.instrument === instrument && when.slot === slot)
    .map(({ deed }) => deed);
}

export function deedsOnFill(story: Story, fill: number): Deed[] {
  return story.deeds.filter(({ when }) => when.on === "fill" && when.fill === fill).map(({ deed }) => deed);
}
