import { DUST } from "../../core/dust.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { unitsCell } from "../screen/cells.js";
import type { BrokerNews } from "./broker-news.js";
import { orderInWords } from "./order-in-words.js";

/** Sizes that the broker has refused to give an order: asked again it would say the same, so a person is told. */
export class RefusedSizes {
  private readonly news: BrokerNews;
  /** What was told of orders that are too large and cannot be changed, by intent. */
  private readonly told = new Map<number, string>();

  constructor(news: BrokerNews) {
    this.news = news;
  }

  /** Whether an order is not to be asked to be of a size, which is told once. */
  has({ intent, terms }: OrderRecord, quantity: number): boolean {
    if (!(Math.abs(quantity - terms.refused) <= DUST)) return false;
    const reason = `${unitsCell(quantity)} units are left to it, and the broker has ${unitsCell(terms.told.quantity)}`;
    if (this.told.get(intent.id) === reason) return true;
    this.told.set(intent.id, reason);
    this.news.alert("CHANGE_REFUSED", { order: orderInWords(intent), reason });
    return true;
  }
}
