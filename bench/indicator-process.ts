import { syntheticBars } from "../data/synthetic/synthetic-bars.js";
import { workload } from "./bare-loop.js";
import { IndicatorRun } from "./indicator-run.js";
import { median } from "./median.js";
import { TWELVE } from "./twelve.js";
import type { Run } from "./workload.js";

// Runs each indicator alone over the same bars, again and again, and the bare loop before each, so that what else the
// machine does meets both alike. Its answer is the time of one bar, as so many of the bare loop's, by indicator.

const PASSES = 7;

const bars = Number(process.argv[2]);
const [series] = syntheticBars({ bars });
const bare = workload(bars);
const shares: Record<string, { share: number; rate: number }> = {};

for (const [name, make] of Object.entries(TWELVE)) {
  const own: number[] = [];
  const beside: number[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    beside.push(timed(bare.ready()));
    own.push(timed(new IndicatorRun(series, [make()])));
  }
  // The first of each warms the compiler up.
  const ms = median(own.slice(1));
  shares[name] = { share: median(beside.slice(1)) / ms, rate: bars / ms / 1000 };
}
process.stdout.write(JSON.stringify(shares));

function timed(run: Run): number {
  const begun = performance.now();
  run.go();
  return performance.now() - begun;
}
