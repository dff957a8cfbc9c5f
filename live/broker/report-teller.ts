import type { Alert, AlertCode } from "../alerts.js";
import type { ReconcileReport } from "../reconcile/reconcile.js";
import type { BrokerNews } from "./broker-news.js";
import { orderInWords } from "./order-in-words.js";

/** Tells what a look at the account has found: differences and lost intents, each when it is new or another than before. */
export class ReportTeller {
  private readonly news: BrokerNews;
  /** What the last look has told, by what it was about. */
  private reported: ReadonlyMap<string, string> = new Map();

  constructor(news: BrokerNews) {
    this.news = news;
  }

  tell({ differences, lost, isFull }: ReconcileReport): void {
    const seen = new Map<string, string>();
    const tell = (code: AlertCode, about: string, details: Alert["details"]): void => {
      const text = JSON.stringify(details);
      seen.set(about, text);
      if (this.reported.get(about) !== text) this.news.alert(code, details);
    };
    for (const { symbol, own, foreign, broker } of differences) {
      tell("POSITION_DIFFERS", `position ${symbol}`, { symbol, journal: own + foreign, broker });
    }
    for (const { intent } of lost) {
      tell("INTENT_LOST", `intent ${intent.id}`, { ref: intent.ref, order: orderInWords(intent) });
    }
    // What was not looked at is as it was.
    this.reported = isFull ? seen : new Map([...this.reported, ...seen]);
  }
}
