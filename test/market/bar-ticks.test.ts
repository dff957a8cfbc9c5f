import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BarSeries } from "../../core/market/bar-series.js";
import { parseBarSize } from "../../core/market/bar-size.js";
import { askAt, BarTicks, bidAt, ticksFromBars } from "../../core/market/bar-ticks.js";
import { Instrument } from "../../core/market/instrument.js";

const OPEN = Date.UTC(2024, 0, 2, 14, 30);

interface SomeBar {
  readonly bar: string;
  readonly cents: readonly [number, number, number, number];
  readonly volume: number;
  readonly every: number;
}

const someBar: fc.Arbitrary<SomeBar> = fc.record({
  bar: fc.constantFrom("1sec", "5sec", "1min", "1hour", "1day"),
  cents: fc.tuple(
    fc.integer({ min: 100, max: 20_000 }),
    fc.integer({ min: 0, max: 500 }),
    fc.integer({ min: 0, max: 90 }),
    fc.integer({ min: 0, max: 1000 }),
  ),
  volume: fc.integer({ min: 0, max: 1_000_000 }),
  every: fc.constantFrom(Infinity, 1000, 5000),
});

function seriesOf({ bar, cents, volume }: SomeBar): BarSeries {
  const [open, up, down, along] = cents;
  const high = open + up;
  const low = open - down;
  const close = low + ((high - low) * along) / 1000;
  const series = new BarSeries(new Instrument({ symbol: "SPY" }), parseBarSize(bar));
  const length = bar === "1day" ? 6.5 * 3_600_000 : series.size.ms;
  series.append(OPEN, OPEN + length, open / 100, high / 100, low / 100, Math.round(close) / 100, volume);
  return series;
}

describe("ticks made from a bar", () => {
  it("make the same bar again, in order of time, strictly inside it", () => {
    fc.assert(
      fc.property(someBar, (given) => {
        const series = seriesOf(given);
        const ticks = new BarTicks({ every: given.every, spread: 2 });
        const length = ticks.make(series, 0);
        const last = ticks.last.subarray(0, length);
        expect(last[0]).toBe(series.open[0]);
        expect(last[length - 1]).toBe(series.close[0]);
        expect(Math.max(...last)).toBe(series.high[0]);
        expect(Math.min(...last)).toBe(series.low[0]);
        expect(ticks.lastSize.subarray(0, length).reduce((sum, size) => sum + size, 0)).toBe(series.volume[0]);
        const wrong = Array.from({ length }, (_, i) => i).filter(
          (i) =>
            !(ticks.time[i] > (i === 0 ? series.start[0] : ticks.time[i - 1]) && ticks.time[i] < series.end[0]) ||
            !Number.isInteger(ticks.time[i]) ||
            ticks.bid[i] !== bidAt(last[i], 0.01, 2) ||
            ticks.ask[i] !== askAt(last[i], 0.01, 2) ||
            !(ticks.lastSize[i] >= 0),
        );
        expect(wrong).toEqual([]);
      }),
    );
  });

  it("are the same whenever they are made, and differ from bar to bar", () => {
    const series = seriesOf({ bar: "1hour", cents: [10_000, 300, 80, 500], volume: 1000, every: 5000 });
    series.append(OPEN + 3_600_000, OPEN + 7_200_000, 100, 103, 99.2, 101.1, 1000);
    const one = new BarTicks({ every: 5000, spread: 2 });
    const two = new BarTicks({ every: 5000, spread: 2 });
    one.make(series, 0);
    two.make(series, 1);
    two.make(series, 0);
    expect([...two.last.subarray(0, two.length)]).toEqual([...one.last.subarray(0, one.length)]);
    expect([...two.bidSize.subarray(0, two.length)]).toEqual([...one.bidSize.subarray(0, one.length)]);
    const first = [...one.last.subarray(0, one.length)];
    one.make(series, 1);
    expect([...one.last.subarray(0, one.length)]).not.toEqual(first);
  });

  it("take the nearer extreme first", () => {
    const series = seriesOf({ bar: "1min", cents: [10_000, 10, 80, 500], volume: 0, every: Infinity });
    const ticks = new BarTicks();
    expect(ticks.make(series, 0)).toBe(4);
    expect([...ticks.last.subarray(0, 4)]).toEqual([100, 100.1, 99.2, 99.65]);
  });

  it("have no trades where the bars are midpoints, and the bars' own bid and ask where they carry them", () => {
    const column = (value: number): Float64Array => Float64Array.of(value);
    const prices = (open: number, high: number, low: number, close: number) => ({
      open: column(open),
      high: column(high),
      low: column(low),
      close: column(close),
    });
    const series = new BarSeries(
      new Instrument({ symbol: "EUR.USD", assetClass: "forex" }),
      parseBarSize("1min"),
      {
        start: column(OPEN),
        end: column(OPEN + 60_000),
        volume: column(0),
        ...prices(1.1, 1.102, 1.099, 1.101),
        bid: prices(1.0999, 1.1019, 1.0989, 1.1009),
        ask: prices(1.1001, 1.1021, 1.0991, 1.1011),
      },
      "midpoint",
    );
    const ticks = new BarTicks({ every: 5000, spread: 2 });
    const length = ticks.make(series, 0);
    expect(ticks.last.subarray(0, length).every(Number.isNaN)).toBe(true);
    expect(Math.max(...ticks.ask.subarray(0, length))).toBe(1.1021);
    expect(Math.min(...ticks.bid.subarray(0, length))).toBe(1.0989);
    expect(ticksFromBars(series).trades).toBeUndefined();
    expect(ticksFromBars(series).quotes.length).toBe(4);
  });
});
