import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BarChunk } from "../../core/indicators/bar-chunk.js";
import {
  type BarField,
  bollinger,
  cci,
  donchian,
  ema,
  highest,
  type IndicatorSpec,
  lowest,
  macd,
  output,
  psar,
  roc,
  rsi,
  type Source,
  sma,
  stdev,
  stochastic,
  supertrend,
  trueRange,
  vwap,
  wma,
  zscore,
} from "../../core/indicators/index.js";
import { indicatorSpec } from "../../core/indicators/indicator.js";
import { Kernel } from "../../core/indicators/kernel.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { parabolicOf, supertrendOf } from "./definitions.js";
import { EVERY_INDICATOR, EVERY_SOURCE } from "./every-indicator.js";
import { apart, closes, run, seriesOf, stepping, type TestBar } from "./series.js";

// Prices are whole 64ths, so that sums and sums of squares over a window are exact and the definitions below are right
// to the last digit.
const GRID = 64;
const price = fc.integer({ min: 1, max: 1_000_000 }).map((steps) => steps / GRID);
const prices = fc.array(price, { minLength: 1, maxLength: 90 });
const period = fc.integer({ min: 1, max: 20 });

const bar: fc.Arbitrary<TestBar> = fc
  .record({
    low: price,
    up: fc.integer({ min: 0, max: 64_000 }),
    openAt: fc.integer({ min: 0, max: 16 }),
    closeAt: fc.integer({ min: 0, max: 16 }),
    volume: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 })),
  })
  .map(({ low, up, openAt, closeAt, volume }) => {
    const range = (up * 16) / GRID;
    return { low, high: low + range, open: low + (range * openAt) / 16, close: low + (range * closeAt) / 16, volume };
  });

const sum = (window: readonly number[]): number => window.reduce((total, value) => total + value, 0);
/** n times the sum of squared distances from the mean, exact on the grid. */
const spread = (window: readonly number[]): number =>
  window.length * sum(window.map((value) => value * value)) - sum(window) ** 2;

type Definition = (window: readonly number[]) => number;

const FROM_SCRATCH: Readonly<Record<string, [(n: number) => IndicatorSpec<string>, Definition, output?: string]>> = {
  SMA: [(n) => sma(n), (w) => sum(w) / w.length],
  WMA: [(n) => wma(n), (w) => sum(w.map((value, place) => value * (place + 1))) / ((w.length * (w.length + 1)) / 2)],
  StDev: [(n) => stdev(n), (w) => Math.sqrt(spread(w)) / w.length],
  "StDev of a sample": [
    (n) => stdev(n + 1, { sample: true }),
    (w) => Math.sqrt(spread(w) / (w.length * (w.length - 1))),
  ],
  ZScore: [
    (n) => zscore(n),
    (w) => (spread(w) === 0 ? 0 : (w.length * w[w.length - 1] - sum(w)) / Math.sqrt(spread(w))),
  ],
  "Bollinger's upper": [(n) => bollinger(n, 2), (w) => (sum(w) + 2 * Math.sqrt(spread(w))) / w.length, "upper"],
  "Bollinger's bandwidth": [(n) => bollinger(n, 2), (w) => (4 * Math.sqrt(spread(w))) / sum(w), "bandwidth"],
  "Bollinger's percentB": [
    (n) => bollinger(n, 2),
    (w) => (spread(w) === 0 ? 0.5 : 0.5 + (w.length * w[w.length - 1] - sum(w)) / (4 * Math.sqrt(spread(w)))),
    "percentB",
  ],
  Highest: [(n) => highest(n, { source: "close" }), (w) => Math.max(...w)],
  Lowest: [(n) => lowest(n, { source: "close" }), (w) => Math.min(...w)],
  "Donchian's middle": [(n) => donchian(n, { source: "close" }), (w) => (Math.max(...w) + Math.min(...w)) / 2],
  "Stochastic of the close": [
    (n) => stochastic(n, 1, 1, { source: "close" }),
    (w) => {
      const low = Math.min(...w);
      const high = Math.max(...w);
      return high === low ? 50 : (100 * (w[w.length - 1] - low)) / (high - low);
    },
  ],
  CCI: [
    (n) => cci(n, { source: "close" }),
    (w) => {
      const total = sum(w);
      const distances = sum(w.map((value) => Math.abs(w.length * value - total)));
      return distances === 0 ? 0 : (w.length * w[w.length - 1] - total) / (0.015 * (distances / w.length));
    },
  ],
};

