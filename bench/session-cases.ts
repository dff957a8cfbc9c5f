import { fileURLToPath } from "node:url";
import type { Case, Plan } from "./case.js";
import { median } from "./median.js";
import { runNode } from "./run-node.js";
import type { SessionFigures } from "./session-process.js";

const PROCESS = fileURLToPath(new URL("./session-process.js", import.meta.url));

/** How fast a session deals with what comes, and what it takes. */
export const SESSION_CASES: readonly Case[] = [
  {
    name: "quote to order, half of them, 1000 quotes a second",
    about:
      "A session on ten instruments: from the bytes of a quote to the bytes of the order that the strategy makes on it, through feed, engine, guards and journal. The journal's commit on the disk stands beside it.",
    unit: "ms",
    target: 0.3,
    better: "lower",
    measure: async (plan) => {
      const runs = await run(plan, 10);
      const commit = of(runs, "commit").toFixed(2);
      return { value: of(runs, "p50"), detail: `and ${commit} ms to commit; ${of(runs, "orders")} orders` };
    },
  },
  {
    name: "quote to order, 99 of 100, 1000 quotes a second",
    about: "The same, the slowest hundredth left out.",
    unit: "ms",
    target: 2,
    better: "lower",
    measure: async (plan) => {
      const runs = await run(plan, 10);
      return { value: of(runs, "p99"), detail: `${Math.round(of(runs, "perSecond"))} quotes/s` };
    },
  },
  {
    name: "memory of a session with ten instruments",
    about: "What the process holds: the connection, the engine, the journal and the market of the benchmark.",
    unit: "MB",
    target: 120,
    better: "lower",
    measure: async (plan) => ({ value: of(await run(plan, 10), "memory") }),
  },
  {
    name: "cores of a session, 5000 quotes a second",
    about: "Processor time of a session whose strategy is handed 5,000 quotes a second, and trades.",
    unit: "cores",
    target: 1,
    better: "lower",
    measure: async (plan) => {
      const runs = await run(plan, 50);
      return { value: of(runs, "cores"), detail: `${Math.round(of(runs, "perSecond"))} quotes/s` };
    },
  },
];

const measured = new Map<number, Promise<readonly SessionFigures[]>>();

/** Measured once for all cases of so many instruments. */
function run(plan: Plan, instruments: number): Promise<readonly SessionFigures[]> {
  let runs = measured.get(instruments);
  if (runs === undefined) {
    runs = measure(plan, instruments);
    measured.set(instruments, runs);
  }
  return runs;
}

async function measure({ rounds, note }: Plan, instruments: number): Promise<readonly SessionFigures[]> {
  const runs: SessionFigures[] = [];
  for (let round = 0; round < rounds; round++) {
    const { output } = runNode([PROCESS, "session", String(instruments)]);
    note(`session of ${instruments}: ${output}`);
    runs.push(JSON.parse(output) as SessionFigures);
  }
  return runs;
}

function of(runs: readonly SessionFigures[], figure: keyof SessionFigures): number {
  return median(runs.map((one) => one[figure]));
}
