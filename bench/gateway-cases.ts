import { fileURLToPath } from "node:url";
import type { Case, Figure, Plan } from "./case.js";
import type { LongAnswer, TickLatencies } from "./gateway-process.js";
import { median } from "./median.js";
import { runNode } from "./run-node.js";

const PROCESS = fileURLToPath(new URL("./gateway-process.js", import.meta.url));

/** How fast what comes over a socket reaches those who asked for it. */
export const GATEWAY_CASES: readonly Case[] = [
  {
    name: "p99 latency from the gateway, 5000 ticks a second",
    about:
      "The simulated gateway quotes 50 instruments 100 times a second each: how long a price takes from when it is sent in one process to when its handler is called in another, over the connection to TWS and its client library. No strategy stands behind the handler.",
    unit: "ms",
    target: 2,
    better: "lower",
    measure: async (plan) => {
      const runs = await ticks(plan);
      const rate = Math.round(median(runs.map(({ perSecond }) => perSecond)));
      const figures = `p50 ${of(runs, "p50").toFixed(2)}, most ${of(runs, "most").toFixed(1)}`;
      return { value: of(runs, "p99"), detail: `${figures}, ${rate} prices/s` };
    },
  },
  {
    name: "cores that receiving 5000 ticks a second takes",
    about: "Processor time of the receiving process of that case; that of the gateway stands beside it.",
    unit: "cores",
    target: 0.5,
    better: "lower",
    measure: async (plan) => {
      const runs = await ticks(plan);
      return { value: of(runs, "receiver"), detail: `gateway ${of(runs, "gateway").toFixed(2)}` };
    },
  },
  {
    name: "98000 bars decoded in one answer",
    about:
      "A year of minutes: from when the gateway sends them to when they are there as columns. Every round is a process, of whose passes the median counts.",
    unit: "ms",
    target: 1500,
    better: "lower",
    measure: longAnswer,
  },
];

let measured: Promise<readonly TickLatencies[]> | undefined;

/** Measured once for both of its cases. */
function ticks(plan: Plan): Promise<readonly TickLatencies[]> {
  measured ??= measureTicks(plan);
  return measured;
}

async function measureTicks({ rounds, note }: Plan): Promise<readonly TickLatencies[]> {
  const runs: TickLatencies[] = [];
  for (let round = 0; round < rounds; round++) {
    const { output } = runNode([PROCESS, "ticks"]);
    note(`ticks: ${output}`);
    runs.push(JSON.parse(output) as TickLatencies);
  }
  return runs;
}

function of(runs: readonly TickLatencies[], figure: keyof TickLatencies): number {
  return median(runs.map((run) => run[figure]));
}

async function longAnswer({ rounds, note }: Plan): Promise<Figure> {
  const medians: number[] = [];
  let bars = 0;
  for (let round = 0; round < rounds; round++) {
    const answer = JSON.parse(runNode([PROCESS, "bars"]).output) as LongAnswer;
    bars = answer.bars;
    medians.push(median(answer.ms));
    note(`${bars} bars: ms ${answer.ms.map((one) => one.toFixed(0)).join(" ")}`);
  }
  const value = median(medians);
  return { value, detail: `${Math.round(bars / value)}k bars/s` };
}
