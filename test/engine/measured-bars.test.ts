import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BarSeries, backtest, Instrument, type Reading, sma, type TradeSeries } from "../../index.js";
import { renderReport } from "../../report/html.js";
import { bars, MINUTE, newYork, OPEN, type Row, SECOND, SESSION, sessionOpen, trades } from "../bars.js";
import { PLAIN, run, type Settings, scripted } from "../scripted.js";

interface Handed {
  readonly start: number;
  readonly end: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

const SPY = new Instrument({ symbol: "SPY" });
const TWO_DAYS: Settings = { sessions: { SPY: newYork(2) } };

/** The bars of a size that a strategy is handed, each looked at when it is. */
async function handed(data: readonly BarSeries[], size: string, more: Settings = {}): Promise<Handed[]> {
  const all: Handed[] = [];
  let tradesTold = 0;
  let lastTrade = -Infinity;
  await run(
    data,
    {
      declare: (trader) => trader.subscribe("SPY", size),
      onTrade(_trader, trade) {
        tradesTold++;
        lastTrade = trade.time;
      },
      onBar(trader, bar) {
        if (bar.size.label !== size) return;
        // It is complete now, and what completed it has arrived.
        expect(bar.end).toBe(trader.clock.now);
        if (tradesTold > 0) expect(lastTrade).toBeLessThanOrEqual(bar.end);
        const { start, end, open, high, low, close, volume } = bar;
        all.push({ start, end, open, high, low, close, volume });
      },
    },
    { ...TWO_DAYS, ...more },
  );
  return all;
}

const ofTrades = (series: TradeSeries, size: string): Promise<Handed[]> => handed([], size, { trades: [series] });

/** Trades in two sessions and around them, many of them at one instant. */
const market = fc
  .array(
    fc.record({
      step: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 * 60 * 1000 })),
      price: fc.integer({ min: 9_000, max: 11_000 }).map((cents) => cents / 100),
      size: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.constant(Number.NaN)),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((rows): TradeSeries => {
    let time = -MINUTE;
    return trades(
      SPY,
      rows.map(({ step, price, size }) => {
        time += step;
        return [time / SECOND, price, size];
      }),
    );
  });

const sizes = fc.record({ unit: fc.constantFrom("tick", "volume", "value"), count: fc.integer({ min: 1, max: 30 }) });
const measureOf = (unit: string, price: number, size: number): number => {
  if (unit === "tick") return 1;
  return size > 0 ? (unit === "volume" ? size : size * price) : 0;
};
/** A label, with counts as large as the sizes of trades. */
const labelOf = (unit: string, count: number): string =>
  `${count * (unit === "tick" ? 1 : unit === "volume" ? 40 : 4000)}${unit}`;
const inside = (time: number): boolean =>
  [0, 1].some((day) => time >= sessionOpen(day) && time <= sessionOpen(day) + SESSION);

