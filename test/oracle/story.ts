import type { Deed } from "./deed.js";

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
