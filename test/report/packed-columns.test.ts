import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resultDays } from "../../backtest/result-days.js";
import type { EquityCurve } from "../../core/statistics/inputs.js";
import { curveData } from "../../report/curve-data.js";
import { type PackedColumn, PackedColumns } from "../../report/packed-columns.js";
import { type ColumnsModule, clientModule } from "./client-modules.js";
import { dailyWalk, smaCrossResult } from "./sample-run.js";

const { unpackBytes, unpackColumn } = await clientModule<ColumnsModule>("columns.js");

async function there(pack: (packed: PackedColumns) => PackedColumn): Promise<Float64Array> {
  const packed = new PackedColumns();
  packed.exact(Float64Array.of(1, 2, 3.5));
  const column = pack(packed);
  const { base64, deflated } = packed.text();
  return unpackColumn(await unpackBytes(base64, deflated), column);
}

it("the curves of a large account come back to the cent", async () => {
  const result = smaCrossResult(dailyWalk(300), { cash: 1e12, quantity: 1e9 });
  const packed = new PackedColumns();
  const { equity, benchmark } = curveData(result, resultDays(result), packed);
  const { base64, deflated } = packed.text();
  const bytes = await unpackBytes(base64, deflated);
  const values = (curve: EquityCurve) => Array.from(curve.value.subarray(0, curve.length));
  expect(Array.from(unpackColumn(bytes, equity))).toEqual(values(result.equity));
  expect(Array.from(unpackColumn(bytes, benchmark as PackedColumn))).toEqual(values(result.benchmark as EquityCurve));
});

describe("columns packed here and unpacked in the page", () => {
  it("come back exactly, whatever they are", async () => {
    const numbers = fc.array(fc.oneof(fc.double(), fc.integer(), fc.constant(Number.NaN)), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(numbers, async (values) => {
        const column = Float64Array.from(values);
        const back = await there((packed) => packed.exact(column));
        // A zero below zero is a zero: nothing that is drawn or printed tells them apart.
        expect(Array.from(back, (value) => value + 0)).toEqual(Array.from(column, (value) => value + 0));
      }),
    );
  });

  it("come back rounded to the decimals they are shown in, NaN as NaN", async () => {
    const prices = fc.array(fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(Number.NaN)));
    await fc.assert(
      fc.asyncProperty(prices, fc.integer({ min: 0, max: 8 }), async (values, decimals) => {
        const back = await there((packed) => packed.rounded(Float64Array.from(values), values.length, decimals));
        expect(back.length).toBe(values.length);
        for (const [row, value] of values.entries()) {
          if (Number.isNaN(value)) expect(back[row]).toBeNaN();
          else expect(Math.abs(back[row] - value)).toBeLessThanOrEqual(0.5000001 * 10 ** -decimals);
        }
      }),
    );
  });

  it("come back with seven digits where they are only drawn", async () => {
    const values = Float64Array.of(1438.359985, -0.000123456789, Number.NaN, 93_180_000_000);
    const back = await there((packed) => packed.drawn(values));
    for (const [row, value] of values.entries()) {
      if (Number.isNaN(value)) expect(back[row]).toBeNaN();
      else expect(back[row] / value).toBeCloseTo(1, 6);
    }
  });

  it("keep what is too large for whole numbers as doubles", async () => {
    const values = Float64Array.of(1e300, -(2 ** 60), 0.1);
    expect(Array.from(await there((packed) => packed.rounded(values, 3, 2)))).toEqual(Array.from(values));
    expect(await there((packed) => packed.exact(Float64Array.of(Number.POSITIVE_INFINITY, 1)))).toEqual(
      Float64Array.of(Number.POSITIVE_INFINITY, 1),
    );
  });

  it("take two bytes a row for a million minutes, and are deflated once they are long", async () => {
    const minutes = new Float64Array(1_000_000).map((_, row) => 1.4e12 + row * 60_000 + (row % 390 === 0 ? 6e7 : 0));
    const packed = new PackedColumns();
    const column = packed.exact(minutes);
    const { base64, deflated } = packed.text();
    expect(deflated).toBe(true);
    expect(base64.length).toBeLessThan(100_000);
    expect(unpackColumn(await unpackBytes(base64, deflated), column)).toEqual(minutes);
  });

  it("cost nothing where every row is the same", () => {
    const packed = new PackedColumns();
    expect(packed.rounded(new Float64Array(5000).fill(100), 5000, 8)).toEqual({ c: "k", n: 5000, v: 100 });
    expect(packed.rounded(new Float64Array(9).fill(Number.NaN), 9, 2)).toEqual({ c: "k", n: 9, v: null });
    expect(packed.text().base64).toBe("");
  });
});
