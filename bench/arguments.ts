import { parseArgs } from "node:util";
import type { Case } from "./case.js";
import { pick } from "./cases.js";

export const USAGE = `npm run bench -- [options]

  --only <words>  measure only the cases with these words in their name; several choices with commas between
  --list          print the cases with what each measures, and measure nothing
  --json          print one JSON array of {case, value, unit, target, better, holds}
  --runs <n>      rounds of measurement, each in new processes; the table shows medians (default 5)
  --bars <n>      bars of one run (default 5000000; the targets are meant for that many)
  --verbose       also print, on stderr, what every case measured and traded
`;

export interface BenchArguments {
  readonly cases: readonly Case[];
  readonly json: boolean;
  readonly list: boolean;
  readonly help: boolean;
  readonly verbose: boolean;
  readonly rounds: number;
  readonly bars: number;
}

/** @throws Error with a sentence for the user. */
export function parseArguments(args: readonly string[], all: readonly Case[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      list: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      runs: { type: "string", default: "5" },
      bars: { type: "string", default: "5000000" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const cases = values.only === undefined ? all : pick(all, values.only);
  if (cases.length === 0) throw new Error(`No case has the words "${values.only}". \`--list\` shows them all.`);
  return {
    cases,
    json: values.json,
    list: values.list,
    help: values.help,
    verbose: values.verbose,
    rounds: wholeNumber("--runs", values.runs, 1),
    // Fewer would not fill the slow average of a hundred instruments.
    bars: wholeNumber("--bars", values.bars, 10_000),
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text.replaceAll("_", ""));
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`${name} ${text}: it is a whole number of at least ${least}.`);
}
