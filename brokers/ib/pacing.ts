import { MINUTE, SECOND } from "../../core/market/bar-size.js";

/** At most `most` of what `counts` describes within any stretch of `window` milliseconds. */
export interface PacingRule {
  readonly name: string;
  readonly most: number;
  readonly window: number;
  /** What is counted together. */
  readonly counts: "identical requests" | "requests of one contract, exchange and kind" | "requests" | "messages";
  /** Whether only bars of 30 seconds and less, and head timestamps, are counted. */
  readonly smallBarsOnly: boolean;
  /** Breaking it: an error that may be followed by a disconnect, or only slower answers. */
  readonly hard: boolean;
}

/** The messages of all kinds that a client may send in a second, with the usual 100 market data lines. */
export const MESSAGES_PER_SECOND = 50;

/** How often a client may break the message rate before TWS closes its socket, this time included. */
export const STRIKES = 3;

/** IB's "Pacing Violations for Small Bars (30 secs or less)", and the limit of messages. */
export const PACING_RULES: readonly PacingRule[] = [
  {
    name: "messages",
    most: MESSAGES_PER_SECOND,
    window: SECOND,
    counts: "messages",
    smallBarsOnly: false,
    hard: true,
  },
  {
    name: "identical",
    most: 1,
    window: 15 * SECOND,
    counts: "identical requests",
    smallBarsOnly: true,
    hard: true,
  },
  {
    name: "burst",
    most: 5,
    window: 2 * SECOND,
    counts: "requests of one contract, exchange and kind",
    smallBarsOnly: true,
    hard: true,
  },
  {
    name: "long",
    most: 60,
    window: 10 * MINUTE,
    counts: "requests",
    smallBarsOnly: true,
    hard: true,
  },
];

/**
 * What Seatrial allows itself, each inside IB's rule: the messages of everything, no identical request within 15
 * seconds whatever the size, and larger bars at one request a second, which IB slows down rather than forbids.
 */
export const OWN_PACING: readonly PacingRule[] = [
  { name: "messages", most: 40, window: SECOND, counts: "messages", smallBarsOnly: false, hard: false },
  { name: "identical", most: 1, window: 15 * SECOND, counts: "identical requests", smallBarsOnly: false, hard: true },
  {
    name: "burst",
    most: 5,
    window: 2 * SECOND,
    counts: "requests of one contract, exchange and kind",
    smallBarsOnly: false,
    hard: true,
  },
  { name: "long", most: 55, window: 10 * MINUTE, counts: "requests", smallBarsOnly: true, hard: true },
  { name: "steady", most: 1, window: SECOND, counts: "requests", smallBarsOnly: false, hard: false },
];

/** Other limits of one login; all clients of a TWS share most of them. */
export const LIMITS = {
  /** Contracts whose quotes can be streamed at once, real-time bars included. */
  marketDataLines: 100,
  /** Tick-by-tick streams: one for every 20 lines. */
  tickByTick: 5,
  /** Milliseconds in which one contract's ticks may be asked for once. */
  tickByTickAgain: 15 * SECOND,
  depth: 3,
  clients: 32,
  /** Historical requests that may be open at once (an older page of IB's; the newer does not repeat it). */
  openHistoryRequests: 50,
  /** Ticks in one historical answer. */
  historicalTicks: 1_000,
  /** New real-time bar streams in ten minutes. */
  realTimeBars: 60,
  /** Account summaries at once. */
  accountSummaries: 2,
  /** Milliseconds after which a snapshot ends at the latest. */
  snapshot: 11 * SECOND,
} as const;

/** How Seatrial asks for history: requests at once, the time it waits for an answer, and how it tries again. */
export const HISTORY_MANNERS = {
  atOnce: 6,
  timeOut: MINUTE,
  retries: 3,
  backoff: [15 * SECOND, 30 * SECOND, MINUTE],
} as const;
