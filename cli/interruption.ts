import { Script } from "node:vm";
import { CliError } from "./errors.js";

const WORK = Symbol.for("seatrial.interruptible");
const runWork = new Script("globalThis[Symbol.for('seatrial.interruptible')]()");

/**
 * Ctrl-C while a run lasts, or whichever signals are named. Work inside `stretch` is broken off at once, even in a
 * strategy's endless loop, which no listener could end; between two stretches the signal is raised. A second Ctrl-C ends
 * the process where it stands.
 */
export class Interruption {
  private readonly controller = new AbortController();
  private readonly onSignal = (): void => {
    if (this.controller.signal.aborted) process.exit(1);
    this.controller.abort();
  };

  private readonly signals: readonly NodeJS.Signals[];

  constructor(signals: readonly NodeJS.Signals[] = ["SIGINT"]) {
    this.signals = signals;
    this.listen();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Does a stretch of work and answers what it does. @throws CliError INTERRUPTED */
  readonly stretch = <T>(work: () => T): T => {
    let answer: T | undefined;
    const place = globalThis as unknown as Record<symbol, () => void>;
    place[WORK] = () => {
      answer = work();
    };
    try {
      runWork.runInThisContext({ breakOnSigint: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
      this.controller.abort();
      throw new CliError("INTERRUPTED");
    } finally {
      delete place[WORK];
    }
    return answer as T;
  };

  /**
   * Hears a signal that has come while the thread was held: it is told in the next turn of the event loop, and to nobody
   * where the listener was taken away before. Wanted in front of `apart`. @throws CliError INTERRUPTED
   */
  heard(): Promise<void> {
    // The first of two may still belong to the turn that has looked for signals already.
    const turned = new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
    return orInterrupted(turned, this.signal);
  }

  /**
   * Does what may never return, such as a strategy's code: nobody listens meanwhile, for a listener would not be called.
   * Ctrl-C breaks it off, and every other signal ends the process where it stands. @throws CliError INTERRUPTED
   */
  readonly apart = <T>(work: () => T): T => {
    this.end();
    try {
      return this.stretch(work);
    } finally {
      this.listen();
    }
  };

  private listen(): void {
    for (const signal of this.signals) process.on(signal, this.onSignal);
  }

  /** Gives the signal back to whoever had it. */
  end(): void {
    for (const signal of this.signals) process.off(signal, this.onSignal);
  }
}

/** @throws CliError INTERRUPTED where the signal comes before the answer */
export function orInterrupted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new CliError("INTERRUPTED"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
