import { describe, expect, it } from "vitest";
import { type Decision, deciding } from "../random-strategy.js";
import { inBacktest, inOneProcess, type OneRun } from "./one-run.js";
import { marketOf } from "./wanted-market.js";

// Decisions that a backtest and a session once answered differently, made as short as they go.

const SOURCE = "synthetic:symbols=2,bars=1560,bar=1min,start=2020-01-06,seed=11";
const START = marketOf({ source: SOURCE, end: Infinity }).sessions[0].open[1] + 30 * 60_000;
const DATA = marketOf({ source: SOURCE, end: START + 24 * 60_000 });

const STORIES: readonly { readonly name: string; readonly decisions: readonly Decision[] }[] = [
  {
    name: "the quantity of a bracket's trailing stop is changed",
    decisions: [
      {
        at: 290_418,
        symbol: "SYN2",
        does: "bracket",
        side: "sell",
        quantity: 76,
        entry: "stop",
        away: 0.00052,
        loss: 0.001992,
        profit: 0.001022,
        trails: true,
      },
      { at: 1_166_885, symbol: "SYN2", does: "modify", which: 0, quantity: 73, away: 0.000238 },
    ],
  },
  {
    name: "a closing order fills in part, and another order of its side after it",
    decisions: [
      {
        at: 347_086,
        symbol: "SYN2",
        does: "bracket",
        side: "buy",
        quantity: 170,
        entry: "market",
        away: 0.001743,
        loss: 0.002252,
        profit: 0.001442,
        trails: false,
      },
      { at: 560_919, symbol: "SYN2", does: "close" },
      {
        at: 571_556,
        symbol: "SYN2",
        does: "order",
        side: "sell",
        quantity: 43,
        type: "limit",
        away: 0.00024,
        tif: "GTC",
        lasts: 860_681,
      },
    ],
  },
];

describe("a backtest and a session through a gateway", () => {
  it.each(STORIES)("have the same fills where $name", async ({ decisions }) => {
    const run = (): OneRun => ({ strategy: deciding([...decisions], START, "bars"), data: DATA, from: START });
    const { fills } = await inBacktest(run());
    expect(fills.length).toBeGreaterThan(0);
    expect((await inOneProcess(run())).fills).toEqual(fills);
  });
});
