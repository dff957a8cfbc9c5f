import * as library from "technicalindicators";
import { describe, expect, it } from "vitest";
import {
  adx,
  atr,
  bollinger,
  cci,
  ema,
  highest,
  type IndicatorSpec,
  keltner,
  lowest,
  macd,
  obv,
  psar,
  roc,
  rsi,
  sma,
  stdev,
  stochastic,
  supertrend,
  trueRange,
  vwap,
  wma,
} from "../../core/indicators/index.js";
import { emaOf, parabolicOf, supertrendOf, trueRangeOf, wilderOf } from "./definitions.js";
import { apart, field, run, sample } from "./series.js";

const bars = sample();
const close = field(bars, "close");
const high = field(bars, "high");
const low = field(bars, "low");
const volume = field(bars, "volume");

const REAL = "on 5,105 days of the S&P 500";

/** Compares our outputs with theirs bar by bar; theirs begin somewhere and end on the last bar. */
function expectSame(
  spec: IndicatorSpec<string>,
  theirs: Readonly<Record<string, readonly (number | undefined)[]>>,
  digits = 1e-9,
  from = spec.warmup - 1,
): void {
  const ours = run(spec, bars);
  for (const [name, column] of Object.entries(theirs)) {
    const offset = bars.length - column.length;
    expect(offset, `${name} begins no later than ours`).toBeLessThanOrEqual(spec.warmup - 1);
    for (let row = from; row < bars.length; row++) {
      const [a, b] = [ours[name as "value"][row], column[row - offset] ?? Number.NaN];
      expect(apart(a, b), `${spec.name} ${name} on row ${row}: ${a}, theirs ${b}`).toBeLessThan(digits);
    }
  }
}

const column = <T extends object>(results: readonly T[], key: keyof T): number[] =>
  results.map((result) => result[key] as number);

describe(`against technicalindicators, ${REAL}`, () => {
  it("the averages are the same: SMA, EMA, WMA", () => {
    for (const period of [1, 10, 200]) {
      expectSame(sma(period), { value: library.sma({ period, values: close }) });
      expectSame(ema(period), { value: library.ema({ period, values: close }) });
      expectSame(wma(period), { value: library.wma({ period, values: close }) });
    }
  });

  it("MACD is the same with its averages set to exponential", () => {
    const theirs = library.macd({
      values: close,
      fastPeriod: 12,
      slowPeriod: 26,
      signalPeriod: 9,
      SimpleMAOscillator: false,
      SimpleMASignal: false,
    });
    // Differences of averages of about 1,000: of twelve digits in those, what is left of a histogram near 0.
    const ours = run(macd(), bars);
    theirs.forEach((result, place) => {
      const row = place + bars.length - theirs.length;
      if (row < macd().warmup - 1) return;
      expect(Math.abs(ours.value[row] - (result.MACD as number))).toBeLessThan(1e-8);
      expect(Math.abs(ours.signal[row] - (result.signal as number))).toBeLessThan(1e-8);
      expect(Math.abs(ours.histogram[row] - (result.histogram as number))).toBeLessThan(1e-8);
    });
  });

  it("RSI is the same where theirs is rounded to two decimals, ours is not", () => {
    const theirs = library.rsi({ period: 14, values: close });
    const ours = run(rsi(14), bars).value.slice(14);
    expect(theirs).toHaveLength(ours.length);
    ours.forEach((value, place) => {
      expect(Math.abs(value - theirs[place])).toBeLessThan(0.005 + 1e-9);
    });
    expect(ours.some((value) => Math.abs(value * 100 - Math.round(value * 100)) > 0.01)).toBe(true);
  });

  it("StDev is the same, both of the population", () => {
    expectSame(stdev(20), { value: library.sd({ period: 20, values: close }) });
  });

  it("Bollinger bands are the same", () => {
    const theirs = library.bollingerbands({ period: 20, stdDev: 2, values: close });
    expectSame(bollinger(20, 2), {
      value: column(theirs, "middle"),
      upper: column(theirs, "upper"),
      lower: column(theirs, "lower"),
    });
    const ours = run(bollinger(20, 2), bars);
    theirs.forEach(({ pb }, place) => {
      expect(ours.percentB[place + 19]).toBeCloseTo(pb, 8);
    });
  });

  it("TrueRange and ATR are the same, both beginning with the second bar", () => {
    expectSame(trueRange(), { value: library.truerange({ high, low, close }) });
    expectSame(atr(14), { value: library.atr({ period: 14, high, low, close }) });
  });

  it("ADX is the same: both begin each smoothing with a whole period, where TA-Lib takes one bar fewer", () => {
    const theirs = library.adx({ period: 14, high, low, close });
    expectSame(adx(14), {
      value: column(theirs, "adx"),
      plusDi: column(theirs, "pdi"),
      minusDi: column(theirs, "mdi"),
    });
  });

  it("Stochastic without slowing is the same", () => {
    const theirs = library.stochastic({ period: 14, signalPeriod: 3, high, low, close });
    const ours = run(stochastic(14, 1, 3), bars);
    theirs.forEach(({ k, d }, place) => {
      if (place < 2) return;
      expect(ours.value[place + 13]).toBeCloseTo(k, 9);
      expect(ours.d[place + 13]).toBeCloseTo(d, 9);
    });
  });

  it("Highest, Lowest, ROC and CCI are the same", () => {
    expectSame(highest(20), { value: library.highest({ period: 20, values: high }) });
    expectSame(lowest(20), { value: library.lowest({ period: 20, values: low }) });
    expectSame(roc(12), { value: library.roc({ period: 12, values: close }) }, 1e-12);
    const theirs = library.cci({ period: 20, high, low, close });
    const ours = run(cci(20), bars).value.slice(19);
    ours.forEach((value, place) => {
      expect(value).toBeCloseTo(theirs[place], 7);
    });
  });

  it("OBV is the same, except that ours stands at 0 on the first bar and theirs begins with the second", () => {
    const ours = run(obv(), bars).value;
    expect(ours[0]).toBe(0);
    expect(ours.slice(1)).toEqual(library.obv({ close, volume }));
  });

  it("VWAP since the beginning is the same", () => {
    expectSame(vwap(), { value: library.vwap({ high, low, close, volume }) });
  });

  it("Keltner channels are the same with their multiplier of 1", () => {
    const theirs = library.keltnerchannels({
      maPeriod: 20,
      atrPeriod: 10,
      multiplier: 1,
      useSMA: false,
      high,
      low,
      close,
    });
    expectSame(keltner(20, 10, 1), {
      value: column(theirs, "middle"),
      upper: column(theirs, "upper"),
      lower: column(theirs, "lower"),
    });
  });

  it("PSAR is the same from the first reversal on: theirs always begins long, ours with the move of the second bar", () => {
    const theirs = library.psar({ step: 0.02, max: 0.2, high, low });
    const ours = run(psar(), bars);
    expect(ours.direction[1]).toBe(-1);
    const reversal = ours.direction.findIndex((direction, row) => row > 1 && direction !== ours.direction[row - 1]);
    expect(reversal).toBeLessThan(40);
    expectSame(psar(), { value: theirs }, 1e-9, reversal);
  });
});

