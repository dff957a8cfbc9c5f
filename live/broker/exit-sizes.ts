import type { BrokerAccount } from "../../core/broker.js";
import { DUST, isNear } from "../../core/dust.js";
import { isExit } from "../../core/guards/guard.js";
import { isSent } from "../../core/orders/kinds.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { Outcome } from "../ledger/outcome.js";
import { isExitOf, openedBy, unitsExited, unitsHeld } from "../ledger/units-held.js";
import type { OrderRows } from "./order-rows.js";
import type { RefusedSizes } from "./refused-sizes.js";
import { isGroupDone } from "./unsent-siblings.js";

export interface ExitSizesParts {
  readonly account: BrokerAccount;
  readonly ledger: Ledger;
  readonly rows: OrderRows;
  readonly refused: RefusedSizes;
  /** The client id that orders go out with: only its own can be changed. */
  readonly clientId: number;
  /** Sends the order of a row as the book has it; one that is sent so already is not sent again. */
  readonly change: (row: number) => void;
  readonly cancel: (row: number) => void;
  /** Whether an order has not left yet, and what cancels it then. */
  readonly isUnsent: (row: number) => boolean;
  readonly endUnsent: (row: number) => void;
}

/**
 * Keeps exits to what their parent has opened and other exits have not closed, as the simulated broker does. The broker
 * may do so by itself or not: what it tells comes first, and what it leaves too large is changed.
 */
export class ExitSizes {
  private readonly parts: ExitSizesParts;
  /** Orders that are of another size than they were, which was heard before their exits could follow. */
  private readonly resized = new Map<OrderRecord, number>();

  constructor(parts: ExitSizesParts) {
    this.parts = parts;
  }

  /** Most units that an exit may have, what it has filled included; Infinity of an order that is none. */
  most(row: number): number {
    const { account, rows, ledger } = this.parts;
    const { book } = account;
    const record = rows.at(row);
    if (record === undefined && !isExit(book, row)) return Infinity;
    const parent = record === undefined ? rows.at(book.parent[row]) : ledger.record(record.intent.parent);
    if (parent === undefined || (record !== undefined && !isExitOf(record, parent))) return Infinity;
    const size = parent.isEndHeard ? openedBy(parent) : Math.max(this.sizeOf(parent), parent.filled);
    return size - this.exitedOf(parent) + (record?.filled ?? 0);
  }

  /** Units that an order has opened and its exits have not closed. */
  heldOf(parent: OrderRecord): number {
    return unitsHeld(this.parts.ledger, parent);
  }

  /** Cuts the exits of an order that has ended to what it has filled: the rest of it they will never close. */
  fit(parent: OrderRecord): void {
    // The broker ends the children of one that has filled nothing; not of one whose fills were taken back.
    if (parent.filled <= DUST && parent.fills.takenBack <= DUST) return;
    const left = this.heldOf(parent);
    this.fitUnsent(parent, left);
    for (const child of this.exitsOf(parent)) if (child.end === undefined) this.fitSent(child, left);
  }

  /**
   * An exit has filled: what it has closed is not left to others of the same parent. Of its own group the broker takes it
   * off the others; of those outside, such as one that was added to a bracket, nobody else does.
   */
  exitFilled(record: OrderRecord): void {
    const { ledger } = this.parts;
    const parent = ledger.record(record.intent.parent);
    if (parent === undefined || !isExitOf(record, parent)) return;
    const size = parent.isEndHeard ? openedBy(parent) : Math.max(this.sizeOf(parent), parent.filled);
    const left = size - this.exitedOf(parent);
    const { group } = record.intent;
    for (const child of this.exitsOf(parent)) {
      const isOutside = child !== record && (group === "" || child.intent.group !== group);
      if (isOutside && child.end === undefined) this.fitSent(child, left);
    }
    // What was closed by hand may count as of another entry since.
    if (this.isAnyTakenOff) this.fitEvery();
  }

  /** Whether an operator has taken units off an entry of which exits work. */
  get isAnyTakenOff(): boolean {
    const { ledger } = this.parts;
    return ledger.open.some(({ intent }) => (ledger.record(intent.parent)?.takenOff ?? 0) > DUST);
  }

