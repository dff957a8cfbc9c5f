import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { underwater } from "../../core/statistics/drawdowns.js";
import { atCandleEnds, candles, curveRows } from "../../report/thinning.js";
import { dailyWalk, minuteWalk } from "./sample-run.js";

describe("thinning what a screen cannot show", () => {
  it("leaves a series alone that is short enough", () => {
    const series = dailyWalk(100);
    const all = candles(series, 100);
    expect(all.barsEach).toBe(1);
    expect(all.close).toBe(series.close);
  });

  it("puts bars together as a larger bar would be: first open, highest high, lowest low, last close, all volume", () => {
    const series = minuteWalk(1003);
    const { barsEach, length, open, high, low, close, volume, start, end } = candles(series, 100);
    expect(barsEach).toBe(11);
    expect(length).toBe(92);
    for (let candle = 0; candle < length; candle++) {
      const rows = series.slice(candle * 11, Math.min(1003, candle * 11 + 11));
      expect(open[candle]).toBe(rows.open[0]);
      expect(high[candle]).toBe(Math.max(...rows.high));
      expect(low[candle]).toBe(Math.min(...rows.low));
      expect(close[candle]).toBe(rows.close[rows.length - 1]);
      expect(volume[candle]).toBe(rows.volume.reduce((sum, units) => sum + units, 0));
      expect([start[candle], end[candle]]).toEqual([rows.start[0], rows.end[rows.length - 1]]);
    }
  });

  it("shows an indicator as it stood at the last bar of each candle", () => {
    expect(atCandleEnds(Float64Array.of(1, 2, 3, 4, 5, 99), 5, 2)).toEqual(Float64Array.of(2, 4, 5));
  });

  it("keeps the first and the last point, every extreme of equity and the deepest drawdown", () => {
    const steps = fc.array(fc.double({ min: -0.02, max: 0.02, noNaN: true }), { minLength: 1, maxLength: 3000 });
    fc.assert(
      fc.property(steps, (changes) => {
        const value = Float64Array.of(100, ...changes);
        for (let row = 1; row < value.length; row++) value[row] = value[row - 1] * (1 + value[row]);
        const curve = { time: value, value, length: value.length };
        const depth = underwater(curve);
        const rows = Array.from(curveRows(value, depth, value.length, 200));
        expect(rows.length).toBeLessThanOrEqual(201);
        expect(rows[0]).toBe(0);
        expect(rows[rows.length - 1]).toBe(value.length - 1);
        expect(rows.every((row, i) => i === 0 || row > rows[i - 1])).toBe(true);
        const kept = rows.map((row) => value[row]);
        expect(Math.max(...kept)).toBe(value.reduce((a, b) => Math.max(a, b)));
        expect(Math.min(...kept)).toBe(value.reduce((a, b) => Math.min(a, b)));
        expect(Math.max(...rows.map((row) => depth[row]))).toBe(depth.reduce((a, b) => Math.max(a, b)));
      }),
    );
  });
});
