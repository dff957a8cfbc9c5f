import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import type { Instrument } from "../../core/market/instrument.js";
import { isWorking, ORDER_TYPES, PENDING_CANCEL } from "../../core/orders/kinds.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { unitsCell } from "../screen/cells.js";
import type { ExitSizes } from "./exit-sizes.js";
import type { CutByHand } from "./held-orders.js";
import { rowInWords } from "./order-in-words.js";
import type { OrderRows } from "./order-rows.js";
import { STOPS } from "./unprotected-entries.js";

export interface ClosedByHandParts {
  readonly account: BrokerAccount;
  readonly ledger: Ledger;
  readonly instruments: readonly Instrument[];
  readonly rows: OrderRows;
  readonly exits: ExitSizes;
  readonly cancel: (row: number) => void;
}

/**
 * What an operator has told to be closed by hand is not there for the session's orders to close: they would open the
 * opposite. Exits hold themselves to what is left of their entries by then, at every look; the rest of an entry that has
 * filled a part ends, for its exits would close for what is to come as soon as for what was there; and other orders of their
 * side close together no more than exits leave of it, stops first. What one of them would open beyond the position stays.
 */
export class ClosedByHand {
  private readonly parts: ClosedByHandParts;
  /** Orders that are no exits and are to be cut or to end, until the broker has them so. */
  private readonly cuts = new Map<OrderRecord, CutByHand>();

  constructor(parts: ClosedByHandParts) {
    this.parts = parts;
  }

  /** What is to be cut still: the next session goes on with it. */
  get cut(): readonly CutByHand[] {
    return [...this.cuts.values()];
  }

  /** The session before was to cut these. */
  resume(cut: readonly CutByHand[]): void {
    for (const one of cut) {
      const record = this.parts.ledger.record(one.intent);
      if (record !== undefined) this.cuts.set(record, one);
    }
  }

  /** The strategy has given an order another size. */
  forget(record: OrderRecord): void {
    this.cuts.delete(record);
  }

  /** Cuts again what could not be, as without a connection. */
  cutAgain(): void {
    const { account, exits } = this.parts;
    for (const [record, { units, held }] of this.cuts) {
      const { row, intent, asked, terms } = record;
      if (row < 0 || record.wantsCancel) continue;
      const now = -intent.side * this.unitsPossible(account.book.instrument[row]);
      const isDone = asked.quantity <= units + DUST && !terms.isChanging;
      if (record.end !== undefined || isDone || now > held + DUST) this.cuts.delete(record);
      else exits.leaveRow(row, units - record.filled);
    }
  }

  /**
   * @param note notes it in the ledger and tells the engine
   * @returns what has become of orders by it, as a person would say it
   */
  during(note: () => void): string[] {
    const { account, instruments, exits } = this.parts;
    const { working } = account;
    const before = instruments.map((_, i) => ({
      held: this.unitsPossible(i),
      rows: working.of(i).map((row) => this.stateOf(row)),
    }));
    note();
    for (const [i, { held }] of before.entries()) {
      const now = this.unitsPossible(i);
      if (Math.sign(held) * (held - now) <= DUST) continue;
      this.endEntries(i);
      this.leave(i, held, Math.max(0, Math.sign(held) * now));
    }
    exits.fitEvery();
    return before.flatMap(({ rows }) => rows.flatMap((state) => this.changeOf(state)));
  }

  /** Signed units that are the session's, or may be: what nobody has named on top. */
  private unitsPossible(instrument: number): number {
    const { account, ledger, instruments } = this.parts;
    const own = account.portfolio.quantity[instrument];
    const unnamed = ledger.unnamed(instruments[instrument].symbol);
    return own * unnamed < 0 ? own : own + unnamed;
  }

  private endEntries(instrument: number): void {
    const { account, ledger, cancel } = this.parts;
    for (const { row, takenOff, wantsCancel } of ledger.open) {
      if (row >= 0 && account.book.instrument[row] === instrument && takenOff > DUST && !wantsCancel) cancel(row);
    }
  }

  private leave(instrument: number, held: number, left: number): void {
    const { account, exits } = this.parts;
    const { book, working } = account;
    const rows = working.of(instrument);
    const opened = new Set(rows.map((row) => book.parent[row]));
    const isOther = (row: number): boolean => book.parent[row] < 0 && !opened.has(row) && !exits.isExitOfEntry(row);
    const closers = rows.filter((row) => book.side[row] * held < 0 && isOther(row));
    const isStop = (row: number): number => Number(STOPS.includes(ORDER_TYPES[book.type[row]]));
    closers.sort((a, b) => isStop(b) - isStop(a) || a - b);
    let units = Math.max(0, left - exits.heldInAll(instrument, Math.sign(held)));
    const groups = new Map<number, number>();
    for (const row of closers) {
      const group = book.group[row];
      const members = group < 0 ? [row] : closers.filter((one) => book.group[one] === group);
      const closes = (one: number): number => Math.min(this.remainingOf(one), Math.abs(held));
      const share = groups.get(group) ?? Math.min(units, Math.max(...members.map(closes)));
      if (!groups.has(group)) units -= share;
      if (group >= 0) groups.set(group, share);
      this.cutTo(row, Math.min(share, closes(row)) + this.remainingOf(row) - closes(row), left);
    }
  }

  /** @param held units of the position that are left */
  private cutTo(row: number, units: number, held: number): void {
    const { rows, exits } = this.parts;
    const record = rows.at(row);
    if (record !== undefined && units < record.remaining - DUST)
      this.cuts.set(record, { intent: record.intent.id, units: record.filled + units, held });
    exits.leaveRow(row, units);
  }

  /** What an order has yet to fill, by what it was cut to before. */
  private remainingOf(row: number): number {
    const { account, rows } = this.parts;
    const record = rows.at(row);
    const cut = record === undefined ? undefined : this.cuts.get(record);
    const { quantity, filled } = account.book;
    return Math.max(0, Math.min(quantity[row], cut?.units ?? Infinity) - filled[row]);
  }

  private stateOf(row: number): State {
    const { book } = this.parts.account;
    const { symbol } = this.parts.instruments[book.instrument[row]];
    return { row, words: rowInWords(book, row, symbol), quantity: book.quantity[row], isEnding: this.isEnding(row) };
  }

  private changeOf({ row, words, quantity, isEnding }: State): string[] {
    const { book } = this.parts.account;
    if (this.isEnding(row)) return isEnding ? [] : [`${words} (cancelled)`];
    return book.quantity[row] < quantity - DUST ? [`${words} (cut to ${unitsCell(book.remaining(row))})`] : [];
  }

  private isEnding(row: number): boolean {
    const status = this.parts.account.book.status[row];
    return status === PENDING_CANCEL || !isWorking(status);
  }
}

interface State {
  readonly row: number;
  readonly words: string;
  readonly quantity: number;
  readonly isEnding: boolean;
}
