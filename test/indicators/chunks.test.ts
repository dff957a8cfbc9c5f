import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BarChunk, LONGEST_CHUNK } from "../../core/indicators/bar-chunk.js";
import { evaluate } from "../../core/indicators/evaluate.js";
import { createKernel } from "../../core/indicators/indicator.js";
import { IndicatorSet } from "../../core/indicators/indicator-set.js";
import { Reading, SeriesCursor } from "../../core/indicators/reading.js";
import { SharedKernels } from "../../core/indicators/shared-kernels.js";
import { technical } from "../../core/indicators/technical.js";
import {
  adx,
  atr,
  type BarSeries,
  bollinger,
  cci,
  customIndicator,
  type IndicatorSpec,
  keltner,
  macd,
  output,
  rsi,
  sma,
  stdev,
  stochastic,
  supertrend,
  zscore,
} from "../../index.js";
import { EVERY_INDICATOR, EVERY_SOURCE } from "./every-indicator.js";
import { sample, seriesOf, type TestBar } from "./series.js";

/** Prices of any kind, volumes of 0 among them, and pauses between bars. */
const bar: fc.Arbitrary<TestBar> = fc
  .record({
    low: fc.double({ min: 1, max: 1000, noNaN: true }),
    range: fc.double({ min: 0, max: 50, noNaN: true }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    volume: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 })),
  })
  .map(({ low, range, at, volume }) => ({ low, high: low + range, open: low, close: low + range * at, volume }));

const gappy = customIndicator({
  name: "Gappy",
  warmup: 1,
  create: () => {
    let first = true;
    return {
      next(one) {
        const value = first || one.volume > 0 ? one.close : Number.NaN;
        first = false;
        return value;
      },
    };
  },
});

/** The outputs on every bar of a series that is cut into chunks of these lengths, over and over. */
function inChunks(spec: IndicatorSpec<string>, bars: BarSeries, lengths: readonly number[]): number[][] {
  const kernel = createKernel(spec, new SharedKernels());
  const chunk = new BarChunk(bars);
  const columns = spec.outputs.map((): number[] => []);
  for (let from = 0, turn = 0; from < bars.length; turn++) {
    const to = Math.min(bars.length, from + lengths[turn % lengths.length]);
    chunk.move(from, to);
    kernel.run(chunk);
    columns.forEach((column, o) => {
      column.push(...kernel.line(o).subarray(1, to - from + 1));
    });
    from = to;
  }
  return columns;
}

describe("how a series is cut into chunks makes no difference to the last bit", () => {
  for (const [name, make] of Object.entries(EVERY_INDICATOR)) {
    it(name, () => {
      fc.assert(
        fc.property(
          fc.array(bar, { minLength: 1, maxLength: 70 }),
          fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
          (bars, lengths) => {
            const series = seriesOf(bars);
            for (const source of [undefined, gappy, ...EVERY_SOURCE]) {
              const spec = make(source === undefined ? {} : { source });
              expect(inChunks(spec, series, lengths), spec.name).toEqual(inChunks(spec, series, [1]));
            }
          },
        ),
        { numRuns: 15 },
      );
    });
  }

  it("of real bars, more than the longest chunk holds", () => {
    const bars = sample().slice(0, 3 * LONGEST_CHUNK + 7);
    const specs = [
      ...Object.values(EVERY_INDICATOR).map((make) => make()),
      sma(2 * LONGEST_CHUNK),
      output(macd(), "signal"),
      technical("TRIX"),
      technical("doji"),
      technical("EMA", { period: 5 }, { source: rsi(5) }),
    ];
    for (const spec of specs) {
      const whole = evaluate(spec, bars).map((column) => [...column]);
      expect(inChunks(spec, bars, [1]), spec.name).toEqual(whole);
      expect(inChunks(spec, bars, [LONGEST_CHUNK, 1, 17]), spec.name).toEqual(whole);
    }
  });
});