describe(`against their definitions over the whole column, ${REAL}`, () => {
  const columns = { high, low, close };

  it("EMA, and EMA of an EMA", () => {
    expectSame(ema(20), { value: emaOf(close, 20) }, 1e-12);
    expectSame(ema(9, { source: ema(20) }), { value: emaOf(emaOf(close, 20), 9) }, 1e-12);
  });

  it("RSI, not rounded", () => {
    const change = close.map((value, row) => (row === 0 ? Number.NaN : value - close[row - 1]));
    const gain = wilderOf(
      change.map((one) => (Number.isNaN(one) ? one : Math.max(one, 0))),
      14,
    );
    const loss = wilderOf(
      change.map((one) => (Number.isNaN(one) ? one : Math.max(-one, 0))),
      14,
    );
    expectSame(rsi(14), { value: gain.map((up, row) => 100 - 100 / (1 + up / loss[row])) }, 1e-12);
  });

  it("ATR", () => {
    expectSame(atr(14), { value: wilderOf(trueRangeOf(columns), 14) }, 1e-12);
  });

  it("PSAR by TA-Lib's rules, to the last bit", () => {
    expect(run(psar(0.02, 0.2), bars).value).toEqual(parabolicOf(columns, 0.02, 0.2));
    expect(run(psar(0.1, 0.35), bars).value).toEqual(parabolicOf(columns, 0.1, 0.35));
  });

  it("Supertrend by TradingView's rules", () => {
    for (const [period, multiplier] of [
      [10, 3],
      [3, 0.5],
    ]) {
      const theirs = supertrendOf(columns, multiplier, period);
      const spec = supertrend(period, multiplier);
      expectSame(spec, { value: theirs.map(({ value }) => value) }, 1e-12);
      expect(run(spec, bars).direction.slice(spec.warmup - 1)).toEqual(
        theirs.slice(spec.warmup - 1).map(({ up }) => (up ? 1 : -1)),
      );
    }
  });

  it("MACD is exactly EMA(12) - EMA(26)", () => {
    const [fast, slow] = [run(ema(12), bars).value, run(ema(26), bars).value];
    const { value, signal, histogram } = run(macd(), bars);
    for (let row = 33; row < bars.length; row++) {
      expect(value[row]).toBe(fast[row] - slow[row]);
      expect(histogram[row]).toBe(value[row] - signal[row]);
    }
  });
});
