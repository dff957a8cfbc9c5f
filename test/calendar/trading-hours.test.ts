import { describe, expect, it } from "vitest";
import { hoursInWords } from "../../backtest/trading-hours.js";
import { type BacktestResult, type Bar, type BarSeries, Sessions } from "../../index.js";
import type { instrument, Row } from "../bars.js";
import { type Plan, run, type Settings } from "../scripted.js";
import { at, exchangeBars, local } from "./exchange-bars.js";

const CALENDAR: Settings = { calendar: "auto" };

/** Start and end of each bar handed out, in a zone. */
async function spans(data: BarSeries, settings: Settings = CALENDAR, zone?: string): Promise<string[]> {
  const seen: string[] = [];
  await run(
    data,
    {
      onBar(trader, bar: Bar) {
        expect(trader.clock.now).toBe(bar.end);
        seen.push(`${local(bar.start, zone)} to ${local(bar.end, zone).slice(11)}`);
      },
    },
    settings,
  );
  return seen;
}

/** Bars at the given local times: start and end, and prices. */
function barsAt(
  size: string,
  rows: readonly (readonly [start: string, end: string, row?: Row])[],
  spec: Parameters<typeof instrument>[0] = "SPY",
  zone?: string,
): BarSeries {
  const series = exchangeBars(spec, size, 20240108, 20240108, { keep: () => false, calendar: "24/7" });
  for (const [start, end, row = [100, 101, 99, 100]] of rows) {
    series.append(at(start, zone), at(end, zone), row[0], row[1], row[2], row[3], row[4] ?? 1000);
  }
  return series.slice(0, series.length);
}

const sourceOf = (result: BacktestResult): string =>
  result.assumptions.filter((one) => one.startsWith("Sessions")).join(" ");

const idle: Plan = { onBar: () => undefined };

describe("the hours of a run", () => {
  it("are those of the exchange's calendar, which the report says", async () => {
    const result = await run(exchangeBars("SPY", "1day", 20240110, 20240131), idle, CALENDAR);
    expect(sourceOf(result)).toBe("Sessions, holidays and early closes are those of the calendar XNAS.");
  });

  it("are those given, which the report says too", async () => {
    const data = exchangeBars("SPY", "1day", 20240110, 20240112);
    const sessions = { SPY: new Sessions(data.start.slice(0, 3), data.end.slice(0, 3)) };
    const result = await run(data, idle, { ...CALENDAR, sessions });
    expect(sourceOf(result)).toBe("Sessions of SPY are those that were given.");
  });

  it("enter the hash of what went in", async () => {
    const data = exchangeBars("SPY", "1day", 20240110, 20240112);
    const hash = async (settings: Settings): Promise<string> => (await run(data, idle, settings)).inputHash;
    const given = { SPY: new Sessions(data.start.slice(0, 3), data.end.slice(0, 3)) };
    const other = { SPY: new Sessions(data.start.slice(0, 3), data.end.slice(0, 3).fill(at("2024-01-12 16:30"), 2)) };
    const hashes = [
      await hash({ calendar: "bars" }),
      await hash(CALENDAR),
      await hash({ calendar: "XNYS" }),
      await hash({ sessions: given }),
      await hash({ sessions: other }),
    ];
    expect(new Set(hashes).size).toBe(5);
  });

  it("of bars that hold several sessions are those of the bars: a day order is for a week of them", async () => {
    const weeks = barsAt("1week", [
      ["2024-01-08 09:30", "2024-01-12 16:00"],
      ["2024-01-16 09:30", "2024-01-19 16:00", [105, 106, 104, 105]],
      ["2024-01-22 09:30", "2024-01-26 16:00"],
    ]);
    const result = await run(
      weeks,
      { onBar: (trader, _bar, n) => void (n === 0 && trader.buy("SPY", 1, { limit: 104.5 })) },
      CALENDAR,
    );
    expect(result.fills.length).toBe(1);
    expect(sourceOf(result)).toContain("bars of 1week hold more than one session");
  });

  it("of daily bars that are not an exchange's days are those of the bars", async () => {
    const utc = exchangeBars({ symbol: "EUR.USD", assetClass: "forex" }, "1day", 20240108, 20240119, {
      calendar: "24/5",
    });
    expect(sourceOf(await run(utc, idle, CALENDAR))).toContain("its bars do not keep the hours of IDEALPRO");
  });
});

