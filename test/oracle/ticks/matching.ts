import { book, end } from "../groups.js";
import { activeUnits, isAlive, isAwake, type SimOrder } from "../model.js";
import {
  beginTrail,
  isAtMarket,
  isImmediate,
  isOnClose,
  isOnOpen,
  isStop,
  isTouch,
  isTrailing,
  noWorse,
  stopBehind,
} from "../triggers.js";
import { slipped } from "./slipping.js";
import { isPrice, type StoryTick, sessionAt } from "./story.js";
import { mayTrade, type TickRun } from "./tick-run.js";

/** What a tick has left for fills, on each side. "A size of 0 or one that is not known sets no limit." */
interface Room {
  buys: number;
  sells: number;
}

/** Matches an instrument's orders against a quote or a trade, in the order they reached the market. */
export function matchTick(run: TickRun, instrument: number, tick: StoryTick): void {
  const view = run.views[instrument];
  const room = roomOf(tick);
  const session = sessionAt(run.story, run.now);
  // "Only an event strictly after the order can fill it"; a child lives from its parent's fill on.
  const present = run.orders
    .filter((order) => order.instrument === instrument && order.status === "working" && isAwake(order))
    .filter((order) => order.takesPartFrom < run.now && mayTrade(run, order))
    .sort((a, b) => a.turn - b.turn);
  for (const order of present) {
    if (order.status !== "working" || isOnClose(order)) continue;
    if (isOnOpen(order)) {
      const isInTime = session >= 0 && order.takesPartFrom <= run.story.sessions[session].open;
      if (isInTime && fills(run, instrument, tick)) matchOpening(run, order, tick, room);
      continue;
    }
    if (tick.kind === "quote") matchQuote(run, order, tick, room);
    else if (view.hasQuotes) matchTradeBesideQuotes(run, order, tick.price, room);
    else matchTradeAlone(run, order, tick.price, room);
  }
}

function roomOf(tick: StoryTick): Room {
  const limit = (size: number): number => (size > 0 ? size : Number.POSITIVE_INFINITY);
  if (tick.kind === "quote") return { buys: limit(tick.askSize), sells: limit(tick.bidSize) };
  // What was traded is there once, for whoever takes it.
  let left = limit(tick.size);
  return {
    get buys() {
      return left;
    },
    set buys(value) {
      left = value;
    },
    get sells() {
      return left;
    },
    set sells(value) {
      left = value;
    },
  };
}

/** "Where an instrument has quotes they fill its orders; where it has trades alone, trades fill." */
function fills(run: TickRun, instrument: number, tick: StoryTick): boolean {
  return tick.kind === "quote" || !run.views[instrument].hasQuotes;
}

/** What an order looks at: a buy at the ask, a sell at the bid, either at a trade. Undefined where there is no price. */
function priceFor({ buy }: SimOrder, tick: StoryTick): number | undefined {
  if (tick.kind === "trade") return tick.price;
  const side = buy ? tick.ask : tick.bid;
  return isPrice(side) ? side : undefined;
}

/**
 * "on-open: the first event of the session"; "OPG: with the next session's first open". There it is filled or ends, so that
 * no second one finds it.
 */
function matchOpening(run: TickRun, order: SimOrder, tick: StoryTick, room: Room): void {
  const price = priceFor(order, tick);
  if (price === undefined) return;
  if (order.limit === undefined || noWorse(order, price, order.limit)) fill(run, order, price, room);
  if (isAlive(order)) end(run, order, "cancelled");
}

function matchQuote(run: TickRun, order: SimOrder, tick: StoryTick, room: Room): void {
  const price = priceFor(order, tick);
  if (price === undefined) return;
  if (isStop(order) || isTouch(order)) {
    if (run.views[order.instrument].triggersOnTrades) return;
    // "One that a quote triggers takes that quote."
    if (!triggers(run, order, price)) {
      leave(run, order);
      return;
    }
  }
  takePrice(run, order, price, room);
  leave(run, order);
}

function matchTradeAlone(run: TickRun, order: SimOrder, price: number, room: Room): void {
  if (isStop(order) || isTouch(order)) {
    waitForTrade(run, order, price);
    return;
  }
  takePrice(run, order, price, room);
  leave(run, order);
}

/** Beside quotes, trades move stops and fill limits that have rested: "up to the trade's size (`touch`: at it is enough)". */
function matchTradeBesideQuotes(run: TickRun, order: SimOrder, price: number, room: Room): void {
  if (isStop(order) || isTouch(order)) {
    if (run.views[order.instrument].triggersOnTrades) waitForTrade(run, order, price);
    return;
  }
  const { limit } = order;
  if (limit === undefined || !order.rested) return;
  const reaches = noWorse(order, price, limit) && (run.story.rules.limitFill === "touch" || price !== limit);
  if (reaches) fill(run, order, limit, room);
}

