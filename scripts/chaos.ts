// Plays random strategies and random misfortunes to a live session, and holds its journal against the broker's books:
// `npm run chaos -- --runs 1000 --seed 1` through real sockets, with the journal on a disk; with `--virtual` on a virtual
// net, where a seed repeats a run to the last byte; with `--dense` the broker is late in every story, with far more
// orders; with `--operators` people trade by hand in the account and make orders there, of which an operator tells the
// session. It ends with 3 where something did not hold.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Outcome } from "../test/chaos/play-story.js";
import { runStories } from "../test/chaos/run-stories.js";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
    virtual: { type: "boolean", default: false },
    dense: { type: "boolean", default: false },
    operators: { type: "boolean", default: false },
  },
});
const [runs, seed, jobs] = [values.runs, values.seed, values.jobs].map(Number);
if (![runs, seed, jobs].every((count) => Number.isSafeInteger(count) && count > 0)) {
  console.error("--runs, --seed and --jobs take whole numbers above 0.");
  process.exit(2);
}
if (values.dense && values.operators) {
  console.error("Stories are either --dense or with --operators.");
  process.exit(2);
}
const form = values.virtual ? "virtual" : "sockets";
process.exitCode = jobs > 1 ? await share() : await play();

/** Plays them here. @returns the exit code */
async function play(): Promise<number> {
  const began = process.cpuUsage();
  const density = values.dense ? "dense" : values.operators ? "operated" : "usual";
  const tell = (one: number, { violations }: Outcome): void => {
    if (violations.length > 0) console.log(`seed ${one}: ${violations[0]}`);
  };
  const { counts, violations } = await runStories(form, seed, runs, tell, density);
  for (const { told } of violations) console.log(`\nThe shortest story:\n${told.join("\n")}`);
  const { user, system } = process.cpuUsage(began);
  const each = ((user + system) / 1_000 / counts.runs).toFixed(0);
  const { orders, executions, lives, faults } = counts;
  console.log(
    `${counts.runs} runs ${form === "virtual" ? "on virtual time" : "through sockets"} from seed ${seed}, ${each} ms of CPU each: ${orders} orders, ${executions} executions, ${faults} faults, ${lives - counts.runs} restarts; ${violations.length} violations.`,
  );
  return violations.length === 0 ? 0 : 3;
}

/** Shares them among processes. */
async function share(): Promise<number> {
  const jiti = join(dirname(createRequire(import.meta.url).resolve("jiti/package.json")), "lib", "jiti-cli.mjs");
  const size = Math.ceil(runs / jobs);
  const parts = Array.from({ length: jobs }, (_, i) => ({
    from: seed + i * size,
    count: Math.min(size, runs - i * size),
  })).filter(({ count }) => count > 0);
  const codes = await Promise.all(
    parts.map(({ from, count }) => {
      const args = ["--runs", String(count), "--seed", String(from), "--jobs", "1"];
      if (values.virtual) args.push("--virtual");
      if (values.dense) args.push("--dense");
      if (values.operators) args.push("--operators");
      const child = spawn(process.execPath, [jiti, fileURLToPath(import.meta.url), ...args], { stdio: "inherit" });
      return new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? 1)));
    }),
  );
  return Math.max(...codes);
}
