import { describe, expect, it } from "vitest";
import { IB_BAR_SIZES } from "../../brokers/ib/bar-sizes.js";
import { SIZES_BY_THE_CLOCK } from "../../core/market/time-aggregator.js";
import { TradingHours } from "../../data/history/trading-hours.js";
import { type Bar, type BarSeries, type InstrumentSpec, Sessions } from "../../index.js";
import { bars, DAY, flat, HOUR, MINUTE, newYork, OPEN, type Row, SESSION, sessionOpen } from "../bars.js";
import { at, exchangeBars, local } from "../calendar/exchange-bars.js";
import { fillsOf, run, type Settings } from "../scripted.js";

interface Seen {
  readonly start: number;
  readonly end: number;
  readonly now: number;
  readonly row: Row;
}

/** The larger bars a strategy is handed. */
async function larger(data: ReturnType<typeof bars>, size: string, settings: Settings = {}): Promise<Seen[]> {
  const seen: Seen[] = [];
  await run(
    data,
    {
      declare: (trader) => trader.subscribe("SPY", size),
      onBar(trader, bar: Bar) {
        if (bar.size.label === data.size.label) return;
        seen.push({
          start: bar.start,
          end: bar.end,
          now: trader.clock.now,
          row: [bar.open, bar.high, bar.low, bar.close, bar.volume],
        });
      },
    },
    settings,
  );
  return seen;
}

const minute = (i: number): Row => [100 + i, 100.5 + i, 99.5 + i, 100.25 + i, 10 + i];

