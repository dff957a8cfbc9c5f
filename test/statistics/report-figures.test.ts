import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { histogram } from "../../core/statistics/histogram.js";
import { sharpe } from "../../core/statistics/ratios.js";
import { rollingSharpe } from "../../core/statistics/rolling-sharpe.js";
import { dailyReturns } from "./curves.js";

describe("a rolling Sharpe ratio", () => {
  it("is the Sharpe ratio of each window, and NaN before there is one", () => {
    fc.assert(
      fc.property(dailyReturns(0, 120), fc.integer({ min: 2, max: 40 }), (returns, window) => {
        const values = Float64Array.from(returns);
        const rolling = rollingSharpe(values, window, 252);
        for (let end = 1; end <= values.length; end++) {
          const expected = end < window ? undefined : sharpe(values.subarray(end - window, end), 252);
          expect(rolling[end - 1]).toBe(expected ?? Number.NaN);
        }
      }),
    );
  });

  it("has forgotten an outlier as soon as it has left the window", () => {
    const calm = Float64Array.from({ length: 200 }, (_, day) => 0.001 * Math.sin(day));
    const struck = calm.slice();
    struck[50] = 1e9;
    expect(rollingSharpe(struck, 20, 252).subarray(70)).toEqual(rollingSharpe(calm, 20, 252).subarray(70));
  });

  it("is not there while equity stands still", () => {
    expect(rollingSharpe(new Float64Array(5), 3, 252).every(Number.isNaN)).toBe(true);
    expect(rollingSharpe(Float64Array.of(0.1, 0.2), 1, 252).every(Number.isNaN)).toBe(true);
  });
});

describe("a histogram of returns", () => {
  it("counts every value in the bin it lies in, and keeps losses and gains apart", () => {
    fc.assert(
      fc.property(dailyReturns(1), fc.integer({ min: 5, max: 100 }), (returns, maxBins) => {
        const { edges, counts } = histogram(Float64Array.from(returns), maxBins);
        expect(counts.length).toBeLessThanOrEqual(maxBins);
        expect(edges.length).toBe(counts.length + 1);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(returns.length);
        for (const [bin, count] of counts.entries()) {
          const low = edges[bin] as number;
          const high = edges[bin + 1] as number;
          expect(high).toBeGreaterThan(low);
          const inside = returns.filter(
            (value) => (value >= low || bin === 0) && (value < high || bin === counts.length - 1),
          );
          expect(inside.length).toBe(count);
          expect(low >= 0 || high <= 0).toBe(true);
        }
      }),
    );
  });

  it("puts values that are all alike into one bin, and nothing into none", () => {
    expect(Array.from(histogram(Float64Array.of(0.01, 0.01, 0.01)).counts)).toEqual([3]);
    expect(Array.from(histogram(new Float64Array(4)).counts)).toEqual([4]);
    expect(Array.from(histogram(Float64Array.of(-0.02)).counts)).toEqual([1]);
    expect(histogram(new Float64Array(0)).counts.length).toBe(0);
  });
});
