import { canStillFill } from "../../brokers/ib/order-statuses.js";
import type { Ledger } from "../ledger/ledger.js";
import { unitsCell } from "../screen/cells.js";
import type { BrokerNews } from "./broker-news.js";

/** Tells of what is on the account and none of the session's: a position when it changes, a working order once. */
export class ForeignTeller {
  private readonly ledger: Ledger;
  private readonly news: BrokerNews;
  private readonly positions = new Map<number, number>();
  private readonly orders = new Set<string>();

  constructor(ledger: Ledger, news: BrokerNews) {
    this.ledger = ledger;
    this.news = news;
  }

  look(): void {
    const { ledger, news, positions, orders } = this;
    for (const [conId, quantity] of ledger.foreign) {
      if ((positions.get(conId) ?? 0) === quantity) continue;
      positions.set(conId, quantity);
      const symbol = ledger.symbolOf.get(conId) ?? `contract ${conId}`;
      if (quantity !== 0) news.alert("FOREIGN_POSITION", { symbol, quantity: unitsCell(quantity) });
    }
    for (const [key, { status, action, quantity, orderType, symbol, orderRef, permId }] of ledger.foreignOrders) {
      if (orders.has(key) || canStillFill(status) === false) continue;
      orders.add(key);
      const order = `${/^B/i.test(action) ? "buy" : "sell"} ${unitsCell(quantity)} ${symbol} ${orderType}`;
      news.alert("FOREIGN_ORDER", { order, ref: orderRef === "" ? String(permId) : orderRef });
    }
  }
}
