import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../backtest/canonical.js";
import { type HashedInputs, hashInputs, hashOutcome } from "../../backtest/hashes.js";
import { dailyWalk, smaCrossResult } from "./sample-run.js";

const series = dailyWalk(400);
const inputs: HashedInputs = {
  config: { fill: "next-open", slippage: { ticks: 1 } },
  params: { fast: 10, slow: 30 },
  instruments: [series.instrument],
  series: [series],
  source: "class SmaCross {}",
};

describe("the hash of what went into a backtest", () => {
  it("is the same for the same inputs, in whatever order settings are written", () => {
    const again = { ...inputs, config: { slippage: { ticks: 1 }, fill: "next-open" }, params: { slow: 30, fast: 10 } };
    expect(hashInputs(inputs)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashInputs(again)).toBe(hashInputs(inputs));
  });

  it("changes with each of them", () => {
    const cents = series.slice(0, 400);
    cents.close = cents.close.slice();
    cents.close[200] += 0.01;
    const others: HashedInputs[] = [
      { ...inputs, config: { ...(inputs.config as object), fill: "same-close" } },
      { ...inputs, params: { fast: 11, slow: 30 } },
      { ...inputs, source: "class SmaCross { }" },
      { ...inputs, series: [series.slice(0, 399)] },
      { ...inputs, series: [cents] },
      { ...inputs, series: [series, series] },
      { ...inputs, instruments: [] },
    ];
    const hashes = [inputs, ...others].map(hashInputs);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("looks at the rows that are there, not at the room behind them", () => {
    const grown = series.slice(0, 400);
    grown.append(9e12, 9e12 + 1, 1, 1, 1, 1, 1);
    grown.length = 400;
    expect(hashInputs({ ...inputs, series: [grown] })).toBe(hashInputs(inputs));
  });
});

describe("the hash of what came out of a backtest", () => {
  const result = smaCrossResult(series);

  it("is the same for two runs that are alike, and differs by a single fill, order or point", () => {
    const again = smaCrossResult(dailyWalk(400));
    expect(hashOutcome(again)).toBe(hashOutcome(result));
    again.fills.price[0] += 1e-9;
    expect(hashOutcome(again)).not.toBe(hashOutcome(result));
    const third = smaCrossResult(dailyWalk(400));
    third.orders.tags.set(0, "other");
    expect(hashOutcome(third)).not.toBe(hashOutcome(result));
    const fourth = smaCrossResult(dailyWalk(400));
    fourth.equity.value[100] += 1e-9;
    expect(hashOutcome(fourth)).not.toBe(hashOutcome(result));
  });

  it("takes every NaN for the same", () => {
    const again = smaCrossResult(dailyWalk(400));
    const bits = new BigUint64Array(again.orders.limit.buffer);
    bits[0] = 0xfff8000000000000n;
    expect(again.orders.limit[0]).toBeNaN();
    expect(hashOutcome(again)).toBe(hashOutcome(result));
  });
});

describe("canonical JSON", () => {
  it("sorts keys at every depth and says what JSON cannot", () => {
    expect(canonicalJson({ b: [{ d: 1, c: Number.NaN }], a: undefined, A: -Infinity })).toBe(
      '{"A":"number -Infinity","b":[{"c":"number NaN","d":1}]}',
    );
    expect(canonicalJson(undefined)).toBe("null");
  });
});
