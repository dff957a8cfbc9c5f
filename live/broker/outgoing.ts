import type { OrderId } from "../../brokers/tws/connection/ids.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { FittedIntent, OrderPort } from "../../brokers/tws/orders/order-port.js";
import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import { SeatrialError } from "../../core/errors.js";
import { isExit } from "../../core/guards/guard.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { Denial } from "../../core/orders/denial.js";
import { isSent, ORDER_TYPES } from "../../core/orders/kinds.js";
import { LIQUIDATION, TARGET } from "../../core/orders/order-book.js";
import type { Ledger } from "../ledger/ledger.js";
import { isOutOfReach } from "../ledger/made-elsewhere.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { BrokerNews } from "./broker-news.js";
import type { ClosingOrders } from "./closing-orders.js";
import type { ExitSizes } from "./exit-sizes.js";
import { endOf } from "./order-bounds.js";
import { orderInWords } from "./order-in-words.js";
import { type OrderNames, orderOfRow, writeFitted } from "./order-of-row.js";
import type { OrderRows } from "./order-rows.js";
import type { RefusedSizes } from "./refused-sizes.js";
import { whyUnchangeable } from "./unchangeable.js";
import { isStop } from "./unprotected-entries.js";

export interface OutgoingParts {
  readonly account: BrokerAccount;
  readonly ledger: Ledger;
  readonly port: OrderPort;
  readonly rows: OrderRows;
  readonly instruments: readonly Instrument[];
  readonly conIds: readonly number[];
  readonly news: BrokerNews;
  readonly closing: ClosingOrders;
  readonly exits: ExitSizes;
  readonly refused: RefusedSizes;
  /** The highest order id that was ever used. */
  readonly highestOrderId: number;
  /** Tells the engine, between handlers, of an order that cannot be sent. */
  readonly refuse: (row: number, denial: Denial | undefined) => void;
  /** Of what a closing order was to close only so many units are held for certain. */
  readonly disputed: (row: number, held: number, why: Denial) => void;
}

interface Submit {
  readonly what: "submit";
  readonly row: number;
}

type Work =
  | Submit
  | { readonly what: "change"; readonly row: number }
  | { readonly what: "cancel"; readonly record: OrderRecord };

/** Of an order that is looked at before it is named. */
const NO_NAMES: OrderNames = { ref: "", orderId: 0 as OrderId, parent: 0, group: "" };

/** Something that is to be sent once what it says is committed. */
export interface Send {
  readonly send: () => void;
  /** The order that it cancels; undefined for anything else. */
  readonly cancels?: OrderRecord;
  /** The order that it changes; undefined for anything else. */
  readonly changes?: OrderRecord;
}

/**
 * What was asked of the broker since the last flush: it is written down first, in the order it was asked, and sent then.
 * A closing order waits here until nothing that is being cancelled can close the same position, and what was asked for
 * behind it of the same instrument waits for it: otherwise an order that opens the next position would be taken for the
 * closing of this one. An order for a target waits for the end of those for an earlier one that are being cancelled. A
 * bracket whose stop cannot be sent does not leave at all: the entry would fill without it.
 */
export class Outgoing {
  private readonly parts: OutgoingParts;
  private work: Work[] = [];
  /** Orders that were to be written down and have to wait. */
  private waiting: Submit[] = [];
  /** Orders that were made and not yet written down. */
  private readonly made = new Set<number>();
  /** Names of the groups of this run, by the book's number. */
  private readonly groupNames = new Map<number, string>();
  private highestOrderId: number;

  constructor(parts: OutgoingParts) {
    this.parts = parts;
    this.highestOrderId = parts.highestOrderId;
  }

  submit(row: number): void {
    this.made.add(row);
    this.work.push({ what: "submit", row });
  }

  /** Whether an order waits here: nothing of it is written down or sent. */
  has(row: number): boolean {
    return this.made.has(row);
  }

  /** Takes an order back that waits here, and the children that wait for it; all of them. */
  withdraw(row: number): number[] {
    if (!this.made.delete(row)) return [];
    const { book } = this.parts.account;
    const children = [...this.made].filter((one) => book.parent[one] === row);
    return [row, ...children.flatMap((child) => this.withdraw(child))];
  }

  /** When the first of those that wait for others ends by its time in force; Infinity for never. */
  get nextEnd(): Instant {
    let next = Infinity;
    for (const row of this.waitingRows) next = Math.min(next, this.endOfRow(row));
    return next;
  }

  /** Those that wait and whose time is over by now: none of them is sent any more. */
  over(now: Instant): number[] {
    return this.waitingRows.filter((row) => this.endOfRow(row) <= now);
  }