  /**
   * The broker has told another size of an order than was asked for, such as by a change that counted as refused: an exit
   * is cut to what it may close.
   */
  resizedByBroker(record: OrderRecord): void {
    const most = record.row < 0 || record.end !== undefined ? Infinity : this.most(record.row);
    if (most < Infinity) this.fitSent(record, most - record.filled);
  }

  /**
   * Exits of a parent whose size is another than it was follow it, where they were of its size or are larger now; as at
   * the simulated broker where it was changed, and where it has filled more than it was to become.
   */
  follow(parent: OrderRecord, before: number, now: number): void {
    const { book } = this.parts.account;
    const exited = this.exitedOf(parent);
    for (const child of this.exitsOf(parent)) {
      const { row, filled } = child;
      if (row < 0 || child.end !== undefined || !isSent(book.status[row])) continue;
      const most = now - exited + filled;
      const quantity = book.quantity[row];
      const wasOfItsSize = isNear(quantity, before) || isNear(quantity, before - exited + filled);
      if ((!wasOfItsSize && quantity <= most) || most <= filled + DUST) continue;
      this.resize(child, most);
    }
    this.followUnsent(parent.row, before, now - exited);
  }

  /** What is heard before the run has its orders, and changes the size of one that may have exits. */
  missed(outcome: Outcome): void {
    if (outcome.kind === "filled") {
      const { asked, filled } = outcome.record;
      if (filled > asked.quantity + DUST) this.resized.set(outcome.record, asked.quantity);
    } else if (outcome.kind === "terms" && outcome.isBack) {
      this.resized.set(outcome.record, outcome.record.terms.failedLast);
    } else if ((outcome.kind === "terms" || outcome.kind === "cut") && !this.resized.has(outcome.record)) {
      // What it was before nobody has seen: its exits are cut where they are larger than it is now.
      this.resized.set(outcome.record, Number.NaN);
    }
  }

  get hasMissed(): boolean {
    return this.resized.size > 0;
  }

  followMissed(): void {
    for (const [parent, before] of this.resized) {
      this.follow(parent, before, parent.isEndHeard ? parent.filled : Math.max(parent.asked.quantity, parent.filled));
    }
    // An exit itself may have stayed larger than its entry, of which a change was taken.
    for (const record of this.resized.keys()) this.resizedByBroker(record);
    this.resized.clear();
  }

  /** Does so with every parent that has ended, as after a time in which nobody was there to hear of it. */
  fitAll(): void {
    for (const parent of this.endedParents) this.fit(parent);
  }

  /** Cuts all that are too large, as after a time in which no change could leave. */
  fitEvery(): void {
    const { ledger } = this.parts;
    this.fitAll();
    for (const record of ledger.open) {
      if (ledger.record(record.intent.parent)?.isEndHeard === false) this.resizedByBroker(record);
    }
  }

  /** Parents that have ended of orders that have not. */
  get endedParents(): ReadonlySet<OrderRecord> {
    const { ledger } = this.parts;
    const parents = new Set<OrderRecord>();
    for (const { intent } of ledger.open) {
      const parent = ledger.record(intent.parent);
      if (parent?.isEndHeard === true) parents.add(parent);
    }
    return parents;
  }

  /** An order is at the broker: where its size is another by now it is changed, for before it could not be. */
  accepted(record: OrderRecord): void {
    const { ledger, account, change } = this.parts;
    const { intent, row, asked } = record;
    const parent = ledger.record(intent.parent);
    if (row < 0) return;
    const isOwnExit = parent !== undefined && isExitOf(record, parent);
    if (isOwnExit && parent.isEndHeard) this.fit(parent);
    else if (!isNear(account.book.quantity[row], asked.quantity) && this.isChangeable(record)) change(row);
  }

  /** Orders of others close a part of what an exit would: it is cut to what they leave. */
  leave(record: OrderRecord, left: number): void {
    if (left < record.remaining - DUST) this.fitSent(record, left);
  }

  /** The same of a row's order that is no exit, whether it has left or not. What is another client's is cancelled. */
  leaveRow(row: number, left: number): void {
    const { account, rows, isUnsent, endUnsent, cancel } = this.parts;
    const { quantity, filled } = account.book;
    const record = rows.at(row);
    if (isUnsent(row)) {
      if (left <= DUST) endUnsent(row);
      else quantity[row] = Math.min(quantity[row], filled[row] + left);
    } else if (record !== undefined && record.end === undefined && left < record.remaining - DUST) {
      if (left > DUST && record.intent.clientId === this.parts.clientId) this.leave(record, left);
      else if (!record.wantsCancel) cancel(row);
    }
  }