describe("streaming equals computing from scratch on the window, to twelve digits", () => {
  for (const [name, [make, definition, outputName = "value"]] of Object.entries(FROM_SCRATCH)) {
    it(name, () => {
      fc.assert(
        fc.property(prices, period, (line, n) => {
          const spec = make(n);
          const actual = run(spec, closes(...line))[outputName as "value"];
          for (let row = spec.warmup - 1; row < line.length; row++) {
            const expected = definition(line.slice(row + 1 - spec.warmup, row + 1));
            // These pass through 0, where a price differs from a mean by its last digits: digits of 1 there.
            const least = ["ZScore", "CCI", "Bollinger's percentB"].includes(name) ? 1 : 0;
            const size = Math.max(least, Math.abs(actual[row]), Math.abs(expected));
            const difference = actual[row] === expected ? 0 : Math.abs(actual[row] - expected) / size;
            expect(difference, `row ${row}: ${actual[row]} and ${expected}`).toBeLessThan(1e-12);
          }
        }),
      );
    });
  }

  it("VWAP of a window", () => {
    fc.assert(
      fc.property(fc.array(bar, { maxLength: 60 }), period, (bars, n) => {
        const actual = run(vwap(n, { source: "close" }), seriesOf(bars)).value;
        for (let row = n - 1; row < bars.length; row++) {
          const window = bars.slice(row + 1 - n, row + 1);
          const volume = sum(window.map((one) => one.volume ?? 0));
          const expected =
            volume === 0 ? bars[row].close : sum(window.map((one) => one.close * (one.volume ?? 0))) / volume;
          expect(apart(actual[row], expected)).toBeLessThan(1e-12);
        }
      }),
    );
  });

  it("VWAP keeps its digits where the lower of two prices far apart has nearly all of the volume", () => {
    const at = (close: number, volume: number): TestBar => ({ open: close, high: close, low: close, close, volume });
    const bars = [at(128.109375, 1), at(0.015625, 468_624)];
    const exact = (128.109375 + 0.015625 * 468_624) / 468_625;
    expect(apart(run(vwap(2, { source: "close" }), seriesOf(bars)).value[1], exact)).toBeLessThan(1e-15);
  });

  it("StDev keeps its digits where prices are large and hardly move", () => {
    const line = [100_000.01, 100_000.02, 100_000.01, 100_000.03, 100_000.02];
    const deviation = run(stdev(5), closes(...line)).value[4];
    // The prices as they are held are off by up to 7e-12: a thousandth of a millionth of this deviation.
    expect(deviation).toBeCloseTo(0.01 * Math.sqrt(0.56), 11);
  });
});

describe("what reverses, on any bars", () => {
  const columnsOf = (bars: readonly TestBar[]): { high: number[]; low: number[]; close: number[] } => ({
    high: bars.map((one) => one.high as number),
    low: bars.map((one) => one.low as number),
    close: bars.map((one) => one.close),
  });
  const some = fc.array(bar, { minLength: 2, maxLength: 80 });

  it("PSAR keeps TA-Lib's rules to the last bit, whichever way it begins", () => {
    fc.assert(
      fc.property(some, (bars) => {
        expect(run(psar(0.05, 0.2), seriesOf(bars)).value).toEqual(parabolicOf(columnsOf(bars), 0.05, 0.2));
      }),
    );
  });

  it("Supertrend keeps its bands and its side", () => {
    fc.assert(
      fc.property(some, (bars) => {
        const spec = supertrend(3, 0.5);
        const { value, direction } = run(spec, seriesOf(bars));
        supertrendOf(columnsOf(bars), 0.5, 3).forEach((theirs, row) => {
          if (row < spec.warmup - 1) return;
          expect(apart(value[row], theirs.value)).toBeLessThan(1e-12);
          expect(direction[row]).toBe(theirs.up ? 1 : -1);
        });
      }),
    );
  });
});

