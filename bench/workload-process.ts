import type { Tally } from "./workload.js";
import { openWorkload, type WorkloadChoice } from "./workloads.js";

// The other end of workload-child.ts: a process that makes one workload, warms it up, and then makes a pass for every
// message it gets.

/** What the process answers: first that it is warm, then one pass a question. */
export type Answer =
  | { readonly kind: "warm" }
  | ({ readonly kind: "pass" } & Pass)
  | { readonly kind: "failed"; readonly message: string };

/** As many runs as it takes to be timed well; the tally is that of one. */
export interface Pass extends Tally {
  readonly runs: number;
  /** Of all runs together. */
  readonly bars: number;
  readonly ms: number;
}

/** A short pass can slip through while the machine does something else, a long one cannot: none is short. */
const LEAST_MS = 250;

const choice = JSON.parse(process.argv[2]) as WorkloadChoice;

try {
  const workload = await openWorkload(choice);
  const pass = (): Pass => {
    for (let ms = 0, runs = 1; ; runs++) {
      const run = workload.ready();
      const begun = performance.now();
      run.go();
      ms += performance.now() - begun;
      if (ms >= LEAST_MS) return { runs, bars: runs * workload.bars, ms, ...run.tally() };
    }
  };
  // Twice: what a run does only as it begins the compiler has not seen until one begins for the second time, and drops for
  // it what it has compiled. From the third run on little is.
  pass();
  pass();
  process.on("message", () => answer(pass));
  tell({ kind: "warm" });
} catch (error) {
  fail(error);
}

function answer(pass: () => Pass): void {
  try {
    tell({ kind: "pass", ...pass() });
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  process.disconnect?.();
}

function tell(message: Answer): void {
  process.send?.(message);
}
