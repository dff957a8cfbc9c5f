import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adjustmentSteps, applyAdjustment } from "../../core/market/adjustment.js";
import { validateBars } from "../../core/market/bar-series.js";
import {
  type Adjustment,
  actionsLeft,
  type CorporateActions,
  NO_ACTIONS,
  splitRatio,
} from "../../core/market/corporate-actions.js";
import { bars, type Row, sessionOpen } from "../bars.js";

const midnight = (day: number): number => sessionOpen(day) - 9.5 * 3_600_000;
const split = (day: number, numerator: number, denominator: number) => ({
  time: midnight(day),
  numerator,
  denominator,
});
const dividend = (day: number, amount: number, reference = Number.NaN) => ({ time: midnight(day), amount, reference });

/** Daily bars of one price each, seen another way. */
function seen(prices: readonly number[], actions: CorporateActions, from: Adjustment, to: Adjustment) {
  const series = bars(
    "SPY",
    "1day",
    prices.map((price): Row => [price, price, price, price, 1000]),
  );
  const before = (time: number): number => prices[series.start.findLastIndex((start) => start < time)] ?? Number.NaN;
  applyAdjustment(series, adjustmentSteps(actions, from, to, before));
  return series;
}

describe("a split", () => {
  it("divides the prices before it and multiplies the volumes, from the first bar of its day on nothing", () => {
    const series = seen([700, 707, 101], { splits: [split(2, 7, 1)], dividends: [] }, "raw", "splits");
    expect([...series.close]).toEqual([100, 101, 101]);
    expect([...series.volume]).toEqual([7000, 7000, 1000]);
  });

  it("in reverse multiplies them", () => {
    const series = seen([1.25, 10], { splits: [split(1, 1, 8)], dividends: [] }, "raw", "splits");
    expect([...series.close]).toEqual([10, 10]);
    expect([...series.volume]).toEqual([125, 1000]);
  });

  it("and others make one exact ratio: 2, 2, 7 and 4 for 1 are 112 for 1", () => {
    const splits = [split(1, 2, 1), split(2, 2, 1), split(3, 7, 1), split(4, 4, 1)];
    expect(splitRatio(splits, -Infinity)).toEqual({ numerator: 112, denominator: 1 });
    expect(splitRatio(splits, midnight(3))).toEqual({ numerator: 28, denominator: 1 });
    expect(splitRatio([split(1, 3, 2), split(2, 2, 3)], 0)).toEqual({ numerator: 1, denominator: 1 });
  });
});

describe("a dividend", () => {
  it("takes from the prices before it the share that it was of the last of them", () => {
    const series = seen([50, 100, 99], { splits: [], dividends: [dividend(2, 1)] }, "raw", "all");
    expect([...series.close]).toEqual([49.5, 99, 99]);
    expect([...series.volume]).toEqual([1000, 1000, 1000]);
  });

  it("goes by the price it names rather than by that of the bars", () => {
    const series = seen([50, 100, 99], { splits: [], dividends: [dividend(2, 1, 50)] }, "raw", "all");
    expect([...series.close]).toEqual([49, 98, 99]);
  });

  it("changes nothing where only splits are asked for", () => {
    expect([...seen([50, 100, 99], { splits: [], dividends: [dividend(2, 1)] }, "raw", "splits").close]).toEqual([
      50, 100, 99,
    ]);
  });

  it("in front of a split is the same share, whether prices are raw or on today's number of units", () => {
    const actions = { splits: [split(2, 4, 1)], dividends: [dividend(1, 4, 400)] };
    const raw = seen([400, 396, 100], actions, "raw", "all");
    const adjusted = seen([100, 99, 100], actions, "splits", "all");
    expect([...raw.close]).toEqual([99, 99, 100]);
    expect([...adjusted.close]).toEqual([...raw.close]);
  });

  it("that nothing tells a price for changes nothing", () => {
    expect([...seen([10, 20], { splits: [], dividends: [dividend(0, 1)] }, "raw", "all").close]).toEqual([10, 20]);
  });
});

