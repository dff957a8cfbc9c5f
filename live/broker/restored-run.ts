import { DUST } from "../../core/dust.js";
import type { Instrument } from "../../core/market/instrument.js";
import {
  ACCEPTED,
  HELD,
  ORDER_TYPES,
  PARTIALLY_FILLED,
  PENDING_CANCEL,
  SUBMITTED,
  TIMES_IN_FORCE,
  TRIGGERED,
  UNKNOWN,
} from "../../core/orders/kinds.js";
import { WAS_TRIGGERED } from "../../core/orders/order-book.js";
import type { RestoredOrder, RestoredPosition, RestoredRun } from "../../core/orders/restored-run.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { HeldList, HeldOrder } from "./held-orders.js";
import { filledOfGroup, isGroupDone } from "./unsent-siblings.js";

/** A run to go on with, and the orders of the ledger behind the first of its orders; those behind them were held. */
export interface RestoredSession {
  readonly run: RestoredRun;
  readonly records: readonly OrderRecord[];
}

/** What a journal has left for the next run over these instruments. Of others nothing is taken over. */
export function restoredSession(
  ledger: Ledger,
  held: HeldList | undefined,
  instruments: readonly Instrument[],
): RestoredSession {
  const indexOf = new Map(instruments.map(({ symbol, index }) => [symbol, index]));
  const records = ledger.open.filter((one) => isGoingOn(one) && indexOf.has(one.intent.symbol));
  // A parent is made before its children.
  records.sort((a, b) => a.intent.id - b.intent.id);
  const groups = new Groups();
  const places = new Map(records.map((record, place) => [record.intent.id, place]));
  const sent = records.map((record) => orderOf(record, indexOf.get(record.intent.symbol) as number, places, groups));
  const all = held?.orders ?? [];
  const left = unitsLeft(all, ledger);
  const kept = all.filter((order) => indexOf.has(order.symbol) && !isOver(order, all, left, ledger));
  const placeOf = new Map(kept.map((order, i) => [held?.orders.indexOf(order), sent.length + i]));
  const waiting = kept.map((one) => {
    const order = { ...one, quantity: left.get(one) as number };
    return heldOrderOf(
      order,
      indexOf.get(order.symbol) as number,
      (parent) => placeOf.get(parent),
      places,
      groups,
      ledger,
    );
  });
  const bundles = (held?.bundles ?? []).map(({ kind, orders }) => ({
    kind,
    orders: orders.flatMap((one) => placeOf.get(one) ?? []),
  }));
  return {
    records,
    run: {
      orders: [...sent, ...waiting],
      held: bundles.filter(({ orders }) => orders.length > 0),
      positions: instruments.flatMap((instrument) => positionOf(ledger, instrument)),
    },
  };
}

/**
 * Whether a run goes on with an order. It does not with one that has filled all it was to, though the broker has more of it:
 * that was filled for the run before, and its rest is to be cancelled.
 */
function isGoingOn(record: OrderRecord): boolean {
  return !record.isEndHeard && !record.isSuperfluous;
}

/**
 * Whether a held order has nothing to do any more for what happened while nobody was there: others have filled it, or the
 * one it waits for has ended without a fill. Alone it would open what it should close.
 */
function isOver(
  order: HeldOrder,
  all: readonly HeldOrder[],
  left: ReadonlyMap<HeldOrder, number>,
  ledger: Ledger,
): boolean {
  if (isGroupDone(ledger, order.groupName) || (left.get(order) as number) <= DUST) return true;
  if (order.parent >= 0) return isOver(all[order.parent], all, left, ledger);
  if (order.parentIntent === 0) return false;
  const parent = ledger.record(order.parentIntent);
  return parent === undefined || (parent.isEndHeard && parent.filled <= DUST);
}

/** What others of its group have left of a held order. */
function unitsOf({ quantity, groupName, groupFilled }: HeldOrder, ledger: Ledger): number {
  const filled = filledOfGroup(ledger, groupName);
  return quantity - Math.max(0, filled - (groupFilled ?? filled));
}

/**
 * What each held order has still to do. From one for a target is taken what the orders have filled meanwhile whose end it
 * waits for; of one that is kept elsewhere by now nobody can say, and then nothing is left to do.
 */
