import { isAwake, type Run, type SimOrder } from "../model.js";
import { isOnClose, isOnOpen } from "../triggers.js";
import type { TickOutcome } from "./outcome.js";
import { levelAt, sessionAt, type TickStory } from "./story.js";

/** What is known of an instrument. */
export interface View {
  readonly hasQuotes: boolean;
  readonly hasTrades: boolean;
  /** "by the last trade; by bid and ask for forex and where there are no trades; on trades alone by the trade" */
  readonly triggersOnTrades: boolean;
  /** "The latest price: with quotes the middle of the latest, else the latest trade." Bars only inform. */
  price: number | undefined;
  /** The latest price that moves stops, be it a trade or the middle of a quote. */
  latest: number | undefined;
  trade: { readonly price: number; readonly time: number } | undefined;
  middle: { readonly price: number; readonly time: number } | undefined;
  /** When the latest quote came whose middle tells the price, or trade where there are trades alone. */
  pricedAt: number;
}

/** A run of the oracle on quotes and trades. */
export interface TickRun extends Run {
  readonly story: TickStory;
  readonly fills: TickOutcome["fills"][number][];
  readonly views: readonly View[];
}

export function tickRun(story: TickStory): TickRun {
  const views = story.markets.map(({ ticks, assetClass }): View => {
    const hasQuotes = ticks.some(({ kind }) => kind === "quote");
    const hasTrades = ticks.some(({ kind }) => kind === "trade");
    return {
      hasQuotes,
      hasTrades,
      triggersOnTrades: hasTrades && (!hasQuotes || assetClass !== "forex"),
      price: undefined,
      latest: undefined,
      trade: undefined,
      middle: undefined,
      pricedAt: Number.NEGATIVE_INFINITY,
    };
  });
  const run: TickRun = {
    story,
    orders: [],
    fills: [],
    views,
    now: Number.NEGATIVE_INFINITY,
    turns: 0,
    groups: 0,
    bundles: 0,
    standsAt: (instrument) => levelAt(story, instrument, run.now),
    lastPrice: (instrument) => views[instrument].price,
    trailedPrice: (instrument) => views[instrument].latest ?? views[instrument].price,
    arrival: () => run.now + story.rules.latency,
    isHeld: (order) => {
      // Of extended hours "nothing is known, and the order leaves at once"; auctions are in the regular ones.
      const isFree = order.outsideRth && !isOnOpen(order) && !isOnClose(order);
      return order.parent?.status === "held" || (!isFree && !isInSession(run));
    },
    isDenied: (order) => isTooLate(run, order),
  };
  return run;
}

/** "An order made at a session's close or after it belongs to the next session." */
function isInSession({ story, now }: TickRun): boolean {
  return story.sessions.some(({ open, close }) => open <= now && now < close);
}

/**
 * "Orders for the close must be made ten minutes before it and orders for the open two minutes before that; later ones
 * are denied with CUT_OFF."
 */
function isTooLate({ story, now }: TickRun, order: SimOrder): boolean {
  const minute = 60_000;
  if (isOnClose(order)) return story.sessions.some(({ close }) => close - 10 * minute < now && now < close);
  return isOnOpen(order) && isAwake(order) && story.sessions.some(({ open }) => open - 2 * minute < now && now <= open);
}

/** Whether an order may trade now: "a quote outside of the session fills only orders marked for it". */
export function mayTrade({ story, now }: TickRun, { outsideRth }: SimOrder): boolean {
  return outsideRth || sessionAt(story, now) >= 0;
}
