import { describe, expect, it } from "vitest";
import {
  bollinger,
  cci,
  customIndicator,
  highest,
  lowest,
  type Reading,
  sma,
  stdev,
  stochastic,
  wma,
  zscore,
} from "../../index.js";
import { bars, flat, instrument, MINUTE, OPEN, quotes, type Row } from "../bars.js";
import { run, type Trader } from "../scripted.js";
import { crawl, Future, fingerprinted, type Leak } from "./future.js";

const spy = instrument("SPY");
const qqq = instrument("QQQ");

describe("a strategy that asks history for more than there is", () => {
  const data = fingerprinted(spy, "1min", 60, 500);
  const future = new Future([data]);

  it.each([1, 7, 1e9, Infinity, 2 ** 31, 2 ** 32 + 3])(
    "gets no bar later than now for a count of %s",
    async (count) => {
      let asked = 0;
      await run(data, {
        onBar(trader, bar, n) {
          const history = trader.history("SPY", count);
          asked++;
          expect(history.length).toBeLessThanOrEqual(n + 1);
          expect(history.length).toBe(history.close.length);
          if (history.length > 0) expect(history.end.at(-1)).toBe(bar.end);
          expect(crawl({ history }, future, trader.clock.now).leaks).toEqual([]);
        },
      });
      expect(asked).toBe(60);
    },
  );

  it.each([-1, -1e9, 0, Number.NaN, 2.7, "3", undefined])("is refused a count of %s", async (count) => {
    await run(flat("SPY", "1min", 100, 3), {
      onBar: (trader) => expect(() => trader.history("SPY", count as number)).toThrow(/there cannot be/),
    });
  });

  it("gets columns of its own: writing to them changes nothing, and nothing lies behind them", async () => {
    const leaks: Leak[] = [];
    await run(data, {
      onBar(trader, bar) {
        const history = trader.history("SPY", 5);
        for (const column of [
          history.start,
          history.end,
          history.open,
          history.high,
          history.low,
          history.close,
          history.volume,
        ]) {
          leaks.push(...crawl({ column }, future, trader.clock.now).leaks);
          expect(column.buffer.byteLength).toBe(column.byteLength);
          column.fill(1);
        }
        expect(bar.close).not.toBe(1);
        expect(trader.history("SPY", 1).close[0]).toBe(bar.close);
      },
    });
    expect(leaks).toEqual([]);
  });

  it("gets an error, and no bars of another, for an instrument or a bar size the run does not have", async () => {
    for (const [symbol, size, code] of [
      ["QQQ", undefined, "INSTRUMENT_UNKNOWN"],
      ["SPY", "5min", "SERIES_UNKNOWN"],
      ["SPY", "1sec", "SERIES_UNKNOWN"],
    ] as const) {
      await expect(run(data, { 3: (trader) => void trader.history(symbol, 5, size) })).rejects.toMatchObject({
        cause: { code },
      });
    }
  });
});

