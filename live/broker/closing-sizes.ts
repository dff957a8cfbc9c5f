import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import type { Denial } from "../../core/orders/denial.js";
import { isSent } from "../../core/orders/kinds.js";
import { LIQUIDATION } from "../../core/orders/order-book.js";
import type { ClosingOrders } from "./closing-orders.js";
import type { OrderRows } from "./order-rows.js";
import type { RefusedSizes } from "./refused-sizes.js";

export interface ClosingSizesParts {
  readonly account: BrokerAccount;
  readonly closing: ClosingOrders;
  readonly rows: OrderRows;
  readonly refused: RefusedSizes;
  /** The client id that orders go out with: only its own can be changed. */
  readonly clientId: number;
  /** Sends the order of a row as the book has it. */
  readonly change: (row: number) => void;
  readonly cancel: (row: number) => void;
  /** Whether an order has not left yet: it is cut when it does. */
  readonly isUnsent: (row: number) => boolean;
  /** Of what an order was to close only so many units are held for certain. */
  readonly disputed: (row: number, held: number, why: Denial) => void;
}

/**
 * Keeps orders that may only close, and work, to what is held: another order of their side has filled meanwhile, or somebody
 * else has closed a part, and what they closed beyond that would turn the position round. The broker does not hold them to
 * it, as the simulated one does. One that was cut is not made larger again.
 */
export class ClosingSizes {
  private readonly parts: ClosingSizesParts;

  constructor(parts: ClosingSizesParts) {
    this.parts = parts;
  }

  /** Cuts those of an instrument of which something has filled, or was answered. */
  fit(instrument: number): void {
    for (const row of this.parts.account.working.of(instrument)) if (this.isAtBroker(row)) this.fitOne(row);
  }

  /** Whether an order works that may only close. */
  works(instrument: number): boolean {
    return this.parts.account.working.of(instrument).some((row) => this.isAtBroker(row));
  }

  /** Others have traded: those that close by force close no more than the account holds. */
  fitForced(instrument: number): void {
    const { account } = this.parts;
    for (const row of account.working.of(instrument)) {
      if (this.isAtBroker(row) && (account.book.flags[row] & LIQUIDATION) !== 0) this.fitOne(row);
    }
  }

  /** Whether one was to be smaller and is not, for the change has not come about. */
  get isOwed(): boolean {
    return this.owed.length > 0;
  }

  /** Cuts these again, as after a time in which no change could leave, or in which it was lost. */
  fitOwed(): void {
    for (const row of this.owed) this.fitOne(row);
  }

  private get owed(): readonly number[] {
    const { account, rows } = this.parts;
    const isLarger = (row: number): boolean => {
      const record = rows.at(row);
      return record !== undefined && record.asked.quantity > record.terms.failedLast + DUST;
    };
    const working = account.market.instruments.flatMap(({ index }) => [...account.working.of(index)]);
    return working.filter((row) => this.isAtBroker(row) && isLarger(row));
  }

  private isAtBroker(row: number): boolean {
    const { account, closing, isUnsent } = this.parts;
    return closing.isClosing(row) && isSent(account.book.status[row]) && !isUnsent(row);
  }

  private fitOne(row: number): void {
    const { account, closing, rows, refused, clientId, change, cancel, disputed } = this.parts;
    const { book } = account;
    const record = rows.at(row);
    // To change an order that the broker may not have would be to send it again: it is looked at with its answer.
    if (record === undefined || record.end !== undefined || !record.isAnswered || record.isUnknown) return;
    if (record.wantsCancel || record.intent.clientId !== clientId || record.intent.orderId <= 0) return;
    // The journal has all that was heard, also what the run is told in a moment: of this order and of the position alike.
    const left = closing.unitsInBooks(row);
    if (book.quantity[row] - record.filled <= left + DUST) return;
    const dispute = closing.dispute(row);
    const tell = (): void => {
      if (dispute !== undefined) disputed(row, left, dispute);
    };
    if (left <= DUST) {
      tell();
      cancel(row);
    } else if (!refused.has(record, record.filled + left)) {
      tell();
      book.quantity[row] = record.filled + left;
      change(row);
    }
  }
}
