import { describe, expect, it } from "vitest";
import { bars, flat, instrument } from "../bars.js";
import { fillsOf, run, type Script, type Settings } from "../scripted.js";

const BUY: Script = { 0: (trader) => trader.buy("ESH4", 1) };
const spec = { symbol: "ESH4", tickSize: 0.01 };

describe("bars that are handed to backtest()", () => {
  it("are of the instrument that the settings say, which go before what came with them", async () => {
    const data = bars(instrument(spec), "1day", [
      [100, 101, 99, 100, 1000],
      [100, 111, 99, 110, 1000],
    ]);
    const profit = async (instruments: NonNullable<Settings["instruments"]>): Promise<number | undefined> =>
      (await run(data, BUY, { instruments, cash: 100_000 })).statistics.netProfit;
    expect(await profit({})).toBe(10);
    expect(await profit({ ESH4: { multiplier: 50 } })).toBe(500);
    expect(await profit([{ symbol: "ESH4", multiplier: 5 }])).toBe(50);
    const slipped = await run(data, BUY, { instruments: { ESH4: { tickSize: 0.25 } }, slippage: "ticks:1" });
    expect(fillsOf(slipped)).toEqual(["bar 1 open: buy 1 at 100.25"]);
  });

  it("may have the prices that the settings allow", async () => {
    const data = bars(instrument(spec), "1day", [
      [1, 1, -2, -1, 1000],
      [-1, 1, -2, -1, 1000],
    ]);
    await expect(run(data, {})).rejects.toMatchObject({ code: "BAR_PRICE_INVALID" });
    await expect(run(data, {}, { instruments: { ESH4: { negativePrices: true } } })).resolves.toBeDefined();
  });

  it("are refused where two are of one instrument and size", async () => {
    const twice = [flat("SPY", "1day", 100, 3), flat("IBM", "1day", 100, 3), flat("SPY", "1day", 101, 3)];
    await expect(run(twice, {})).rejects.toThrow(
      "SPY 1day comes from two sources, data[0] and data[2]. Name one of them.",
    );
  });
});
