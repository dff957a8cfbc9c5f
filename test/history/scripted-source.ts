import { HISTORY_LIMITS } from "../../brokers/ib/history-limits.js";
import { BarsSource } from "../../data/history/bars-source.js";
import type { Clock } from "../../data/history/clock.js";
import type { HistoryLimits } from "../../data/history/history-limits.js";
import type {
  BarsRequest,
  HistoryFailure,
  HistorySource,
  HistorySubject,
  ScheduleRequest,
  SourceBars,
  SourceHead,
  SourceSchedule,
} from "../../data/history/history-source.js";
import type { BarSeries } from "../../index.js";

/** What is wrong with an answer. */
export type Fault =
  | HistoryFailure
  /** No answer at all; the cancel is obeyed. */
  | { readonly kind: "silence" }
  /** The answer, or "no data", comes so late, whether or not it has been cancelled. */
  | { readonly kind: "late"; readonly ms: number; readonly nothing?: true }
  /** Some bars twice, some out of order, and some of outside the range. */
  | { readonly kind: "untidy" }
  /** A part of the bars is left out: shares of the answer's rows. */
  | { readonly kind: "hole"; readonly from: number; readonly to: number }
  /** One bar that cannot be. */
  | { readonly kind: "unsound" }
  | { readonly kind: "broken" };

export interface Asked {
  readonly kind: "bars" | "head" | "schedule";
  readonly request: BarsRequest | HistorySubject | ScheduleRequest;
  readonly at: number;
  /** The answer, or what was wrong with it. */
  answer?: string;
  cancelled?: true;
}

export interface Script {
  /** A fault for a request for bars, which is the n-th, from 1 on. */
  readonly bars?: (request: BarsRequest, n: number) => Fault | undefined;
  readonly head?: HistoryFailure;
  readonly schedule?: HistoryFailure | ((told: SourceSchedule) => SourceSchedule);
  /** Milliseconds that an answer takes. */
  readonly takes?: number;
}

/** A server of history in process that does what its script says, and remembers what it was asked. */
export class ScriptedSource implements HistorySource {
  readonly name = "IB";
  readonly adjustment = "splits";
  readonly asked: Asked[] = [];
  readonly limits: HistoryLimits;
  /** The bars that it has, and the time where it is; a test may change both between two downloads. */
  time: number;
  script: Script;
  /** The most requests that had no answer at the same time. */
  mostOpen = 0;
  private inner: BarsSource;
  private readonly clock: Clock;
  private open = 0;

  constructor(series: readonly BarSeries[], clock: Clock, script: Script = {}, limits: Partial<HistoryLimits> = {}) {
    this.clock = clock;
    this.script = script;
    this.limits = { ...HISTORY_LIMITS, ...limits };
    this.inner = this.over(series);
    this.time = Math.max(...series.map(({ end, length }) => end[length - 1])) + 3 * 3_600_000;
  }

  set series(series: readonly BarSeries[]) {
    this.inner = this.over(series);
  }

  now = (): number => this.time;

  get barsAsked(): readonly (Asked & { request: BarsRequest })[] {
    return this.asked.filter(({ kind }) => kind === "bars") as (Asked & { request: BarsRequest })[];
  }

  async bars(request: BarsRequest, signal: AbortSignal): Promise<SourceBars | HistoryFailure> {
    const n = this.barsAsked.length + 1;
    const fault = this.script.bars?.(request, n);
    const asked = this.note("bars", request);
    return this.answer(asked, signal, async () => {
      if (fault?.kind === "silence")
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      if (fault?.kind === "broken") throw new Error("the source is broken");
      if (fault?.kind === "late") {
        await new Promise<void>((resolve) => this.clock.after(fault.ms, resolve));
        return fault.nothing ? { kind: "no-data", text: "HMDS query returned no data" } : this.inner.bars(request);
      }
      if (fault !== undefined && "text" in fault) return fault;
      const told = await this.inner.bars(request);
      return told.kind === "bars" && fault !== undefined ? spoilt(told as SourceBars, fault) : told;
    });
  }

  async head(subject: HistorySubject, signal: AbortSignal): Promise<SourceHead | HistoryFailure> {
    const asked = this.note("head", subject);
    return this.answer(asked, signal, async () => this.script.head ?? this.inner.head(subject));
  }

  async schedule(request: ScheduleRequest, signal: AbortSignal): Promise<SourceSchedule | HistoryFailure> {
    const asked = this.note("schedule", request);
    return this.answer(asked, signal, async () => {
      const { schedule } = this.script;
      if (schedule !== undefined && typeof schedule !== "function") return schedule;
      const told = await this.inner.schedule(request);
      return told.kind === "schedule" && schedule !== undefined ? schedule(told as SourceSchedule) : told;
    });
  }

  private over(series: readonly BarSeries[]): BarsSource {
    const { limits } = this;
    return new BarsSource(series, { name: "IB", limits, adjustment: "splits", now: () => this.now() });
  }

  private note(kind: Asked["kind"], request: Asked["request"]): Asked {
    const asked: Asked = { kind, request, at: this.clock.now() };
    this.asked.push(asked);
    return asked;
  }

  private async answer<T extends { kind: string }>(
    asked: Asked,
    signal: AbortSignal,
    tell: () => Promise<T>,
  ): Promise<T> {
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    let left = false;
    const leave = (): void => {
      if (!left) this.open--;
      left = true;
    };
    signal.addEventListener("abort", () => {
      asked.cancelled = true;
      leave();
    });
    try {
      const { takes = 0 } = this.script;
      if (takes > 0) await new Promise<void>((resolve) => this.clock.after(takes, resolve));
      const answer = await tell();
      asked.answer = answer.kind;
      return answer;
    } finally {
      leave();
    }
  }
}

function spoilt(told: SourceBars, fault: Fault): SourceBars {
  const { length } = told.time;
  const rows = Array.from({ length }, (_, row) => row);
  if (fault.kind === "hole") {
    const [from, to] = [Math.floor(fault.from * length), Math.ceil(fault.to * length)];
    return picked(
      told,
      rows.filter((row) => row < from || row >= to),
    );
  }
  if (fault.kind === "untidy") {
    // The last bar first, everything in the middle twice.
    const middle = rows.slice(length >> 2, length >> 1);
    return picked(told, [length - 1, ...rows, ...middle, 0]);
  }
  if (fault.kind === "unsound") {
    const bars = picked(told, rows);
    bars.high[length >> 1] = -1;
    return bars;
  }
  return told;
}

function picked(told: SourceBars, rows: readonly number[]): SourceBars {
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]);
  const { time, open, high, low, close, volume } = told;
  return {
    kind: "bars",
    time: pick(time),
    open: pick(open),
    high: pick(high),
    low: pick(low),
    close: pick(close),
    volume: pick(volume),
  };
}