describe("adjusted bars", () => {
  const actions: fc.Arbitrary<CorporateActions> = fc.record({
    splits: fc
      .uniqueArray(
        fc.record({ day: fc.nat(20), n: fc.integer({ min: 1, max: 20 }), d: fc.integer({ min: 1, max: 20 }) }),
        {
          selector: ({ day }) => day,
          maxLength: 4,
        },
      )
      .map((all) => all.sort((a, b) => a.day - b.day).map(({ day, n, d }) => split(day, n, d))),
    dividends: fc
      .uniqueArray(fc.record({ day: fc.nat(20), amount: fc.double({ min: 0.01, max: 0.9, noNaN: true }) }), {
        selector: ({ day }) => day,
        maxLength: 4,
      })
      .map((all) => all.sort((a, b) => a.day - b.day).map(({ day, amount }) => dividend(day, amount))),
  });
  // A bar a day to beyond the last of the actions, so that each has a close right before it.
  const prices = fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 21, maxLength: 25 });

  it("keep their highs highest and their lows lowest, and the last ones as they were traded", () => {
    fc.assert(
      fc.property(prices, actions, fc.constantFrom<Adjustment>("splits", "all"), (closes, told, to) => {
        const series = seen(closes, told, "raw", to);
        validateBars(series);
        const last = Math.max(0, ...told.splits.map(({ time }) => time), ...told.dividends.map(({ time }) => time));
        for (let r = 0; r < series.length; r++) if (series.start[r] >= last) expect(series.close[r]).toBe(closes[r]);
      }),
    );
  });

  it("for splits have the returns of a position that is carried through them", () => {
    fc.assert(
      fc.property(prices, actions, (closes, { splits }) => {
        const series = seen(closes, { splits, dividends: [] }, "raw", "splits");
        let units = 1;
        for (let r = 1; r < closes.length; r++) {
          for (const one of splits) {
            if (one.time > series.start[r - 1] && one.time <= series.start[r]) units *= one.numerator / one.denominator;
          }
          const carried = (closes[r] * units) / closes[0];
          expect(series.close[r] / series.close[0] / carried).toBeCloseTo(1, 10);
        }
      }),
    );
  });

  it("come from split-adjusted ones as from raw ones", () => {
    fc.assert(
      fc.property(prices, actions, (closes, told) => {
        const atOnce = seen(closes, told, "raw", "all");
        const splits = seen(closes, told, "raw", "splits");
        const inSteps = seen([...splits.close], told, "splits", "all");
        for (let r = 0; r < closes.length; r++) expect(inSteps.close[r] / atOnce.close[r]).toBeCloseTo(1, 10);
      }),
    );
  });

  it("cannot be made raw again", () => {
    for (const [from, to] of [
      ["splits", "raw"],
      ["all", "raw"],
      ["all", "splits"],
    ] as const)
      expect(() => adjustmentSteps(NO_ACTIONS, from, to, () => 1)).toThrow(
        expect.objectContaining({ code: "ADJUSTMENT_IMPOSSIBLE" }),
      );
  });
});

describe("what is left to happen to a position", () => {
  const told = {
    splits: [split(1, 2, 1), split(3, 7, 1)],
    dividends: [dividend(0, 14, 700), dividend(2, 7), dividend(3, 7)],
  };

  it("is everything over raw prices and nothing over fully adjusted ones", () => {
    expect(actionsLeft(told, "raw")).toBe(told);
    expect(actionsLeft(told, "all")).toEqual({ splits: [], dividends: [] });
  });

  it("is the dividends of one unit of today over split-adjusted ones, with a split of the same day in them", () => {
    expect(actionsLeft(told, "splits")).toEqual({
      splits: [],
      dividends: [dividend(0, 1, 50), dividend(2, 1), dividend(3, 1)],
    });
  });
});
