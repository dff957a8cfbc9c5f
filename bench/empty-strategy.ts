import type { Bar } from "../core/market/bar.js";
import { Strategy } from "../core/strategy.js";
import { engineWorkload } from "./engine-workload.js";
import type { Workload } from "./workload.js";

/** Is shown every bar and does nothing with it. */
class Empty extends Strategy {
  override onBar(_bar: Bar): void {}
}

export function workload(bars: number): Workload {
  return engineWorkload(Empty, bars);
}
