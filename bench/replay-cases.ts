import { alternate } from "./alternate.js";
import type { Case, Figure, Plan } from "./case.js";
import { median } from "./median.js";
import type { Pass } from "./workload-process.js";
import type { WorkloadChoice, WorkloadName } from "./workloads.js";

/** How fast bars go through the engine, as a share of a bare loop over the same bars on the same machine. */
export const REPLAY_CASES: readonly Case[] = [
  {
    name: "bare loop",
    about:
      "The machine's own measure: a loop that shows a bar's view to a strategy with two hand-written rolling averages.",
    unit: "M bars/s",
    better: "higher",
    measure: measureBareLoop,
  },
  shareCase({
    name: "replay into an empty strategy",
    about: "One instrument; onBar does nothing.",
    target: 0.75,
    workload: "empty-strategy",
  }),
  shareCase({
    name: "SMA 10/30 cross, trading both ways, one instrument",
    about: "Turns from long to short and back at every cross.",
    target: 0.25,
    workload: "sma-cross",
  }),
  shareCase({
    name: "SMA 10/30 cross, 10 instruments merged in time",
    about:
      "The same bars in all, split over 10 instruments; the order of the merge is computed before the clock starts.",
    target: 0.19,
    workload: "sma-cross",
    instruments: 10,
  }),
  shareCase({
    name: "SMA 10/30 cross, 100 instruments merged in time",
    about:
      "The same bars in all, split over 100 instruments; the order of the merge is computed before the clock starts.",
    target: 0.125,
    workload: "sma-cross",
    instruments: 100,
  }),
  shareCase({
    name: "12 indicators, brackets working all the time",
    about: "One instrument; every indicator is read at every bar, and a bracket is entered whenever none works.",
    target: 0.04,
    workload: "twelve-indicators",
  }),
];

interface ShareCase {
  readonly name: string;
  readonly about: string;
  readonly target: number;
  readonly workload: WorkloadName;
  readonly instruments?: number;
}

function shareCase({ name, about, target, workload, instruments = 1 }: ShareCase): Case {
  return {
    name,
    about,
    target,
    unit: "of the bare loop",
    better: "higher",
    measure: (plan) =>
      measureShare({ name: workload, bars: plan.bars, instruments }, plan, workload !== "empty-strategy"),
  };
}

async function measureBareLoop(plan: Plan): Promise<Figure> {
  const [passes] = await alternate([bareLoop(plan)], plan.rounds);
  return { value: rate(passes) };
}

/** The rate of a workload as a share of the bare loop beside it. */
export async function measureShare(choice: WorkloadChoice, plan: Plan, trades = true): Promise<Figure> {
  const [bare, passes] = await alternate([bareLoop(plan), choice], plan.rounds);
  if (trades) demandTrading(passes);
  const own = rate(passes);
  const beside = rate(bare);
  const { orders, fills } = passes[0];
  plan.note(`${orders} orders and ${fills} fills a run; M bars/s ${rates(passes)} beside ${rates(bare)}`);
  return { value: own / beside, detail: `${own.toFixed(1)} M bars/s beside ${beside.toFixed(1)}` };
}

function bareLoop({ bars }: Plan): WorkloadChoice {
  return { name: "bare-loop", bars, instruments: 1 };
}

/** Median of the passes' rates, in million bars a second. */
export function rate(passes: readonly Pass[]): number {
  return median(passes.map(({ bars, ms }) => bars / ms / 1000));
}

/** A fast run that did not trade measures the wrong thing. */
export function demandTrading(passes: readonly Pass[]): void {
  for (const { orders, fills, denials } of passes) {
    if (fills > 0 && denials === 0) continue;
    throw new Error(`The run is not the one meant: ${orders} orders, ${fills} fills, ${denials} denials.`);
  }
}

function rates(passes: readonly Pass[]): string {
  return passes.map(({ bars, ms }) => (bars / ms / 1000).toFixed(1)).join(" ");
}
