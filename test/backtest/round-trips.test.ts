import { describe, expect, it } from "vitest";
import { bars, type Row } from "../bars.js";
import { run, type Trader } from "../scripted.js";

const ROW: Row = [100, 101, 99, 100, 100];

describe("a round trip", () => {
  it("closed in parts, with other instruments traded at each of them, is one trade", async () => {
    const rows: Row[] = [[100, 101, 99, 100, 1_000], [100, 101, 99, 100, 1_000], ROW, ROW, ROW, ROW];
    const script = {
      onBars(trader: Trader, _bars: unknown, n: number): void {
        if (n === 0) trader.buy("A", 200);
        if (n === 1) trader.sell("A", 200, { tif: "GTC" });
        if (n >= 1) trader.target("Z", n % 2);
      },
    };
    const { trades } = await run([bars("Z", "1day", rows), bars("A", "1day", rows)], script, { volumeLimit: 1 });
    const own = [...trades.quantity.subarray(0, trades.length)].filter((_, t) => trades.instrument[t] === 1);
    expect(own).toEqual([200]);
    expect(trades.length).toBeGreaterThan(2);
  });

  it("that came to nothing is neither won nor lost, whatever doubles make of it", async () => {
    const rows: Row[] = [
      [2.94, 2.94, 2.94, 2.94],
      [2.94, 2.94, 2.93, 2.93],
      [2.93, 2.93, 2.93, 2.93],
    ];
    const script = {
      0: (trader: Trader) => trader.sell("A", 438),
      1: (trader: Trader) => trader.closePosition("A"),
    };
    const result = await run(bars("A", "1day", rows), script, { fees: "per-share:0.005,min=1,cap=0.01" });
    expect([...result.trades.profit.subarray(0, result.trades.length)]).toEqual([0]);
  });
});
