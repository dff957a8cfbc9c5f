import { openAfter } from "../../../core/calendar/session-time.js";
import type { Sessions } from "../../../core/calendar/sessions.js";
import type { Clock } from "../../../core/clock.js";
import { type Instant, SECOND } from "../../../core/market/bar-size.js";
import type { Instrument } from "../../../core/market/instrument.js";
import { LIMITS } from "../../ib/pacing.js";
import type { TwsConnection } from "../connection/tws-connection.js";
import type { ContractDetails } from "../contracts/contract-details.js";
import type { Listeners } from "../listeners.js";
import type { Timetable } from "../scheduler.js";
import type { FeedEvents } from "./feed-events.js";
import { frozenLimit, type StaleTimes, silenceLimit } from "./feed-options.js";
import type { MarketState } from "./market-state.js";
import { probeQuote, type Snapshot } from "./quote-probe.js";
import type { TradeStream } from "./trade-stream.js";

/** How long a probe may take: TWS ends a snapshot after eleven seconds by itself. */
const PROBE_WAIT = LIMITS.snapshot + 4 * SECOND;

export interface StreamWatchParts {
  readonly connection: TwsConnection;
  readonly instruments: readonly Instrument[];
  readonly contracts: readonly ContractDetails[];
  readonly sessions: readonly Sessions[];
  readonly stale: StaleTimes;
  readonly clock: Clock;
  readonly timetable: Timetable;
  readonly events: Listeners<FeedEvents>;
}

/** What the watch asks of whoever has the streams. */
export interface WatchedStreams {
  /** Whether the quotes of an instrument are asked for, and nothing is known that keeps them away. */
  isSound(i: number): boolean;
  tradesOf(i: number): TradeStream | undefined;
  /** Asks for the quotes of an instrument again, if it may. */
  renew(i: number, reason: "silent" | "frozen", now: Instant): void;
  /** Asks for its trades again, if it may. */
  renewTrades(i: number, trades: TradeStream, now: Instant): void;
}

/**
 * Watches the streams of quotes and trades: one that says nothing while its market is open is asked for again, and one
 * whose values stand still is held against a snapshot first.
 */
export class StreamWatch {
  /** When the next stream has to be looked at; Infinity for never. */
  due: Instant = Infinity;
  private readonly parts: StreamWatchParts;
  private readonly state: MarketState;
  private readonly streams: WatchedStreams;
  /** When the watch found trades last, and whether one has come since. */
  private readonly tradeAt: Float64Array;
  private readonly tradeCame: Uint8Array;
  /** When quotes were asked for first. */
  private begunAt = Number.NaN;
  /** How long an instrument may be silent, and how long the same. */
  private readonly limits: readonly number[];
  private readonly frozenLimits: readonly number[];
  /** Breaks off a probe that is under way for an instrument. */
  private readonly probes: ((() => void) | undefined)[];

  constructor(parts: StreamWatchParts, state: MarketState, streams: WatchedStreams) {
    const { instruments, stale } = parts;
    this.parts = parts;
    this.state = state;
    this.streams = streams;
    this.tradeAt = new Float64Array(instruments.length).fill(Number.NaN);
    this.tradeCame = new Uint8Array(instruments.length);
    this.limits = instruments.map((instrument) => silenceLimit(instrument, stale));
    this.frozenLimits = instruments.map((instrument) => frozenLimit(instrument, stale));
    this.probes = instruments.map(() => undefined);
  }

  begin(): void {
    this.begunAt = this.parts.clock.now;
  }

  /** An instrument has been asked for, or is to be looked at anew. */
  expect(i: number): void {
    this.due = Math.min(this.due, this.parts.clock.now + this.firstLimit(i));
  }

  traded(i: number): void {
    this.tradeCame[i] = 1;
  }

  callOff(i: number): void {
    this.probes[i]?.();
    this.probes[i] = undefined;
  }

  /** Since when the values have been the same though the market is open; now where it is closed, NaN before a quote. */
  unchangedSince(i: number): Instant {
    const { now } = this.parts.clock;
    const changed = this.state.changedAt[i];
    if (changed !== changed) return Number.NaN;
    const open = this.openSince(i, now);
    return open === Infinity ? now : latest(changed, this.state.verifiedAt[i], open);
  }

