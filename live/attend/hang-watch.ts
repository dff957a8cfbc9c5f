import { Worker } from "node:worker_threads";
import { ALERTS, alertText } from "../alerts.js";

/** How long a session may stand still before somebody is told. */
const PATIENCE = 10_000;
/** How often it shows that it goes on. */
const BEAT = 1_000;

/** What the operator does where orders and positions are at a gateway that ends with the process. */
const REMEDY_SIMULATED =
  "End it with kill -9 {pid}; correct the strategy and start it again: its simulated gateway ends with it, and its next start begins anew.";

export interface HangWatchOptions {
  readonly session: string;
  readonly strategy: string;
  /** The session's log, which a line is added to. */
  readonly log: string;
  /** Whether its gateway ends with it. */
  readonly isSimulated?: boolean;
  /** Where the alert is written to besides: standard error. */
  readonly fd?: number;
  readonly patience?: number;
}

/** What the other thread is handed. */
interface Watched {
  readonly beats: SharedArrayBuffer;
  readonly patience: number;
  readonly fd: number;
  readonly log: string;
  readonly session: string;
  readonly code: string;
  readonly stands: string;
  readonly goesOn: string;
}

/**
 * Watches from another thread whether a session still moves. A handler that never returns stops everything on its own
 * thread: orders, quotes, the screen, Ctrl-C, the kill switch; without this, nobody would be told either.
 */
export class HangWatch {
  private readonly beating: NodeJS.Timeout;
  private readonly worker: Worker;

  constructor(options: HangWatchOptions) {
    const { session, strategy, log, isSimulated = false, fd = 2, patience = PATIENCE } = options;
    const beats = new SharedArrayBuffer(8);
    const count = new Int32Array(beats);
    const code = "SESSION_HANGS";
    const details = { strategy, seconds: patience / 1_000 };
    const advice = isSimulated ? REMEDY_SIMULATED : ALERTS[code].remedy;
    const remedy = advice.replace("{pid}", String(process.pid));
    const watched: Watched = {
      ...{ beats, patience, fd, log, session, code },
      stands: `${alertText({ code, details })} ${remedy}`,
      goesOn: "The session moves again.",
    };
    this.beating = setInterval(() => Atomics.add(count, 0, 1), Math.min(BEAT, patience / 4)).unref();
    const begin = `require("node:worker_threads").workerData, require("node:fs")`;
    this.worker = new Worker(`(${watch.toString()})(${begin})`, { eval: true, workerData: watched });
    // Without it the session is as good as before.
    this.worker.on("error", (error) =>
      process.emitWarning(`Nobody watches whether ${session} hangs: ${String(error)}`),
    );
    this.worker.unref();
  }

  close(): void {
    clearInterval(this.beating);
    void this.worker.terminate();
  }
}

/** Runs on the other thread, from its text: it can use nothing of this file. */
function watch(watched: Watched, fs: typeof import("node:fs")): void {
  const { beats, patience, fd, log, session, code, stands, goesOn } = watched;
  const count = new Int32Array(beats);
  const tell = (level: string, event: string, msg: string): void => {
    const time = new Date().toISOString();
    // One that cannot be written must not keep the other from being.
    for (const write of [
      () => fs.writeSync(fd, `\n${msg}\n`),
      () => fs.appendFileSync(log, `${JSON.stringify({ level, time, session, code: event, msg })}\n`),
    ]) {
      try {
        write();
      } catch {
        // Nobody is left to be told of it.
      }
    }
  };
  let isTold = false;
  // Two halves without a beat: a machine that slept through one of them has woken up in the other.
  let missed = 0;
  for (;;) {
    const before = Atomics.load(count, 0);
    // The second number never changes: this only waits.
    Atomics.wait(count, 1, 0, patience / 2);
    missed = Atomics.load(count, 0) === before ? missed + 1 : 0;
    if (missed >= 2 && !isTold) {
      isTold = true;
      tell("error", code, stands);
    } else if (missed === 0 && isTold) {
      isTold = false;
      tell("info", `${code}_NO_MORE`, goesOn);
    }
  }
}
