import type { OrderRecord } from "../ledger/order-record.js";
import type { BrokerNews } from "./broker-news.js";
import { orderInWords } from "./order-in-words.js";

/** Orders that work at the broker and should not: they are cancelled with the next flush. */
export class UnwantedOrders {
  private readonly clientId: number;
  private readonly news: BrokerNews;
  private readonly records = new Set<OrderRecord>();
  /** Orders that were told not to be cancellable from here. */
  private readonly told = new Set<OrderRecord>();

  constructor(clientId: number, news: BrokerNews) {
    this.clientId = clientId;
    this.news = news;
  }

  add(record: OrderRecord): void {
    this.records.add(record);
  }

  /** It is wanted after all. */
  remove(record: OrderRecord): void {
    this.records.delete(record);
  }

  /** Those that can be cancelled from here, each once; of the others somebody is told. */
  take(): OrderRecord[] {
    const taken = [...this.records].filter((record) => this.isCancellable(record));
    this.records.clear();
    return taken;
  }

  /** Only the client that sent an order can cancel it; where that is another, somebody is told once. */
  isCancellable(record: OrderRecord): boolean {
    const { intent } = record;
    if (intent.clientId === this.clientId && intent.orderId > 0) return true;
    if (this.told.has(record)) return false;
    this.told.add(record);
    this.news.alert("ORDER_NOT_CANCELLABLE", { order: orderInWords(intent), client: intent.clientId });
    return false;
  }
}