function unitsLeft(all: readonly HeldOrder[], ledger: Ledger): ReadonlyMap<HeldOrder, number> {
  const fills = new Map<number, number>();
  const left = new Map<HeldOrder, number>();
  for (const order of all) {
    const parent = order.parent >= 0 ? all[order.parent] : undefined;
    const isCut = parent?.behind !== undefined && parent.side !== order.side;
    const own = unitsOf(order, ledger);
    let units = isCut ? Math.min(own, left.get(parent) ?? own) : own;
    for (const { intent, filled } of order.behind ?? []) {
      const record = ledger.record(intent);
      if (record !== undefined && record.intent.side !== order.side) continue;
      const fill = fills.get(intent) ?? (record === undefined ? Infinity : record.filled - filled);
      const taken = Math.max(0, Math.min(fill, units));
      fills.set(intent, fill - taken);
      units -= taken;
    }
    left.set(order, units);
  }
  return left;
}

/** An order of the ledger that stands in no family and no group, as a new start would take it over. */
export function restoredAlone(record: OrderRecord, instrument: number): RestoredOrder {
  return orderOf(record, instrument, new Map(), new Groups());
}

function positionOf(ledger: Ledger, { symbol, index, multiplier }: Instrument): RestoredPosition[] {
  const holding = ledger.holdings.get(symbol);
  if (holding === undefined) return [];
  const { quantity, averagePrice, realised, fees } = holding;
  return [{ instrument: index, quantity, averagePrice, realised: realised * multiplier, fees }];
}

function orderOf(
  record: OrderRecord,
  instrument: number,
  places: ReadonlyMap<number, number>,
  groups: Groups,
): RestoredOrder {
  const { intent, asked } = record;
  let fees = 0;
  for (const amount of record.fills.fees.values()) fees += amount;
  return {
    instrument,
    side: intent.side,
    type: ORDER_TYPES.indexOf(intent.type),
    tif: TIMES_IN_FORCE.indexOf(intent.tif),
    status: statusOf(record),
    flags: record.isTriggered ? intent.flags | WAS_TRIGGERED : intent.flags,
    parent: places.get(intent.parent) ?? -1,
    group: groups.named(intent.group),
    quantity: asked.quantity,
    filled: record.filled,
    filledValue: record.fills.bookedValue,
    fees,
    limit: asked.limit,
    stop: asked.stop,
    trail: asked.trail,
    limitOffset: intent.limitOffset,
    goodTill: intent.goodTill,
    madeAt: intent.at,
    createdAt: intent.madeAt,
    tag: intent.tag,
  };
}

function statusOf(record: OrderRecord): number {
  if (record.isUnknown || !record.isAnswered) return UNKNOWN;
  if (record.wantsCancel) return PENDING_CANCEL;
  if (record.filled > DUST) return PARTIALLY_FILLED;
  if (record.isTriggered) return TRIGGERED;
  return record.isAccepted ? ACCEPTED : SUBMITTED;
}

function heldOrderOf(
  order: HeldOrder,
  instrument: number,
  placeOf: (parent: number) => number | undefined,
  places: ReadonlyMap<number, number>,
  groups: Groups,
  ledger: Ledger,
): RestoredOrder {
  const parent = ledger.record(order.parentIntent);
  // It closes no more than its parent has opened.
  const most = parent?.isEndHeard === true && parent.intent.side !== order.side ? parent.filled : Infinity;
  const behind = (order.behind ?? []).flatMap(({ intent }) => places.get(intent) ?? []);
  const price = (value: number | null): number => value ?? Number.NaN;
  return {
    instrument,
    side: order.side,
    type: order.type,
    tif: order.tif,
    status: HELD,
    flags: order.flags,
    parent: placeOf(order.parent) ?? places.get(order.parentIntent) ?? -1,
    group: order.group < 0 ? -1 : groups.named(order.groupName || `held ${order.group}`),
    quantity: Math.min(order.quantity, most),
    filled: 0,
    filledValue: 0,
    fees: 0,
    limit: price(order.limit),
    stop: price(order.stop),
    trail: price(order.trail),
    limitOffset: price(order.limitOffset),
    goodTill: price(order.goodTill),
    madeAt: order.madeAt,
    createdAt: order.createdAt,
    tag: order.tag,
    ...(behind.length > 0 && { behind }),
  };
}

/** Numbers groups anew, from 0: those of an earlier run mean nothing in this one. */
class Groups {
  private readonly numbers = new Map<string, number>();

  named(name: string): number {
    if (name === "") return -1;
    let number = this.numbers.get(name);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(name, number);
    }
    return number;
  }
}