  private endOfRow(row: number): Instant {
    const { account } = this.parts;
    return endOf(account, row, account.book.madeAt[row]);
  }

  change(row: number): void {
    this.work.push({ what: "change", row });
  }

  /** Whether a change of an order is asked for that is not written down yet. */
  isChanging(row: number): boolean {
    return this.work.some((one) => one.what === "change" && one.row === row);
  }

  cancel(record: OrderRecord): void {
    if (!this.isCancelling(record)) this.work.push({ what: "cancel", record });
  }

  isCancelling(record: OrderRecord): boolean {
    return this.work.some((one) => one.what === "cancel" && one.record === record);
  }

  /** The group that a restored order stands in. */
  nameGroup(group: number, name: string): void {
    if (group >= 0) this.groupNames.set(group, name);
  }

  /** What the broker knows a group by; "" where none of it was sent. */
  nameOfGroup(group: number): string {
    return this.groupNames.get(group) ?? "";
  }

  /** Orders that wait for the end of others, of which nothing is written down or sent. */
  get waitingRows(): number[] {
    return this.waiting.map(({ row }) => row).filter((row) => this.made.has(row));
  }

  /**
   * Writes down all that need not wait; what is to be sent when that is committed.
   * @param isConnected without a connection what waits goes on waiting
   */
  prepare(isConnected: boolean): Send[] {
    if (this.work.length === 0 && this.waiting.length === 0) return [];
    const waited = this.waiting.length;
    const work: Work[] = waited === 0 ? this.work : [...this.waiting, ...this.work];
    this.work = [];
    this.waiting = [];
    const cancelled = new Set<OrderRecord>();
    for (const one of work) if (one.what === "cancel") cancelled.add(one.record);
    const sends: Send[] = [];
    const batches = new Map<number, OrderIntent[]>();
    const { book } = this.parts.account;
    work.forEach((one, i) => {
      if (one.what === "cancel") this.prepareCancel(one.record, sends);
      else if (one.what === "submit") {
        // What was asked for now and cannot leave is told so; what is closed by force waits for the connection.
        const mayLeave = isConnected || (i >= waited && (book.flags[one.row] & LIQUIDATION) === 0);
        const waitsOn = i < waited && !isConnected && (book.flags[one.row] & TARGET) !== 0;
        if (this.isStandingAgain(one.row)) this.drop(one.row);
        else if (waitsOn || this.hasToWait(one.row, cancelled, mayLeave)) this.waiting.push(one);
        else this.prepareOrder(one.row, batches, sends);
      }
      // Of several changes the last one counts, for it has the terms of all.
      else if (!work.some((later, k) => k > i && later.what === "change" && later.row === one.row)) {
        this.prepareChange(one.row, sends);
      }
    });
    const { closing, account } = this.parts;
    closing.wait(
      this.waitingRows.filter((row) => closing.isClosing(row)),
      account.clock.now,
    );
    return sends;
  }

  private hasToWait(row: number, cancelled: ReadonlySet<OrderRecord>, mayLeave: boolean): boolean {
    if (!this.made.has(row)) return false;
    const { closing, account } = this.parts;
    const { book } = account;
    const isBehind = ({ row: other }: Submit): boolean =>
      (book.instrument[other] === book.instrument[row] && !book.behind.has(other)) || book.parent[row] === other;
    if (book.behind.has(row) || this.waiting.some(isBehind)) return true;
    return closing.isClosing(row) && (!mayLeave || closing.hasToWait(row, cancelled));
  }

  /** Whether an order whose end this one waits for was to be cancelled, and works on: both would be too much. */
  private isStandingAgain(row: number): boolean {
    const { rows, account } = this.parts;
    const before = account.book.behind.get(row) ?? [];
    return before.map((one) => rows.at(one)).some((record) => record?.isCancelRefused === true && mayWork(record));
  }

  /** Takes an order back, with what waits for it, and tells so. */
  private drop(row: number): void {
    for (const one of this.withdraw(row)) this.parts.refuse(one, undefined);
  }

  private prepareOrder(row: number, batches: Map<number, OrderIntent[]>, sends: Send[]): void {
    if (!this.made.has(row)) return;
    const denial = this.denialOfStops(row);
    if (denial !== undefined) {
      for (const one of this.withdraw(row)) this.parts.refuse(one, denial);
      return;
    }
    this.made.delete(row);
    if (this.parts.closing.isClosing(row) && !this.cutToHeld(row)) return;
    const intent = this.intend(row);
    if (intent === undefined) return;
    const batch = this.batchOf(row, batches);
    batches.set(row, batch);
    if (batch.length === 0) sends.push({ send: () => this.parts.port.place(batch) });
    batch.push(intent);
  }

