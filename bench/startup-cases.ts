import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case, Figure, Plan } from "./case.js";
import { median } from "./median.js";
import { runNode } from "./run-node.js";

/** Starts a round: a start is quick, and single ones scatter. */
const STARTS = 3;

/** What somebody at a prompt waits for, beyond what Node itself takes to start. */
export const STARTUP_CASES: readonly Case[] = [
  {
    name: "seatrial --help",
    about: "Wall time of the process, less that of `node -e 0`.",
    unit: "ms over bare node",
    target: 100,
    better: "lower",
    measure: (plan) => measureStart(["bin/seatrial.js", "--help"], plan),
  },
  {
    name: "demo backtest with report, second run",
    about: "The SMA cross over the bundled sample, evidence and report written, after a first run; less `node -e 0`.",
    unit: "ms over bare node",
    target: 400,
    better: "lower",
    measure: measureDemo,
  },
];

async function measureStart(args: readonly string[], { rounds, note }: Plan): Promise<Figure> {
  const whole: number[] = [];
  const bare: number[] = [];
  // The first fills the caches of the disk, and those that a tool keeps of what it has compiled.
  runNode(args);
  for (let start = 0; start < rounds * STARTS; start++) {
    bare.push(runNode(["-e", "0"]).ms);
    whole.push(runNode(args).ms);
  }
  note(`ms: ${whole.map((ms) => ms.toFixed(0)).join(" ")}; bare node ${bare.map((ms) => ms.toFixed(0)).join(" ")}`);
  const detail = `${median(whole).toFixed(0)} ms beside ${median(bare).toFixed(0)}`;
  return { value: median(whole) - median(bare), detail };
}

async function measureDemo(plan: Plan): Promise<Figure> {
  const out = mkdtempSync(join(tmpdir(), "seatrial-bench-"));
  try {
    const demo = ["backtest", "strategies/sma-cross.ts", "--data", "sample", "--out", out];
    return await measureStart(["bin/seatrial.js", ...demo], plan);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
