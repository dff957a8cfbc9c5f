import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import type { Instrument } from "../../core/market/instrument.js";
import { isWorking, ORDER_TYPES, PENDING_CANCEL } from "../../core/orders/kinds.js";
import type { Ledger } from "../ledger/ledger.js";
import { unitsCell } from "../screen/cells.js";
import type { CutsByHand } from "./cuts-by-hand.js";
import type { ExitSizes } from "./exit-sizes.js";
import { rowInWords } from "./order-in-words.js";
import type { OrderRows } from "./order-rows.js";
import { STOPS } from "./unprotected-entries.js";

export interface ClosedByHandParts {
  readonly account: BrokerAccount;
  readonly ledger: Ledger;
  readonly instruments: readonly Instrument[];
  readonly rows: OrderRows;
  readonly exits: ExitSizes;
  readonly cuts: CutsByHand;
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

  constructor(parts: ClosedByHandParts) {
    this.parts = parts;
  }

  /**
   * @param note notes it in the ledger and tells the engine
   * @returns what has become of orders by it, as a person would say it
   */
  during(note: () => void): string[] {
    const { account, ledger, instruments, exits } = this.parts;
    const { working } = account;
    const { length } = ledger.changes;
    const before = instruments.map((_, i) => ({
      held: this.unitsPossible(i),
      rows: working.of(i).map((row) => this.stateOf(row)),
    }));
    note();
    for (const [i, { held }] of before.entries()) {
      const now = this.unitsPossible(i);
      this.giveBack(i, this.unitsNamed(i, length));
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

  /** Signed units that words have made the session's own since the ledger had so many changes. */
  private unitsNamed(instrument: number, since: number): number {
    const { ledger, instruments } = this.parts;
    let units = 0;
    for (const change of ledger.changes.slice(since)) {
      const isWord = typeof change !== "string" && change.intent === 0 && change.name !== "split";
      if (isWord && change.symbol === instruments[instrument].symbol) units += change.own;
    }
    return units;
  }

  /**
   * Units are the session's again that orders were to be cut by, and are still: as much less is to go, stops first, and
   * together no more than exits and the others leave.
   */
  private giveBack(instrument: number, given: number): void {
    if (given === 0) return;
    const { account, rows, exits, cuts } = this.parts;
    const { group } = account.book;
    const side = Math.sign(given);
    const held = side * this.unitsPossible(instrument);
    const closers = this.closersOf(instrument, side);
    const closes = new Map<string, number>();
    const nameOf = (row: number): string => (group[row] < 0 ? `row ${row}` : `group ${group[row]}`);
    for (const row of closers)
      closes.set(nameOf(row), Math.max(closes.get(nameOf(row)) ?? 0, Math.min(held, this.remainingOf(row))));
    const closed = [...closes.values()].reduce((sum, units) => sum + units, 0);
    let units = Math.min(Math.abs(given), held - exits.heldInAll(instrument, side) - closed);
    const shares = new Map<string, number>();
    for (const row of closers) {
      const record = rows.at(row);
      if (record === undefined || record.wantsCancel) continue;
      const share = Math.min(shares.get(nameOf(row)) ?? units, record.terms.atBroker - cuts.most(record));
      if (share <= DUST) continue;
      if (!shares.has(nameOf(row))) units -= share;
      shares.set(nameOf(row), share);
      cuts.giveBack(record, share);
    }
  }

  private endEntries(instrument: number): void {
    const { account, ledger, cancel } = this.parts;
    for (const { row, takenOff, wantsCancel } of ledger.open) {
      if (row >= 0 && account.book.instrument[row] === instrument && takenOff > DUST && !wantsCancel) cancel(row);
    }
  }

  /** Orders beside exits that close a position of a side, stops first. */
  private closersOf(instrument: number, side: number): number[] {
    const { account, exits } = this.parts;
    const { book, working } = account;
    const rows = working.of(instrument);
    const opened = new Set(rows.map((row) => book.parent[row]));
    const isOther = (row: number): boolean => book.parent[row] < 0 && !opened.has(row) && !exits.isExitOfEntry(row);
    const closers = rows.filter((row) => book.side[row] * side < 0 && isOther(row));
    const isStop = (row: number): number => Number(STOPS.includes(ORDER_TYPES[book.type[row]]));
    return closers.sort((a, b) => isStop(b) - isStop(a) || a - b);
  }

  private leave(instrument: number, held: number, left: number): void {
    const { account, exits } = this.parts;
    const { book } = account;
    const closers = this.closersOf(instrument, Math.sign(held));
    let units = Math.max(0, left - exits.heldInAll(instrument, Math.sign(held)));
    const groups = new Map<number, number>();
    for (const row of closers) {
      const group = book.group[row];
      const members = group < 0 ? [row] : closers.filter((one) => book.group[one] === group);
      const closes = (one: number): number => Math.min(this.remainingOf(one), Math.abs(held));
      const share = groups.get(group) ?? Math.min(units, Math.max(...members.map(closes)));
      if (!groups.has(group)) units -= share;
      if (group >= 0) groups.set(group, share);
      this.cutTo(row, Math.min(share, closes(row)) + this.remainingOf(row) - closes(row));
    }
  }

  private cutTo(row: number, units: number): void {
    const { rows, exits, cuts } = this.parts;
    const record = rows.at(row);
    if (record !== undefined && units < record.remaining - DUST) cuts.cut(record, units);
    exits.leaveRow(row, units);
  }

  /** What an order has yet to fill, by what it was cut to before. */
  private remainingOf(row: number): number {
    const { account, rows, cuts } = this.parts;
    const record = rows.at(row);
    const { quantity, filled } = account.book;
    const most = record === undefined ? Infinity : cuts.most(record);
    return Math.max(0, Math.min(quantity[row], most) - filled[row]);
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
