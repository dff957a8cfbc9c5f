import { WorkloadChild } from "./workload-child.js";
import type { Pass } from "./workload-process.js";
import type { WorkloadChoice } from "./workloads.js";

/** Timed passes that a process makes after its warm-up. */
const PASSES = 2;

/**
 * Runs workloads in turn, so that what else the machine does meets all of them alike. A round gives each a new process
 * (the compiler does not come to the same code every time), lets all warm up, and then times one at a time: the first,
 * the second, the first again. Returns the passes of each over all rounds.
 */
export async function alternate(choices: readonly WorkloadChoice[], rounds: number): Promise<Pass[][]> {
  const passes: Pass[][] = choices.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const started = await Promise.allSettled(choices.map((choice) => WorkloadChild.start(choice)));
    const children = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    try {
      for (const one of started) if (one.status === "rejected") throw one.reason;
      for (let pass = 0; pass < PASSES; pass++) {
        for (let c = 0; c < children.length; c++) passes[c].push(await children[c].pass());
      }
    } finally {
      await Promise.all(children.map((child) => child.stop()));
    }
  }
  return passes;
}