describe("bars are cut off at the hours of their session", () => {
  it("a daily bar of a short day is known at the early close", async () => {
    const days = barsAt("1day", [
      ["2013-11-27 09:30", "2013-11-27 16:00"],
      ["2013-11-29 09:30", "2013-11-29 16:00"],
    ]);
    expect((await spans(days)).at(-1)).toBe("2013-11-29 09:30 to 13:00");
  });

  it("hours on the clock begin with the session and end with it", async () => {
    const hours = barsAt("1hour", [
      ["2024-01-10 09:00", "2024-01-10 10:00"],
      ["2024-01-10 15:00", "2024-01-10 16:00"],
      ["2024-01-11 09:00", "2024-01-11 10:00"],
    ]);
    expect(await spans(hours)).toEqual([
      "2024-01-10 09:30 to 10:00",
      "2024-01-10 15:00 to 16:00",
      "2024-01-11 09:30 to 10:00",
    ]);
  });

  it("also on the day after a late print", async () => {
    const rows: [string, string][] = [["2013-11-29 09:00", "2013-11-29 10:00"]];
    for (let h = 10; h < 14; h++) rows.push([`2013-11-29 ${h}:00`, `2013-11-29 ${h + 1}:00`]);
    const days = Array.from({ length: 20 }, (_, i) => `2013-12-${String(i + 2).padStart(2, "0")}`);
    for (const day of days) {
      if ([0, 6].includes(new Date(day).getUTCDay())) continue;
      rows.push([`${day} 09:00`, `${day} 10:00`]);
      for (let h = 10; h < 16; h++) rows.push([`${day} ${h}:00`, `${day} ${h + 1}:00`]);
    }
    const seen = await spans(barsAt("1hour", rows));
    expect(seen.slice(3, 6)).toEqual([
      "2013-11-29 12:00 to 13:00",
      "2013-11-29 13:00 to 14:00",
      "2013-12-02 09:30 to 10:00",
    ]);
  });

  it("but not where the data has hours before and after it: then a bar across the open holds what came before", async () => {
    const extended = exchangeBars("SPY", "1hour", 20240110, 20240112, { extended: true });
    expect((await spans(extended)).filter((span) => span.slice(11, 13) === "09")).toEqual([
      "2024-01-10 09:00 to 10:00",
      "2024-01-11 09:00 to 10:00",
      "2024-01-12 09:00 to 10:00",
    ]);
    const shifted = barsAt("1hour", [
      ["2024-01-10 14:30", "2024-01-10 15:30"],
      ["2024-01-10 15:30", "2024-01-10 16:30"],
      ["2024-01-10 16:30", "2024-01-10 17:30"],
    ]);
    expect((await spans(shifted))[1]).toBe("2024-01-10 15:30 to 16:30");
  });

  it("hours across a break hold nothing of it", async () => {
    const toyota = { symbol: "7203", exchange: "TSEJ", timeZone: "Asia/Tokyo" };
    const hours = barsAt(
      "1hour",
      [
        ["2024-01-10 10:00", "2024-01-10 11:00"],
        ["2024-01-10 11:00", "2024-01-10 12:00"],
        ["2024-01-10 12:00", "2024-01-10 13:00"],
        ["2024-01-10 13:00", "2024-01-10 14:00"],
      ],
      toyota,
      "Asia/Tokyo",
    );
    expect(await spans(hours, CALENDAR, "Asia/Tokyo")).toEqual([
      "2024-01-10 10:00 to 11:00",
      "2024-01-10 11:00 to 11:30",
      "2024-01-10 12:30 to 13:00",
      "2024-01-10 13:00 to 14:00",
    ]);
  });
});

