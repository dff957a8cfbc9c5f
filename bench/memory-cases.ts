import { fileURLToPath } from "node:url";
import type { Case, Figure, Plan } from "./case.js";
import { median } from "./median.js";
import { runNode } from "./run-node.js";

const PROCESS = fileURLToPath(new URL("./memory-process.js", import.meta.url));

/** What a run takes of the machine beside time. */
export const MEMORY_CASES: readonly Case[] = [
  {
    name: "peak memory, one instrument",
    about:
      "Largest resident set of a process that makes the bars and runs one whole backtest of the SMA cross over them.",
    unit: "MB",
    target: 600,
    better: "lower",
    measure: measureMemory,
  },
];

async function measureMemory({ bars, rounds, note }: Plan): Promise<Figure> {
  const peaks: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const answer = JSON.parse(runNode([PROCESS, String(bars)]).output) as { bytes: number; trades: number };
    peaks.push(answer.bytes / 1e6);
    note(`${peaks[round].toFixed(0)} MB with ${answer.trades} trades`);
  }
  return { value: median(peaks) };
}
