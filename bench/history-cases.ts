import { fileURLToPath } from "node:url";
import type { Case, Plan } from "./case.js";
import type { FetchMeasured } from "./history-process.js";
import { median } from "./median.js";
import { runNode } from "./run-node.js";

const PROCESS = fileURLToPath(new URL("./history-process.js", import.meta.url));

/** What a download over a socket takes: a year of minutes of three instruments, whatever `--bars` says. */
export const HISTORY_CASES: readonly Case[] = [
  {
    name: "history fetched over a socket",
    about:
      "A year of minutes for three instruments from the simulated gateway into a new store, without pacing: decoded, checked, stored. The gateway is a process of its own.",
    unit: "bars/s",
    target: 100_000,
    better: "higher",
    measure: async (plan) => {
      const all = await measured(plan);
      const busy = median(all.map((one) => one.busy));
      return { value: median(all.map(({ bars, ms }) => (bars / ms) * 1000)), detail: `${busy.toFixed(0)} ms of work` };
    },
  },
  {
    name: "longest hold-up of the event loop while history is fetched",
    about: "Of the same download, by perf_hooks; the rounds' best, for other programs hold it up too.",
    unit: "ms",
    target: 100,
    better: "lower",
    measure: async (plan) => ({ value: Math.min(...(await measured(plan)).map((one) => one.longestBlock)) }),
  },
  {
    name: "memory of fetching history",
    about: "The largest resident set of the same download.",
    unit: "MB",
    target: 300,
    better: "lower",
    measure: async (plan) => ({ value: Math.max(...(await measured(plan)).map((one) => one.megabytes)) }),
  },
];

let known: FetchMeasured[] | undefined;

/** Measured once for all of these cases. */
async function measured({ rounds, note }: Plan): Promise<readonly FetchMeasured[]> {
  known ??= Array.from({ length: rounds }, () => {
    const one = JSON.parse(runNode([PROCESS]).output) as FetchMeasured;
    note(
      `${one.bars} bars in ${one.ms.toFixed(0)} ms, ${one.busy.toFixed(0)} of them work; ${one.longestBlock.toFixed(0)} ms at most, ${one.megabytes.toFixed(0)} MB`,
    );
    return one;
  });
  return known;
}
