import { describe, expect, it } from "vitest";
import type { InstrumentSpec } from "../../index.js";
import { flat } from "../bars.js";
import { run, type Settings } from "../scripted.js";

/** What a run on these instruments takes for granted. */
async function assumed(which: readonly (string | InstrumentSpec)[], settings: Settings): Promise<readonly string[]> {
  const data = which.map((one) => flat(one, "1day", 100, 3));
  return (await run(data, {}, settings)).assumptions;
}

describe("slippage by the tick", () => {
  const coin = { symbol: "BTC", tickSize: 0 };
  const about = async (which: readonly (string | InstrumentSpec)[], slippage = "ticks:1"): Promise<string[]> =>
    (await assumed(which, { slippage })).filter((text) => text.startsWith("Fills are"));

  it("is said to be none for instruments that have no tick", async () => {
    expect(await about([coin])).toEqual([
      "Fills are at the price of the bar or quote, without slippage: BTC has no tick (tickSize 0).",
    ]);
    expect(await about([coin, { symbol: "ETH", tickSize: 0 }])).toEqual([
      "Fills are at the price of the bar or quote, without slippage: BTC, ETH have no tick (tickSize 0).",
    ]);
    expect(await about([coin, "SPY"], "ticks:2")).toEqual([
      "Fills are 2 ticks worse than the price of the bar or quote, but for those without slippage: BTC has no tick (tickSize 0).",
    ]);
  });

  it("is said as it is where all have ticks, or where it is of another kind", async () => {
    expect(await about(["SPY"])).toEqual(["Fills are 1 tick worse than the price of the bar or quote."]);
    expect(await about([coin], "bps:2")).toEqual([
      "Fills are 2 basis points worse than the price of the bar or quote.",
    ]);
    expect(await about([coin], "none")).toEqual(["Fills are at the price of the bar or quote, without slippage."]);
  });
});