describe("a bar that reaches across the open", () => {
  const row = (_n: number, start: number): Row =>
    start === at("2024-01-11 09:00") ? [80, 100, 79, 99] : [100, 101, 99, 100];
  const data = exchangeBars("SPY", "1hour", 20240110, 20240112, { extended: true, row });
  const filled = async (options: object, settings: Settings = {}): Promise<string[]> => {
    const { fills } = await run(
      data,
      { onBar: (trader, bar) => void (bar.end === at("2024-01-10 15:00") && trader.buy("SPY", 1, options)) },
      { ...CALENDAR, ...settings },
    );
    return Array.from({ length: fills.length }, (_, f) => `${local(fills.time[f])} at ${fills.price[f]}`);
  };

  it("fills no order of the session at its open, which is a price from before it", async () => {
    expect(await filled({ limit: 90, tif: "GTC" }, { intrabar: "pessimistic" })).toEqual([]);
    expect(await filled({ limit: 90, tif: "GTC", outsideRth: true })).toEqual(["2024-01-11 09:00 at 80"]);
    expect(await filled({ type: "market-on-open" })).toEqual(["2024-01-11 10:00 at 99"]);
    expect(await filled({ type: "limit-on-open", limit: 98 })).toEqual([]);
  });
});

describe("an order for the close", () => {
  const thin = exchangeBars("SPY", "1min", 20240110, 20240112, {
    keep: (start) => !(start >= at("2024-01-10 15:58") && start < at("2024-01-10 16:00")),
    row: (n) => [100 + n / 1000, 110, 99, 100 + n / 1000],
  });
  const filled = async (made: string, options: object = {}): Promise<string[]> => {
    const { fills } = await run(
      thin,
      {
        onBar: (trader, bar) =>
          void (bar.end === at(made) && trader.buy("SPY", 1, { type: "market-on-close", ...options })),
      },
      CALENDAR,
    );
    return Array.from({ length: fills.length }, (_, f) => `${local(fills.time[f])} at ${fills.price[f]}`);
  };

  it("fills at the session's close at the last price of a session whose last bar ended before it", async () => {
    expect(await filled("2024-01-10 15:30")).toEqual(["2024-01-10 16:00 at 100.387"]);
    expect(await filled("2024-01-10 15:30", { type: "limit-on-close", limit: 100.386 })).toEqual([]);
    expect(await filled("2024-01-10 15:30", { type: "limit-on-close", limit: 100.4 })).toHaveLength(1);
  });

  it("gets no price from before it was made", async () => {
    const early = exchangeBars("SPY", "1min", 20240110, 20240112, {
      keep: (start) => !(start >= at("2024-01-10 15:00") && start < at("2024-01-10 16:00")),
    });
    const { fills } = await run(
      early,
      {
        onBar: (trader, bar) =>
          void (bar.end === at("2024-01-10 15:00") && trader.buy("SPY", 1, { type: "market-on-close" })),
      },
      CALENDAR,
    );
    expect(fills.length).toBe(0);
  });
});

describe("bars outside of trading hours", () => {
  it("fill nothing, and are counted where they met an order that worked", async () => {
    const data = exchangeBars("SPY", "1hour", 20240110, 20240112, {
      extended: true,
      row: (_n, start) => {
        const hour = Number(local(start).slice(11, 13));
        return hour < 9 || hour > 15 ? [100, 101, 90, 100] : [100, 101, 99, 100];
      },
    });
    const run95 = (options: object): Promise<BacktestResult> =>
      run(
        data,
        {
          onBar: (trader, bar) =>
            void (bar.end === at("2024-01-10 15:00") && trader.buy("SPY", 1, { limit: 95, tif: "GTC", ...options })),
        },
        CALENDAR,
      );
    const result = await run95({});
    expect(result.fills.length).toBe(0);
    // Four bars of each evening, and five of each of two mornings.
    expect(result.caveats.map(({ text }) => text)).toContain(
      "22 bars outside of trading hours filled no order that worked.",
    );
    expect((await run95({ outsideRth: true })).fills.length).toBe(1);
  });
});

it("instruments whose hours their bars tell are told with their own reasons, those of one reason together", () => {
  const source = (symbol: string, why?: string) => ({ symbol, calendar: undefined, given: false, why });
  const known = "holidays and early closes are not known.";
  const [stray, large] = ["its bars do not keep the hours of XETR", "bars of 1week hold more than one session"];
  expect(hoursInWords([source("SAP", stray), source("EURUSD", large), source("GBPUSD", large)])).toEqual([
    `Sessions of SAP are taken from the times of the bars (${stray}): ${known}`,
    `Sessions of EURUSD, GBPUSD are taken from the times of the bars (${large}): ${known}`,
  ]);
  expect(hoursInWords([source("SAP", stray)])).toEqual([
    `Sessions are taken from the times of the bars (${stray}): ${known}`,
  ]);
});