  /** Whether a row's order closes what an entry opens, one included that has ended in an earlier part of the run. */
  isExitOfEntry(row: number): boolean {
    return this.most(row) < Infinity;
  }

  /** Units of an instrument that entries of a side hold whose exits work. */
  heldInAll(instrument: number, side: number): number {
    const { account, ledger } = this.parts;
    const parents = new Set<OrderRecord>();
    for (const { row, intent, wantsCancel } of ledger.open) {
      const parent = ledger.record(intent.parent);
      if (row < 0 || wantsCancel || account.book.instrument[row] !== instrument || parent === undefined) continue;
      if (intent.side !== side && parent.intent.side === side) parents.add(parent);
    }
    let units = 0;
    for (const parent of parents) units += Math.max(0, this.heldOf(parent));
    return units;
  }

  /** Changes orders that the broker has with more units than others of their group have left them; not such as have filled. */
  fitGroups(records: readonly OrderRecord[]): void {
    for (const record of records) {
      const { row, excess, wantsCancel, terms, asked } = record;
      if (
        row >= 0 &&
        excess === 0 &&
        !wantsCancel &&
        terms.isTooLarge &&
        !this.parts.refused.has(record, asked.quantity)
      )
        this.parts.change(row);
    }
  }

  private fitSent(child: OrderRecord, left: number): void {
    const { account, cancel } = this.parts;
    const { book } = account;
    const { row, intent, wantsCancel } = child;
    if (row < 0 || !isSent(book.status[row])) return;
    if (left <= DUST) {
      // Of a group that is done the broker cancels the others.
      if (!wantsCancel && !isGroupDone(this.parts.ledger, intent.group)) cancel(row);
      return;
    }
    const most = child.filled + left;
    if (Math.max(book.quantity[row], child.asked.quantity) <= most + DUST || this.parts.refused.has(child, most))
      return;
    this.resize(child, Math.max(Math.min(book.quantity[row], most), book.filled[row]));
  }

  /** Gives an exit another size, here and at the broker; its own exits follow it. */
  private resize(record: OrderRecord, quantity: number): void {
    const { account, change } = this.parts;
    const { book } = account;
    const { row } = record;
    const before = book.quantity[row];
    book.quantity[row] = quantity;
    if (this.isChangeable(record)) change(row);
    if (!isNear(quantity, before)) this.follow(record, before, quantity);
  }

  /** To change an order that the broker may not have would be to send it again. */
  private isChangeable({ isAnswered, isUnknown, wantsCancel, intent }: OrderRecord): boolean {
    return isAnswered && !isUnknown && !wantsCancel && intent.clientId === this.parts.clientId && intent.orderId > 0;
  }

  /** The same of exits that have not left, of a parent by its row. */
  followUnsent(row: number, before: number, most: number): void {
    if (row < 0 || most <= DUST) return;
    const { book, working } = this.parts.account;
    const instrument = book.instrument[row];
    for (const child of working.lists[instrument].slice(0, working.count[instrument])) {
      if (book.parent[child] !== row || !isExit(book, child) || !this.parts.isUnsent(child)) continue;
      if (isNear(book.quantity[child], before) || book.quantity[child] > most) book.quantity[child] = most;
    }
  }

  private fitUnsent(parent: OrderRecord, left: number): void {
    if (parent.row < 0) return;
    const { account, isUnsent, endUnsent } = this.parts;
    const { book, working } = account;
    const instrument = book.instrument[parent.row];
    for (const child of working.lists[instrument].slice(0, working.count[instrument])) {
      if (book.parent[child] !== parent.row || !isExit(book, child) || !isUnsent(child)) continue;
      if (left <= DUST) endUnsent(child);
      else book.quantity[child] = Math.min(book.quantity[child], left);
    }
  }

  private exitsOf(parent: OrderRecord): OrderRecord[] {
    return this.parts.ledger.open.filter((record) => isExitOf(record, parent));
  }

  private exitedOf(parent: OrderRecord): number {
    return unitsExited(this.parts.ledger, parent);
  }

  private sizeOf({ row, asked }: OrderRecord): number {
    return row < 0 ? asked.quantity : this.parts.account.book.quantity[row];
  }
}
