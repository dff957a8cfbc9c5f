import { describe, expect, it } from "vitest";
import { type BarSeries, Instrument } from "../../index.js";
import { bars, type Row } from "../bars.js";
import { run, type Script, type Settings } from "../scripted.js";

/** Five bars of the same prices, with these volumes. */
function withVolumes(...volumes: number[]): BarSeries {
  return bars(
    "SPY",
    "1day",
    volumes.map((volume): Row => [100, 101, 99, 100, volume]),
  );
}

async function told(data: BarSeries, script: Script, settings: Settings = {}): Promise<string[]> {
  const { caveats } = await run(data, script, settings);
  return caveats.filter(({ level, text }) => level === "warning" && /volume/.test(text)).map(({ text }) => text);
}

const buys = (units: number): Script => ({ 0: (trader) => trader.buy("SPY", units) });

describe("fills that are large beside the volume of their bar", () => {
  it("are told with how many there are and the largest share", async () => {
    const script: Script = {
      0: (trader) => trader.buy("SPY", 10),
      1: (trader) => trader.buy("SPY", 5000),
      2: (trader) => trader.buy("SPY", 300),
    };
    expect(await told(withVolumes(1000, 1000, 1000, 1000), script)).toEqual([
      "2 of 3 fills took more than 10 % of a bar's volume, as much as 500 % for SPY on 2024-01-10: the market would not have given so much at that price; --volume-limit caps it.",
    ]);
  });

  it("are counted together where they share a bar", async () => {
    const script: Script = { 0: (trader) => [60, 60].map((units) => trader.buy("SPY", units)) };
    expect((await told(withVolumes(1000, 1000), script))[0]).toMatch(/^2 of 2 fills .* as much as 12 % for SPY/);
  });

  it("are not told of up to a tenth of the volume, or to the limit that was asked for", async () => {
    expect(await told(withVolumes(1000, 1000), buys(100))).toEqual([]);
    expect(await told(withVolumes(1000, 1000, 1000), buys(400), { volumeLimit: 0.25 })).toEqual([]);
  });

  it("are not told of for what doubles make of the share that the limit allows", async () => {
    const coin = new Instrument({ symbol: "COIN", quantityStep: 0.001 });
    const data = bars(
      coin,
      "1day",
      Array.from({ length: 300 }, (_, i): Row => [100, 101, 99, 100, i / 100]),
    );
    const script: Script = { 0: (trader) => trader.buy("COIN", 1000, { tif: "GTC" }) };
    expect(await told(data, script, { volumeLimit: 0.1, margin: "unlimited" })).toEqual([]);
  });

  it("are told to have met nobody on a bar that traded nothing", async () => {
    expect(await told(withVolumes(1000, 0, 1000), buys(1))).toEqual([
      "1 of 1 fill happened on bars with a volume of 0, the first of SPY on 2024-01-09: nobody is known to have traded there, and --volume-limit does not hold where there is no volume.",
    ]);
  });

  it("are not told of where no bar has a volume", async () => {
    expect(await told(withVolumes(0, 0, 0), buys(1_000_000))).toEqual([]);
    const pair = new Instrument({ symbol: "EURUSD", assetClass: "forex" });
    expect(await told(bars(pair, "1day", [[1, 1, 1, 1, 0]]), { 0: (trader) => trader.buy("EURUSD", 1e9) })).toEqual([]);
  });
});

it("what a run assumes says that volume limits nothing, or by how much it does", async () => {
  const free = await run(withVolumes(1000, 1000), buys(1));
  expect(free.assumptions).toContain("A fill may be of any size: the volume of a bar limits nothing.");
  const capped = await run(withVolumes(1000, 1000), buys(1), { volumeLimit: 0.1 });
  expect(capped.assumptions.filter((text) => /volume/.test(text))).toEqual([
    "Fills make up at most 10 % of a bar's volume; the rest waits for the next.",
  ]);
});
