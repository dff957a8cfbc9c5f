import { fileURLToPath } from "node:url";
import type { Case, Figure, Plan } from "./case.js";
import { median } from "./median.js";
import { runNode } from "./run-node.js";
import type { SummingFigures } from "./summing-process.js";

const PROCESS = fileURLToPath(new URL("./summing-process.js", import.meta.url));

/** What is done once a run, over all of it. Always five million minutes, whatever `--bars` says. */
export const SUMMING_CASES: readonly Case[] = [
  {
    name: "statistics of five million minutes and 400,000 trades",
    about: "The whole summary of a run with a benchmark, from the equity curve and the table of trades.",
    unit: "ms",
    target: 150,
    better: "lower",
    measure: (plan) => measure(plan, "statistics"),
  },
  {
    name: "sessions found in five million minutes",
    about: "For bars without a calendar: where each trading day begins and ends.",
    unit: "ms",
    target: 300,
    better: "lower",
    measure: (plan) => measure(plan, "sessions"),
  },
];

async function measure({ rounds, note }: Plan, figure: keyof SummingFigures): Promise<Figure> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const figures = JSON.parse(runNode([PROCESS]).output) as SummingFigures;
    values.push(figures[figure]);
    note(`${figures.statistics.toFixed(0)} ms for statistics, ${figures.sessions.toFixed(0)} ms for sessions`);
  }
  return { value: median(values) };
}