describe("bars of five minutes from bars of one", () => {
  const one = bars(
    "SPY",
    "1min",
    Array.from({ length: 390 }, (_, i) => minute(i)),
  );

  it("take the first open, the highest high, the lowest low, the last close and all volume", async () => {
    const five = await larger(one, "5min");
    expect(five).toHaveLength(78);
    expect(five[0]).toEqual({
      start: OPEN,
      end: OPEN + 5 * MINUTE,
      now: OPEN + 5 * MINUTE,
      row: [100, 104.5, 99.5, 104.25, 10 + 11 + 12 + 13 + 14],
    });
    for (const [k, bar] of five.entries()) {
      const parts = Array.from({ length: 5 }, (_, i) => minute(5 * k + i));
      expect(bar.row).toEqual([
        parts[0][0],
        Math.max(...parts.map((part) => part[1])),
        Math.min(...parts.map((part) => part[2])),
        parts[4][3],
        parts.reduce((sum, part) => sum + (part[4] as number), 0),
      ]);
    }
  });

  it("are handed out at the instant they are complete and never before", async () => {
    for (const { end, now } of await larger(one, "5min")) expect(now).toBe(end);
  });

  it("of hours begin at round times of the clock, the first at the open, and are clipped at the close", async () => {
    const hours = await larger(one, "1hour");
    const half = HOUR / 2;
    expect(hours.map(({ start }) => start)).toEqual([
      OPEN,
      ...Array.from({ length: 6 }, (_, i) => OPEN + half + i * HOUR),
    ]);
    expect(hours[0]).toMatchObject({ end: OPEN + half, now: OPEN + half });
    expect(hours.at(-1)).toMatchObject({ end: OPEN + SESSION, now: OPEN + SESSION });
    // 09:30, 12:00.
    expect((await larger(one, "4hour")).map(({ start, end }) => [start - OPEN, end - OPEN])).toEqual([
      [0, 2.5 * HOUR],
      [2.5 * HOUR, SESSION],
    ]);
  });

  it("of a size that IB does not have are counted from the session's open", async () => {
    const seven = await larger(one, "7min");
    expect(seven[0]).toMatchObject({ start: OPEN, end: OPEN + 7 * MINUTE });
    expect(seven.at(-1)).toMatchObject({ start: OPEN + 385 * MINUTE, end: OPEN + 390 * MINUTE });
    expect((await larger(one, "65min")).map(({ start }) => start)).toEqual(
      Array.from({ length: 6 }, (_, i) => OPEN + 65 * i * MINUTE),
    );
  });

  it("go by the clock in the sizes that IB has, and in no other", () => {
    expect([...SIZES_BY_THE_CLOCK]).toEqual(
      IB_BAR_SIZES.filter(({ size }) => size.ms < DAY).map(({ size }) => size.ms),
    );
  });

  it("are counted from the open where the smaller bars do not keep the clock", async () => {
    const hours = bars(
      "SPY",
      "1hour",
      Array.from({ length: 12 }, (_, i) => minute(i)),
    );
    expect((await larger(hours, "2hour")).map(({ start }) => start)).toEqual(
      [0, 1].flatMap((day) => [0, 2, 4].map((hour) => sessionOpen(day) + hour * HOUR)),
    );
    expect((await larger(hours, "4hour")).map(({ start }) => start)).toEqual(
      [0, 1].flatMap((day) => [0, 4].map((hour) => sessionOpen(day) + hour * HOUR)),
    );
  });

  it("begin anew with each session", async () => {
    const two = bars(
      "SPY",
      "1min",
      Array.from({ length: 780 }, (_, i) => minute(i)),
    );
    const sevens = await larger(two, "7min");
    expect(sevens.map(({ start }) => start)).toContain(sessionOpen(1));
    expect(sevens.every(({ start, end }) => end - start <= 7 * MINUTE)).toBe(true);
  });

  it("of a bucket that misses its last minutes are complete when the time has passed, not when the next trade comes", async () => {
    const kept = Array.from({ length: 30 }, (_, i) => i).filter((i) => i < 3 || i > 11);
    const whole = bars(
      "SPY",
      "1min",
      Array.from({ length: 30 }, (_, i) => minute(i)),
    );
    const column = (from: Float64Array): Float64Array => Float64Array.from(kept, (i) => from[i]);
    const { BarSeries } = await import("../../index.js");
    const sparse = new BarSeries(whole.instrument, whole.size, {
      start: column(whole.start),
      end: column(whole.end),
      open: column(whole.open),
      high: column(whole.high),
      low: column(whole.low),
      close: column(whole.close),
      volume: column(whole.volume),
    });
    const five = await larger(sparse, "5min");
    expect(five.slice(0, 2)).toEqual([
      { start: OPEN, end: OPEN + 5 * MINUTE, now: OPEN + 5 * MINUTE, row: [100, 102.5, 99.5, 102.25, 33] },
      {
        start: OPEN + 10 * MINUTE,
        end: OPEN + 15 * MINUTE,
        now: OPEN + 15 * MINUTE,
        row: [112, 114.5, 111.5, 114.25, 22 + 23 + 24],
      },
    ]);
  });

  it("leave out what is not complete when the data ends", async () => {
    const cut = bars(
      "SPY",
      "1min",
      Array.from({ length: 13 }, (_, i) => minute(i)),
    );
    expect(await larger(cut, "5min", { sessions: { SPY: newYork(1) } })).toHaveLength(2);
  });

  it("are clipped by an early close", async () => {
    const early = new Sessions(Float64Array.of(OPEN), Float64Array.of(OPEN + 3 * HOUR + 12 * MINUTE));
    const morning = bars(
      "SPY",
      "1min",
      Array.from({ length: 192 }, (_, i) => minute(i)),
    );
    expect((await larger(morning, "1hour", { sessions: { SPY: early } })).at(-1)).toMatchObject({
      start: OPEN + 2.5 * HOUR,
      end: OPEN + 192 * MINUTE,
    });
    const nine = await larger(morning, "9min", { sessions: { SPY: early } });
    expect(nine.at(-1)).toMatchObject({ start: OPEN + 189 * MINUTE, end: OPEN + 192 * MINUTE });
  });
});

describe("days and weeks from smaller bars", () => {
  const hours = bars(
    "SPY",
    "1hour",
    Array.from({ length: 6 * 12 }, (_, i) => minute(i)),
  );

  it("a day is a session", async () => {
    const days = await larger(hours, "1day");
    expect(days).toHaveLength(12);
    expect(days[1]).toMatchObject({
      start: sessionOpen(1),
      end: sessionOpen(1) + 6 * HOUR,
      row: [106, 111.5, 105.5, 111.25, 16 + 17 + 18 + 19 + 20 + 21],
    });
  });

  it("a week holds the sessions between one Monday and the next", async () => {
    const weeks = await larger(hours, "1week");
    expect(weeks.slice(0, 2).map(({ start, end }) => [start, end])).toEqual([
      [OPEN, OPEN + 4 * DAY + 6 * HOUR],
      [OPEN + 7 * DAY, OPEN + 11 * DAY + 6 * HOUR],
    ]);
    expect(weeks[0].row[0]).toBe(100);
    expect(weeks[0].row[3]).toBe(minute(29)[3]);
  });
});

