import { Script } from "node:vm";
import { CliError } from "./errors.js";

const WORK = Symbol.for("seatrial.interruptible");
const runWork = new Script("globalThis[Symbol.for('seatrial.interruptible')]()");

/**
 * Ctrl-C while a run lasts. Work inside `stretch` is broken off at once, even in a strategy's endless loop, which no
 * listener could end; between two stretches the signal is raised. A second Ctrl-C ends the process where it stands.
 */
export class Interruption {
  private readonly controller = new AbortController();
  private readonly onSignal = (): void => {
    if (this.controller.signal.aborted) process.exit(1);
    this.controller.abort();
  };

  constructor() {
    process.on("SIGINT", this.onSignal);
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

  /** Gives the signal back to whoever had it. */
  end(): void {
    process.off("SIGINT", this.onSignal);
  }
}