  /** Why a stop that an entry is to have cannot be sent as it is, while that can still be kept from leaving without it. */
  private denialOfStops(entry: number): Denial | undefined {
    const { book } = this.parts.account;
    for (const row of this.made) {
      if (book.parent[row] !== entry || !isExit(book, row)) continue;
      if (!isStop(book.flags[row], ORDER_TYPES[book.type[row]])) continue;
      const fitted = this.fitted(row, NO_NAMES);
      if ("code" in fitted) return fitted;
    }
    return undefined;
  }

  /** Takes from a closing order what has been closed meanwhile; false where that is all of it, which is told. */
  private cutToHeld(row: number): boolean {
    const { closing, account, refuse } = this.parts;
    const { book } = account;
    const held = closing.unitsHeld(row);
    const dispute = closing.dispute(row);
    if (dispute !== undefined) this.parts.disputed(row, held, dispute);
    if (held > DUST) book.quantity[row] = Math.min(book.quantity[row], held);
    else refuse(row, dispute);
    return held > DUST;
  }

  /**
   * What an order's parent or group goes out with where that is the latest batch, or a new one: the broker refuses an id
   * that is lower than one it has seen.
   */
  private batchOf(row: number, batches: ReadonlyMap<number, OrderIntent[]>): OrderIntent[] {
    const { book } = this.parts.account;
    const latest = [...batches.values()].at(-1) ?? [];
    if (batches.get(book.parent[row]) === latest) return latest;
    if (book.group[row] < 0) return [];
    for (const [other, batch] of batches) {
      if (batch === latest && book.group[other] === book.group[row]) return latest;
    }
    return [];
  }

  /** Writes down a new order; undefined where it cannot be sent as it is, which is told. */
  private intend(row: number): OrderIntent | undefined {
    const { ledger, port, rows, instruments, conIds, account, refuse } = this.parts;
    const { book, clock } = account;
    const parent = rows.at(book.parent[row]);
    if (book.parent[row] >= 0 && (parent === undefined || isOutOfReach(ledger, parent))) {
      // Its parent could not be sent, or has no id among ours: alone it would open what it should close.
      refuse(row, undefined);
      return undefined;
    }
    if (!this.cutToOpened(row)) {
      refuse(row, undefined);
      return undefined;
    }
    const id = ledger.nextIntent;
    const instrument = instruments[book.instrument[row]];
    // What waits for nothing any more is an order of its own.
    const isChild = parent?.isEndHeard === false;
    const names = {
      ref: ledger.refOf(id),
      orderId: this.nextOrderId(),
      parent: isChild ? (parent.intent.orderId as OrderId) : 0,
      group: this.groupName(row, id, isChild),
    } as const;
    const intent = this.fit(row, names, (denial) => refuse(row, denial));
    if (intent === undefined) return undefined;
    ledger.note({
      kind: "intent",
      at: clock.now,
      id,
      ref: intent.ref,
      orderId: intent.orderId,
      clientId: port.clientId,
      permId: 0,
      symbol: instrument.symbol,
      conId: conIds[instrument.index],
      side: intent.side,
      type: intent.type,
      tif: intent.tif,
      quantity: intent.quantity,
      limit: intent.limit,
      stop: intent.stop,
      trail: intent.trail,
      isTrailFraction: intent.isTrailFraction,
      limitOffset: intent.limitOffset,
      goodTill: intent.goodTill,
      outsideRth: intent.outsideRth,
      parent: parent?.intent.id ?? 0,
      group: intent.group,
      flags: book.flags[row],
      tag: book.tags.get(row) ?? "",
      madeAt: book.createdAt[row],
      filledBefore: 0,
    });
    const record = ledger.record(id) as OrderRecord;
    rows.bind(row, record);
    const { quantity, limit, stop, trail } = record.asked;
    ledger.note({ kind: "request", at: clock.now, intent: id, what: "order", quantity, limit, stop, trail });
    return intent;
  }