describe("bars that are built stay inside of their hours", () => {
  /** Starts and ends of larger bars in an exchange's zone, by its calendar. */
  async function spans(data: BarSeries, size: string, zone?: string): Promise<string[]> {
    const seen: string[] = [];
    await run(
      data,
      {
        declare: (trader) => trader.subscribe(data.instrument.symbol, size),
        onBar(trader, bar) {
          if (bar.size.label !== size) return;
          expect(bar.end).toBe(trader.clock.now);
          seen.push(`${local(bar.start, zone)} to ${local(bar.end, zone).slice(11)} ${bar.volume}`);
        },
      },
      { calendar: "auto" },
    );
    return seen;
  }
  const ones = (): Row => [100, 101, 99, 100, 1];

  it("regular and extended ones apart, also after an early close", async () => {
    const days = exchangeBars("SPY", "1min", 20241127, 20241129, { extended: true, row: ones });
    const hours = await spans(days, "1hour");
    const of = (date: string): string[] => hours.filter((span) => span.startsWith(date)).map((span) => span.slice(11));
    expect(of("2024-11-27")).toEqual([
      ...[4, 5, 6, 7, 8].map((hour) => `0${hour}:00 to 0${hour + 1}:00 60`),
      "09:00 to 09:30 30",
      "09:30 to 10:00 30",
      ...[10, 11, 12, 13, 14, 15, 16, 17, 18, 19].map((hour) => `${hour}:00 to ${hour + 1}:00 60`),
    ]);
    expect(of("2024-11-29").slice(-5)).toEqual([
      "12:00 to 13:00 60",
      ...[13, 14, 15, 16].map((hour) => `${hour}:00 to ${hour + 1}:00 60`),
    ]);
    expect(await spans(days, "1day")).toEqual(["2024-11-27 09:30 to 16:00 390", "2024-11-29 09:30 to 13:00 210"]);
    expect(await spans(days, "1week")).toEqual(["2024-11-27 09:30 to 13:00 600"]);
  });

  it("and leave out what lies outside of all hours", async () => {
    const days = exchangeBars("SPY", "1min", 20241127, 20241203, { row: ones });
    days.append(at("2024-12-03 22:00"), at("2024-12-03 22:01"), 500, 500, 500, 500, 1);
    expect(await spans(days, "1day")).toEqual([
      "2024-11-27 09:30 to 16:00 390",
      "2024-11-29 09:30 to 13:00 210",
      "2024-12-02 09:30 to 16:00 390",
      "2024-12-03 09:30 to 16:00 390",
    ]);
    expect((await spans(days, "1hour")).at(-1)).toBe("2024-12-03 15:00 to 16:00 60");
  });

  it("on either side of a break", async () => {
    const toyota = { symbol: "7203", exchange: "TSEJ", timeZone: "Asia/Tokyo" };
    const day = exchangeBars(toyota, "5min", 20240110, 20240110, { row: ones });
    expect(await spans(day, "1hour", "Asia/Tokyo")).toEqual([
      "2024-01-10 09:00 to 10:00 12",
      "2024-01-10 10:00 to 11:00 12",
      "2024-01-10 11:00 to 11:30 6",
      "2024-01-10 12:30 to 13:00 6",
      "2024-01-10 13:00 to 14:00 12",
      "2024-01-10 14:00 to 15:00 12",
    ]);
    expect(await spans(day, "100volume", "Asia/Tokyo")).toEqual([
      "2024-01-10 09:00 to 11:30 30",
      "2024-01-10 12:30 to 15:00 30",
    ]);
    expect(await spans(day, "1day", "Asia/Tokyo")).toEqual(["2024-01-10 09:00 to 15:00 60"]);
  });

  it("of a week around the clock from a Monday to a Sunday", async () => {
    const coins = { symbol: "BTC", exchange: "24/7", timeZone: "UTC" };
    const weeks = await spans(exchangeBars(coins, "8hour", 20240101, 20240114, { row: ones }), "1week", "UTC");
    expect(weeks).toEqual(["2024-01-01 00:00 to 00:00 21", "2024-01-08 00:00 to 00:00 21"]);
  });

  it.each<[string, InstrumentSpec, number]>([
    ["New York", { symbol: "SPY" }, 20241129],
    ["Tokyo", { symbol: "7203", exchange: "TSEJ", timeZone: "Asia/Tokyo" }, 20240110],
    ["London", { symbol: "VOD", exchange: "LSE", timeZone: "Europe/London" }, 20241224],
    [
      "Chicago",
      {
        symbol: "6EH4",
        assetClass: "future",
        exchange: "CME",
        timeZone: "America/Chicago",
        tickSize: 0.00005,
        future: { expiry: "20240318" },
      },
      20240110,
    ],
  ])("in %s are those that a download asks IB for, in all its sizes of minutes and hours", async (_, spec, date) => {
    const data = exchangeBars(spec, "1min", date, date);
    const range = { from: data.start[0] - DAY, to: data.end[data.length - 1] + DAY };
    for (const { size } of IB_BAR_SIZES.filter((one) => one.size.ms > MINUTE && one.size.ms < DAY)) {
      const hours = new TradingHours(data.instrument, size, "regular", range);
      const built: number[][] = [];
      await run(
        data,
        {
          declare: (trader) => trader.subscribe(data.instrument.symbol, size.label),
          onBar: (_trader, bar) => void (bar.size.label === size.label && built.push([bar.start, bar.end])),
        },
        { calendar: "auto" },
      );
      expect(built.length).toBeGreaterThan(0);
      expect(built).toEqual(built.map(([start]) => [hours.barStart(start + 1), hours.barEnd(start)]));
    }
  });

  it("by the local clock on both sides of a change to daylight saving", async () => {
    const days = exchangeBars("SPY", "30min", 20240308, 20240311, { row: ones });
    expect((await spans(days, "4hour")).map((span) => span.slice(0, 25))).toEqual([
      "2024-03-08 09:30 to 12:00",
      "2024-03-08 12:00 to 16:00",
      "2024-03-11 09:30 to 12:00",
      "2024-03-11 12:00 to 16:00",
    ]);
  });
});

