import { canStillFill } from "../../brokers/ib/order-statuses.js";
import type { Ledger } from "../ledger/ledger.js";
import { unitsCell } from "../screen/cells.js";
import type { BrokerNews } from "./broker-news.js";
import { foreignInWords } from "./order-in-words.js";

/** Tells of what is on the account and none of the session's: a position when it changes, a working order once. */
export class ForeignTeller {
  private readonly ledger: Ledger;
  private readonly news: BrokerNews;
  private readonly positions = new Map<number, number>();
  /** What was told to be opposite to the session's own, and stands: that changes with each of its trades, and is told once. */
  private readonly opposite = new Map<number, number>();
  private readonly orders = new Set<string>();

  constructor(ledger: Ledger, news: BrokerNews) {
    this.ledger = ledger;
    this.news = news;
  }

  look(): void {
    const { ledger, news, positions, orders } = this;
    for (const [conId, quantity] of ledger.foreign) {
      if (this.tellOpposite(conId, quantity)) positions.set(conId, quantity);
      if ((positions.get(conId) ?? 0) === quantity) continue;
      positions.set(conId, quantity);
      const symbol = ledger.nameOf(conId);
      if (quantity !== 0) news.alert("FOREIGN_POSITION", { symbol, quantity: unitsCell(quantity) });
    }
    for (const [key, order] of ledger.foreignOrders) {
      const { status, orderRef, permId } = order;
      if (orders.has(key) || canStillFill(status) === false) continue;
      orders.add(key);
      news.alert("FOREIGN_ORDER", {
        order: foreignInWords(order),
        ref: orderRef === "" ? String(permId) : orderRef,
      });
    }
  }

  /** @returns whether it was told, with what the account holds beside the session */
  private tellOpposite(conId: number, quantity: number): boolean {
    const { ledger, news, opposite } = this;
    // Undone, adopted or of another size it stands no more: the same again is news.
    if (opposite.get(conId) !== quantity) opposite.delete(conId);
    const symbol = ledger.symbolOf.get(conId);
    const own = symbol === undefined ? 0 : (ledger.holdings.get(symbol)?.quantity ?? 0);
    if (symbol === undefined || own * quantity >= 0 || opposite.has(conId)) return false;
    opposite.set(conId, quantity);
    news.alert("FOREIGN_OPPOSITE", { symbol, own: unitsCell(own), quantity: unitsCell(quantity) });
    return true;
  }
}
