import { syntheticBars } from "../data/synthetic/synthetic-bars.js";
import { IndicatorRun } from "./indicator-run.js";
import { TWELVE } from "./twelve.js";
import type { Workload } from "./workload.js";

export function workload(bars: number): Workload {
  const [series] = syntheticBars({ bars });
  const specs = Object.values(TWELVE);
  return {
    bars,
    ready: () =>
      new IndicatorRun(
        series,
        specs.map((make) => make()),
      ),
  };
}