/** "A stop that a trade triggers waits for the next quote, or on trades alone for the next trade." */
function waitForTrade(run: TickRun, order: SimOrder, price: number): void {
  if (!triggers(run, order, price)) leave(run, order);
}

/** Whether a price triggers an order; else a trailing one follows it. "It never moves back." */
function triggers(run: TickRun, order: SimOrder, price: number): boolean {
  const { stop } = order;
  const isMet = stop !== undefined && (isStop(order) ? noWorse(order, stop, price) : noWorse(order, price, stop));
  if (!isMet) {
    follow(order, price);
    return false;
  }
  // "While all of those are closed nothing triggers them."
  if (activeUnits(run, order) === 0) return false;
  order.triggered = true;
  if (order.type === "trailing-stop-limit") order.limit = stop + (order.buy ? order.limitOffset : -order.limitOffset);
  return true;
}

function follow(order: SimOrder, price: number): void {
  if (!isTrailing(order)) return;
  const stop = stopBehind(order, price);
  const had = order.stop ?? stop;
  order.stop = order.buy ? Math.min(had, stop) : Math.max(had, stop);
}

/** What a market order or a limit makes of a price: "at the ask if it has just come, at its limit if it has rested". */
function takePrice(run: TickRun, order: SimOrder, price: number, room: Room): void {
  const { limit } = order;
  if (isAtMarket(order)) fill(run, order, price, room);
  else if (limit !== undefined) {
    if (noWorse(order, price, limit)) fill(run, order, order.rested ? limit : price, room);
    order.rested = true;
  }
}

/** "IOC: with the first event it takes part in." */
function leave(run: TickRun, order: SimOrder): void {
  if (isAlive(order) && isImmediate(order)) end(run, order, "cancelled");
}

/** "on-close: the session's end, at its last trade, else the middle of its last quote" */
export function matchClose(run: TickRun, instrument: number): void {
  const { trade, middle } = run.views[instrument];
  const { open } = run.story.sessions[sessionAt(run.story, run.now)];
  const price = [trade, middle].find((seen) => seen !== undefined && seen.time > open)?.price;
  const present = run.orders
    .filter((order) => order.instrument === instrument && order.status === "working" && isOnClose(order))
    .filter((order) => order.takesPartFrom < run.now && isAwake(order))
    .sort((a, b) => a.turn - b.turn);
  for (const order of present) {
    if (order.status !== "working" || activeUnits(run, order) === 0) continue;
    const allowed = price !== undefined && (order.limit === undefined || noWorse(order, price, order.limit));
    if (allowed) fill(run, order, price, { buys: Number.POSITIVE_INFINITY, sells: Number.POSITIVE_INFINITY });
  }
}

/** Fills an order as far as there is room, at a price before slippage. */
function fill(run: TickRun, order: SimOrder, price: number, room: Room): void {
  const units = Math.min(activeUnits(run, order), order.buy ? room.buys : room.sells);
  if (units === 0 || (order.tif === "FOK" && units < order.quantity)) return;
  if (order.buy) room.buys -= units;
  else room.sells -= units;
  const paid = order.limit === undefined ? slipped(run.story, order, price) : price;
  run.fills.push({ order: order.id, time: run.now, price: paid, quantity: units });
  // "Before the first of these a fill."
  run.views[order.instrument].price ??= paid;
  book(run, order, units, (child) => {
    // "A child begins with what comes after the instant at which its parent began to fill."
    if (order.filled > units) return;
    child.wokenAt = run.now;
    child.takesPartFrom = Math.max(child.takesPartFrom, run.now);
    if (child.status === "working") beginTrailBehindParent(run, child);
  });
}

/**
 * "A child of a bracket starts behind the price its entry filled at", on another instrument behind the latest price: as it
 * wakes, or as it leaves where it was held then.
 */
export function beginTrailBehindParent(run: TickRun, child: SimOrder): void {
  const { parent } = child;
  if (!isTrailing(child) || child.stop !== undefined || parent === undefined || parent.filled === 0) return;
  if (child.instrument !== parent.instrument) {
    beginTrail(run, child);
    return;
  }
  const fills = run.fills.filter(({ order }) => order === parent.id);
  const value = fills.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  child.stop = stopBehind(child, value / parent.filled);
}
