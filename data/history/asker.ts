import { SECOND } from "../../core/market/bar-size.js";
import type { Clock } from "./clock.js";
import type { FailureKind, HistoryFailure, HistorySource } from "./history-source.js";
import type { PacedRequest } from "./paced-request.js";
import { Pacer, type PacerOptions } from "./pacer.js";

/** Nothing more can be asked of the source, by anybody. */
export class SourceStopped extends Error {
  readonly kind: FailureKind;

  constructor({ kind, text }: HistoryFailure) {
    super(text);
    this.kind = kind;
  }
}

/** A source that has let so many requests time out in a row, with no answer between them, will not answer the next. */
const SILENT_AFTER = 12;
/** After "too much" nothing is asked for this long, then for twice as long, and so on. */
const PACING_WAITS = [15, 30, 60, 120, 240, 480, 600].map((seconds) => seconds * SECOND);
/** How long to wait for a connection before each further question. */
const CONNECTION_WAITS = [2, 5, 10, 30, 60, 60, 60, 60, 60, 60, 60].map((seconds) => seconds * SECOND);

/**
 * Asks a source one thing at a time: when the pacing allows it, for as long as its time-out, again after "too much" and
 * when the connection is back. All that ask share its patience: the waits hold everybody up, and grow until an answer
 * comes.
 */
export class Asker {
  readonly source: HistorySource;
  private readonly clock: Clock;
  private readonly pacer: Pacer;
  private readonly waits = { pacing: new Waits(PACING_WAITS), disconnected: new Waits(CONNECTION_WAITS) };
  private timeOuts = 0;
  /** How many requests have been sent. */
  sent = 0;

  constructor(source: HistorySource, options: PacerOptions) {
    this.source = source;
    this.clock = options.clock;
    this.pacer = new Pacer(options);
  }

  /**
   * @returns no failure of the kinds "pacing", "disconnected" and "stopped"
   * @throws SourceStopped
   * @throws the signal's reason, if it is aborted before there is an answer
   */
  async ask<T extends { readonly kind: string }>(
    request: PacedRequest,
    send: (signal: AbortSignal) => Promise<T | HistoryFailure>,
    signal: AbortSignal,
  ): Promise<T | HistoryFailure> {
    for (;;) {
      const answer = await this.pacer.run(request, () => this.withinTime(send, signal), signal);
      if (answer.kind === "stopped") throw new SourceStopped(answer as HistoryFailure);
      if (answer.kind === "timeout") {
        if (++this.timeOuts >= SILENT_AFTER) throw this.silent(answer as HistoryFailure);
        return answer;
      }
      this.timeOuts = 0;
      if (answer.kind !== "pacing" && answer.kind !== "disconnected") {
        for (const waits of Object.values(this.waits)) waits.reset();
        return answer;
      }
      this.holdUp(answer as HistoryFailure & { kind: "pacing" | "disconnected" });
    }
  }

  private holdUp(failure: HistoryFailure & { kind: "pacing" | "disconnected" }): void {
    const wait = this.waits[failure.kind].next(this.clock.now());
    if (wait === undefined) throw new SourceStopped(failure);
    this.pacer.hold(wait);
  }

  private silent({ text }: HistoryFailure): SourceStopped {
    return new SourceStopped({ kind: "timeout", text: `${this.timeOuts} requests in a row had no answer (${text})` });
  }

  /** What the source answers, or that it did not in time; what comes later is nobody's any more. */
  private withinTime<T>(
    send: (signal: AbortSignal) => Promise<T | HistoryFailure>,
    signal: AbortSignal,
  ): Promise<T | HistoryFailure> {
    const { timeOut } = this.source.limits;
    this.sent++;
    return new Promise((resolve, reject) => {
      const cancel = new AbortController();
      const settle = (work: () => void): void => {
        cancelTimer();
        signal.removeEventListener("abort", onAbort);
        work();
      };
      const onAbort = (): void => {
        settle(() => reject(signal.reason));
        cancel.abort(signal.reason);
      };
      const cancelTimer = this.clock.after(timeOut, () => {
        const text = `no answer within ${timeOut / SECOND} s`;
        settle(() => resolve({ kind: "timeout", text }));
        cancel.abort(new Error(text));
      });
      signal.addEventListener("abort", onAbort, { once: true });
      const answer = (async () => send(cancel.signal))();
      answer.then(
        (answer) => settle(() => resolve(answer)),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }
}

/** Waits that grow; those that ask for one while another lasts get what is left of that. */
class Waits {
  private readonly lengths: readonly number[];
  private taken = 0;
  private until = -Infinity;

  constructor(lengths: readonly number[]) {
    this.lengths = lengths;
  }

  /** Undefined where all have been waited out in vain. */
  next(now: number): number | undefined {
    if (now < this.until) return this.until - now;
    if (this.taken === this.lengths.length) return undefined;
    const length = this.lengths[this.taken++];
    this.until = now + length;
    return length;
  }

  reset(): void {
    this.taken = 0;
  }
}