  private prepareChange(row: number, sends: Send[]): void {
    const { ledger, port, rows, account } = this.parts;
    const record = rows.at(row);
    if (record === undefined || !isSent(account.book.status[row])) return;
    const { ref, orderId, parent, group } = record.intent;
    const names = {
      ref,
      orderId: orderId as OrderId,
      // It is changed under the names it went out with.
      parent: (record.isAlone ? 0 : (ledger.record(parent)?.intent.orderId ?? 0)) as OrderId | 0,
      group,
    };
    const failed = (denial: Denial): void => {
      if (denial.code === "QUANTITY_TOO_SMALL") this.parts.refused.cannotBe(record, account.book.quantity[row]);
      const reason = String(denial.details.reason ?? denial.code).replace(/\.$/, "");
      this.parts.news.alert("CHANGE_REFUSED", { order: orderInWords(record.intent), reason });
      ledger.tell({ kind: "terms", isBack: true, denial, record });
    };
    const unchangeable = whyUnchangeable(ledger, record);
    if (unchangeable !== undefined) {
      failed(unchangeable);
      return;
    }
    // Nothing is left of it, and it is about to be cancelled.
    if (!this.cutToOpened(row)) {
      ledger.tell({ kind: "terms", isBack: true, record });
      return;
    }
    const intent = this.fit(row, names, failed);
    if (intent === undefined) return;
    const { quantity, limit, stop, trail } = intent;
    const { asked } = record;
    // Where the broker has more than is left of it, it is told again what that is.
    const isSame =
      !record.terms.isTooLarge &&
      asked.quantity === quantity &&
      Object.is(asked.limit, limit) &&
      Object.is(asked.stop, stop) &&
      Object.is(asked.trail, trail);
    if (isSame) return;
    const at = account.clock.now;
    ledger.note({ kind: "request", at, intent: record.intent.id, what: "change", quantity, limit, stop, trail });
    // A trailing stop has moved since it was asked for: only a new one is said, or it would fall back.
    const stands = account.book.trails(row) && Object.is(asked.stop, stop);
    const changed = stands ? { ...intent, stop: Number.NaN } : intent;
    // The broker counts what it had filled for others.
    const { filledBefore } = record;
    const whole = filledBefore > 0 ? { ...changed, quantity: quantity + filledBefore } : changed;
    sends.push({ send: () => port.change(whole), changes: record });
  }

  /** The broker may let an exit close more than its parent opens: it is told no more than that. False where that is none. */
  private cutToOpened(row: number): boolean {
    const { exits, rows, refused, account } = this.parts;
    const { book } = account;
    const most = exits.most(row);
    if (most <= book.filled[row] + DUST) return false;
    const record = rows.at(row);
    // What it cannot be cut to keeps it from no other change.
    if (record !== undefined && refused.isTooFew(record, most)) return true;
    book.quantity[row] = Math.min(book.quantity[row], most);
    return true;
  }

  private prepareCancel(record: OrderRecord, sends: Send[]): void {
    const { ledger, port, account } = this.parts;
    // It may have ended since this was asked.
    if (!mayWork(record)) return;
    const { id, orderId } = record.intent;
    ledger.note({ kind: "request", at: account.clock.now, intent: id, what: "cancel", ...record.asked });
    sends.push({ send: () => port.cancel(orderId as OrderId), cancels: record });
  }

  /** The order of a row on the exchange's steps, which the book takes over; undefined where it cannot be put there. */
  private fit(row: number, names: OrderNames, failed: (denial: Denial) => void): OrderIntent | undefined {
    const { instruments, account, news } = this.parts;
    const { book, clock } = account;
    const fitted = this.fitted(row, names);
    if ("code" in fitted) {
      failed(fitted);
      return undefined;
    }
    const { intent, changed } = fitted;
    writeFitted(book, row, changed);
    const { symbol } = instruments[book.instrument[row]];
    for (const { field, from, to } of changed) {
      const text = `the ${field} of ${from} was moved to ${to}`;
      news.notice({ at: clock.now, symbol, intent: 0, code: "FITTED", text });
    }
    return intent;
  }

  /** The order of a row on the exchange's steps, or why it cannot be put there. */
  private fitted(row: number, names: OrderNames): FittedIntent | Denial {
    const { port, instruments, account } = this.parts;
    const { book } = account;
    try {
      return port.fit(orderOfRow(book, row, instruments[book.instrument[row]], names));
    } catch (error) {
      if (!(error instanceof SeatrialError)) throw error;
      return { code: error.code, details: { reason: error.message } };
    }
  }

  /** An id above all that this client id has ever used, whatever TWS says. */
  private nextOrderId(): OrderId {
    let id = this.parts.port.nextOrderId();
    while (id <= this.highestOrderId) id = this.parts.port.nextOrderId();
    this.highestOrderId = id;
    return id;
  }

  /**
   * IB's groups have one name space for an account: the journal and the first order of a group make it unique. TWS takes
   * the children of an order that name none for one group, of which one cancels the others: a child stands in one by itself.
   */
  private groupName(row: number, intent: number, isChild: boolean): string {
    const group = this.parts.account.book.group[row];
    const known = this.groupNames.get(group);
    if (known !== undefined) return known;
    if (group < 0 && !isChild) return "";
    const name = `${this.parts.ledger.identity.journalId}:g${intent}`;
    if (group >= 0) this.groupNames.set(group, name);
    return name;
  }
}

/** What has only to be counted is at its end. */
function mayWork({ isOpen, isUncounted }: OrderRecord): boolean {
  return isOpen && !isUncounted;
}