describe("an outlier that has left the window leaves no trace", () => {
  const OUTLIER = 1e18;
  const windowed: Readonly<Record<string, (n: number) => IndicatorSpec<string>>> = {
    sma: (n) => sma(n),
    wma: (n) => wma(n),
    stdev: (n) => stdev(n),
    zscore: (n) => zscore(n),
    bollinger: (n) => bollinger(n),
    donchian: (n) => donchian(n),
    highest: (n) => highest(n),
    lowest: (n) => lowest(n),
    stochastic: (n) => stochastic(n, 2, 3),
    cci: (n) => cci(n),
    roc: (n) => roc(n),
    trueRange: () => trueRange(),
    vwap: (n) => vwap(n),
    "sma of an sma": (n) => sma(3, { source: sma(n) }),
  };
  for (const [name, make] of Object.entries(windowed)) {
    it(`${name}: bit for bit as if it had never been there`, () => {
      fc.assert(
        fc.property(
          fc.array(bar, { minLength: 1, maxLength: 70 }),
          period,
          fc.nat(),
          fc.constantFrom(OUTLIER, 1e-18),
          (bars, n, where, size) => {
            const spec = make(n);
            const at = where % bars.length;
            const spoilt = [...bars];
            spoilt[at] = { open: size, high: size, low: size, close: size, volume: OUTLIER };
            const clean = run(spec, seriesOf(bars));
            const after = run(spec, seriesOf(spoilt));
            for (const outputName of spec.outputs as "value"[]) {
              expect(after[outputName].slice(at + spec.warmup)).toEqual(clean[outputName].slice(at + spec.warmup));
            }
          },
        ),
      );
    });
  }

  it("stays true when a cumulative sum would have overflowed", () => {
    const line = [1, 2, 3, 1e308, 1e308, 4, 5, 6, 7];
    expect(run(sma(3), closes(...line)).value.slice(7)).toEqual([5, 6]);
    expect(run(stdev(3), closes(...line)).value[8]).toBeCloseTo(Math.sqrt(2 / 3), 14);
  });
});

describe("warm-up", () => {
  const long = fc.array(bar, { minLength: 60, maxLength: 60 });

  for (const [name, make] of Object.entries(EVERY_INDICATOR)) {
    it(`${name}: every output is a number from bar number warmup on and none before, on its own and on any source`, () => {
      fc.assert(
        fc.property(long, (bars) => {
          const series = seriesOf(bars);
          for (const source of [undefined, ...EVERY_SOURCE]) {
            const spec = make(source === undefined ? {} : { source });
            const outputs = run(spec, series);
            for (const outputName of spec.outputs as "value"[]) {
              const first = outputs[outputName].findIndex((value) => !Number.isNaN(value));
              expect(first + 1, `${spec.name} ${outputName}`).toBe(spec.warmup);
              // Every source here is a number from its warm-up on; a bandwidth round exactly 0 is the one that is not.
              if (outputName !== ("bandwidth" as string)) {
                expect(outputs[outputName].slice(first).every(Number.isFinite), `${spec.name} ${outputName}`).toBe(
                  true,
                );
              }
            }
          }
        }),
        { numRuns: 20 },
      );
    });
  }

  it("adds up along a chain", () => {
    expect(rsi(14).warmup).toBe(15);
    expect(sma(5, { source: rsi(14) }).warmup).toBe(19);
    expect(macd(12, 26, 9).warmup).toBe(34);
    expect(ema(3, { source: sma(5, { source: output(macd(), "signal") }) }).warmup).toBe(40);
  });
});