describe("bars of trades, of volume and of value from trades", () => {
  it("have every trade of a session in exactly one of them, that is right in all it says", async () => {
    await fc.assert(
      fc.asyncProperty(market, sizes, async (series, { unit, count }) => {
        const label = labelOf(unit, count);
        const enough = Number.parseInt(label, 10);
        // A trade after both sessions, so that the last bar of the second is complete.
        const all = await ofTrades(withLast(series), label);
        let seen = 0;
        for (const [k, bar] of all.entries()) {
          if (k > 0) expect(bar.start).toBeGreaterThanOrEqual(all[k - 1].end);
          expect(bar.end).toBeGreaterThan(bar.start);
          const open = sessionOpen(bar.end > sessionOpen(0) + SESSION ? 1 : 0);
          expect(bar.start >= open && bar.end <= open + SESSION).toBe(true);
          const rows = rowsOf(
            series,
            (time) => inside(time) && (time > bar.start || time === open) && time <= bar.end,
          ).filter((row) => row >= seen);
          seen = rows[rows.length - 1] + 1;
          const prices = rows.map((row) => series.price[row]);
          expect([bar.open, bar.high, bar.low, bar.close]).toEqual([
            prices[0],
            Math.max(...prices),
            Math.min(...prices),
            prices.at(-1),
          ]);
          expect(bar.volume).toBe(rows.reduce((sum, row) => sum + (series.size[row] > 0 ? series.size[row] : 0), 0));
          const measured = (some: readonly number[]): number =>
            some.reduce((sum, row) => sum + measureOf(unit, series.price[row], series.size[row]), 0);
          // Full with what happened at its end and not before; or the close ended it.
          const before = rows.filter((row) => series.time[row] < bar.end && series.time[row] < bar.end - 1);
          expect(measured(before)).toBeLessThan(enough);
          if (bar.end < open + SESSION) expect(measured(rows)).toBeGreaterThanOrEqual(enough);
        }
        const own = rowsOf(series, inside);
        expect(seen).toBe(own.length === 0 ? 0 : own[own.length - 1] + 1);
        expect(all.reduce((sum, bar) => sum + bar.volume, 0)).toBe(
          own.reduce((sum, row) => sum + (series.size[row] > 0 ? series.size[row] : 0), 0),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("know nothing of what comes later: cut anywhere, the trades give the same bars up to there", async () => {
    await fc.assert(
      fc.asyncProperty(market, sizes, fc.double({ min: 0, max: 1, noNaN: true }), async (series, size, share) => {
        const label = labelOf(size.unit, size.count);
        const whole = await ofTrades(series, label);
        const length = Math.max(1, Math.floor(share * series.length));
        const part = await ofTrades(cutTo(series, length), label);
        const last = series.time[length - 1];
        const known = whole.filter(({ end }) => end < last);
        expect(part.slice(0, known.length)).toEqual(known);
        // Trades of one instant are one fact: what a cut goes through is not told.
        for (const { end } of part.slice(known.length)) expect(end).toBe(last);
      }),
      { numRuns: 60 },
    );
  });

  it("take a trade wholly that is larger than what was left, and the next begins with nothing", async () => {
    const series = trades(SPY, [
      [1, 100, 60],
      [2, 101, 250],
      [3, 102, 99],
      [4, 103, 1],
      [5, 104, 10],
    ]);
    expect(
      (await ofTrades(series, "100volume")).map(({ start, end, volume }) => [start - OPEN, end - OPEN, volume]),
    ).toEqual([
      [0, 2 * SECOND, 310],
      [2 * SECOND, 4 * SECOND, 100],
    ]);
  });

  it("hold all that happens at one instant", async () => {
    const series = trades(SPY, [
      [1, 100, 1],
      [1, 101, 1],
      [1, 102, 1],
      [2, 103, 1],
      [3, 104, 1],
    ]);
    expect((await ofTrades(series, "2tick")).map(({ open, close, volume }) => [open, close, volume])).toEqual([
      [100, 102, 3],
      [103, 104, 2],
    ]);
  });

  it("end with their session: none goes on over the night", async () => {
    const night = (sessionOpen(1) - OPEN) / SECOND;
    const close = SESSION / SECOND;
    const series = trades(SPY, [
      [close - 10, 100, 10],
      [close, 101, 10],
      [night, 110, 10],
      [night + 1, 111, 90],
      [night + 2, 112, 10],
    ]);
    expect(
      (await ofTrades(series, "100volume")).map(({ start, end, open, volume }) => [start, end, open, volume]),
    ).toEqual([
      [OPEN, OPEN + SESSION, 100, 20],
      [sessionOpen(1), sessionOpen(1) + SECOND, 110, 100],
    ]);
  });

  it("count value in the instrument's currency, with the multiplier of a contract", async () => {
    const future = new Instrument({ symbol: "SPY", assetClass: "future", multiplier: 50, tickSize: 0 });
    const series = trades(future, [
      [1, 100, 1],
      [2, 100, 1],
      [3, 100, 1],
    ]);
    expect((await ofTrades(series, "10000value")).map(({ end }) => end - OPEN)).toEqual([2 * SECOND]);
  });

  it("warm indicators up, and are what history and orders go by", async () => {
    const series = trades(
      SPY,
      Array.from({ length: 40 }, (_, i) => [i + 1, 100 + i, 10] as const),
    );
    const seen: number[] = [];
    let average: Reading<string> | undefined;
    const result = await run(
      [],
      {
        declare(trader) {
          trader.subscribe("SPY", "5tick");
          average = trader.indicator(sma(3));
        },
        onBar(trader, bar, n) {
          expect(average?.value).toBeCloseTo(bar.close - 5, 9);
          seen.push(trader.history("SPY", 2).close.at(-1) ?? Number.NaN);
          expect(bar.size.label).toBe("5tick");
          if (n === 0) trader.buy("SPY", 3);
        },
      },
      { ...TWO_DAYS, trades: [series] },
    );
    expect(seen).toEqual([119, 124, 129, 134, 139]);
    // The third bar warms it up. The fourth ends with the trade of second 20, and the order fills on the next one.
    expect([result.fills.length, result.fills.time[0], result.fills.price[0]]).toEqual([1, OPEN + 21 * SECOND, 120]);
  });
});

describe("a report", () => {
  it("is written of a run that has trades alone, and of one with bars built from them", async () => {
    const series = trades(
      SPY,
      Array.from({ length: 90 }, (_, i) => [i + 1, 100 + (i % 9), 10] as const),
    );
    for (const build of [undefined, "5tick", "10sec"]) {
      const result = await backtest({
        ...PLAIN,
        ...TWO_DAYS,
        data: [],
        trades: [series],
        ...(build !== undefined && { build }),
        strategy: scripted({
          onTrade: (trader, _trade, n) => void (n % 20 === 0 && trader.buy("SPY", 1)),
          onBar: (trader) => void trader.position("SPY"),
        }),
      });
      expect(result.fills.length).toBe(5);
      expect(result.bars).toBe(build === undefined ? 0 : build === "5tick" ? 18 : 9);
      expect(renderReport(result)).toContain("SPY");
    }
  });
});

describe("bars of time from trades", () => {
  it("begin with the trade at their start, and hold at a close what is stamped with it", async () => {
    const close = SESSION / SECOND;
    const series = trades(SPY, [
      [0, 100, 1],
      [59.999, 101, 1],
      [60, 102, 1],
      [close - 60, 103, 1],
      [close, 104, 1],
      [close + 1, 105, 1],
    ]);
    expect(
      (await ofTrades(series, "1min")).map(({ start, open, close, volume }) => [
        (start - OPEN) / MINUTE,
        open,
        close,
        volume,
      ]),
    ).toEqual([
      [0, 100, 101, 2],
      [1, 102, 102, 1],
      [389, 103, 104, 2],
    ]);
  });

  it("are those that any of the same trades' smaller bars make", async () => {
    await fc.assert(
      fc.asyncProperty(market, async (series) => {
        const all = withLast(series);
        const seconds = await ofTrades(all, "1sec");
        const minutes = await ofTrades(all, "5min");
        const ofSeconds = seriesOf("1sec", seconds);
        if (ofSeconds.length > 0) expect(await handed([withTail(ofSeconds)], "5min")).toEqual(minutes);
      }),
      { numRuns: 60 },
    );
  });
});

describe("bars of volume and of value from smaller bars", () => {
  const minute = (i: number): Row => [100, 103, 97, 100, 100 + (i % 7)];

  it("hold whole smaller bars, as many as it takes, and no volume twice or not at all", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 50, max: 3000 }), fc.constantFrom("volume", "value"), async (count, unit) => {
        const data = bars(
          "SPY",
          "1min",
          Array.from({ length: 780 }, (_, i) => minute(i)),
        );
        const enough = unit === "volume" ? count : count * 100;
        const all = await handed([data], `${enough}${unit}`);
        let row = 0;
        for (const bar of all) {
          let volume = 0;
          const first = row;
          const close = sessionOpen(row < 390 ? 0 : 1) + SESSION;
          while (row < 780 && data.end[row] <= bar.end) volume += data.volume[row++];
          const last = volume - data.volume[row - 1];
          expect([bar.volume, bar.open, bar.close]).toEqual([volume, data.open[first], data.close[row - 1]]);
          expect(last * (unit === "volume" ? 1 : 100)).toBeLessThan(enough);
          if (bar.end < close) expect(volume * (unit === "volume" ? 1 : 100)).toBeGreaterThanOrEqual(enough);
        }
        expect(row).toBe(780);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ["bars of trades", bars("SPY", "1min", [minute(0)]), "100tick", "are built from trades, and there are none"],
    ["bars of volume from days", bars("SPY", "1day", [minute(0)]), "100volume", "are whole sessions"],
    ["a volume of midpoints", midpoints(), "100volume", "need volumes, and those of SPY 1min have none"],
  ])("%s are refused in a sentence", async (_, data, size, words) => {
    await expect(handed([data], size)).rejects.toMatchObject({
      code: "SERIES_UNKNOWN",
      message: expect.stringContaining(words),
    });
  });
});

describe("bars that are built for a run", () => {
  const data = bars(
    "SPY",
    "1min",
    Array.from({ length: 390 }, (_, i): Row => [100 + i, 101 + i, 99 + i, 100 + i, 100]),
  );

  it("are all that the strategy is handed, and orders fill on the bars they are built from", async () => {
    const told: string[] = [];
    const result = await backtest({
      ...PLAIN,
      data: [data],
      build: "1000volume",
      strategy: scripted({
        onBar(trader, bar, n) {
          told.push(bar.size.label);
          expect(trader.history("SPY", 3).close.at(-1)).toBe(bar.close);
          if (n === 1) trader.buy("SPY", 1);
        },
      }),
    });
    expect([told.length, new Set(told)]).toEqual([39, new Set(["1000volume"])]);
    // Minute 20 is the first one after the second bar.
    expect([result.fills.time[0], result.fills.price[0]]).toEqual([data.start[20], 120]);
    expect(result.equity.length).toBe(391);
    expect(result.assumptions.join(" ")).toContain("The strategy is handed bars of 1000volume");
    expect(result.bars).toBe(39);
  });

  it("go beside those it subscribes to, and a size that is there already is no other", async () => {
    const told: string[] = [];
    const strategy = scripted({
      declare: (trader) => trader.subscribe("SPY", "30min"),
      onBar: (_trader, bar) => void told.push(bar.size.label),
    });
    await backtest({ ...PLAIN, data: [data], build: ["1000volume", "65min"], strategy });
    expect(["1min", "30min", "65min", "1000volume"].map((size) => told.filter((one) => one === size).length)).toEqual([
      0, 13, 6, 39,
    ]);
    told.length = 0;
    await backtest({ ...PLAIN, data: [data], build: "1min", strategy });
    expect(told.filter((one) => one === "1min")).toHaveLength(390);
  });
});

function rowsOf(series: TradeSeries, fits: (time: number) => boolean): number[] {
  return Array.from({ length: series.length }, (_, row) => row).filter((row) => fits(series.time[row]));
}

function cutTo(series: TradeSeries, length: number): TradeSeries {
  const { time, price, size } = series;
  return { ...series, length, time: time.slice(0, length), price: price.slice(0, length), size: size.slice(0, length) };
}

function withLast(series: TradeSeries): TradeSeries {
  const last = Math.max(series.time[series.length - 1], sessionOpen(1) + SESSION) + MINUTE;
  const and = (column: Float64Array, value: number): Float64Array => Float64Array.from([...column, value]);
  return {
    ...series,
    length: series.length + 1,
    time: and(series.time, last),
    price: and(series.price, 100),
    size: and(series.size, 1),
  };
}

function seriesOf(size: string, all: readonly Handed[]): BarSeries {
  const column = (field: keyof Handed): Float64Array => Float64Array.from(all, (bar) => bar[field]);
  const series = bars(
    "SPY",
    size,
    all.map(({ open, high, low, close, volume }): Row => [open, high, low, close, volume]),
  );
  series.start = column("start");
  series.end = column("end");
  return series;
}

/** With a bar behind all sessions, so that the last one inside is complete. */
function withTail(series: BarSeries): BarSeries {
  const end = sessionOpen(1) + SESSION;
  const at = series.length;
  series.append(end + MINUTE, end + MINUTE + SECOND, 100, 100, 100, 100, 1);
  return series.slice(0, at + 1);
}

function midpoints(): BarSeries {
  const { instrument, size, start, end, open, high, low, close } = bars("SPY", "1min", [[1, 1, 1, 1]]);
  return new BarSeries(instrument, size, { start, end, open, high, low, close }, "midpoint");
}
