import { sessionAfter } from "../../core/calendar/session-time.js";
import { type Instant, isDailyOrLarger } from "../../core/market/bar-size.js";
import { type Interval, subtract } from "../intervals.js";
import { durationFor, reachBack } from "./duration-span.js";
import { chunkLimit, type Duration, type HistoryLimits } from "./history-limits.js";
import type { TradingHours } from "./trading-hours.js";

/** What one request asks for, and which part of its answer is kept. */
export interface Chunk {
  /** From the start of its first bar to the end of its last. */
  readonly ask: Interval;
  /** The stretch that the answer covers: bars that start elsewhere are there to be compared with what is stored. */
  readonly keep: Interval;
  readonly duration: Duration;
}

/** A stretch to be fetched; where more is asked for than is kept, the rest is stored already. */
export interface Stretch {
  readonly keep: Interval;
  readonly ask: Interval;
}

/** The parts of a stretch that are not known and have trading in them, with whole bars, in order of time. */
export function missingStretches(wanted: Interval, known: readonly Interval[], hours: TradingHours): Stretch[] {
  return subtract([wanted], known)
    .filter(({ from, to }) => hours.open(from, to).length > 0)
    .map((keep) => ({ keep, ask: { from: hours.barStart(keep.from), to: hours.barStop(keep.to) } }));
}

/**
 * Cuts stretches into requests, the newest first: each as long as is usual for the size of its bars, from the open of a
 * session or, where a session is longer than that, from the start of a bar. What is kept of them covers the stretches
 * exactly, once.
 */
export function planChunks(stretches: readonly Stretch[], hours: TradingHours, limits: HistoryLimits): Chunk[] {
  return [...stretches]
    .sort((a, b) => b.ask.from - a.ask.from)
    .flatMap((stretch) => cutStretch(stretch, hours, limits));
}

function cutStretch({ ask, keep }: Stretch, hours: TradingHours, limits: HistoryLimits): Chunk[] {
  const { usual, most } = chunkLimit(limits, hours.size);
  const open = hours.open(ask.from, ask.to);
  if (open.length === 0) return [];
  const floor = open[0].from;
  const within = (instant: Instant): Instant => Math.min(keep.to, Math.max(keep.from, instant));
  const chunks: Chunk[] = [];
  let end = open[open.length - 1].to;
  let kept = keep.to;
  while (end > floor) {
    // A day reaches back to the open only: right behind it that is less than the usual number of seconds.
    const least = Math.max(reachBack(usual, end, hours), reachBack(most, end, hours));
    const start = least <= floor ? floor : firstStartFrom(least, end, hours);
    const from = start <= floor ? keep.from : within(start);
    const asked = { from: start, to: end };
    chunks.push({ ask: asked, keep: { from, to: kept }, duration: demandDuration(asked, usual, hours, limits) });
    kept = from;
    end = hours.lastTradingBefore(start);
  }
  return chunks;
}

function demandDuration(ask: Interval, usual: Duration, hours: TradingHours, limits: HistoryLimits): Duration {
  // A stretch that is as long as is usual can always be asked for in those words.
  return durationFor(ask, hours.size, hours, limits) ?? usual;
}

/** The first instant at `least` or later, and before `end`, from which a chunk may begin. */
function firstStartFrom(least: Instant, end: Instant, hours: TradingHours): Instant {
  const { sessions } = hours;
  let i = sessionAfter(sessions, least);
  if (i < sessions.length && sessions.open[i] < least) i++;
  while (i < sessions.length && !hours.beginsPeriod(i)) i++;
  if (i < sessions.length && sessions.open[i] < end) return sessions.open[i];
  const last = hours.barStart(end - 1);
  if (isDailyOrLarger(hours.size)) return last;
  const start = Math.min(last, hours.barStop(least));
  // Behind a break of the session, not within it.
  return Math.max(start, hours.open(start, end)[0]?.from ?? start);
}

/**
 * The two halves of a chunk, the newer first, cut between two sessions where it has several. Undefined where halves
 * could not be asked for with less than the whole.
 */
export function halved(chunk: Chunk, hours: TradingHours, limits: HistoryLimits): [Chunk, Chunk] | undefined {
  const at = middleOf(chunk.ask, hours);
  if (at === undefined) return undefined;
  const { ask, keep } = chunk;
  const kept = Math.min(keep.to, Math.max(keep.from, at));
  const part = (asked: Interval, part: Interval): Chunk | undefined => {
    const duration = durationFor(asked, hours.size, hours, limits);
    return duration === undefined ? undefined : { ask: asked, keep: part, duration };
  };
  const newer = part({ from: at, to: ask.to }, { from: kept, to: keep.to });
  const older = part({ from: ask.from, to: hours.lastTradingBefore(at) }, { from: keep.from, to: kept });
  if (newer === undefined || older === undefined) return undefined;
  const reach = (one: Chunk): number => one.ask.to - reachBack(one.duration, one.ask.to, hours);
  return reach(newer) < reach(chunk) || reach(older) < reach(chunk) ? [newer, older] : undefined;
}

function middleOf({ from, to }: Interval, hours: TradingHours): Instant | undefined {
  const open = hours.open(from, to);
  let left = open.reduce((sum, one) => sum + one.to - one.from, 0) / 2;
  let at = from;
  for (const one of open) {
    at = one.from + Math.min(left, one.to - one.from);
    left -= at - one.from;
    if (left <= 0) break;
  }
  const starts = open.map((one) => one.from).filter((start) => start > from && isStart(start, hours));
  if (starts.length > 0) return starts.reduce((best, one) => (Math.abs(one - at) < Math.abs(best - at) ? one : best));
  if (isDailyOrLarger(hours.size)) return undefined;
  const start = hours.barStart(at);
  return start > from && start < to ? start : undefined;
}

function isStart(open: Instant, hours: TradingHours): boolean {
  const i = sessionAfter(hours.sessions, open);
  return i < hours.sessions.length && hours.sessions.open[i] === open && hours.beginsPeriod(i);
}