describe("kernels", () => {
  it("two of one spec do not share state, whichever indicator and source", () => {
    fc.assert(
      fc.property(
        fc.array(bar, { minLength: 30, maxLength: 30 }),
        fc.array(bar, { minLength: 30, maxLength: 30 }),
        (one, other) => {
          for (const make of Object.values(EVERY_INDICATOR)) {
            for (const source of [undefined, rsi(3)]) {
              const spec = make(source === undefined ? {} : { source });
              const first = { step: stepping(spec), bars: seriesOf(one), alone: run(spec, seriesOf(one)) };
              const second = { step: stepping(spec), bars: seriesOf(other), alone: run(spec, seriesOf(other)) };
              for (let row = 0; row < 30; row++) {
                for (const { step, bars, alone } of [first, second]) {
                  expect(step(bars, row)).toEqual(spec.outputs.map((name) => alone[name as "value"][row]));
                }
              }
            }
          }
        },
      ),
      { numRuns: 5 },
    );
  });

  it("pass over bars on which their source is not a number, as if these had not been", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(price, fc.constantFrom(1, 1, 1, Number.NaN, Infinity)), { maxLength: 60 }),
        (line) => {
          const holes = closes(...line.map(([value, factor]) => value * factor));
          const kept = line.filter(([, factor]) => factor === 1).map(([value]) => value);
          for (const [name, make] of Object.entries(EVERY_INDICATOR)) {
            // Their width comes from the bars and not from the source.
            if (name.startsWith("keltner") || name === "supertrend") continue;
            const withHoles = make({ source: gappy });
            const without = make({ source: "close" });
            const seen = lastOutputs(withHoles, holes);
            expect(seen, name).toEqual(lastOutputs(without, closes(...kept)));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("see no row behind the one they are given", () => {
    fc.assert(
      fc.property(fc.array(bar, { minLength: 30, maxLength: 30 }), (bars) => {
        const whole = seriesOf(bars);
        for (const make of Object.values(EVERY_INDICATOR)) {
          const spec = make();
          const cut = seriesOf(bars.slice(0, 20));
          expect(run(spec, cut).value).toEqual(run(spec, whole).value.slice(0, 20));
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe("a flat market", () => {
  const FLAT = 10.01;
  // 10.01 cannot be held exactly: naive sums of it are off in the last digit, now up, now down.
  const flat = closes(...new Array<number>(60).fill(FLAT));
  const sameAsPrice = ["sma", "sma of one", "ema", "wma", "highest", "lowest", "donchian", "vwap", "vwap of a window"];
  const zero = ["stdev", "stdev of a sample", "zscore", "cci", "roc", "atr", "trueRange", "obv", "adx", "macd"];

  it("has averages and extremes of exactly its price", () => {
    for (const name of sameAsPrice) {
      const spec = EVERY_INDICATOR[name]();
      expect(new Set(run(spec, flat).value.slice(spec.warmup - 1)), name).toEqual(new Set([FLAT]));
    }
  });

  it("has no width, movement or direction: all of that is exactly 0", () => {
    for (const name of zero) {
      const spec = EVERY_INDICATOR[name]();
      for (const outputName of spec.outputs as "value"[]) {
        expect(new Set(run(spec, flat)[outputName].slice(spec.warmup - 1)), name).toEqual(new Set([0]));
      }
    }
  });

  it("has RSI 50, Stochastic 50, %B 0.5 and bandwidth 0: the middle of nothing", () => {
    const last = (spec: IndicatorSpec<string>, name = "value"): number => run(spec, flat)[name as "value"][59];
    expect(last(rsi())).toBe(50);
    expect(last(stochastic())).toBe(50);
    expect(last(stochastic(), "d")).toBe(50);
    expect(last(bollinger())).toBe(FLAT);
    expect(last(bollinger(), "upper")).toBe(FLAT);
    expect(last(bollinger(), "percentB")).toBe(0.5);
    expect(last(bollinger(), "bandwidth")).toBe(0);
  });

  it("never lets two averages cross, wherever it begins", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { maxLength: 40 }), (line) => {
        const market = closes(...line, ...new Array<number>(60).fill(FLAT));
        const [fast, slow] = [run(sma(10), market).value, run(sma(30), market).value];
        for (let row = line.length + 29; row < market.length; row++) expect(fast[row]).toBe(slow[row]);
      }),
    );
  });
});

class CloseKernel extends Kernel {
  protected compute({ bars, before, count }: BarChunk): void {
    for (let place = 1; place <= count; place++) this.lines[0][place] = bars.close[before + place];
  }
}

/** The close as an indicator of its own, NaN and all. */
const gappy: IndicatorSpec = indicatorSpec(
  { name: "gappy", outputs: ["value"], warmup: 1, pane: "price" },
  () => new CloseKernel(1),
  false,
);

function lastOutputs(spec: IndicatorSpec<string>, bars: BarSeries): number[] {
  const step = stepping(spec);
  let outputs = spec.outputs.map(() => Number.NaN);
  for (let row = 0; row < bars.length; row++) outputs = step(bars, row);
  return outputs;
}

describe("fields", () => {
  it("are read from their columns", () => {
    const bars = seriesOf([{ open: 3, high: 8, low: 1, close: 6, volume: 70 }]);
    const expected: Readonly<Record<BarField, number>> = {
      open: 3,
      high: 8,
      low: 1,
      close: 6,
      volume: 70,
      hl2: 4.5,
      hlc3: 5,
      ohlc4: 4.5,
    };
    for (const [name, value] of Object.entries(expected)) {
      expect(run(sma(1, { source: name as Source }), bars).value, name).toEqual([value]);
    }
  });

  it("are found again when a live series outgrows its columns", () => {
    const bars = closes(1);
    const step = stepping(sma(2));
    step(bars, 0);
    for (let row = 1; row < 2000; row++) {
      bars.append(row * 3_600_000, (row + 1) * 3_600_000, row + 1, row + 1, row + 1, row + 1, 1);
      expect(step(bars, row)).toEqual([row + 0.5]);
    }
  });
});
