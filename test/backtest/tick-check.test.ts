import { describe, expect, it } from "vitest";
import { type BacktestOptions, type Bar, backtest, Instrument, type InstrumentSpec, Strategy } from "../../index.js";
import { bars, type Row } from "../bars.js";

class Holds extends Strategy {
  override onBar(bar: Bar): void {
    if (this.position(bar.instrument).isFlat) this.buy(bar.instrument, 1);
  }
}

/** Prices that wander around `price` in these steps. */
function walk(spec: InstrumentSpec, price: number, step: number, rows = 300): BacktestOptions["data"] {
  const at = (steps: number): number => Math.round((price + steps * step) * 1e6) / 1e6;
  const made = Array.from({ length: rows }, (_, i): Row => {
    const close = (i * 7) % 11;
    return [at(close), at(close + 2), at(close - 1), at(close + 1)];
  });
  return [bars(spec, "1day", made)];
}

async function warnings(
  data: BacktestOptions["data"],
  strategy: BacktestOptions["strategy"] = Holds,
): Promise<string[]> {
  const { caveats } = await backtest({ strategy, data, cash: 10_000_000, margin: "unlimited", fees: "none" });
  return caveats.filter(({ level, text }) => level === "warning" && /tick/.test(text)).map(({ text }) => text);
}

describe("a tick that does not fit the prices", () => {
  it("is refused where it is larger than they are", async () => {
    const run = backtest({ strategy: Holds, data: walk({ symbol: "ABC", tickSize: 25 }, 10, 0.01) });
    await expect(run).rejects.toThrow(
      "A tick of ABC is 25, and its prices are around 10.06. Say the step of its prices in the configuration",
    );
  });

  it("is warned of where it is a large share of them, as in prices adjusted for many splits", async () => {
    expect(await warnings(walk({ symbol: "ABC" }, 0.2, 0.0001))).toEqual([
      "A tick of ABC is taken to be 0.01, which is 5 % of its median price: a tick of slippage weighs as much, and limits are rounded to it. Another tick is said with tickSize.",
    ]);
  });

  it("is warned of where prices move in larger steps, so that slippage would be too small", async () => {
    const future = { symbol: "ESH4", assetClass: "future", multiplier: 50, future: { expiry: "2026-03-15" } } as const;
    expect(await warnings(walk({ ...future, tickSize: 0.01 }, 5000, 0.25))).toEqual([
      "Prices of ESH4 move in steps of 0.25, and its tick is taken to be 0.01: if the step is its tick, slippage by the tick is too small. Say so with tickSize.",
    ]);
    expect(await warnings(walk({ symbol: "USD.JPY", assetClass: "forex" }, 150, 0.005))).toEqual([
      expect.stringContaining("move in steps of 0.005, and its tick is taken to be 0.00005"),
    ]);
  });

  it("is not spoken of where it fits, where there are few bars, or where nothing was ordered", async () => {
    expect(await warnings(walk({ symbol: "ABC" }, 100, 0.01))).toEqual([]);
    expect(await warnings(walk({ symbol: "ABC" }, 100, 0.0001))).toEqual([]);
    expect(await warnings(walk({ symbol: "ABC", tickSize: 0 }, 100, 5))).toEqual([]);
    expect(await warnings(walk({ symbol: "ABC" }, 100, 5, 50))).toEqual([]);
    expect(await warnings(walk({ symbol: "ABC" }, 100, 5), class extends Strategy {})).toEqual([]);
    for (const data of ["sample", "synthetic:seed=7,bars=3000,bar=1day"]) expect(await warnings(data)).toEqual([]);
  });

  it("has to be said of a future", () => {
    expect(() => new Instrument({ symbol: "ESH4", assetClass: "future", multiplier: 50 })).toThrow(
      "The instrument ESH4 has tickSize=none. A future needs one, such as 0.25; 0 is any price.",
    );
  });
});
