import type { Engine } from "../../core/engine.js";
import type { Instant } from "../../core/market/bar-size.js";
import { FillReport } from "../../core/portfolio/fill-report.js";
import { ALERTS, type Alert, type AlertCode, alertText } from "../alerts.js";
import type { BrokerNews, LiveNotice, UnbookedChange } from "../broker/broker-news.js";

/** How many alerts a session shows. */
const KEPT = 50;
const LEVELS = { act: "error", look: "warn", note: "info" } as const;

/** What a session tells beside its view: for the log, the alerts and whoever watches. */
export interface SessionNote {
  readonly at: Instant;
  readonly level: "debug" | "info" | "warn" | "error";
  /** A word, such as "notice" or an alert's code. */
  readonly event: string;
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Hears what the broker and the feed have to tell a person, keeps the latest alerts, and books what comes unordered. */
export class SessionNews implements BrokerNews {
  /** The latest alerts, newest first. */
  readonly alerts: Alert[] = [];
  engine: Engine | undefined;
  /** Called when the broker is to be asked what became of things. */
  onAsk: (reason: string) => void = () => undefined;
  private readonly now: () => Instant;
  private readonly tell: (note: SessionNote) => void;
  /** How a sentence is put for those who read it. */
  private readonly words: (text: string) => string;
  private readonly report = new FillReport();

  constructor(now: () => Instant, tell: (note: SessionNote) => void, words = (text: string): string => text) {
    this.now = now;
    this.tell = (note) => tell({ ...note, text: words(note.text) });
    this.words = words;
  }

  /** An alert as a sentence. */
  textOf(alert: Alert): string {
    return this.words(alertText(alert));
  }

  ask(reason: string): void {
    this.tell({ at: this.now(), level: "info", event: "reconcile", text: `asks the broker: ${reason}` });
    this.onAsk(reason);
  }

  notice({ at, symbol, intent, code, text }: LiveNotice): void {
    const words = `${symbol === "" ? "" : `${symbol}: `}${text}`;
    this.tell({ at, level: "info", event: code, text: words, data: { symbol, intent } });
  }

  unbooked({ instrument, quantity, price, fee, reason }: UnbookedChange): boolean {
    const { engine, report } = this;
    if (engine === undefined) return false;
    if (quantity !== 0 && !Number.isFinite(price)) return false;
    Object.assign(report, { quantity, price, fee, slippage: 0, row: -1, time: engine.clock.now });
    engine.adjust(instrument, report, reason);
    return true;
  }

  /** Calls somebody: what has happened is kept for the screen, and logged by how much it matters. */
  alert(code: AlertCode, details: Alert["details"]): void {
    const alert = { code, at: this.now(), details };
    const level = LEVELS[ALERTS[code].level];
    const text = alertText(alert);
    this.alerts.unshift(alert);
    this.alerts.length = Math.min(this.alerts.length, KEPT);
    this.tell({ at: alert.at, level, event: code, text, data: details });
  }

  note(event: string, text: string, data?: SessionNote["data"], level: SessionNote["level"] = "info"): void {
    this.tell({ at: this.now(), level, event, text, ...(data !== undefined && { data }) });
  }
}
