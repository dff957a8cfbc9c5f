import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import { isSent } from "../../core/orders/kinds.js";
import type { ClosingOrders } from "./closing-orders.js";
import type { OrderRows } from "./order-rows.js";

export interface ClosingSizesParts {
  readonly account: BrokerAccount;
  readonly closing: ClosingOrders;
  readonly rows: OrderRows;
  /** The client id that orders go out with: only its own can be changed. */
  readonly clientId: number;
  /** Sends the order of a row as the book has it. */
  readonly change: (row: number) => void;
  readonly cancel: (row: number) => void;
  /** Whether an order has not left yet: it is cut when it does. */
  readonly isUnsent: (row: number) => boolean;
}

/**
 * Keeps orders that may only close, and work, to what is held: another order of their side has filled meanwhile, and what
 * they closed beyond that would turn the position round. The broker does not hold them to it, as the simulated one does.
 */
export class ClosingSizes {
  private readonly parts: ClosingSizesParts;

  constructor(parts: ClosingSizesParts) {
    this.parts = parts;
  }

  /** Cuts those of an instrument of which something has filled, or was answered. */
  fit(instrument: number): void {
    const { book, working } = this.parts.account;
    for (const row of working.of(instrument)) {
      if (this.parts.closing.isClosing(row) && isSent(book.status[row]) && !this.parts.isUnsent(row)) this.fitOne(row);
    }
  }

  private fitOne(row: number): void {
    const { account, closing, rows, clientId, change, cancel } = this.parts;
    const { book } = account;
    const record = rows.at(row);
    // To change an order that the broker may not have would be to send it again: it is looked at with its answer.
    if (record === undefined || record.end !== undefined || !record.isAnswered || record.isUnknown) return;
    if (record.wantsCancel || record.intent.clientId !== clientId || record.intent.orderId <= 0) return;
    // The journal has all that was heard, also what the run is told in a moment: of this order and of the position alike.
    const left = closing.unitsInBooks(row);
    if (book.quantity[row] - record.filled <= left + DUST) return;
    if (left <= DUST) cancel(row);
    else {
      book.quantity[row] = record.filled + left;
      change(row);
    }
  }
}
