import type { Instant } from "../../core/market/bar-size.js";
import { type Denial, formatDenial } from "../../core/orders/denial.js";
import type { Ledger } from "../ledger/ledger.js";
import type { FillNews } from "../ledger/order-news.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { Outcome } from "../ledger/outcome.js";
import { ageCell, priceCell, unitsCell } from "../screen/cells.js";
import type { BrokerNews } from "./broker-news.js";
import { ForeignTeller } from "./foreign-teller.js";
import { orderInWords } from "./order-in-words.js";
import { OverfilledGroups } from "./overfilled-groups.js";

interface RecordNotice {
  readonly record: OrderRecord;
  readonly code: string;
  readonly text: string;
}

/** Tells the session what is new and none of the engine's business. */
export class SessionTeller {
  private readonly news: BrokerNews;
  private readonly foreign: ForeignTeller;
  private readonly groups: OverfilledGroups;

  constructor(ledger: Ledger, news: BrokerNews) {
    this.news = news;
    this.foreign = new ForeignTeller(ledger, news);
    this.groups = new OverfilledGroups(ledger, news);
  }

  tell(outcome: Outcome, at: Instant): void {
    const { news } = this;
    switch (outcome.kind) {
      case "ask":
        news.ask(outcome.reason);
        break;
      case "notice":
        this.notice(outcome, at);
        break;
      case "foreignOrder":
      case "foreignExecution":
      case "adjusted":
        this.lookForeign();
        break;
      case "rejected":
        this.rejected(outcome.record, outcome.denial, at);
        break;
      case "unknown": {
        const { intent, sentAt } = outcome.record;
        const age = ageCell(at - (sentAt === sentAt ? sentAt : intent.at));
        news.alert("ORDER_UNKNOWN", { order: orderInWords(intent), age });
        break;
      }
      case "undead": {
        const { intent, end } = outcome.record;
        news.alert("ORDER_UNDEAD", { order: orderInWords(intent), end: end?.as ?? "ended" });
        break;
      }
      case "corrected": {
        const { execId, quantity, symbol, price } = outcome;
        if (quantity > 0) {
          const what = `it is ${unitsCell(quantity)} ${symbol} at ${priceCell(price)} now`;
          news.alert("EXECUTION_CORRECTED", { execId, what });
        } else news.alert("EXECUTION_BUSTED", { execId, what: `it was of ${symbol}` });
        break;
      }
      case "revived":
      case "adopted":
        this.ordered(outcome.record, outcome.kind, at);
        break;
      case "accepted":
      case "cancelled":
      case "expired": {
        const { record, kind } = outcome;
        const end = record.end?.as;
        // What has filled is told by its fills.
        if (kind === "accepted" || end !== "filled") this.ordered(record, end ?? kind, at);
        if (kind !== "accepted") this.groups.look(record);
        break;
      }
      case "filled": {
        const { intent } = outcome.record;
        this.groups.look(outcome.record);
        if (!outcome.isRecovered) {
          this.filled(outcome.record, outcome, at);
          break;
        }
        const order = orderInWords({ ...intent, quantity: outcome.quantity });
        news.alert("FILL_RECOVERED", { order, price: priceCell(outcome.price) });
        break;
      }
      case "busted": {
        if (!outcome.isRecovered) break;
        const text = `a fill of ${outcome.quantity} at an estimate of ${outcome.price} was taken back for its execution`;
        this.notice({ record: outcome.record, code: "RECOVERED", text }, at);
        break;
      }
    }
  }

  /** What has become of an order, for the log. */
  private ordered(record: OrderRecord, what: string, at: Instant): void {
    const { intent } = record;
    this.notice(
      { record, code: `ORDER_${what.toUpperCase()}`, text: `${orderInWords(intent)}, ${intent.ref}, is ${what}` },
      at,
    );
  }

  private filled(record: OrderRecord, { quantity, price }: Pick<FillNews, "quantity" | "price">, at: Instant): void {
    const { side, symbol, ref } = record.intent;
    const text = `${side > 0 ? "bought" : "sold"} ${unitsCell(quantity)} ${symbol} at ${priceCell(price)}, ${ref}`;
    this.notice({ record, code: "FILL", text }, at);
  }

  private rejected(record: OrderRecord, denial: Denial, at: Instant): void {
    if (denial.code === "LOST") {
      const text = `${orderInWords(record.intent)} was never there`;
      this.notice({ record, code: "LOST", text }, at);
    } else {
      this.news.alert("ORDER_REJECTED", { order: orderInWords(record.intent), reason: formatDenial(denial) });
    }
  }

  /** What the account holds beside the session may have changed. */
  lookForeign(): void {
    this.foreign.look();
  }

  private notice({ record: { intent }, code, text }: RecordNotice, at: Instant): void {
    this.news.notice({ at, symbol: intent.symbol, intent: intent.id, code, text });
  }
}
