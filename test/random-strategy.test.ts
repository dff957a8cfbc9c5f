import { describe, expect, it } from "vitest";
import { ticksFromBars } from "../core/market/bar-ticks.js";
import { Random } from "../core/random.js";
import { type BarSeries, backtest } from "../index.js";
import { gatewayData, TWO_STOCKS } from "./gateway/gateway-data.js";
import { deciding, drawDecisions } from "./random-strategy.js";
import { fillsOf, PLAIN } from "./scripted.js";

const SESSION = Date.UTC(2020, 0, 20, 14, 30);
const HOURS = 3 * 3_600_000;
const data = gatewayData(TWO_STOCKS);
const symbols = data.instruments.map(({ symbol }) => symbol);

async function fills(seed: number, on: "bars" | "quotes"): Promise<{ fills: string[]; done: string[] }> {
  const bounds = { symbols, windows: [{ at: 0, lasts: HOURS }], count: 40, mostUnits: 200, away: 0.003 };
  const decisions = drawDecisions(new Random(seed), bounds);
  const done: string[] = [];
  const strategy = deciding(decisions, SESSION, on, ({ does }) => done.push(does));
  const bars = data.series as readonly BarSeries[];
  const ticks = bars.map((one) => ticksFromBars(one, { every: 20_000, spread: 2 }));
  const window = { from: SESSION, to: SESSION + HOURS };
  const ticked = { quotes: ticks.map(({ quotes }) => quotes), trades: ticks.flatMap(({ trades }) => trades ?? []) };
  const result = await backtest({ ...PLAIN, ...window, strategy, data: bars, ...(on === "quotes" && ticked) });
  return { fills: fillsOf(result), done };
}

describe("a random strategy", () => {
  it("does all kinds of things, and gets fills of them, on bars and on quotes", async () => {
    const kinds = new Set<string>();
    let count = 0;
    for (let seed = 1; seed <= 12; seed++) {
      for (const on of ["bars", "quotes"] as const) {
        const { fills: made, done } = await fills(seed, on);
        for (const kind of done) kinds.add(kind);
        expect(done.length).toBeGreaterThan(30);
        count += made.length;
      }
    }
    const all = ["order", "bracket", "oco", "child", "target", "modify", "cancel", "cancel all", "close"];
    expect([...kinds].sort()).toEqual(all.sort());
    expect(count).toBeGreaterThan(200);
  });

  it("does the same from the same seed", async () => {
    expect(await fills(3, "bars")).toEqual(await fills(3, "bars"));
    expect((await fills(3, "bars")).fills).not.toEqual((await fills(4, "bars")).fills);
  });
});
