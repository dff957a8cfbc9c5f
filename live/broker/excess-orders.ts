import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import { FILLED } from "../../core/orders/kinds.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { EndingOrders } from "./refused-cancels.js";

/**
 * Orders that the run counts as filled and of which the broker has more: they have filled what they were cut to, by what
 * others of their group have filled or by a change, before the broker had heard of that or made them so small. What is left
 * of such an order works on and would open what nobody wants, so it is cancelled, and asked for until its end is known.
 */
export class ExcessOrders implements EndingOrders {
  private readonly account: BrokerAccount;
  private readonly ledger: Ledger;
  private readonly cancel: (record: OrderRecord) => void;
  private records: readonly OrderRecord[] = [];
  /** The ledger's count when these were found. */
  private foundAt = -1;

  constructor(account: BrokerAccount, ledger: Ledger, cancel: (record: OrderRecord) => void) {
    this.account = account;
    this.ledger = ledger;
    this.cancel = cancel;
  }

  /** Has those cancelled of which nobody has asked for that. Called when all that is known is told: the end may be of it. */
  settle(): void {
    const { count } = this.ledger;
    if (this.foundAt === count) return;
    this.foundAt = count;
    this.records = this.ledger.open.filter((record) => this.isToEnd(record));
    // One whose cancel was refused has its own time.
    for (const one of this.records) if (!one.wantsCancel && !one.isCancelRefused) this.cancel(one);
  }

  get isEmpty(): boolean {
    return this.records.length === 0;
  }

  isToEnd(record: OrderRecord): boolean {
    if (record.isSuperfluous) return true;
    // What was to make it smaller was refused, or has not left.
    const { row, end, remaining } = record;
    return row >= 0 && end === undefined && remaining > DUST && this.account.book.status[row] === FILLED;
  }
}
