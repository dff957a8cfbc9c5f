import type { Instant } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { formatDuration, type HistoryLimits } from "./history-limits.js";
import type { BarsRequest, HistorySubject, ScheduleRequest } from "./history-source.js";

/** A request as the windows of a source count it. */
export interface PacedRequest {
  /** What makes two requests identical. */
  readonly identity: string;
  /** Contract, exchange and kind of data. */
  readonly family: string;
  /** Whether it counts among the small bars: these, and head timestamps whatever bars they are for. */
  readonly small: boolean;
  /** For how many it counts: bars of bid and ask for two. */
  readonly cost: number;
}

/** A request that has been sent. */
export interface SentRequest {
  readonly request: PacedRequest;
  readonly at: Instant;
}

/**
 * Which requests have been sent lately, by whoever shares the log: a source counts what a process has sent that was
 * killed, too.
 */
export interface RequestLog {
  /** Does its work while nobody else can note a request. */
  alone<T>(work: () => T): T;
  /** What has been noted since this was asked last, in that order; at first all that matters still. */
  unread(): readonly SentRequest[];
  note(sent: SentRequest): void;
}

/** A log of this process alone, beginning with what others have sent. */
export class MemoryRequestLog implements RequestLog {
  private fresh: SentRequest[];

  constructor(sent: readonly SentRequest[] = []) {
    this.fresh = [...sent];
  }

  alone<T>(work: () => T): T {
    return work();
  }

  unread(): readonly SentRequest[] {
    const { fresh } = this;
    this.fresh = [];
    return fresh;
  }

  note(sent: SentRequest): void {
    this.fresh.push(sent);
  }
}

/** For whoever keeps no windows. */
export const NO_LOG: RequestLog = { alone: (work) => work(), unread: () => [], note: () => {} };

export function pacedBars(request: BarsRequest, { smallBars }: HistoryLimits): PacedRequest {
  const { end, duration, size, hours } = request;
  const family = familyOf(request.instrument, request.what);
  return {
    identity: `${family} ${size.label} ${formatDuration(duration)} to ${end ?? "now"} ${hours}`,
    family,
    small: size.ms <= smallBars.ms,
    cost: costOf(request),
  };
}

export function pacedHead(subject: HistorySubject): PacedRequest {
  const family = familyOf(subject.instrument, subject.what);
  return { identity: `${family} head ${subject.hours}`, family, small: true, cost: costOf(subject) };
}

export function pacedSchedule({ instrument, end, duration, hours }: ScheduleRequest): PacedRequest {
  const family = familyOf(instrument, "schedule");
  return { identity: `${family} ${formatDuration(duration)} to ${end} ${hours}`, family, small: false, cost: 1 };
}

function familyOf({ symbol, exchange }: Instrument, what: string): string {
  return `${symbol}@${exchange} ${what}`;
}

function costOf({ what }: HistorySubject): number {
  return what === "bid-ask" ? 2 : 1;
}
