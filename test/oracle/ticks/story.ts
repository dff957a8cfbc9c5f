import type { Deed } from "../deed.js";

/** A quote or trade in ticks of 1. A price that is none is -1 or NaN; a size that is not known is NaN or 0. */
export type StoryTick = {
  /** Epoch ms UTC. */
  readonly time: number;
  /** Where the market stands, by which deeds are told, whatever the tick itself says. */
  readonly level: number;
} & (
  | {
      readonly kind: "quote";
      readonly bid: number;
      readonly ask: number;
      readonly bidSize: number;
      readonly askSize: number;
    }
  | { readonly kind: "trade"; readonly price: number; readonly size: number }
);

/** A bar beside quotes and trades, which only informs. */
export interface StoryBar {
  readonly start: number;
  readonly end: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

export interface StoryMarket {
  readonly has: "quotes" | "trades" | "both";
  /** Stops of forex go by bid and ask, whatever trades there are. */
  readonly assetClass: "stock" | "forex";
  /** In the order they come: by time, of one instant quotes before trades. */
  readonly ticks: readonly StoryTick[];
  readonly bars: readonly StoryBar[];
}

export interface TickRules {
  readonly limitFill: "through" | "touch";
  readonly slippage: "none" | "ticks:2" | "bps:100" | "volume:0.1";
  /** Milliseconds. */
  readonly latency: number;
}

/** When: in the handler of an instrument's tick or bar of a number, or of the fill of a number, each counted from 0. */
export type TickMoment =
  | { readonly on: "tick"; readonly instrument: number; readonly tick: number }
  | { readonly on: "bar"; readonly instrument: number; readonly bar: number }
  | { readonly on: "fill"; readonly fill: number };

export interface TickStory {
  readonly rules: TickRules;
  readonly sessions: readonly { readonly open: number; readonly close: number }[];
  readonly markets: readonly StoryMarket[];
  readonly deeds: readonly { readonly when: TickMoment; readonly deed: Deed }[];
}

/** Whether a number that a feed gives as a price is one. */
export function isPrice(price: number): boolean {
  return price > 0 && price < 1e300;
}

/** Where an instrument stands at an instant: by its latest tick until then. */
export function levelAt({ markets }: TickStory, instrument: number, now: number): number {
  return markets[instrument].ticks.findLast(({ time }) => time <= now)?.level ?? 100;
}

export function deedsAt(story: TickStory, on: "tick" | "bar", instrument: number, n: number): Deed[] {
  return story.deeds
    .filter(
      ({ when }) =>
        when.on === on && when.instrument === instrument && (when.on === "tick" ? when.tick : when.bar) === n,
    )
    .map(({ deed }) => deed);
}

export function deedsOnFill(story: TickStory, fill: number): Deed[] {
  return story.deeds.filter(({ when }) => when.on === "fill" && when.fill === fill).map(({ deed }) => deed);
}

/** The number of the session that an instant lies in: "a fact belongs to the session in which it became known". */
export function sessionAt({ sessions }: TickStory, time: number): number {
  return sessions.findIndex(({ open, close }) => open < time && time <= close);
}
