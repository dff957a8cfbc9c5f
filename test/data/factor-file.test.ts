import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actionsCsv, parseActions } from "../../data/files/actions-csv.js";
import { isFactorFile, parseFactors } from "../../data/files/factor-file.js";
import { simplestFraction } from "../../data/files/simplest-fraction.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";

const factors = (rows: string) => parseFactors(`date,price_factor,split_factor,reference_price\n${rows}`, "f.csv");

describe("the simplest fraction", () => {
  it("between two numbers has the smallest denominator that any has", () => {
    const number = fc.double({ min: 0.001, max: 1000, noNaN: true });
    fc.assert(
      fc.property(number, fc.double({ min: 1e-6, max: 0.1, noNaN: true }), (low, width) => {
        const high = low * (1 + width);
        const { numerator, denominator } = simplestFraction(low, high);
        expect(numerator / denominator).toBeGreaterThanOrEqual(low * (1 - 1e-12));
        expect(numerator / denominator).toBeLessThanOrEqual(high * (1 + 1e-12));
        for (let smaller = 1; smaller < Math.min(denominator, 300); smaller++)
          expect(Math.floor(high * (1 - 1e-12) * smaller)).toBeLessThan(low * (1 + 1e-12) * smaller);
      }),
    );
  });

  it("is found again from a factor of seven decimals, whatever the split was", () => {
    for (const [n, d] of [
      [2, 1],
      [7, 1],
      [3, 2],
      [5, 4],
      [21, 20],
      [1, 8],
      [1, 50],
      [4, 3],
      [11, 10],
      [1, 25],
    ]) {
      const before = (d / n).toFixed(7);
      const { splits } = factors(`2020-01-02,1,${before},50\n2050-12-31,1,1,0`);
      expect(splits).toEqual([{ exDate: "2020-01-03", numerator: n, denominator: d }]);
    }
  });
});

describe("a file of factors", () => {
  it("tells splits and dividends with their ex-dates: the weekday after a row's date", () => {
    expect(
      factors("2020-01-02,0.9702,0.5,1\n2020-01-03,0.9702,0.5,200\n2020-02-07,0.98,1,50\n2050-12-31,1,1,0"),
    ).toEqual({
      splits: [{ exDate: "2020-01-06", numerator: 2, denominator: 1 }],
      dividends: [
        { exDate: "2020-01-06", amount: 2, reference: 200 },
        { exDate: "2020-02-10", amount: 1, reference: 50 },
      ],
    });
  });

  it("may have no names and no reference prices, which then come from the raw closes", () => {
    const text = "20200103,0.98,1\n20501231,1,1\n";
    expect(isFactorFile("20200103,0.98,1")).toBe(true);
    const closeOn = (date: string): number => (date === "2020-01-03" ? 50 : Number.NaN);
    expect(parseFactors(text, "f.csv", { closeOn }).dividends).toEqual([
      { exDate: "2020-01-06", amount: 1, reference: 50 },
    ]);
    expect(() => parseFactors(text, "f.csv")).toThrow(
      expect.objectContaining({
        code: "FACTORS_WITHOUT_REFERENCE",
        message: expect.stringContaining("f.csv, line 1: a dividend follows 20200103"),
      }),
    );
    expect(() => parseFactors("20200103,0.98,x\n", "f.csv")).toThrow(
      expect.objectContaining({
        code: "FACTORS_UNREADABLE",
        message: expect.stringContaining('f.csv, line 1: "20200103,0.98,x"'),
      }),
    );
  });

  it("is known by its first line", () => {
    expect(isFactorFile("date,price_factor,split_factor,reference_price")).toBe(true);
    expect(isFactorFile("date,open,high,low,close")).toBe(false);
    expect(isFactorFile("20200103,1,2,3,4,5")).toBe(false);
  });
});

describe.skipIf(!hasShared)(`factors of real instruments (${NO_SHARED})`, () => {
  const read = (file: string) => parseFactors(readFileSync(sharedPath(`data/${file}`), "utf8"), file);

  it("say Apple's splits as exact ratios, on their days, and its dividends to the cent", () => {
    const { splits, dividends } = read("aapl-factors.csv");
    expect(splits).toEqual([
      { exDate: "2000-06-21", numerator: 2, denominator: 1 },
      { exDate: "2005-02-28", numerator: 2, denominator: 1 },
      { exDate: "2014-06-09", numerator: 7, denominator: 1 },
      { exDate: "2020-08-31", numerator: 4, denominator: 1 },
    ]);
    expect(dividends.slice(0, 3)).toEqual([
      { exDate: "2012-08-09", amount: 2.65, reference: 619.86 },
      { exDate: "2012-11-07", amount: 2.65, reference: 582.86 },
      { exDate: "2013-02-07", amount: 2.65, reference: 457.35 },
    ]);
    expect(dividends.at(-1)).toEqual({ exDate: "2021-02-05", amount: 0.205, reference: 137.39 });
    expect(dividends).toHaveLength(35);
  });

  it("say of IBM one split and of SPY none", () => {
    expect(read("ibm-factors.csv").splits).toEqual([{ exDate: "1999-05-27", numerator: 2, denominator: 1 }]);
    expect(read("spy-factors.csv").splits).toEqual([]);
  });

  it("come out of the splits and dividends again, as rounded as they were", () => {
    for (const file of ["aapl-factors.csv", "ibm-factors.csv", "spy-factors.csv"]) {
      const { splits, dividends } = read(file);
      for (const line of readFileSync(sharedPath(`data/${file}`), "utf8")
        .trim()
        .split("\n")
        .slice(1)) {
        const [date, price, split] = line.split(",");
        const later = splits.filter(({ exDate }) => exDate > date);
        const factor = later.reduce((product, { numerator, denominator }) => (product * denominator) / numerator, 1);
        expect(Math.abs(factor - Number(split))).toBeLessThan(1e-7);
        const kept = dividends
          .filter(({ exDate }) => exDate > date)
          .reduce((product, { amount, reference }) => product * (1 - amount / reference), 1);
        expect(Math.abs(kept - Number(price))).toBeLessThan(4e-6);
      }
    }
  });
});

describe("a file of splits and dividends", () => {
  it("reads back what was written", () => {
    const actions = {
      splits: [{ exDate: "2014-06-09", numerator: 7, denominator: 1 }],
      dividends: [
        { exDate: "2012-08-09", amount: 2.65, reference: 619.86 },
        { exDate: "2014-08-07", amount: 0.47, reference: Number.NaN },
      ],
    };
    const text = actionsCsv(actions);
    expect(text).toBe(
      "ex_date,split,dividend,reference\n2012-08-09,,2.65,619.86\n2014-06-09,7:1,,\n2014-08-07,,0.47,\n",
    );
    expect(parseActions(text, "a.csv")).toEqual(actions);
  });

  it.each(["2014-06-31,7:1,,", "2014-06-09,seven,,", "2014-06-09,,,", "2014-06-09,,-1,", "2014-06-09,,1,x"])(
    "with the row %s is refused with its line",
    (row) => {
      expect(() => parseActions(`ex_date,split,dividend,reference\n${row}\n`, "a.csv")).toThrow(
        expect.objectContaining({ code: "ACTIONS_UNREADABLE", message: expect.stringContaining("a.csv, line 2:") }),
      );
    },
  );
});
