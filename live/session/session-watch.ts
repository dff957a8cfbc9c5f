import { type Instant, SECOND } from "../../core/market/bar-size.js";
import { amount, type Denial } from "../../core/orders/denial.js";
import type { SessionNews } from "./session-news.js";

/** Milliseconds between two clocks that are worth a word: the guard's own limit for one. */
const SKEW = 2 * SECOND;
/**
 * They agree again from here down. TWS tells whole seconds, so that what is read of one difference moves by a second: one
 * that was read above the limit is not read below this, and clocks that agree are, the way of the message aside.
 */
const AGREE = SKEW - SECOND;
const LOSS_LIMITS: readonly string[] = ["DAILY_LOSS", "DRAWDOWN"];

/** Calls somebody for what comes slowly: clocks that part, and losses that reach a limit. */
export class SessionWatch {
  private readonly news: SessionNews;
  private readonly clockSkew: () => number;
  private next: Instant = Number.NEGATIVE_INFINITY;
  private isSkewed = false;
  private readonly limits = new Set<string>();

  /** @param clockSkew milliseconds that the broker's clock is ahead of the machine's */
  constructor(news: SessionNews, clockSkew: () => number) {
    this.news = news;
    this.clockSkew = clockSkew;
  }

  /** Has a look, once a second at most. */
  look(now: Instant): void {
    if (now < this.next) return;
    this.next = now + SECOND;
    const skew = this.clockSkew();
    const isSkewed = Math.abs(skew) > (this.isSkewed ? AGREE : SKEW);
    if (isSkewed && !this.isSkewed) this.news.alert("CLOCK_SKEWED", { seconds: (skew / SECOND).toFixed(1) });
    this.isSkewed = isSkewed;
  }

  /** Equity has reached a limit, or an order was denied: a limit of losses is told once, that of a day once a day. */
  lossLimit(denial: Denial, dayEnd: Instant): void {
    const { code } = denial;
    const key = code === "DAILY_LOSS" ? `${code} ${dayEnd}` : code;
    // That a loss is not known yet, behind a start, is none.
    if (!LOSS_LIMITS.includes(code) || denial.details.loss === "unknown" || this.limits.has(key)) return;
    this.limits.add(key);
    this.news.alert("LOSS_LIMIT", { limit: code, loss: inWords(denial) });
  }
}

/** What was lost; of a limit that an earlier part of the run has met it is only known what it has stopped. */
function inWords({ details: { loss, limit, stopped } }: Denial): string {
  if (stopped !== undefined) return `an earlier start has closed all positions and stopped the ${stopped}`;
  return `${money(loss)} lost, ${money(limit)} allowed`;
}

function money(value: number | string): string {
  return typeof value === "number" ? amount(value) : value;
}
