import { HISTORY_MANNERS } from "../../ib/pacing.js";
import { TwsError } from "../errors.js";
import type { BarStream } from "./bar-stream.js";

/** Milliseconds of the machine that are waited at the most: for the next history, and for a word of every quote. */
const PATIENCE = { history: HISTORY_MANNERS.timeOut, quotes: 5_000 } as const;
/** Milliseconds between two looks at what falls due meanwhile. */
const LOOK_EVERY = 250;

/**
 * The wait for a feed to be there: for the history of every series, and for a first word of every quote, so that what
 * the account may not have comes to light. It goes by the machine's time, for the session's may stand still until then.
 */
export class FeedStart {
  /** Rejects with what TWS refuses. */
  readonly done: Promise<void>;
  private readonly silent: Set<number>;
  private readonly missing: Set<BarStream>;
  private readonly patience: { readonly history: number; readonly quotes: number };
  private quoteTimer: NodeJS.Timeout | undefined;
  private barTimer: NodeJS.Timeout | undefined;
  private dueTimer: NodeJS.Timeout | undefined;
  private readonly doDue: () => void;
  private resolve: () => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;

  /** @param doDue does what has fallen due, such as asking again for what was refused: nobody moves the feed's clock yet */
  constructor(
    instruments: number,
    streams: readonly BarStream[],
    doDue: () => void,
    patience: { readonly history?: number; readonly quotes?: number } = {},
  ) {
    this.doDue = doDue;
    this.silent = new Set(Array.from({ length: instruments }, (_, i) => i));
    this.missing = new Set(streams);
    this.patience = { ...PATIENCE, ...patience };
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // It may fail before anybody waits for it.
    this.done.catch(() => undefined);
  }

  begin(): void {
    // What says nothing may still come: a farm that is away drops what it is asked.
    this.quoteTimer = setTimeout(() => {
      this.silent.clear();
      this.settle();
    }, this.patience.quotes);
    this.dueTimer = setInterval(this.doDue, LOOK_EVERY);
    this.waitForBars();
    this.settle();
  }

  /** A quote has been answered, or is not: `error` says why. */
  quote(instrument: number, error: unknown): void {
    if (error !== undefined) this.fail(error);
    this.silent.delete(instrument);
    this.settle();
  }

  /** A history has come, or will not: `error` says why. */
  bars(stream: BarStream, error: unknown): void {
    if (error !== undefined) this.fail(error);
    if (this.missing.delete(stream)) this.waitForBars();
    this.settle();
  }

  fail(error: unknown): void {
    this.stop();
    this.reject(error);
  }

  private waitForBars(): void {
    clearTimeout(this.barTimer);
    const next = this.missing.values().next().value;
    if (next === undefined) return;
    const { history } = this.patience;
    const { size, instrument } = next.series;
    const what = `the ${size.label} bars of ${instrument.symbol}`;
    this.barTimer = setTimeout(
      () => this.fail(next.refusal ?? new TwsError("REQUEST_TIMED_OUT", { what, seconds: history / 1_000 })),
      history,
    );
  }

  private settle(): void {
    if (this.silent.size > 0 || this.missing.size > 0) return;
    this.stop();
    this.resolve();
  }

  private stop(): void {
    clearTimeout(this.quoteTimer);
    clearTimeout(this.barTimer);
    clearInterval(this.dueTimer);
  }
}