describe("the indicators of a series", () => {
  const bars = sample().slice(0, 2 * LONGEST_CHUNK + 50);

  /** What readings of these say on every bar, as an engine takes the bars. */
  function read(specs: readonly IndicatorSpec<string>[], series: BarSeries): number[][][] {
    const set = new IndicatorSet([series]);
    const readings = specs.map((spec) => {
      const reading = new Reading(spec, {}, new SeriesCursor(), () => 0);
      set.attach(reading, 0, false, true);
      reading.settle(0);
      return reading;
    });
    const seen: number[][][] = readings.map(({ spec }) => spec.outputs.map(() => []));
    for (let row = 0; row < series.length; row++) {
      set.update(0, row);
      readings.forEach((reading, r) => {
        reading.spec.outputs.forEach((name, o) => {
          seen[r][o].push(reading.get(name));
        });
        expect(reading.get("value")).toBe(reading.value);
        if (row > 0) expect(reading.previous).toBe(seen[r][0][row - 1]);
      });
    }
    return seen;
  }

  const alone = (spec: IndicatorSpec<string>): number[][] => evaluate(spec, bars).map((column) => [...column]);

  it("that share what they have in common say what each of them says alone", () => {
    const strength = rsi(14);
    const specs = [
      ...[stdev(20), bollinger(20), zscore(20), stdev(20, { sample: true }), bollinger(20, 3)],
      ...[adx(14), atr(14), supertrend(14), keltner(20, 14), adx(14, { source: "close" }), atr(7)],
      ...[strength, sma(5, { source: strength }), strength, rsi(14), bollinger(20, 2, { source: strength })],
      ...[stdev(20, { source: strength }), output(bollinger(20), "percentB"), output(adx(14), "plusDi")],
      ...[sma(5, { source: output(adx(14), "minusDi") }), stdev(5, { source: output(bollinger(20), "upper") })],
    ];
    read(specs, bars).forEach((seen, s) => {
      expect(seen, specs[s].name).toEqual(alone(specs[s]));
    });
  });

  it("that take one row at a time stand beside those that run ahead, with parts of their own", () => {
    const close = customIndicator({ name: "Close", warmup: 1, create: () => ({ next: (bar) => bar.close }) });
    const specs = [
      ...[atr(10), keltner(20, 10), keltner(20, 10, 2, { source: close }), sma(3), sma(3, { source: close })],
      ...[technical("EMA", { period: 5 }, { source: atr(10) }), bollinger(20), bollinger(20, 2, { source: close })],
    ];
    read(specs, bars).forEach((seen, s) => {
      expect(seen, specs[s].name).toEqual(alone(specs[s]));
    });
  });

  it("read an output for the first time in the middle of a chunk as if it had been read all along", () => {
    const set = new IndicatorSet([bars]);
    const reading = new Reading(bollinger(20), {}, new SeriesCursor(), () => 0);
    set.attach(reading as unknown as Reading<string>, 0, false, true);
    reading.settle(0);
    const [, upper] = alone(bollinger(20));
    for (let row = 0; row < bars.length; row++) {
      set.update(0, row);
      if (row % 100 > 70) expect(reading.get("upper")).toBe(upper[row]);
    }
  });

  it("follow a series that grows as they do one that is whole", () => {
    const grown = seriesOf([]);
    const set = new IndicatorSet([grown]);
    const specs = [sma(20), adx(14), cci(20), stochastic(14, 3, 3), bollinger(20)];
    const readings = specs.map((spec) => {
      const reading = new Reading<string>(spec, {}, new SeriesCursor(), () => 0);
      set.attach(reading, 0, false, true);
      reading.settle(0);
      return reading;
    });
    const columns = specs.map((spec) => alone(spec)[0]);
    for (let row = 0; row < bars.length; row++) {
      const { start, end, open, high, low, close, volume } = bars;
      grown.append(start[row], end[row], open[row], high[row], low[row], close[row], volume[row]);
      // Now and then several bars come at once.
      if (row % 7 === 3) continue;
      for (let late = row % 7 === 4 ? row - 1 : row; late <= row; late++) set.update(0, late);
      readings.forEach((reading, r) => {
        expect(reading.value, specs[r].name).toBe(columns[r][row]);
      });
    }
  });

  it("know no other outputs than their own, and say which these are", async () => {
    const reading = new Reading(macd(), {}, new SeriesCursor(), () => 0);
    expect(() => reading.get("singal" as "signal")).toThrow(
      'MACD(12, 26, 9) has no output "singal". Did you mean "signal"? There is value, signal, histogram.',
    );
  });
});
