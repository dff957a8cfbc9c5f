import type { Instant } from "../../core/market/bar-size.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { Outcome } from "../ledger/outcome.js";
import type { BrokerNews, LiveNotice } from "./broker-news.js";

/** Tells the session what is new and none of the engine's business. */
export class SessionTeller {
  private readonly news: BrokerNews;

  constructor(news: BrokerNews) {
    this.news = news;
  }

  tell(outcome: Outcome, at: Instant): void {
    switch (outcome.kind) {
      case "ask":
        this.news.ask(outcome.reason);
        break;
      case "notice":
        this.notice(outcome.record, at, "notice", outcome.code, outcome.text);
        break;
      case "foreignOrder":
        this.news.foreignOrder(outcome.order);
        break;
      case "undead": {
        const text = `it works although it was told ${outcome.record.end?.as ?? "ended"}`;
        this.notice(outcome.record, at, "alert", "UNDEAD", text);
        break;
      }
      case "filled":
      case "busted": {
        if (!outcome.isRecovered) break;
        const what = outcome.kind === "filled" ? "booked from the change of position" : "taken back for its execution";
        const text = `a fill of ${outcome.quantity} at an estimate of ${outcome.price} was ${what}`;
        this.notice(outcome.record, at, "alert", "RECOVERED", text);
        break;
      }
    }
  }

  notice({ intent }: OrderRecord, at: Instant, level: LiveNotice["level"], code: string, text: string): void {
    this.news.notice({ at, level, symbol: intent.symbol, intent: intent.id, code, text });
  }
}
