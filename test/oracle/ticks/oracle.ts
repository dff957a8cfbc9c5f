import { carryOut } from "../deeds.js";
import { end } from "../groups.js";
import { endsOf, isAlive, isAwake, type SimOrder } from "../model.js";
import { isImmediate, isOnOpen } from "../triggers.js";
import { matchClose, matchTick } from "./matching.js";
import type { TickOutcome } from "./outcome.js";
import { LEAVE_BEFORE, release } from "./release.js";
import { deedsAt, deedsOnFill, isPrice, type StoryTick, type TickStory } from "./story.js";
import { type TickRun, tickRun } from "./tick-run.js";

interface Told {
  readonly instrument: number;
  readonly n: number;
  readonly tick: StoryTick;
}

/** What should come of a story of quotes and trades by docs/matching.md: the slowest and plainest reading of it. */
export function runOracle(story: TickStory): TickOutcome {
  const run = tickRun(story);
  const told = inOrder(story);
  const bars = story.markets.flatMap(({ bars }, instrument) => bars.map((bar, n) => ({ instrument, n, bar })));
  const last = Math.max(...told.map(({ tick }) => tick.time), ...bars.map(({ bar }) => bar.end));
  for (;;) {
    const now = nextInstant(run, [
      ...told.map(({ tick }) => tick.time),
      ...bars.map(({ bar }) => bar.end),
      ...story.sessions.flatMap(({ open, close }) => [open - LEAVE_BEFORE, open, close]),
    ]);
    if (now > last) break;
    run.now = now;
    for (const one of told.filter(({ tick }) => tick.time === now)) takeTick(run, one);
    const before = run.fills.length;
    // "On-close: the session's end." "What happens at the close happens before the expiry."
    if (story.sessions.some(({ close }) => close === now))
      for (const instrument of story.markets.keys()) matchClose(run, instrument);
    expire(run, "working");
    tellFills(run, before);
    for (const { instrument, n } of bars.filter(({ bar }) => bar.end === now))
      for (const deed of deedsAt(story, "bar", instrument, n)) carryOut(run, deed);
    // What is held ends with the calendar's business, which comes after the bars.
    expire(run, "held");
    release(run);
  }
  const orders = endsOf(run).map((end, i) => (run.orders[i].status === "held" ? { ...end, status: "held" } : end));
  return { fills: run.fills, orders };
}

/** Of one instant quotes come before trades, each by instrument. */
function inOrder({ markets }: TickStory): Told[] {
  const all = markets.flatMap(({ ticks }, instrument) => ticks.map((tick, n): Told => ({ instrument, n, tick })));
  const place = ({ tick }: Told): number => (tick.kind === "quote" ? 0 : 1);
  return all.sort(
    (a, b) => a.tick.time - b.tick.time || place(a) - place(b) || a.instrument - b.instrument || a.n - b.n,
  );
}

/** The next instant at which anything happens: one of those given, or the date of an order. */
function nextInstant(run: TickRun, instants: readonly number[]): number {
  const dates = run.orders.filter(isAlive).map(({ goodTill }) => goodTill ?? Number.POSITIVE_INFINITY);
  return Math.min(...[...instants, ...dates].filter((instant) => instant > run.now));
}

function takeTick(run: TickRun, { instrument, n, tick }: Told): void {
  // "Such a price is never traded on."
  if (tick.kind === "trade" && !isPrice(tick.price)) return;
  const before = run.fills.length;
  matchTick(run, instrument, tick);
  look(run, instrument, tick);
  tellFills(run, before);
  for (const deed of deedsAt(run.story, "tick", instrument, n)) carryOut(run, deed);
}

/** What a tick tells of prices. */
function look({ views }: TickRun, instrument: number, tick: StoryTick): void {
  const view = views[instrument];
  const { time } = tick;
  if (tick.kind === "trade") {
    const { price } = tick;
    view.trade = { price, time };
    if (view.triggersOnTrades) view.latest = price;
    if (view.hasQuotes) return;
    view.price = price;
    view.pricedAt = time;
    return;
  }
  const isWhole = isPrice(tick.bid) && isPrice(tick.ask);
  view.pricedAt = isWhole ? time : Number.NEGATIVE_INFINITY;
  if (!isWhole) return;
  const price = (tick.bid + tick.ask) / 2;
  view.middle = { price, time };
  view.latest = price;
  view.price = price;
}

/** Ends the orders whose time is up, each at its own instant; those in the market by instrument, in the order of the data. */
function expire(run: TickRun, status: "working" | "held"): void {
  const due = run.orders.filter((order) => order.status === status && isOver(run, order));
  due.sort((a, b) => (status === "held" ? 0 : a.instrument - b.instrument) || a.turn - b.turn);
  for (const order of due) if (order.status === status) end(run, order, "expired");
}

/** "GTD: at `goodTill`. DAY: at the close of its session; an order made at a close belongs to the next session." */
function isOver({ story, now }: TickRun, order: SimOrder): boolean {
  if (order.goodTill !== undefined) return order.goodTill <= now;
  if (order.tif === "GTC" || isOnOpen(order)) return false;
  const closes = story.sessions.map(({ close }) => close).filter((close) => close > order.createdAt);
  // "IOC: where nothing comes, at the close of its session, for a child the one its parent has begun to fill in before."
  if (isImmediate(order)) return isAwake(order) && order.wokenAt < now && closes.includes(now);
  return closes[0] === now;
}

/** `onFill` is told of the fills since, and what it does comes after all matching of the tick. */
function tellFills(run: TickRun, since: number): void {
  for (let fill = since; fill < run.fills.length; fill++)
    for (const deed of deedsOnFill(run.story, fill)) carryOut(run, deed);
}
