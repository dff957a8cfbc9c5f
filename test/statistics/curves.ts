/** Equity curves and trades for tests, written out or drawn at random. */
import fc from "fast-check";
import { DAY } from "../../core/market/bar-size.js";
import { type EquityCurve, type TradeRow, type TradeTable, tradesFrom } from "../../core/statistics/inputs.js";

export const MONDAY = Date.UTC(2024, 0, 1);

/** Equity at the end of one day after another, from the last instant of 2023 on. */
export function dailyCurve(values: readonly number[], start = MONDAY): EquityCurve {
  const time = Float64Array.from(values, (_, row) => start + row * DAY);
  return { time, value: Float64Array.from(values), length: values.length };
}

/** A curve that starts at 100 and has these returns, a day each. */
export function curveOf(returns: readonly number[], start = MONDAY): EquityCurve {
  let equity = 100;
  return dailyCurve([100, ...returns.map((value) => (equity *= 1 + value))], start);
}

/** Long trades of entry value 100, a day long and an hour apart, with these net profits. */
export function tradesOf(profits: readonly number[], change: Partial<TradeRow> = {}): TradeTable {
  return tradesFrom(
    profits.map((profit, row) => ({
      instrument: 0,
      entryTime: MONDAY + row * (DAY / 24),
      exitTime: MONDAY + row * (DAY / 24) + DAY,
      quantity: 10,
      entryPrice: 10,
      exitPrice: 10 + profit / 10,
      profit,
      fees: 0,
      entryValue: 100,
      bars: 1,
      ...change,
    })),
  );
}

/** Daily returns between -20 % and +25 %, in millionths. */
export const dailyReturns = (minLength: number, maxLength = 400): fc.Arbitrary<number[]> =>
  fc.array(
    fc.integer({ min: -200_000, max: 250_000 }).map((millionths) => millionths / 1e6),
    { minLength, maxLength },
  );

/** Net profits in cents, some of them 0. */
export const profits = (minLength: number): fc.Arbitrary<number[]> =>
  fc.array(
    fc.oneof(
      fc.integer({ min: -5000, max: 8000 }).map((cents) => cents / 100),
      fc.constant(0),
    ),
    {
      minLength,
      maxLength: 200,
    },
  );
