import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import type { Instrument } from "../../core/market/instrument.js";
import { isWorking, ORDER_TYPES, PENDING_CANCEL } from "../../core/orders/kinds.js";
import type { Ledger } from "../ledger/ledger.js";
import { unitsCell } from "../screen/cells.js";
import type { ExitSizes } from "./exit-sizes.js";
import { rowInWords } from "./order-in-words.js";
import { STOPS } from "./unprotected-entries.js";

export interface ClosedByHandParts {
  readonly account: BrokerAccount;
  readonly ledger: Ledger;
  readonly instruments: readonly Instrument[];
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

  constructor(parts: ClosedByHandParts) {
    this.parts = parts;
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
      const closes = (one: number): number => Math.min(book.remaining(one), Math.abs(held));
      const share = groups.get(group) ?? Math.min(units, Math.max(...members.map(closes)));
      if (!groups.has(group)) units -= share;
      if (group >= 0) groups.set(group, share);
      exits.leaveRow(row, Math.min(share, closes(row)) + book.remaining(row) - closes(row));
    }
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
