import type { BarRun, Room } from "./bar-run.js";
import { book, end } from "./groups.js";
import { activeUnits, type Birth, isAlive, isAwake, type SimOrder } from "./model.js";
import { type Candidate, firstOfGroup } from "./rivals.js";
import { latestClose, type StoryBar } from "./story.js";
import {
  follow,
  isAtMarket,
  isImmediate,
  isOnClose,
  isOnOpen,
  isStop,
  isTrailing,
  type Meeting,
  meetingAtClose,
  meetingAtOpen,
  meetingInside,
  stopBehind,
} from "./triggers.js";

/** Matches an instrument's orders against one of its bars: at the open, inside, at the close. */
export function matchBar(run: BarRun, instrument: number, bar: StoryBar): void {
  for (const order of run.orders) {
    order.birth = undefined;
    order.triedAtOpen = false;
    order.doneInside = false;
  }
  for (const order of participants(run, instrument)) {
    // A trailing child of another instrument's order starts behind the latest price of its own.
    if (isTrailing(order) && order.stop === undefined && isAwake(order))
      order.stop = stopBehind(order, latestClose(run.story, instrument, run.slot.index - 1));
  }
  const room = roomOf(run, bar);
  run.rooms[instrument] = room;
  matchOpen(run, instrument, bar, room);
  matchInside(run, instrument, bar, room);
  matchClose(run, instrument, bar, room);
  for (const order of participants(run, instrument)) {
    if (isTrailing(order) && !order.triggered && isAwake(order)) follow(run, order, bar);
  }
}

/** "At most that share of the bar's volume, rounded down; a bar whose volume is not known (0) sets no limit." */
function roomOf({ story }: BarRun, { volume }: StoryBar): Room {
  const { volumeLimit } = story.rules;
  return { left: volumeLimit === 0 || volume === 0 ? Number.POSITIVE_INFINITY : Math.floor(volumeLimit * volume) };
}

/** The orders that this bar is for, in the order they reached the market. */
function participants(run: BarRun, instrument: number): SimOrder[] {
  return run.orders
    .filter(
      (order) => order.instrument === instrument && order.status === "working" && order.takesPartFrom <= run.slot.start,
    )
    .sort((a, b) => a.turn - b.turn);
}

/** "What fills at the open is certain and comes first." A child of what fills here takes part in this open too. */
function matchOpen(run: BarRun, instrument: number, bar: StoryBar, room: Room): void {
  for (;;) {
    const order = participants(run, instrument).find(
      (one) => isAwake(one) && !one.triedAtOpen && !isOnClose(one) && (!isOnOpen(one) || isForThisOpening(run, one)),
    );
    if (order === undefined) return;
    order.triedAtOpen = true;
    const meeting = meetingAtOpen(order, bar.open);
    if (meeting !== undefined) take(run, order, meeting, room, "open", undefined);
    // "IOC: with the first event it takes part in: what fills there fills, the rest is cancelled. OPG: with the next
    // session's first open."
    if (isAlive(order) && (isImmediate(order) || isOnOpen(order))) end(run, order, "cancelled");
  }
}

/** No order comes to an auction that its parent has filled in. */
function isForThisOpening({ slot }: BarRun, { wokenAtOpenOf }: SimOrder): boolean {
  return slot.opensSession && wokenAtOpenOf !== slot.start;
}

/** What happens between the open and the close, of which a bar does not tell the order. */
function matchInside(run: BarRun, instrument: number, bar: StoryBar, room: Room): void {
  for (;;) {
    const met: Candidate[] = [];
    for (const order of participants(run, instrument)) {
      if (order.doneInside || order.birth?.atClose || activeUnits(run, order) === 0) continue;
      const meeting = meetingInside(run, order, bar);
      if (meeting !== undefined) met.push({ order, meeting });
    }
    if (met.length === 0) return;
    const { group } = met[0].order;
    // "A stop-limit or limit-if-touched that a bar triggers and does not fill keeps no sibling from what the bar has met
    // of it."
    const rivals = met.filter(({ order, meeting }) => order.group === group && !meeting.onlyTriggers);
    const next = group === undefined || met[0].meeting.onlyTriggers ? met[0] : firstOfGroup(run, rivals, bar.close);
    next.order.doneInside = true;
    take(run, next.order, next.meeting, room, "inside", birthAfter(next));
  }
}