describe("a subscription", () => {
  it("several sizes at once, and a size that is there already, do no harm", async () => {
    const sizes: string[] = [];
    await run(flat("SPY", "1min", 100, 30), {
      declare(trader) {
        for (const size of ["5min", "15 mins", "5 min", "1min"]) trader.subscribe("SPY", size);
      },
      onBar: (_trader, bar) => void sizes.push(bar.size.label),
    });
    expect(sizes.filter((size) => size === "5min")).toHaveLength(6);
    expect(sizes.filter((size) => size === "15min")).toHaveLength(2);
    expect(sizes.filter((size) => size === "1min")).toHaveLength(30);
  });

  it.each([
    ["a smaller size", "SPY", "30sec"],
    ["an instrument that is not there", "QQQ", "5min"],
  ])("to %s is an error that says what there is", async (_name, symbol, size) => {
    await expect(
      run(flat("SPY", "1min", 100, 30), { declare: (trader) => trader.subscribe(symbol, size) }),
    ).rejects.toMatchObject({ code: "SERIES_UNKNOWN" });
  });

  it("to a size nobody can read is an error", async () => {
    await expect(
      run(flat("SPY", "1min", 100, 30), { declare: (trader) => trader.subscribe("SPY", "often") }),
    ).rejects.toMatchObject({
      code: "CONSTRUCTOR_FAILED",
      cause: { code: "BAR_SIZE_UNKNOWN" },
    });
  });

  it("does not change what fills: orders match against the smallest bars", async () => {
    const data = bars(
      "SPY",
      "1min",
      Array.from({ length: 30 }, (_, i) => minute(i)),
    );
    const plain = await run(data, { 2: (trader) => trader.buy("SPY", 1) });
    const subscribed = await run(data, {
      declare: (trader) => trader.subscribe("SPY", "5min"),
      onBar: (trader, _bar, n) => void (n === 2 && trader.buy("SPY", 1)),
    });
    expect(fillsOf(subscribed)).toEqual(fillsOf(plain));
  });

  it("an order made on a larger bar fills at the open of the smaller bar that follows", async () => {
    const data = bars(
      "SPY",
      "1min",
      Array.from({ length: 30 }, (_, i) => minute(i)),
    );
    const result = await run(data, {
      declare: (trader) => trader.subscribe("SPY", "5min"),
      onBar: (trader, bar) => void (bar.size.label === "5min" && bar.start === OPEN && trader.buy("SPY", 1)),
    });
    expect(fillsOf(result)).toEqual(["bar 5 open: buy 1 at 105"]);
  });
});
