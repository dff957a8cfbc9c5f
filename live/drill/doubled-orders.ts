import type { OrderRecord } from "../ledger/order-record.js";
import { inWords, keyOf, type MadeOrder, madeOrder } from "./made-orders.js";

/**
 * Finds orders that were made again while the first was not answered. An order is one when an earlier one of the same
 * instrument, side and quantity was made at an earlier instant, the broker has neither taken nor refused that one by now,
 * and the run without a failure made no such order at that instant: what it makes anyway, it does not make twice.
 * Orders of one instant are one decision, such as a ladder of limits.
 */
export class DoubledOrders {
  readonly found: string[] = [];
  private readonly calm: ReadonlySet<string>;

  /** @param calm what the run without a failure has made */
  constructor(calm: readonly MadeOrder[]) {
    this.calm = new Set(calm.map(keyOf));
  }

  /** Looks at the orders that a turn has made, behind that turn. @param from the first of them among the records */
  look(records: readonly OrderRecord[], from: number): void {
    for (let i = from; i < records.length; i++) {
      const made = madeOrder(records[i]);
      if (made.isExit || this.calm.has(keyOf(made))) continue;
      const earlier = records.slice(0, i).find((one) => isUnanswered(one) && isTwin(madeOrder(one), made));
      if (earlier === undefined) continue;
      const seconds = (made.at - earlier.intent.madeAt) / 1000;
      this.found.push(`${inWords(made)} was made again after ${seconds} s, while the first was not answered`);
    }
  }
}

function isUnanswered({ isAnswered, isUnknown, end }: OrderRecord): boolean {
  return end === undefined && (!isAnswered || isUnknown);
}

function isTwin(one: MadeOrder, other: MadeOrder): boolean {
  return (
    !one.isExit &&
    one.at < other.at &&
    one.symbol === other.symbol &&
    one.side === other.side &&
    one.quantity === other.quantity
  );
}
