import { fileURLToPath } from "node:url";
import type { Case, Figure, Plan } from "./case.js";
import { median } from "./median.js";
import { measureShare } from "./replay-cases.js";
import { runNode } from "./run-node.js";

const PROCESS = fileURLToPath(new URL("./indicator-process.js", import.meta.url));

/** Bars that an indicator by itself runs over: enough to be timed well. */
const BARS = 500_000;

/** How fast indicators are computed and read, without orders and an engine. */
export const INDICATOR_CASES: readonly Case[] = [
  {
    name: "twelve indicators alone",
    about: "Those of the strategy with twelve indicators, each read at every bar; no engine and no orders.",
    unit: "of the bare loop",
    target: 0.05,
    better: "higher",
    measure: (plan) => measureShare({ name: "twelve-alone", bars: plan.bars, instruments: 1 }, plan, false),
  },
  ...Object.entries({
    "SMA(20)": 0.6,
    "EMA(20)": 0.7,
    "RSI(14)": 0.55,
    "MACD(12, 26, 9)": 0.6,
    "Bollinger(20, 2)": 0.3,
    "ATR(14)": 0.4,
    "ADX(14)": 0.3,
    "Stochastic(14, 3, 3)": 0.18,
    "Donchian(20)": 0.28,
    "StDev(20)": 0.3,
    "CCI(20)": 0.2,
    OBV: 0.65,
  }).map(([name, target]) => oneIndicator(name, target)),
];

function oneIndicator(name: string, target: number): Case {
  return {
    name: `${name}, one indicator alone`,
    about: "Computed and read at every bar; no engine and no orders.",
    unit: "of the bare loop",
    target,
    better: "higher",
    measure: async (plan) => figureOf(await measured(plan), name),
  };
}

type Shares = Readonly<Record<string, { readonly share: number; readonly rate: number }>>;

/** One process measures all of them, so what it found for one case serves the others. */
const known = new WeakMap<Plan, Promise<readonly Shares[]>>();

function measured(plan: Plan): Promise<readonly Shares[]> {
  const rounds = known.get(plan) ?? measureRounds(plan);
  known.set(plan, rounds);
  return rounds;
}

async function measureRounds({ bars, rounds }: Plan): Promise<readonly Shares[]> {
  const size = String(Math.min(bars, BARS));
  return Array.from({ length: rounds }, () => JSON.parse(runNode([PROCESS, size]).output) as Shares);
}

function figureOf(rounds: readonly Shares[], name: string): Figure {
  const rate = median(rounds.map((shares) => shares[name].rate));
  return { value: median(rounds.map((shares) => shares[name].share)), detail: `${rate.toFixed(0)} M values/s` };
}
