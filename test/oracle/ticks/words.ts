import { MINUTE, OPEN, SECOND } from "../../bars.js";
import { symbolOf } from "../deed.js";
import { deedInWords, endsInWords } from "../words.js";
import type { TickOutcome } from "./outcome.js";
import type { StoryMarket, StoryTick, TickMoment, TickStory } from "./story.js";

const DAY = 24 * 60 * MINUTE;

/** A story of quotes and trades as a person tells it. */
export function inWords({ rules, markets, deeds }: TickStory): string {
  const settings = Object.entries(rules).map(([name, value]) => `${name}=${value}`);
  return [
    settings.join(" "),
    ...markets.flatMap(marketInWords),
    ...deeds.map(({ when, deed }) => `${whenOf(when)}: ${deedInWords(deed)}`),
  ].join("\n");
}

function marketInWords({ has, assetClass, ticks }: StoryMarket, instrument: number): string[] {
  return [`${assetClass} ${symbolOf(instrument)}, ${has}:`, ...ticks.map((tick, n) => `  ${n}: ${tickInWords(tick)}`)];
}

function tickInWords(tick: StoryTick): string {
  const { time, level } = tick;
  const said =
    tick.kind === "trade"
      ? `trade ${tick.price} x ${tick.size}`
      : `quote ${tick.bid} x ${tick.bidSize} / ${tick.ask} x ${tick.askSize}`;
  return `${clock(time)} ${said} (level ${level})`;
}

/** Days, minutes and seconds since the first open. */
function clock(time: number): string {
  const day = Math.floor((time - OPEN + DAY / 2) / DAY);
  const seconds = (time - OPEN - day * DAY) / SECOND;
  return `day ${day} ${seconds < 0 ? "-" : ""}${Math.floor(Math.abs(seconds) / 60)}:${String(Math.abs(seconds) % 60).padStart(2, "0")}`;
}

function whenOf(when: TickMoment): string {
  switch (when.on) {
    case "fill":
      return `on fill ${when.fill}`;
    case "bar":
      return `after bar ${when.bar} of ${symbolOf(when.instrument)}`;
    case "tick":
      return `after tick ${when.tick} of ${symbolOf(when.instrument)}`;
  }
}

export function outcomeInWords({ fills, orders }: TickOutcome): string[] {
  return [
    ...fills.map(({ order, time, price, quantity }) => `order ${order}, ${clock(time)}: ${quantity} at ${price}`),
    ...endsInWords(orders),
  ];
}
