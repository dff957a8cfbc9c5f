import { DUST } from "../../core/dust.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { unitsCell } from "../screen/cells.js";
import type { BrokerNews } from "./broker-news.js";
import { orderInWords } from "./order-in-words.js";

/**
 * Sizes that an order cannot be given, for the broker has refused them or its exchange does not take them: asked again they
 * would be refused again, so a person is told.
 */
export class RefusedSizes {
  private readonly news: BrokerNews;
  /** What was told of orders that are too large and cannot be changed, by intent. */
  private readonly told = new Map<number, string>();

  /** Units that are too few for an exchange, by intent: whoever found that has told a person. */
  private readonly tooFew = new Map<number, number>();

  constructor(news: BrokerNews) {
    this.news = news;
  }

  /** The exchange of an order takes none of so few units. */
  cannotBe({ intent }: OrderRecord, quantity: number): void {
    this.tooFew.set(intent.id, quantity);
  }

  isTooFew({ intent }: OrderRecord, quantity: number): boolean {
    return Math.abs(quantity - (this.tooFew.get(intent.id) ?? Number.NaN)) <= DUST;
  }

  /** Whether an order is not to be asked to be of a size, which is told once. */
  has(record: OrderRecord, quantity: number): boolean {
    const { intent, terms } = record;
    if (this.isTooFew(record, quantity)) return true;
    if (!(Math.abs(quantity - terms.refused) <= DUST)) return false;
    const reason = `${unitsCell(quantity)} units are left to it, and the broker has ${unitsCell(terms.told.quantity)}`;
    if (this.told.get(intent.id) === reason) return true;
    this.told.set(intent.id, reason);
    this.news.alert("CHANGE_REFUSED", { order: orderInWords(intent), reason });
    return true;
  }
}
