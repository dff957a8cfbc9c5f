import { describe, expect, it } from "vitest";
import type { BarSeries, InstrumentSpec } from "../../index.js";
import { bars, type Row } from "../bars.js";
import { run, type Script, type Settings } from "../scripted.js";

const days = (which: string | InstrumentSpec, count: number): BarSeries =>
  bars(
    which,
    "1day",
    Array.from({ length: count }, (): Row => [1.1, 1.2, 1, 1.1]),
  );

async function told(data: readonly BarSeries[], script: Script, settings: Settings = {}): Promise<string[]> {
  const { caveats } = await run(data, script, settings);
  return caveats.filter(({ level, text }) => level === "warning" && /^The data of/.test(text)).map(({ text }) => text);
}

const holds: Script = { 0: (trader) => trader.buy("OLD", 10) };

describe("data of an instrument that ends well before the run", () => {
  it("is told of where it is still held", async () => {
    expect(await told([days("OLD", 94), days("SPY", 100)], holds)).toEqual([
      "The data of OLD ends on 2024-05-16, 6 sessions before the run: what is held of it stays valued at its last price.",
    ]);
  });

  it("is told of where it had orders that worked on", async () => {
    const script: Script = { 0: (trader) => trader.buy("OLD", 10, { limit: 0.5, tif: "GTC" }) };
    expect(await told([days("OLD", 20), days("SPY", 100)], script)).toEqual([
      "The data of OLD ends on 2024-02-02, 80 sessions before the run: 1 order for it worked on where nothing could fill.",
    ]);
  });

  it("is told of where something that was traded is converted by it", async () => {
    const pair = { symbol: "EURUSD", assetClass: "forex", exchange: "IDEALPRO" } as const;
    const sap = { symbol: "SAP", currency: "EUR" } as const;
    const data = [days(sap, 100), days(pair, 50)];
    expect(await told(data, { 0: (trader) => trader.buy("SAP", 1) })).toEqual([
      "The data of EURUSD ends on 2024-03-15, 50 sessions before the run: what is in EUR is converted at its last rate.",
    ]);
    expect(await told(data, {})).toEqual([]);
  });

  it("is told of by a tenth of a run where that is fewer sessions", async () => {
    expect(await told([days("OLD", 8), days("SPY", 10)], holds)).toHaveLength(1);
  });

  it("is not told of where it ends a little earlier, or where nothing hangs on it", async () => {
    expect(await told([days("OLD", 97), days("SPY", 100)], holds)).toEqual([]);
    expect(await told([days("OLD", 20), days("SPY", 100)], {})).toEqual([]);
    const sold: Script = {
      onBars: (trader, _bars, n) => {
        if (n === 0) trader.buy("OLD", 10);
        if (n === 1) trader.sell("OLD", 10);
      },
    };
    expect(await told([days("OLD", 20), days("SPY", 100)], sold)).toEqual([]);
  });
});
