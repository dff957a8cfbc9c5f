import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BarSeries, validateBars } from "../../core/market/bar-series.js";
import { parseSynthetic } from "../../data/synthetic/parse-synthetic.js";
import { syntheticBars } from "../../data/synthetic/synthetic-bars.js";
import type { SyntheticOptions } from "../../data/synthetic/synthetic-market.js";

function columnsOf(series: BarSeries): Float64Array[] {
  const { start, end, open, high, low, close, volume, bid, ask } = series;
  const sides = [bid, ask].flatMap((side) => (side ? [side.open, side.high, side.low, side.close] : []));
  return [start, end, open, high, low, close, volume, ...sides];
}

function digest(series: readonly BarSeries[]): string {
  const hash = createHash("sha256");
  for (const one of series) for (const column of columnsOf(one)) hash.update(new Uint8Array(column.buffer));
  return hash.digest("hex");
}

const share = (max: number): fc.Arbitrary<number> => fc.double({ min: 0, max, noNaN: true });
const markets: fc.Arbitrary<SyntheticOptions> = fc
  .record({
    seed: fc.double({ noNaN: true, noDefaultInfinity: true }),
    bars: fc.integer({ min: 1, max: 1500 }),
    bar: fc.constantFrom("1sec", "7sec", "1min", "5min", "45min", "1hour", "7hour", "1day"),
    symbols: fc.integer({ min: 1, max: 3 }),
    start: fc.constantFrom("1970-01-01", "2015-01-05", "2024-03-09", "2024-11-02", "2199-12-31"),
    tickSize: fc.constantFrom(0.01, 0.00005, 0.25, 0.3, 1, 5, 0.125, 1e-6),
    volatility: share(5),
    drift: fc.double({ min: -5, max: 5, noNaN: true }),
    overnight: share(0.99),
    shock: share(0.999),
    correlation: share(1),
    volume: fc.constantFrom(0, 100, 5e6, 1e12),
    spread: fc.integer({ min: 0, max: 50 }),
    dear: fc.boolean(),
  })
  .chain(({ dear, ...market }) =>
    share(Math.max(0, 0.9999 - market.shock)).map((persistence) => ({
      ...market,
      persistence,
      startPrice: dear ? 1e6 : 100 * market.tickSize,
    })),
  );

