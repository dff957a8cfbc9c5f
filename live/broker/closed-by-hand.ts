import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import { isExit } from "../../core/guards/guard.js";
import type { Instrument } from "../../core/market/instrument.js";
import { isWorking, PENDING_CANCEL } from "../../core/orders/kinds.js";
import type { Ledger } from "../ledger/ledger.js";
import { unitsCell } from "../screen/cells.js";
import type { ExitSizes } from "./exit-sizes.js";
import { rowInWords } from "./order-in-words.js";

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
 * side close no more than is left, those larger than the position as many units less as were closed.
 */
export class ClosedByHand {
  private readonly parts: ClosedByHandParts;

  constructor(parts: ClosedByHandParts) {
    this.parts = parts;
  }

  /**
   * @param tell tells the engine what was noted
   * @returns what has become of orders by it, as a person would say it
   */
  during(tell: () => void): string[] {
    const { account, instruments, exits } = this.parts;
    const { portfolio, working } = account;
    const before = instruments.map((_, i) => ({
      held: portfolio.quantity[i],
      rows: working.of(i).map((row) => this.stateOf(row)),
    }));
    tell();
    for (const [i, { held }] of before.entries()) {
      const now = portfolio.quantity[i];
      if (Math.sign(held) * (held - now) <= DUST) continue;
      this.endEntries(i);
      this.leave(i, held, Math.max(0, Math.sign(held) * now));
    }
    exits.fitEvery();
    return before.flatMap(({ rows }) => rows.flatMap((state) => this.changeOf(state)));
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
    for (const row of working.of(instrument)) {
      if (book.side[row] * held > 0 || isExit(book, row) || book.parent[row] >= 0) continue;
      const units = book.remaining(row);
      const opens = Math.max(0, units - Math.abs(held));
      exits.leaveRow(row, Math.min(units, left + opens));
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
