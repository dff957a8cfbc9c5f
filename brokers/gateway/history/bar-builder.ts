import type { Sessions } from "../../../core/calendar/sessions.js";
import { BarSeries } from "../../../core/market/bar-series.js";
import { type BarSize, DAY, type Instant } from "../../../core/market/bar-size.js";
import type { Listing } from "../contracts/listing.js";
import type { BarPrices } from "./price-kinds.js";

/** What a builder needs to know of the bars it is to build. */
export interface BarPlan {
  readonly listing: Listing;
  readonly size: BarSize;
  readonly regular: boolean;
}

/**
 * Builds bars of one size out of smaller pieces that come in order of time. Bars of less than a day begin at round times
 * of the local clock, and at the session's open where that is no round time, as IB's do; a day is a session, a week and
 * a month are the sessions whose trade dates fall into it.
 */
export class BarBuilder {
  readonly sizeMs: number;
  private readonly plan: BarPlan;
  private readonly sessions: Sessions;
  private readonly bars: BarSeries;
  /** The bucket under way: its key, its start and its end. */
  private key = Number.NaN;
  private start = 0;
  private until = Number.NEGATIVE_INFINITY;
  private open = 0;
  private high = 0;
  private low = 0;
  private close = 0;
  private volume = 0;
  private lastEnd = 0;
  private isEmpty = true;
  private readonly only: { readonly start: Instant; readonly end: Instant } | undefined;

  /** @param only takes all pieces into one bar of that span, instead of cutting by the clock */
  constructor(plan: BarPlan, only?: { readonly start: Instant; readonly end: Instant }) {
    this.only = only;
    this.plan = plan;
    this.sizeMs = plan.size.ms;
    this.sessions = plan.regular ? plan.listing.sessions : plan.listing.extendedSessions;
    this.bars = new BarSeries(plan.listing.instrument, plan.size);
  }

  /** When the bucket that an instant falls into starts; the instant itself outside of all sessions. */
  bucketStart(instant: Instant): Instant {
    const session = sessionOfStart(this.sessions, instant);
    return session < 0 ? instant : this.bucketOf(instant, session).start;
  }

  add(time: Instant, prices: BarPrices, volume: number): void {
    if (!this.enter(time)) return;
    if (this.isEmpty) {
      this.open = prices.open;
      this.high = prices.high;
      this.low = prices.low;
    } else {
      if (prices.high > this.high) this.high = prices.high;
      if (prices.low < this.low) this.low = prices.low;
    }
    this.close = prices.close;
    this.volume += volume;
    this.isEmpty = false;
  }

  addTick(time: Instant, price: number, size: number): void {
    if (!this.enter(time)) return;
    if (this.isEmpty) {
      this.open = price;
      this.high = price;
      this.low = price;
    } else {
      if (price > this.high) this.high = price;
      if (price < this.low) this.low = price;
    }
    this.close = price;
    if (size > 0) this.volume += size;
    this.isEmpty = false;
  }

  end(): BarSeries {
    this.flush();
    return this.bars;
  }

  /** Opens the bucket of an instant; false where it lies outside of the sessions that are asked for. */
  private enter(time: Instant): boolean {
    if (time < this.until && time >= this.start) return true;
    const session = sessionOfStart(this.sessions, time);
    if (session < 0 && this.plan.regular) return false;
    const bucket = this.bucketOf(time, session);
    if (bucket.key !== this.key) {
      this.flush();
      this.key = bucket.key;
      this.start = bucket.start;
    }
    this.until = bucket.end;
    this.lastEnd = bucket.end;
    return true;
  }

  /** The bucket of an instant within a session, or outside of all (-1). Weeks and months go on from session to session. */
  private bucketOf(time: Instant, session: number): { key: number; start: Instant; end: Instant } {
    const { size, listing } = this.plan;
    const { sessions, only } = this;
    if (only !== undefined) return { key: only.start, ...only };
    if (size.ms < DAY) {
      const { zone } = listing;
      const offset = zone.offsetAt(time);
      const rounded = Math.floor((time + offset) / size.ms) * size.ms - offset;
      if (session < 0) return { key: rounded, start: rounded, end: rounded + size.ms };
      const start = Math.max(rounded, sessions.open[session]);
      return { key: start, start, end: Math.min(rounded + size.ms, sessions.close[session]) };
    }
    if (session < 0) return { key: time, start: time, end: time + 1 };
    const open = sessions.open[session];
    const end = sessions.close[session];
    if (size.unit === "day") return { key: open, start: open, end };
    const first = this.firstOfPeriod(session);
    return { key: sessions.open[first], start: sessions.open[first], end };
  }

  private firstOfPeriod(session: number): number {
    const period = this.periodOf(session);
    let first = session;
    while (first > 0 && this.periodOf(first - 1) === period) first--;
    return first;
  }

  private periodOf(session: number): number {
    const { tradeDates } = this.plan.listing;
    const date = tradeDates[Math.min(session, tradeDates.length - 1)];
    if (this.plan.size.unit === "month") return Math.floor(date / 100);
    const day = Date.UTC(Math.floor(date / 10_000), (Math.floor(date / 100) % 100) - 1, date % 100) / DAY;
    // 1970-01-01 was a Thursday: weeks begin with Mondays.
    return Math.floor((day + 3) / 7);
  }

  private flush(): void {
    if (!this.isEmpty) {
      this.bars.append(this.start, this.lastEnd, this.open, this.high, this.low, this.close, round(this.volume));
    }
    this.isEmpty = true;
    this.volume = 0;
  }
}

/** The session whose bars start at `time`: open <= time < close; -1 for none. */
export function sessionOfStart(sessions: Sessions, time: Instant): number {
  const { open, close, length } = sessions;
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (open[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low > 0 && time < close[low - 1] ? low - 1 : -1;
}

function round(volume: number): number {
  return Math.round(volume * 1e9) / 1e9;
}
