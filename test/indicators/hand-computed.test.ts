import { describe, expect, it } from "vitest";
import {
  adx,
  atr,
  bollinger,
  cci,
  donchian,
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
  zscore,
} from "../../core/indicators/index.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { closes, run, SIX_BARS } from "./series.js";

const NOT_YET = Number.NaN;

function expectOutputs(
  spec: IndicatorSpec<string>,
  bars: BarSeries,
  expected: Readonly<Record<string, readonly number[]>>,
): void {
  const actual = run(spec, bars);
  expect(Object.keys(expected)).toEqual([...spec.outputs]);
  for (const [name, column] of Object.entries(expected)) {
    column.forEach((value, row) => {
      const where = `${spec.name} ${name} on bar ${row + 1}`;
      if (Number.isNaN(value)) expect(actual[name as "value"][row], where).toBeNaN();
      else expect(actual[name as "value"][row], where).toBeCloseTo(value, 12);
    });
  }
}

describe("indicators of one line, on closes 10, 11, 13, 12, 15", () => {
  const five = closes(10, 11, 13, 12, 15);
  const rootOf14 = Math.sqrt(14);

  it("SMA(3) is the mean of three", () => {
    expectOutputs(sma(3), five, { value: [NOT_YET, NOT_YET, 34 / 3, 36 / 3, 40 / 3] });
  });

  it("WMA(3) weighs them 1, 2, 3", () => {
    expectOutputs(wma(3), five, { value: [NOT_YET, NOT_YET, 71 / 6, 73 / 6, 82 / 6] });
  });

  it("EMA(3) begins as SMA(3) and then goes half the way to each close", () => {
    expectOutputs(ema(3), five, { value: [NOT_YET, NOT_YET, 34 / 3, 35 / 3, 40 / 3] });
  });

  it("StDev(3) divides by three, or by two as a sample", () => {
    expectOutputs(stdev(3), five, { value: [NOT_YET, NOT_YET, rootOf14 / 3, Math.sqrt(2 / 3), rootOf14 / 3] });
    expectOutputs(stdev(3, { sample: true }), five, {
      value: [NOT_YET, NOT_YET, Math.sqrt(7 / 3), 1, Math.sqrt(7 / 3)],
    });
  });

  it("ZScore(3) is the distance from the mean in deviations", () => {
    expectOutputs(zscore(3), five, { value: [NOT_YET, NOT_YET, 5 / rootOf14, 0, 5 / rootOf14] });
  });

  it("Bollinger(3, 2) lies two deviations round the mean", () => {
    const reach = (2 * rootOf14) / 3;
    expectOutputs(bollinger(3, 2), closes(10, 11, 13), {
      value: [NOT_YET, NOT_YET, 34 / 3],
      upper: [NOT_YET, NOT_YET, 34 / 3 + reach],
      lower: [NOT_YET, NOT_YET, 34 / 3 - reach],
      percentB: [NOT_YET, NOT_YET, 0.5 + 5 / 3 / (2 * reach)],
      bandwidth: [NOT_YET, NOT_YET, (2 * reach) / (34 / 3)],
    });
  });

  it("ROC(2) is the change in per cent over two bars", () => {
    expectOutputs(roc(2), five, { value: [NOT_YET, NOT_YET, 30, 100 / 11, 200 / 13] });
  });

  it("ROC from a value of 0 is 0, as in TA-Lib", () => {
    expectOutputs(roc(1), closes(0, 5, 10), { value: [NOT_YET, 0, 100] });
  });

  it("RSI(2) smooths gains 1, 2, 0, 3 and losses 0, 0, 1, 0 by halves", () => {
    expectOutputs(rsi(2), five, { value: [NOT_YET, NOT_YET, 100, 60, 1500 / 17] });
  });

  it("MACD(2, 3, 2) is EMA(2) - EMA(3), with its own EMA(2) as signal", () => {
    expectOutputs(macd(2, 3, 2), five, {
      value: [NOT_YET, NOT_YET, NOT_YET, 7 / 18, 37 / 54],
      signal: [NOT_YET, NOT_YET, NOT_YET, 11 / 18, 107 / 162],
      histogram: [NOT_YET, NOT_YET, NOT_YET, -4 / 18, 4 / 162],
    });
  });

  it("RSI(14) gives the column of the worked example that StockCharts publishes for Wilder's RSI", () => {
    const prices = [
      44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328,
      45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521, 45.7137, 46.4515, 45.7835,
      45.3548, 44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
    ];
    const published = [
      70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46, 41.87, 45.46,
      37.3, 33.08, 37.77,
    ];
    expect(
      run(rsi(14), closes(...prices))
        .value.slice(14)
        .map((value) => Math.round(value * 100) / 100),
    ).toEqual(published);
  });
});

