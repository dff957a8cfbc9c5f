import type { BrokerAccount } from "../../core/broker.js";
import { increasing } from "../../core/orders/kept-exits.js";
import { PENDING_CANCEL } from "../../core/orders/kinds.js";
import type { OrderRows } from "./order-rows.js";

export interface NothingOpensParts {
  readonly account: BrokerAccount;
  readonly rows: OrderRows;
  readonly cancel: (row: number) => void;
}

/**
 * Holds what was left standing to what it was left for while nothing may be opened: the kill switch is on, or the strategy
 * was stopped. An order was kept because it only closed what was held then, or waited for an entry that was to end; what
 * fills later, or works on because its cancel was refused, may make it open something. So it is asked anew then which
 * could, and those are cancelled. One whose cancel was refused has its own time (`RefusedCancels`).
 */
export class NothingOpens {
  private readonly parts: NothingOpensParts;
  /** Instruments to look at. */
  private readonly instruments = new Set<number>();

  constructor(parts: NothingOpensParts) {
    this.parts = parts;
  }

  /**
   * The position of an instrument is another, or an order of it stands whose cancel was refused.
   * @returns whether `enforce` is to be called, when all that is known is told
   */
  changed(instrument: number): boolean {
    if (!this.parts.account.opensNothing()) return false;
    this.instruments.add(instrument);
    return true;
  }

  enforce(): void {
    const { account, rows, cancel } = this.parts;
    const { book, working, portfolio } = account;
    const isRefused = (row: number): boolean => rows.at(row)?.isCancelRefused === true;
    const stays = (row: number): boolean => book.status[row] !== PENDING_CANCEL || isRefused(row);
    for (const instrument of this.instruments) {
      for (const row of increasing(book, working.of(instrument), portfolio.quantity[instrument], stays)) {
        if (book.status[row] !== PENDING_CANCEL && !isRefused(row)) cancel(row);
      }
    }
    this.instruments.clear();
  }
}
