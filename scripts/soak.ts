// Has two sessions in a process of their own trade for days on end, and measures what they cost:
// `npm run soak -- --days 10 --seed 1`. It ends with 3 where something did not hold.

import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { bundleProgram } from "../test/bundle-program.js";
import { checkSoak, heapPerOrder } from "../test/soak/check-soak.js";
import type { DayFigures } from "../test/soak/day-figures.js";
import { soak } from "../test/soak/soak.js";

const { values } = parseArgs({
  options: {
    days: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    every: { type: "string", default: "5" },
  },
});
const [days, seed, every] = [values.days, values.seed, values.every].map(Number);
if (![days, seed, every].every((count) => Number.isSafeInteger(count) && count > 0)) {
  console.error("--days, --seed and --every take whole numbers above 0.");
  process.exit(2);
}
// Heap and buffers are measured behind a collection of garbage; where two figures stand together they are of the two sessions.
const HEADS = [
  "date",
  "orders",
  "fills",
  "denied",
  "heap MB",
  "buffers MB",
  "rss MB",
  "handles",
  "journal",
  "archive",
  "logs",
];
const WIDTHS = [8, 9, 9, 9, 8, 10, 7, 40, 17, 17, 14];
console.log(HEADS.map((head, i) => head.padStart(WIDTHS[i])).join(" "));

/** A line of a day; of both sessions where two figures stand together. */
function lineOf({ date, sessions, heap, buffers, rss, handles }: DayFigures): string {
  const both = (figure: (one: DayFigures["sessions"][number]) => unknown): string => sessions.map(figure).join("+");
  const kb = (bytes: number): string => `${Math.round(bytes / 1024)}k`;
  const mb = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);
  const kinds = Object.entries(handles).map(([kind, count]) => `${kind} ${count}`);
  const cells = [
    String(date),
    both(({ orders }) => orders),
    both(({ fills }) => fills),
    both(({ denied }) => denied),
    mb(heap),
    mb(buffers),
    mb(rss),
    kinds.join(", "),
    both(({ journal }) => kb(journal)),
    both(({ archive }) => kb(archive)),
    both(({ log, logs }) => `${kb(log)}/${logs}`),
  ];
  return cells.map((cell, i) => cell.padStart(WIDTHS[i])).join(" ");
}

const program = await bundleProgram("test/soak/soak-process.ts");
try {
  const done = await soak({ program, days, seed, every: every * 1_000 }, (day) => console.log(lineOf(day)));
  const failures = checkSoak(done);
  for (const failure of failures) console.log(failure);
  const growth = (of: "rss" | "heap"): string => {
    return `${(100 * (done.days[days - 1][of] / done.days[0][of] - 1)).toFixed(1)} %`;
  };
  const perOrder = heapPerOrder(done.days);
  const each = perOrder === perOrder ? ` (${(perOrder / 1024).toFixed(1)} KB an order once it is warm)` : "";
  console.log(
    `${days} days from seed ${seed}, ${done.resets} restarts of the gateway: memory ${growth("rss")} above the first day's, of which objects ${growth("heap")}${each}; ${failures.length} failures.`,
  );
  process.exitCode = failures.length === 0 ? 0 : 3;
} finally {
  rmSync(dirname(program), { recursive: true, force: true });
}
