import { availableParallelism } from "node:os";
import { parseArguments, USAGE } from "./arguments.js";
import type { Case, Plan, Row } from "./case.js";
import { CASES } from "./cases.js";
import { formatJson, formatList, formatTable } from "./table.js";

// `npm run bench`: measures the cases one after the other and prints them. It ends with 0 when it could measure what it
// was asked for, targets met or not; with 2 on wrong usage.

try {
  const asked = parseArguments(process.argv.slice(2), CASES);
  if (asked.help) print(USAGE);
  else if (asked.list) print(formatList(asked.cases));
  else await bench(asked);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 2;
}

async function bench({ cases, rounds, bars, json, verbose }: ReturnType<typeof parseArguments>): Promise<void> {
  const plan: Plan = { bars, rounds, note: verbose ? (line) => console.error(`    ${line}`) : () => {} };
  const rows: Row[] = [];
  for (const one of cases) {
    if (!json || verbose) console.error(`${rows.length + 1}/${cases.length} ${one.name} ...`);
    const row = await measure(one, plan);
    if (json && row.value === undefined) console.error(`${one.name}: ${row.detail}`);
    rows.push(row);
  }
  if (json) return print(formatJson(rows));
  const figures = [`Node ${process.version}`, `${availableParallelism()} cores`, `${bars.toLocaleString("en")} bars`];
  print(`${figures.join(", ")}, medians of ${rounds} rounds\n${formatTable(rows)}`);
}

async function measure(one: Case, plan: Plan): Promise<Row> {
  try {
    const { value, detail = "" } = await one.measure(plan);
    return { case: one, value, detail };
  } catch (error) {
    return { case: one, value: undefined, detail: messageOf(error) };
  }
}

function print(text: string): void {
  process.stdout.write(`${text.trimEnd()}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
