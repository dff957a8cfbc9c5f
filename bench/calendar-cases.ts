import { fileURLToPath } from "node:url";
import type { CalendarFigures } from "./calendar-process.js";
import type { Case, Figure, Plan } from "./case.js";
import { median } from "./median.js";
import { runNode } from "./run-node.js";

const PROCESS = fileURLToPath(new URL("./calendar-process.js", import.meta.url));

/** What a question to the calendar costs, and the table that answers it. Each round is a process of its own. */
export const CALENDAR_CASES: readonly Case[] = [
  {
    name: "calendar question, in order of time",
    about:
      "Is New York open, and when does it close? Asked of every minute of ten years, nights and weekends included.",
    unit: "ns",
    target: 30,
    better: "lower",
    measure: (plan) => measure(plan, "inOrder"),
  },
  {
    name: "calendar question, at random",
    about: "The same two questions at random instants of the ten years.",
    unit: "ns",
    target: 1000,
    better: "lower",
    measure: (plan) => measure(plan, "atRandom"),
  },
  {
    name: "sessions of ten years, first in a process",
    about: "The table of New York's sessions, with the rules applied and the time zone's changes found.",
    unit: "ms",
    target: 200,
    better: "lower",
    measure: (plan) => measure(plan, "build"),
  },
];

async function measure({ rounds, note }: Plan, figure: keyof CalendarFigures): Promise<Figure> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const figures = JSON.parse(runNode([PROCESS]).output) as CalendarFigures;
    values.push(figures[figure]);
    note(`${figures.inOrder.toFixed(1)} ns in order, ${figures.atRandom.toFixed(0)} ns at random`);
  }
  return { value: median(values) };
}