describe("indicators of whole bars, on highs 12, 13, 15, 14, 13, 17, lows 8, 10, 11, 12, 9, 13, closes 10, 12, 14, 13, 10, 16", () => {
  it("TrueRange counts the gap from the close before", () => {
    expectOutputs(trueRange(), SIX_BARS, { value: [NOT_YET, 3, 4, 2, 4, 7] });
  });

  it("ATR(2) begins as the mean of two true ranges and then goes half the way", () => {
    expectOutputs(atr(2), SIX_BARS, { value: [NOT_YET, NOT_YET, 3.5, 2.75, 3.375, 5.1875] });
  });

  it("ADX(2) smooths +DM 1, 2, 0, 0, -DM 0, 0, 0, 3 and DX 100, 100, 60", () => {
    expectOutputs(adx(2), SIX_BARS, {
      value: [NOT_YET, NOT_YET, NOT_YET, 100, 80],
      plusDi: [NOT_YET, NOT_YET, NOT_YET, 300 / 11, 100 / 9],
      minusDi: [NOT_YET, NOT_YET, NOT_YET, 0, 400 / 9],
    });
  });

  it("Stochastic(3, 1, 2) is the place of the close in the range of three bars, and its mean of two", () => {
    expectOutputs(stochastic(3, 1, 2), SIX_BARS, {
      value: [NOT_YET, NOT_YET, NOT_YET, 60, 100 / 6, 700 / 8],
      d: [NOT_YET, NOT_YET, NOT_YET, (600 / 7 + 60) / 2, (60 + 100 / 6) / 2, (100 / 6 + 700 / 8) / 2],
    });
  });

  it("Stochastic(3, 2, 1) slows %K itself", () => {
    const slowed = [NOT_YET, NOT_YET, NOT_YET, 510 / 7, (60 + 100 / 6) / 2];
    expectOutputs(stochastic(3, 2, 1), SIX_BARS, { value: slowed, d: slowed });
  });

  it("Donchian(3), Highest(3) and Lowest(3) are the extremes of three bars, this one included", () => {
    expectOutputs(donchian(3), SIX_BARS, {
      value: [NOT_YET, NOT_YET, 11.5, 12.5, 12, 13],
      upper: [NOT_YET, NOT_YET, 15, 15, 15, 17],
      lower: [NOT_YET, NOT_YET, 8, 10, 9, 9],
    });
    expectOutputs(highest(3), SIX_BARS, { value: [NOT_YET, NOT_YET, 15, 15, 15, 17] });
    expectOutputs(lowest(3), SIX_BARS, { value: [NOT_YET, NOT_YET, 8, 10, 9, 9] });
  });

  it("CCI(3) of typical prices 30/3, 35/3, 40/3, 39/3, 32/3", () => {
    expectOutputs(cci(3), SIX_BARS, { value: [NOT_YET, NOT_YET, 100, 100 / 3, -100] });
  });

  it("OBV adds the volume of rising bars to 0 and takes off that of falling ones", () => {
    expectOutputs(obv(), SIX_BARS, { value: [0, 200, 500, 100, -400, 200] });
  });

  it("VWAP weighs typical prices by volume, since the beginning or over two bars", () => {
    expectOutputs(vwap(), SIX_BARS, { value: [10, 100 / 9, (1000 + 7000 / 3 + 4000) / 600] });
    expectOutputs(vwap(2), SIX_BARS, { value: [NOT_YET, 100 / 9, 38 / 3, 9200 / 700] });
  });

  it("Keltner(2, 2, 1) lies one ATR(2) round EMA(2)", () => {
    expectOutputs(keltner(2, 2, 1), SIX_BARS, {
      value: [NOT_YET, NOT_YET, 13, 13, 11],
      upper: [NOT_YET, NOT_YET, 16.5, 15.75, 14.375],
      lower: [NOT_YET, NOT_YET, 9.5, 10.25, 7.625],
    });
  });

  it("Supertrend(2, 1) falls with the upper band until a close goes through it", () => {
    expectOutputs(supertrend(2, 1), SIX_BARS, {
      value: [NOT_YET, NOT_YET, 16.5, 15.75, 14.375, 9.8125],
      direction: [NOT_YET, NOT_YET, -1, -1, -1, 1],
    });
  });

  it("PSAR(0.1, 0.2) rises from the first low, and reverses to the extreme of the trade", () => {
    expectOutputs(psar(0.1, 0.2), SIX_BARS, {
      value: [NOT_YET, 8, 8.5, 9.8, 15, 9],
      direction: [NOT_YET, 1, 1, 1, -1, 1],
    });
  });
});
