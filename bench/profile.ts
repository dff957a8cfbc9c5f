import { mkdirSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { selfShares } from "./profile-summary.js";
import { projectRoot } from "./project-root.js";
import { openWorkload, WORKLOAD_NAMES, type WorkloadName } from "./workloads.js";

// `node dist/bench/profile.js <workload>`: where the time of one workload goes. It is made and warmed up as for the
// table; only the runs after that are sampled, so that neither the bars nor the compiler's beginnings are in it. What the
// compiler has inlined counts as its caller; `node --no-turbo-inlining` in front keeps them apart, at another speed.

const RUNS = 3;
const TOP = 25;

const { values, positionals } = parseArgs({
  options: {
    instruments: { type: "string", default: "1" },
    bars: { type: "string", default: "5000000" },
  },
  allowPositionals: true,
});
const name = WORKLOAD_NAMES.find((one) => one === positionals[0]);
if (name === undefined) {
  console.error(`node dist/bench/profile.js <${WORKLOAD_NAMES.join(" | ")}> [--instruments n] [--bars n]`);
  process.exitCode = 2;
} else {
  await profile(name, Number(values.instruments), Number(values.bars));
}

async function profile(name: WorkloadName, instruments: number, bars: number): Promise<void> {
  const workload = await openWorkload({ name, bars, instruments });
  workload.ready().go();
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  let ms = 0;
  const runs = Array.from({ length: RUNS }, () => workload.ready());
  await session.post("Profiler.start");
  for (const run of runs) {
    const begun = performance.now();
    run.go();
    ms += performance.now() - begun;
  }
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  const folder = join(projectRoot, "seatrial-out", "bench");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}-${instruments}.cpuprofile`);
  writeFileSync(file, JSON.stringify(profile));
  const rate = (workload.bars * RUNS) / ms / 1000;
  console.log(
    `${name}, ${instruments} instruments: ${rate.toFixed(1)} M bars/s while sampled; ${relative(process.cwd(), file)}`,
  );
  for (const { share, place } of selfShares(profile).slice(0, TOP)) console.log(`${percent(share)}  ${place}`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1).padStart(5)} %`;
}