  /** Looks at every stream: which has been silent, and which has stood still, for too long. */
  look(): void {
    const { now } = this.parts.clock;
    let due = Infinity;
    for (let i = 0; i < this.probes.length; i++) {
      const open = this.openSince(i, now);
      if (!this.isWatched(i)) due = Math.min(due, now + this.firstLimit(i));
      else if (open === Infinity) due = Math.min(due, openAfter(this.parts.sessions[i], now) + this.firstLimit(i));
      else due = Math.min(due, this.watchOne(i, now, open));
    }
    this.due = due;
  }

  /** Since when the market of an instrument is open; Infinity where it is closed. */
  private openSince(i: number, now: Instant): Instant {
    const sessions = this.parts.sessions[i];
    if (!sessions.isOpenAt(now)) return Infinity;
    const s = sessions.indexAt(now);
    return sessions.hasBreaks && now > sessions.breakEnd[s] ? sessions.breakEnd[s] : sessions.open[s];
  }

  /** The sooner of the two limits. */
  private firstLimit(i: number): number {
    return Math.min(this.limits[i], this.frozenLimits[i]);
  }

  /** Whether its silence would mean something: not where it is known why nothing comes. */
  private isWatched(i: number): boolean {
    return (
      this.state.halted[i] === 0 &&
      // Delayed data may be silent for a quarter of an hour, and frozen data for ever.
      !(this.state.dataType[i] > 1) &&
      this.probes[i] === undefined &&
      this.streams.isSound(i)
    );
  }

  /** @returns when it has to be looked at again */
  private watchOne(i: number, now: Instant, open: Instant): Instant {
    const { state, parts } = this;
    const { events, instruments } = parts;
    const tickSince = latest(state.tickAt[i], state.askedAt[i], open);
    if (now - tickSince >= this.limits[i]) {
      events.tell("silent", { instrument: instruments[i], since: latest(state.freshAt(i), this.begunAt, open) });
      this.streams.renew(i, "silent", now);
      return now + this.firstLimit(i);
    }
    this.watchTrades(i, now);
    const sameSince = Math.max(latest(state.changedAt[i], state.verifiedAt[i], open), state.askedAt[i]);
    if (state.changedAt[i] === state.changedAt[i] && now - sameSince >= this.frozenLimits[i]) {
      events.tell("frozen", { instrument: instruments[i], since: Math.max(state.changedAt[i], open) });
      this.probe(i);
      return now + PROBE_WAIT;
    }
    return Math.min(tickSince + this.limits[i], sameSince + this.frozenLimits[i]);
  }

  /** Trades tick by tick come while the quotes tell of trades; else their stream has died without a word. */
  private watchTrades(i: number, now: Instant): void {
    const trades = this.streams.tradesOf(i);
    if (trades === undefined || !trades.isOpen) return;
    if (this.tradeCame[i] === 1) {
      this.tradeCame[i] = 0;
      this.tradeAt[i] = now;
    }
    const since = latest(this.tradeAt[i], trades.askedAt, Number.NaN);
    if (this.state.tradedAt[i] - since >= this.limits[i]) this.streams.renewTrades(i, trades, now);
  }

  private probe(i: number): void {
    const { connection, instruments, contracts, timetable } = this.parts;
    const { link } = connection;
    if (link === undefined) return;
    const end = (snapshot: Snapshot | undefined): void => {
      this.probes[i] = undefined;
      callOff();
      stop();
      this.probed(i, snapshot);
    };
    const callOff = timetable.after(PROBE_WAIT, () => end(undefined));
    const stop = probeQuote(link, instruments[i].symbol, contracts[i], end);
    this.probes[i] = () => {
      callOff();
      stop();
    };
  }

  private probed(i: number, snapshot: Snapshot | undefined): void {
    const { state } = this;
    const { now } = this.parts.clock;
    const isSame =
      snapshot !== undefined &&
      snapshot.bid === state.bid[i] &&
      snapshot.ask === state.ask[i] &&
      (snapshot.last === state.last[i] || state.last[i] !== state.last[i]);
    if (isSame) state.verifiedAt[i] = now;
    else this.streams.renew(i, "frozen", now);
    this.expect(i);
  }
}

/** The latest of three instants, of which some may be NaN. */
function latest(a: Instant, b: Instant, c: Instant): Instant {
  let most = a === a ? a : Number.NEGATIVE_INFINITY;
  if (b > most) most = b;
  return c > most ? c : most;
}