describe("a synthetic market", () => {
  it("has valid bars for any seed and settings, on ticks, in weekday sessions of 09:30 to 16:00 in New York", () => {
    const clock = new Intl.DateTimeFormat("en-GB", {
      timeZone: "America/New_York",
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    fc.assert(
      fc.property(markets, (market) => {
        const series = syntheticBars(market);
        expect(series.map((one) => one.instrument.symbol)).toEqual(["SYN1", "SYN2", "SYN3"].slice(0, market.symbols));
        for (const one of series) {
          expect(one.length).toBe(market.bars);
          validateBars(one);
          const { tickSize } = one.instrument;
          for (const row of [0, one.length >> 1, one.length - 1]) {
            const price = one.bid === undefined ? one.close[row] : one.bid.close[row];
            const steps = price / tickSize;
            // A thousandth of a tick, or what doubles can tell of so many ticks.
            expect(Math.abs(steps - Math.round(steps))).toBeLessThan(Math.max(1e-3, steps * 4e-16));
            expect(clock.format(one.start[row])).not.toMatch(/Sat|Sun/);
            expect(clock.format(one.start[row]).slice(-8) >= "09:30:00").toBe(true);
            expect(clock.format(one.end[row]).slice(-8) <= "16:00:00").toBe(true);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it("is the same to the last bit for the same settings", () => {
    fc.assert(
      fc.property(markets, (market) => {
        expect(digest(syntheticBars(market))).toBe(digest(syntheticBars({ ...market })));
      }),
      { numRuns: 60 },
    );
  });

  it("is another one for another seed", () => {
    const seeds = fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(seeds, fc.integer({ min: 100, max: 1000 }), ([one, other], bars) => {
        expect(digest(syntheticBars({ seed: one, bars }))).not.toBe(digest(syntheticBars({ seed: other, bars })));
      }),
    );
  });

  it("is the same on every machine: the digest of seed 7 does not change", () => {
    expect(digest(syntheticBars({ seed: 7, bars: 100_000, symbols: 2 }))).toBe(
      "b88eba67f384a786ed0440271fcb5e296cacc41d54efc0ab5d7f274f511d42d1",
    );
    expect(digest(syntheticBars({ seed: 7, bars: 2_000, bar: "1day", spread: 3 }))).toBe(
      "f27316687bc08927e8790cd8fb980f4f91077dcd1cedcbef04421bdc979599cb",
    );
  });

  it("keeps every symbol when one more is added", () => {
    const two = syntheticBars({ seed: 3, bars: 1000, symbols: 2 });
    const three = syntheticBars({ seed: 3, bars: 1000, symbols: 3 });
    expect(digest(three.slice(0, 2))).toBe(digest(two));
  });

  it("has the volatility asked for, clusters of it, fat tails, and correlated symbols", () => {
    const [a, b] = syntheticBars({ seed: 11, bars: 390 * 2000, symbols: 2, volatility: 0.3, correlation: 0.6 });
    const daily = (series: BarSeries): number[] =>
      Array.from({ length: 1999 }, (_, d) =>
        Math.log(series.close[(d + 2) * 390 - 1] / series.close[(d + 1) * 390 - 1]),
      );
    const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;
    const covariance = (xs: readonly number[], ys: readonly number[]): number => {
      const [mx, my] = [mean(xs), mean(ys)];
      return mean(xs.map((x, i) => (x - mx) * (ys[i] - my)));
    };
    const [x, y] = [daily(a), daily(b)];
    expect(Math.sqrt(covariance(x, x) * 252)).toBeGreaterThan(0.27);
    expect(Math.sqrt(covariance(x, x) * 252)).toBeLessThan(0.33);
    const correlation = covariance(x, y) / Math.sqrt(covariance(x, x) * covariance(y, y));
    expect(correlation).toBeGreaterThan(0.54);
    expect(correlation).toBeLessThan(0.66);

    // Two-minute neighbours in the middle of the session, where activity is even.
    const minutes = Array.from({ length: 2000 * 100 }, (_, i) => {
      const row = Math.floor(i / 100) * 390 + 145 + (i % 100);
      return Math.log(a.close[row] / a.close[row - 1]);
    });
    const squares = minutes.map((r) => r * r);
    const v = mean(squares);
    expect(mean(squares.map((s) => s * s)) / (v * v)).toBeGreaterThan(3.2);
    expect(covariance(squares.slice(1), squares.slice(0, -1)) / covariance(squares, squares)).toBeGreaterThan(0.05);
  });

  it("trades most at the open and the close, and gaps overnight only", () => {
    const [series] = syntheticBars({ seed: 5, bars: 390 * 300 });
    const volumeAt = (slot: number): number => {
      let sum = 0;
      for (let row = slot; row < series.length; row += 390) sum += series.volume[row];
      return sum;
    };
    expect(volumeAt(0)).toBeGreaterThan(3 * volumeAt(195));
    expect(volumeAt(389)).toBeGreaterThan(3 * volumeAt(195));
    const gaps = Array.from(series.open.keys()).filter((row) => row > 0 && series.open[row] !== series.close[row - 1]);
    expect(gaps.length).toBeGreaterThan(250);
    expect(gaps.every((row) => row % 390 === 0)).toBe(true);
  });

  it("carries bid and ask a spread apart, with open to close in their middle", () => {
    const [series] = syntheticBars({ seed: 2, bars: 500, spread: 3 });
    expect(series.source).toBe("midpoint");
    for (let row = 0; row < series.length; row++) {
      const bid = series.bid?.high[row] ?? Number.NaN;
      const ask = series.ask?.high[row] ?? Number.NaN;
      expect(Math.round(ask * 100) - Math.round(bid * 100)).toBe(3);
      expect(series.high[row]).toBeCloseTo((bid + ask) / 2, 9);
    }
  });

  it("turns back before its price runs away", () => {
    const [series] = syntheticBars({ seed: 1, bars: 40_000, bar: "1day", volatility: 5, drift: 5 });
    expect(Math.max(...series.high)).toBeLessThan(100 * 1000 * 9);
    const [falling] = syntheticBars({ seed: 1, bars: 40_000, bar: "1day", volatility: 5, drift: -5 });
    expect(Math.min(...falling.low)).toBeGreaterThan(0);
  });
});

describe("the description of a synthetic market", () => {
  it("is read from one line", () => {
    expect(parseSynthetic("synthetic:seed=7,bars=1000000,bar=1min,symbols=2")).toEqual({
      seed: 7,
      bars: 1_000_000,
      bar: "1min",
      symbols: 2,
    });
    expect(parseSynthetic("synthetic: start = 2020-01-01 , bars=1e3,")).toEqual({ start: "2020-01-01", bars: 1000 });
    expect(parseSynthetic("synthetic")).toEqual({});
  });

  it.each([
    ["synthetic:sed=7", "SYNTHETIC_KEY_UNKNOWN", "Did you mean seed?"],
    ["synthetic:volatilty=1", "SYNTHETIC_KEY_UNKNOWN", "Did you mean volatility?"],
    ["synthetic:xyzzy=7", "SYNTHETIC_KEY_UNKNOWN", 'no setting "xyzzy". Settings are seed, bars,'],
    ["synthetic:toString=7", "SYNTHETIC_KEY_UNKNOWN", 'no setting "toString"'],
    ["synthetic:seed=7,seed=8", "SYNTHETIC_KEY_TWICE", "twice"],
    ["synthetic:seed=seven", "SYNTHETIC_VALUE_INVALID", 'seed="seven". It is a number.'],
    ["synthetic:seed=", "SYNTHETIC_VALUE_INVALID", "seed=nothing"],
    ["synthetic:bar", "SYNTHETIC_VALUE_INVALID", "bar=nothing. Write it as in bar=1min."],
    ["synthetic:bars=0", "SYNTHETIC_VALUE_INVALID", "bars=0"],
    ["synthetic:bars=1.5", "SYNTHETIC_VALUE_INVALID", "bars=1.5"],
    ["synthetic:bars=50000001", "SYNTHETIC_VALUE_INVALID", "50,000,000"],
    ["synthetic:bars=30000000,symbols=2", "SYNTHETIC_VALUE_INVALID", "50,000,000"],
    ["synthetic:bars=9000000,bar=1day", "SYNTHETIC_VALUE_INVALID", "year 9999"],
    ["synthetic:symbols=0", "SYNTHETIC_VALUE_INVALID", "symbols=0"],
    ["synthetic:bar=1week", "SYNTHETIC_VALUE_INVALID", "1sec to 1day"],
    ["synthetic:bar=1lightyear", "BAR_SIZE_UNKNOWN", "1lightyear"],
    ["synthetic:start=2024-02-30", "SYNTHETIC_VALUE_INVALID", "start=2024-02-30"],
    ["synthetic:start=today", "SYNTHETIC_VALUE_INVALID", "It is a date"],
    ["synthetic:startPrice=-5", "SYNTHETIC_VALUE_INVALID", "100 ticks"],
    ["synthetic:seed=Infinity", "SYNTHETIC_VALUE_INVALID", "finite"],
    ["synthetic:volatility=20", "SYNTHETIC_VALUE_INVALID", "0.2 is 20 % a year"],
    ["synthetic:shock=0.5,persistence=0.5", "SYNTHETIC_VALUE_INVALID", "below 1 together"],
    ["synthetic:spread=0.5", "SYNTHETIC_VALUE_INVALID", "whole number of ticks"],
  ])("%s is refused in one sentence", (text, code, words) => {
    expect(() => parseSynthetic(text)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    );
  });
});