describe("a strategy that asks an indicator before its bar", () => {
  const data = [fingerprinted(spy, "1min", 120, 500), fingerprinted(qqq, "1min", 120, 700)];
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  it("reads the value of the last bar that has ended, from every handler and for every instrument", async () => {
    let checked = 0;
    const plan = (reading: () => Reading) => {
      const check = (trader: Trader): void => {
        for (const symbol of ["SPY", "QQQ"]) {
          expect(reading().of(symbol).value).toBeCloseTo(mean(trader.history(symbol, 5, "1min").close), 9);
          checked++;
        }
      };
      // Fills are told before the indicators take the bar that ended with them: there it may be the value before.
      const checkEarly = (trader: Trader): void => {
        for (const symbol of ["SPY", "QQQ"]) {
          const { close } = trader.history(symbol, 6, "1min");
          const { value } = reading().of(symbol);
          expect(
            [mean(close.subarray(1)), mean(close.subarray(0, 5))].some((one) => Math.abs(one - value) < 1e-9),
          ).toBe(true);
          checked++;
        }
      };
      return { onStart: check, onBar: check, onBars: check, onFill: checkEarly, onOrder: checkEarly, onStop: check };
    };
    let average!: Reading;
    const handlers = plan(() => average);
    await run(data, {
      ...handlers,
      declare: (trader) => void (average = trader.indicator(sma(5))),
      onBar(trader, bar, n) {
        handlers.onBar(trader);
        if (n % 5 === 0) trader.buy(bar.instrument, 1);
      },
    });
    expect(checked).toBeGreaterThan(700);
  });

  it("on a quote inside a minute reads the minute before", async () => {
    let average!: Reading;
    let checked = 0;
    await run(
      data[0],
      {
        declare: (trader) => void (average = trader.indicator(sma(5), { of: "SPY" })),
        onQuote(trader) {
          const { close, end } = trader.history("SPY", 5);
          expect(end.at(-1)).toBeLessThanOrEqual(trader.clock.now);
          // At the very instant a bar ends its indicators may still stand at the bar before.
          if (trader.clock.now % MINUTE !== 0) expect(average.value).toBeCloseTo(mean(close), 9);
          checked++;
        },
      },
      {
        quotes: [
          quotes(
            spy,
            Array.from({ length: 200 }, (_, i) => [70 + i * 20, 500, 501]),
          ),
        ],
      },
    );
    expect(checked).toBeGreaterThan(150);
  });

  it("reads nothing before there is anything", async () => {
    let early = 0;
    await run(data, {
      declare(trader) {
        const average = trader.indicator(sma(5), { of: "SPY" });
        try {
          early = average.value;
        } catch {
          early = Number.NaN;
        }
      },
      onBar: () => undefined,
    });
    expect(early).toBeNaN();
  });

  it("an indicator of its own is shown each bar once and in order, warm-up included", async () => {
    const seen: number[] = [];
    await run(data[0], {
      declare(trader) {
        trader.indicator(
          customIndicator({
            name: "Watcher",
            warmup: 10,
            create: () => ({
              next(bar) {
                seen.push(bar.end);
                return bar.close;
              },
            }),
          }),
        );
      },
      onBar: (_trader, bar) => expect(seen.at(-1)).toBe(bar.end),
    });
    expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => OPEN + (i + 1) * MINUTE));
  });
});

describe("one absurd price", () => {
  const WINDOW = 10;
  const rows: Row[] = Array.from({ length: 80 }, (_, i): Row => {
    const price = i === 20 ? 1e13 : 100 + (i % 7) * 0.25;
    return [price, price, price, price, i === 20 ? 1e15 : 1000 + i];
  });
  const specs = {
    sma: sma(WINDOW),
    stdev: stdev(WINDOW),
    wma: wma(WINDOW),
    zscore: zscore(WINDOW),
    bollinger: bollinger(WINDOW),
    cci: cci(WINDOW),
    highest: highest(WINDOW),
    lowest: lowest(WINDOW),
    stochastic: stochastic(WINDOW),
  };

  it.each(Object.keys(specs) as (keyof typeof specs)[])(
    "leaves no trace in %s once it has left the window",
    async (name) => {
      const tail = async (data: readonly Row[]): Promise<number[]> => {
        let reading!: Reading;
        const values: number[] = [];
        await run(bars("SPY", "1day", data), {
          declare: (trader) => void (reading = trader.indicator(specs[name] as never)),
          onBar: () => void values.push(reading.value),
        });
        return values.slice(-40);
      };
      const poisoned = await tail(rows);
      const healthy = await tail(rows.map((row, i): Row => (i === 20 ? [100, 100, 100, 100, 1000] : row)));
      poisoned.forEach((value, i) => {
        expect(Math.abs(value - healthy[i])).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(healthy[i])));
      });
    },
  );

  it("does not poison equity for good", async () => {
    const result = await run(bars("SPY", "1day", rows), { 5: (trader) => trader.buy("SPY", 100) });
    const { value, length } = result.equity;
    expect(value[length - 1]).toBeCloseTo(100_000 + 100 * (rows[79][3] - rows[6][0]), 6);
  });

  it("does not stay in a position that has been closed", async () => {
    const result = await run(flat("SPY", "1day", 100, 10), {
      1: (trader) => trader.buy("SPY", 1e9),
      3: (trader) => trader.closePosition("SPY"),
    });
    expect(result.equity.value[result.equity.length - 1]).toBe(100_000);
  });
});
