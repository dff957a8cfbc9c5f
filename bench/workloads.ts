import type { Workload } from "./workload.js";

/** Which workload a process runs. `bars` are those of one run, over all instruments. */
export interface WorkloadChoice {
  readonly name: WorkloadName;
  readonly bars: number;
  readonly instruments: number;
}

export type WorkloadName = keyof typeof WORKLOADS;

// Loaded by the one process that runs it: code that a second workload has seen is slower code.
const WORKLOADS = {
  "bare-loop": () => import("./bare-loop.js"),
  "empty-strategy": () => import("./empty-strategy.js"),
  "sma-cross": () => import("./sma-cross.js"),
  "twelve-indicators": () => import("./twelve-indicators.js"),
  "twelve-alone": () => import("./twelve-alone.js"),
  "grademark-cross": () => import("./grademark-cross.js"),
};

export const WORKLOAD_NAMES = Object.keys(WORKLOADS) as WorkloadName[];

export async function openWorkload({ name, bars, instruments }: WorkloadChoice): Promise<Workload> {
  const { workload } = await WORKLOADS[name]();
  return workload(bars, instruments);
}
