import type { Instant } from "../../../core/market/bar-size.js";
import type { BarTicks } from "../../../core/market/bar-ticks.js";
import type { Listing } from "../contracts/listing.js";
import { sessionOfStart } from "../history/bar-builder.js";
import type { HistoryBook } from "../history/history-book.js";
import type { MarketTick } from "../simulation/market-events.js";
import type { Participant } from "../simulation/simulation.js";

/** What is known of one instrument now. Prices are NaN while there are none. */
export class QuoteState {
  bid = Number.NaN;
  ask = Number.NaN;
  bidSize = Number.NaN;
  askSize = Number.NaN;
  last = Number.NaN;
  lastSize = Number.NaN;
  /** When something was traded last; epoch ms UTC. */
  lastTime: Instant = Number.NaN;
  /** Of the session: its open, extremes and volume, and the price at which the one before closed. */
  open = Number.NaN;
  high = Number.NaN;
  low = Number.NaN;
  volume = 0;
  /** Money traded in the session, for the average price. */
  value = 0;
  previousClose = Number.NaN;
  /** The session these belong to, by its index; -1 before the first. */
  session = -1;
}

/** The latest quote, trade and session figures of every instrument. */
export class QuoteBoard implements Participant {
  readonly due = Infinity;
  readonly states: readonly QuoteState[];
  private readonly listings: readonly Listing[];
  private readonly book: HistoryBook;

  /** Begins with what was known at `now`. */
  constructor(listings: readonly Listing[], book: HistoryBook, now: Instant) {
    this.listings = listings;
    this.book = book;
    this.states = listings.map((listing) => this.asOf(listing, now));
  }

  of(listing: Listing): QuoteState {
    return this.states[listing.instrument.index];
  }

  /** Whether the market of a listing is open. */
  isOpen(listing: Listing, now: Instant): boolean {
    return sessionOfStart(listing.extendedSessions, now) >= 0;
  }

  onTick(tick: MarketTick): void {
    const state = this.states[tick.instrument];
    this.enterSession(state, this.listings[tick.instrument], tick.time);
    state.bid = tick.bid;
    state.ask = tick.ask;
    state.bidSize = tick.bidSize;
    state.askSize = tick.askSize;
    trade(state, tick.last, tick.lastSize, tick.time);
  }

  onDue(): void {}

  onInstantEnd(): void {}

  /** What was known at an earlier instant: the session then under way and the close of the one before. */
  asOf(listing: Listing, now: Instant): QuoteState {
    const { book } = this;
    const state = new QuoteState();
    let latest: Instant = Number.NEGATIVE_INFINITY;
    book.eachTickBack(listing, Infinity, now, (ticks, at) => {
      latest = ticks.time[at];
      return false;
    });
    const session = sessionOfStart(listing.extendedSessions, latest);
    const from = session < 0 ? latest : listing.extendedSessions.open[session];
    book.eachTickBack(listing, from, now, (ticks, at) => {
      state.last = lastOf(ticks, at);
      return false;
    });
    book.eachTick(listing, from, Infinity, now, (ticks, at) => {
      this.enterSession(state, listing, ticks.time[at]);
      state.bid = ticks.bid[at];
      state.ask = ticks.ask[at];
      state.bidSize = ticks.bidSize[at];
      state.askSize = ticks.askSize[at];
      trade(state, ticks.last[at], ticks.lastSize[at], ticks.time[at]);
    });
    return state;
  }

  private enterSession(state: QuoteState, listing: Listing, time: Instant): void {
    const session = sessionOfStart(listing.extendedSessions, time);
    if (session < 0 || session === state.session) return;
    state.session = session;
    state.previousClose = state.last === state.last ? state.last : (state.bid + state.ask) / 2;
    state.open = Number.NaN;
    state.high = Number.NaN;
    state.low = Number.NaN;
    state.volume = 0;
    state.value = 0;
  }
}

function trade(state: QuoteState, price: number, size: number, time: Instant): void {
  if (price !== price) return;
  state.last = price;
  state.lastSize = size;
  state.lastTime = time;
  if (state.open !== state.open) state.open = price;
  if (!(price <= state.high)) state.high = price;
  if (!(price >= state.low)) state.low = price;
  if (size > 0) {
    state.volume += size;
    state.value += size * price;
  }
}

function lastOf(ticks: BarTicks, at: number): number {
  const last = ticks.last[at];
  return last === last ? last : (ticks.bid[at] + ticks.ask[at]) / 2;
}
