import { type Clock, pause } from "./clock.js";
import type { HistoryLimits } from "./history-limits.js";
import type { HistoryFailure, SourceBars } from "./history-source.js";
import { type Chunk, halved } from "./plan-chunks.js";
import type { TradingHours } from "./trading-hours.js";

/**
 * A chunk on its way:
 * - fetch: for the first time
 * - again: once more, because bars were missing where there should have been some
 * - renew: bars that are stored, because the source tells others now
 */
export interface Task {
  readonly purpose: "fetch" | "again" | "renew";
  readonly chunk: Chunk;
  /** How often it, or what it is a part of, has not been answered so far. */
  readonly tries: number;
}

export interface ChunkHandlers {
  /** Before a request is sent. */
  readonly ready: () => Promise<void>;
  readonly ask: (chunk: Chunk, signal: AbortSignal) => Promise<SourceBars | HistoryFailure>;
  /** Before an answer is kept: answers may come faster than that. */
  readonly turn: () => Promise<void>;
  /** Keeps an answer, which may be that there is nothing; answers what is to be asked further. */
  readonly take: (task: Task, answer: SourceBars | undefined) => readonly Task[];
  /** A chunk that cannot be had. Throwing ends the work. */
  readonly fail: (task: Task, failure: HistoryFailure) => void;
  /** Chunks are now more by so many. */
  readonly grow: (count: number) => void;
}

/** Failures that a smaller request may get around. */
const HALVED: ReadonlySet<string> = new Set(["timeout", "range"]);

/** Works through chunks, several at a time: halves those that are too much at once, and gives up what fails too often. */
export class ChunkWork {
  private readonly hours: TradingHours;
  private readonly limits: HistoryLimits;
  private readonly clock: Clock;
  private readonly handlers: ChunkHandlers;

  constructor(hours: TradingHours, limits: HistoryLimits, clock: Clock, handlers: ChunkHandlers) {
    this.hours = hours;
    this.limits = limits;
    this.clock = clock;
    this.handlers = handlers;
  }

  /**
   * @param lanes how many at a time; of one, what a task leaves to be asked goes before the next task
   * @throws what a handler throws, when everything under way has come to an end
   */
  async run(tasks: readonly Task[], lanes: number, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const pending = [...tasks];
    const underWay = new Set<Promise<void>>();
    let failure: { readonly error: unknown } | undefined;
    while ((pending.length > 0 && failure === undefined) || underWay.size > 0) {
      while (pending.length > 0 && failure === undefined && underWay.size < lanes) {
        const task = pending.shift() as Task;
        const work = this.one(task, both)
          .then(
            (further) => {
              // Of what compares nothing is stored before all of it is done, nor before what has changed is renewed.
              if (lanes === 1 || task.purpose === "renew") pending.unshift(...further);
              else pending.push(...further);
            },
            (error: unknown) => {
              failure ??= { error };
              stop.abort(error);
            },
          )
          .finally(() => underWay.delete(work));
        underWay.add(work);
      }
      await Promise.race(underWay);
    }
    if (failure !== undefined) throw failure.error;
  }

  /** Asks for one chunk; answers what is left to be asked because of it. */
  private async one(task: Task, signal: AbortSignal): Promise<readonly Task[]> {
    const { ready, ask, turn, take, fail, grow } = this.handlers;
    if (task.tries > 0) await pause(this.clock, this.waitBefore(task.tries), signal);
    await ready();
    const answer = await ask(task.chunk, signal);
    if (answer.kind === "bars" || answer.kind === "no-data") {
      await turn();
      const further = take(task, answer.kind === "bars" ? (answer as SourceBars) : undefined);
      grow(further.length);
      return further;
    }
    const failure = answer as HistoryFailure;
    const parts = HALVED.has(failure.kind) && task.tries < this.limits.retries ? this.smaller(task, failure) : [];
    if (parts.length === 0) fail(task, failure);
    grow(parts.length);
    return parts;
  }

  /** What to ask for instead: halves, with the one first that has stored bars to compare; or the same once more. */
  private smaller(task: Task, { kind }: HistoryFailure): readonly Task[] {
    const parts = halved(task.chunk, this.hours, this.limits);
    if (parts === undefined) return kind === "range" ? [] : [{ ...task, tries: task.tries + 1 }];
    const tries = kind === "range" ? task.tries : task.tries + 1;
    const compares = ({ ask, keep }: Chunk): boolean => ask.from < keep.from || ask.to > keep.to;
    return parts
      .toSorted((a, b) => Number(compares(b)) - Number(compares(a)))
      .map((chunk) => ({ purpose: task.purpose, chunk, tries }));
  }

  private waitBefore(tries: number): number {
    const { backoff } = this.limits;
    return backoff[Math.min(tries, backoff.length) - 1];
  }
}
