import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepare } from "../../backtest/backtest.js";
import { type Bar, openData, Strategy } from "../../index.js";
import { bars, DAY, HOUR, OPEN, type Row } from "../bars.js";
import { fillsOf, run } from "../scripted.js";

// An account is held against its margin when that can have changed, and not at every instant. With a second currency in
// the run it is, whatever is held: the rate moves what is owed. So the same trades in both must end alike.

/** Holds several instruments both ways, for far more than the account is worth. */
class Levered extends Strategy.with({ chance: 0.05, units: 300 }) {
  override onBar({ instrument }: Bar): void {
    const { random, params } = this;
    if (random.next() > params.chance) return;
    const sign = random.next() < 0.5 ? -1 : 1;
    if (random.next() < 0.2) this.closePosition(instrument);
    else this.target(instrument, sign * Math.ceil(random.next() * params.units));
  }
}

interface Outcome {
  readonly fills: string[];
  readonly equity: string[];
  readonly calls: number;
}

function outcome(
  data: string,
  margin: string,
  seed: number,
  params: Record<string, number>,
  asksAlways: boolean,
): Outcome {
  const { engine } = prepare({
    strategy: Levered,
    data: openData(data),
    cash: 20_000,
    margin,
    seed,
    params,
    guards: false,
    ...(asksAlways && { rates: { EUR: 1.1 } }),
  });
  engine.drain(Infinity);
  engine.finish();
  const { fills, equity, book } = engine;
  const told = Array.from({ length: fills.length }, (_, f) =>
    [fills.instrument[f], fills.time[f], fills.quantity[f], fills.price[f], fills.fee[f]].join(" "),
  );
  let calls = 0;
  for (const tag of book.tags.values()) if (tag === "margin call") calls++;
  return {
    fills: told,
    // A rate that is set sums the account anew: the last digits may differ.
    equity: Array.from(equity.value.subarray(0, equity.length), (value) => value.toFixed(4)),
    calls,
  };
}

describe("An account with several positions", () => {
  it.each(["reg-t", "reg-t-intraday"])(
    "is called under %s when it would be if it were asked at every instant",
    (margin) => {
      let calls = 0;
      fc.assert(
        fc.property(
          fc.record({
            seed: fc.integer({ min: 1, max: 100_000 }),
            symbols: fc.integer({ min: 2, max: 5 }),
            volatility: fc.constantFrom(0.3, 0.9, 2.5),
            price: fc.constantFrom(3, 12, 40, 100),
            units: fc.integer({ min: 50, max: 900 }),
            chance: fc.constantFrom(0.002, 0.01, 0.05, 0.3),
            drift: fc.constantFrom(0, 5),
            bar: fc.constantFrom("5min", "1day"),
          }),
          ({ seed, symbols, volatility, price, units, chance, drift, bar }) => {
            const data = `synthetic:seed=${seed},bars=1200,symbols=${symbols},volatility=${volatility},startPrice=${price},correlation=0.95,drift=${drift},bar=${bar}`;
            const params = { chance, units: Math.ceil((units * 40) / price) };
            const own = outcome(data, margin, seed, params, false);
            calls += own.calls;
            expect(own).toEqual(outcome(data, margin, seed, params, true));
          },
        ),
        { numRuns: 120 },
      );
      expect(calls).toBeGreaterThan(20);
    },
  );
});

describe("A short position", () => {
  it("is called when a split has made its price so low that a share needs more than its value", async () => {
    // 4,000 short need 1,200; as 800 shares at 5.00 they need 5.00 each.
    const flat = (price: number): Row => [price, price, price, price];
    const rows = [...Array<Row>(6).fill(flat(20)), ...Array<Row>(6).fill(flat(5))];
    const split = { time: OPEN + DAY - 9.5 * HOUR, numerator: 4, denominator: 1 };
    const result = await run(
      bars("SPY", "1hour", rows),
      { onBar: (trader, _bar, n) => n === 0 && trader.sell("SPY", 200) },
      { cash: 2500, margin: "reg-t", actions: { SPY: { splits: [split], dividends: [] } } },
    );
    expect(fillsOf(result)).toEqual(["bar 1 open: sell 200 at 20", "bar 7 open: buy 300 at 5"]);
  });
});
