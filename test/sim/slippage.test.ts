import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  basisPointsOfPrice,
  noSlippage,
  SLIPPAGE_NAMES,
  slippageByName,
  ticks,
  volumeShare,
} from "../../brokers/sim/slippage.js";
import { Instrument } from "../../core/market/instrument.js";
import { bars, type Row } from "../bars.js";
import { fillsOf, run } from "../scripted.js";

const SPY = new Instrument({ symbol: "SPY", assetClass: "etf" });
const ES = new Instrument({ symbol: "ESZ6", assetClass: "future", tickSize: 0.25, multiplier: 50 });
const CL = new Instrument({
  symbol: "CLK20",
  assetClass: "future",
  tickSize: 0.01,
  multiplier: 1_000,
  negativePrices: true,
});
const EURUSD = new Instrument({ symbol: "EUR.USD", assetClass: "forex" });
const ANY_PRICE = new Instrument({ symbol: "GOOG", tickSize: 0 });

describe("slippage", () => {
  it("leaves the price as it is without a model, off its tick too", () => {
    expect(noSlippage().slip(100.123, true, 10, 1_000, SPY)).toBe(100.123);
  });

  it("moves a buy up and a sell down by ticks of the instrument", () => {
    expect(ticks(2).slip(100.1, true, 10, 0, SPY)).toBe(100.12);
    expect(ticks(2).slip(100.1, false, 10, 0, SPY)).toBe(100.08);
    expect(ticks(1).slip(5_000.25, false, 1, 0, ES)).toBe(5_000);
    expect(ticks(1).slip(1.1, true, 20_000, 0, EURUSD)).toBe(1.10005);
    expect(ticks(3).slip(100.1, true, 10, 0, ANY_PRICE)).toBe(100.1);
  });

  it("rounds a share of the price to the tick against the order", () => {
    // 2 bp of 100 is exactly two cents; of 100.01 it is a little more, so three cents
    expect(basisPointsOfPrice(2).slip(100, true, 10, 0, SPY)).toBe(100.02);
    expect(basisPointsOfPrice(2).slip(100.01, true, 10, 0, SPY)).toBe(100.04);
    expect(basisPointsOfPrice(2).slip(100.01, false, 10, 0, SPY)).toBe(99.98);
    expect(basisPointsOfPrice(2).slip(100.01, true, 10, 0, ANY_PRICE)).toBeCloseTo(100.030002, 12);
  });

  it("moves by the impact times the square of the order's share of the volume, as Zipline does", () => {
    const model = volumeShare({ impact: 0.1, limit: 0.5 });
    // 100 x 0.1 x (200 / 1,000)^2 = 0.40
    expect(model.slip(100, true, 200, 1_000, ANY_PRICE)).toBeCloseTo(100.4, 12);
    expect(model.slip(100, false, 200, 1_000, ANY_PRICE)).toBeCloseTo(99.6, 12);
  });

  it("holds the share at its limit, and takes the limit where the volume is unknown, as LEAN does", () => {
    const model = volumeShare();
    const most = 100 * (1 + 0.1 * 0.025 ** 2);
    expect(model.slip(100, true, 900, 1_000, ANY_PRICE)).toBeCloseTo(most, 12);
    expect(model.slip(100, true, 1, 0, ANY_PRICE)).toBeCloseTo(most, 12);
    expect(model.slip(100, true, 1, Number.NaN, ANY_PRICE)).toBeCloseTo(most, 12);
    expect(model.slip(1.1, true, 20_000, 0, EURUSD)).toBe(1.1);
  });

  it("never sells below one tick, except where prices below zero are real", () => {
    expect(ticks(5).slip(0.03, false, 10, 0, SPY)).toBe(0.01);
    expect(ticks(5).slip(0.004, false, 10, 0, SPY)).toBe(0.004);
    expect(ticks(5).slip(0.03, false, 1, 0, CL)).toBe(-0.02);
    expect(basisPointsOfPrice(100).slip(-37, true, 1, 0, CL)).toBe(-36.63);
    expect(basisPointsOfPrice(100).slip(-37, false, 1, 0, CL)).toBe(-37.37);
  });

  it("is never in the order's favour and ends on a tick, whatever model, price and volume", () => {
    const models = fc.constantFrom(
      "none",
      "ticks:1",
      "ticks:7",
      "bps:1.5",
      "bps:200",
      "volume:0.1",
      "volume:0.5,limit=1",
    );
    const cents = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(
        models,
        cents,
        fc.boolean(),
        fc.nat(100_000),
        fc.nat(1_000_000),
        (name, price, buy, quantity, volume) => {
          const from = price / 100;
          const to = slippageByName(name).slip(from, buy, quantity, volume, SPY);
          if (buy) expect(to).toBeGreaterThanOrEqual(from);
          else expect(to).toBeLessThanOrEqual(from);
          expect(to).toBeGreaterThanOrEqual(0.01);
          expect(to).toBe(Math.round(to * 100) / 100);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("slippage by name", () => {
  it("reads every form, and a model's name reads back as the same model", () => {
    for (const text of ["none", "ticks:1", "bps:2", "volume:0.1", "volume:0.1,limit=0.05"]) {
      expect(slippageByName(text).name).toBe(text);
      expect(slippageByName(text).description).toMatch(/^[A-Z].*\.$/);
    }
    expect(SLIPPAGE_NAMES).toEqual(["none", "ticks", "bps", "volume"]);
  });

  it("names the nearest model and the number that does not fit", () => {
    expect(() => slippageByName("tick:1")).toThrow('The slippage "tick:1" is not known. Did you mean ticks?');
    expect(() => slippageByName("ticks:-1")).toThrow('"ticks:-1" has count=-1.');
    expect(() => slippageByName("volume:0.1,limit=2")).toThrow("It lies between 0 and 1.");
  });
});

it("each part of an order slips by volume by what has filled in front of it, too", async () => {
  const fills = async (parts: number): Promise<string[]> => {
    const rows: Row[] = [
      [1000, 1000, 1000, 1000, 10_000],
      [1000, 1000, 1000, 1000, 10_000],
    ];
    const result = await run(
      bars("SPY", "1day", rows),
      {
        0: (trader) => {
          for (let i = 0; i < parts; i++) trader.buy("SPY", 2000 / parts);
        },
      },
      { slippage: "volume:0.5,limit=1", margin: "unlimited" },
    );
    return fillsOf(result);
  };
  expect(await fills(1)).toEqual(["bar 1 open: buy 2000 at 1020"]);
  expect(await fills(2)).toEqual(["bar 1 open: buy 1000 at 1005", "bar 1 open: buy 1000 at 1020"]);
});