/** Orders for the close, and market orders that came to life inside the bar: "the close comes certainly after". */
function matchClose(run: BarRun, instrument: number, bar: StoryBar, room: Room): void {
  // What came to life inside and could not wait for its price is gone.
  for (const order of participants(run, instrument)) {
    if (isImmediate(order) && !isAtMarket(order) && order.birth !== undefined) end(run, order, "cancelled");
  }
  const tried = new Set<SimOrder>();
  for (;;) {
    const order = participants(run, instrument).find(
      (one) =>
        activeUnits(run, one) > 0 &&
        !tried.has(one) &&
        (isOnClose(one) ? run.slot.closesSession : isAtMarket(one) && !isOnOpen(one) && one.birth !== undefined),
    );
    if (order === undefined) break;
    tried.add(order);
    const meeting = meetingAtClose(order, bar.close);
    if (meeting !== undefined) take(run, order, meeting, room, "inside", birthAtClose(bar));
    if (isAlive(order) && isImmediate(order)) end(run, order, "cancelled");
  }
  // Nor does an exit wait that has closed what there was to close.
  for (const order of participants(run, instrument)) {
    if (isImmediate(order) && isAtMarket(order) && order.birth !== undefined) end(run, order, "cancelled");
  }
}

/** "`same-close` fills market orders at the close of the bar they were made on." */
export function matchSameClose(run: BarRun, instrument: number, bar: StoryBar): void {
  for (const order of run.orders.filter((one) => one.instrument === instrument)) {
    const { type, madeAt, status } = order;
    if (type !== "market" || isOnOpen(order) || madeAt !== run.slot.end || status !== "working" || !isAwake(order))
      continue;
    const meeting = meetingAtClose(order, bar.close);
    if (meeting !== undefined) take(run, order, meeting, run.rooms[instrument], "inside", birthAtClose(bar));
    if (isAlive(order) && isImmediate(order)) end(run, order, "cancelled");
  }
}

function birthAtClose({ close }: StoryBar): Birth {
  return { price: close, lowComesAfter: false, highComesAfter: false, atClose: true, position: 3 };
}

/** The table of "Children": what is certain to come after an order that came to life as its parent filled inside. */
function birthAfter({ order, meeting }: Candidate): Birth {
  // What was past its price as it came to life fills there, and the market goes on the way it went.
  if (meeting.isAtBirth === true && order.birth !== undefined) return { ...order.birth, price: meeting.price };
  // A buy limit and a sell stop fill on the way down, a buy stop and a sell limit on the way up.
  const down = order.buy !== isStop(order);
  return {
    price: meeting.price,
    lowComesAfter: down && meeting.byExtreme,
    highComesAfter: !down && meeting.byExtreme,
    atClose: false,
    position: meeting.position,
  };
}

/** Fills an order as far as there is room, or triggers it. */
export function take(
  run: BarRun,
  order: SimOrder,
  meeting: Meeting,
  room: Room,
  at: "open" | "inside",
  birth: Birth | undefined,
): void {
  const wanted = activeUnits(run, order);
  // An exit that has closed all its entry has opened is not active, and nothing triggers it.
  if (wanted === 0) return;
  if (order.stop !== undefined && !order.triggered) {
    order.triggered = true;
    // The limit of a trailing stop-limit stands from here on.
    if (order.type === "trailing-stop-limit")
      order.limit = order.stop + (order.buy ? order.limitOffset : -order.limitOffset);
    // "Else rests as a limit from the next bar on."
    order.doneInside = true;
  }
  if (meeting.onlyTriggers) return;
  const units = Math.min(wanted, room.left);
  if (units === 0 || (order.tif === "FOK" && units < order.quantity)) return;
  room.left -= units;
  const price = meeting.price + (meeting.slips ? run.story.rules.slippageTicks * (order.buy ? 1 : -1) : 0);
  run.fills.push({ order: order.id, slot: run.slot.index, at, price, quantity: units });
  book(run, order, units, (child) => wake(run, child, order, price, birth));
}

/**
 * "The order becomes active when its parent fills." So does an exit that had closed all that its entry had filled, when
 * that fills more.
 */
function wake(run: BarRun, child: SimOrder, parent: SimOrder, price: number, birth: Birth | undefined): void {
  child.wokenAtOpenOf = run.slot.start;
  if (child.instrument === parent.instrument) {
    child.birth = birth;
    // "A child of a bracket starts behind the price its entry filled at."
    if (isTrailing(child) && child.stop === undefined) child.stop = stopBehind(child, price);
    return;
  }
  // "A child on another instrument begins with the first bar that starts when the parent has filled, or later."
  child.takesPartFrom = Math.max(child.takesPartFrom, birth === undefined ? run.slot.start : run.slot.end);
}
