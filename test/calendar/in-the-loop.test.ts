import { describe, expect, it } from "vitest";
import { prepare } from "../../backtest/backtest.js";
import type { Bar, Order } from "../../index.js";
import { PLAIN, run, type Settings, scripted } from "../scripted.js";
import { at, exchangeBars, local } from "./exchange-bars.js";

const CALENDAR: Settings = { calendar: "auto" };

describe("onSessionOpen and onSessionClose", () => {
  it("come at every open and close, of a short day at its early close, and not on a holiday", async () => {
    const told: string[] = [];
    await run(
      exchangeBars("SPY", "1hour", 20241127, 20241202),
      {
        onSessionOpen: (trader, { symbol }) => void told.push(`${symbol} opens ${local(trader.clock.now)}`),
        onSessionClose: (trader, { symbol }) => void told.push(`${symbol} closes ${local(trader.clock.now)}`),
      },
      CALENDAR,
    );
    expect(told).toEqual([
      "SPY opens 2024-11-27 09:30",
      "SPY closes 2024-11-27 16:00",
      "SPY opens 2024-11-29 09:30",
      "SPY closes 2024-11-29 13:00",
      "SPY opens 2024-12-02 09:30",
      "SPY closes 2024-12-02 16:00",
    ]);
  });

  it("go by the clock of the exchange through the change to daylight saving", async () => {
    const told: string[] = [];
    await run(
      exchangeBars("SPY", "1day", 20240307, 20240312),
      { onSessionOpen: (trader) => void told.push(new Date(trader.clock.now).toISOString().slice(5, 16)) },
      CALENDAR,
    );
    expect(told).toEqual(["03-07T14:30", "03-08T14:30", "03-11T13:30", "03-12T13:30"]);
  });

  it("come for each exchange at its own hours, also for a future whose session begins the evening before", async () => {
    const told: string[] = [];
    const zone = "UTC";
    const data = [
      exchangeBars("SPY", "1hour", 20240112, 20240116),
      exchangeBars({ symbol: "VOD", exchange: "LSE", timeZone: "Europe/London" }, "1hour", 20240112, 20240116),
      exchangeBars(
        { symbol: "6EH4", assetClass: "future", exchange: "CME", tickSize: 0.00005, future: { expiry: "20240318" } },
        "1hour",
        20240112,
        20240116,
      ),
    ];
    await run(
      data,
      {
        onStart: (trader) => void told.push(`start ${local(trader.clock.now, zone)}`),
        onSessionOpen: (trader, { symbol }) => void told.push(`${symbol} opens ${local(trader.clock.now, zone)}`),
        onSessionClose: (trader, { symbol }) => void told.push(`${symbol} closes ${local(trader.clock.now, zone)}`),
      },
      CALENDAR,
    );
    expect(told.slice(0, 13)).toEqual([
      "start 2024-01-11 23:00",
      "6EH4 opens 2024-01-11 23:00",
      "VOD opens 2024-01-12 08:00",
      "SPY opens 2024-01-12 14:30",
      "VOD closes 2024-01-12 16:30",
      "SPY closes 2024-01-12 21:00",
      "6EH4 closes 2024-01-12 22:00",
      // Martin Luther King Day: London trades, and currency futures do.
      "6EH4 opens 2024-01-14 23:00",
      "VOD opens 2024-01-15 08:00",
      "VOD closes 2024-01-15 16:30",
      "6EH4 closes 2024-01-15 22:00",
      "6EH4 opens 2024-01-15 23:00",
      "VOD opens 2024-01-16 08:00",
    ]);
  });

  it("come in order: bars, the close, what was held, the open, tasks", async () => {
    const told: string[] = [];
    // Around the clock, so that a close is the next open.
    const coins = exchangeBars({ symbol: "BTC", exchange: "24/7", timeZone: "UTC" }, "8hour", 20240106, 20240108);
    const midnight = at("2024-01-07 00:00", "UTC");
    const note = (what: string, now: number): void => void (now === midnight && told.push(what));
    await run(
      [coins],
      {
        declare: (trader) => {
          trader.schedule({ at: "00:00" }, () => note("at", trader.clock.now));
          trader.schedule({ afterOpen: 0 }, () => note("after open", trader.clock.now));
        },
        onSessionOpen: (trader) => note("open", trader.clock.now),
        onSessionClose: (trader) => note("close", trader.clock.now),
        onBar: (trader) => note("bar", trader.clock.now),
        onBars: (trader) => note("bars", trader.clock.now),
      },
      CALENDAR,
    );
    expect(told).toEqual(["bar", "bars", "close", "open", "at", "after open"]);
  });

  it("know nothing of what comes later: the bars of the open are not there, those of the close are", async () => {
    const closes: number[] = [];
    await run(
      exchangeBars("SPY", "1hour", 20240110, 20240112, { row: (n) => [n + 1, n + 1, n + 1, n + 1] }),
      {
        onSessionOpen: (trader) => void closes.push(trader.history("SPY", 1).close[0] ?? 0),
        onSessionClose: (trader) => void closes.push(trader.history("SPY", 1).close[0]),
      },
      CALENDAR,
    );
    expect(closes).toEqual([0, 7, 7, 14, 14, 21]);
  });

  it("begin where the strategy begins, in the middle of a session too", async () => {
    const told: string[] = [];
    await run(
      exchangeBars("SPY", "1hour", 20240109, 20240112),
      {
        onStart: (trader) => void told.push(`start ${local(trader.clock.now)}`),
        onSessionOpen: (trader) => void told.push(`open ${local(trader.clock.now)}`),
        onSessionClose: (trader) => void told.push(`close ${local(trader.clock.now)}`),
      },
      { ...CALENDAR, from: at("2024-01-10 12:00") },
    );
    expect(told.slice(0, 3)).toEqual(["start 2024-01-10 12:00", "close 2024-01-10 16:00", "open 2024-01-11 09:30"]);
  });

  it("are told before the first event, where that comes long after the open", async () => {
    const told: string[] = [];
    await run(
      exchangeBars("SPY", "1hour", 20240110, 20240112, { keep: (start) => start > at("2024-01-11 13:00") }),
      {
        onSessionOpen: (trader) => void told.push(`open ${local(trader.clock.now)}`),
        onSessionClose: (trader) => void told.push(`close ${local(trader.clock.now)}`),
        onBar: (_trader, bar: Bar) => void told.push(`bar ${local(bar.end)}`),
      },
      { ...CALENDAR, from: at("2024-01-10 00:00") },
    );
    expect(told.slice(0, 4)).toEqual([
      "open 2024-01-10 09:30",
      "close 2024-01-10 16:00",
      "open 2024-01-11 09:30",
      "bar 2024-01-11 14:30",
    ]);
  });

  it("orders made in them: at the open for its first bar, at the close for the next session", async () => {
    const orders: Order[] = [];
    const result = await run(
      exchangeBars("SPY", "1hour", 20240110, 20240112, { row: (n) => [100 + n, 101 + n, 99 + n, 100 + n] }),
      {
        onSessionOpen: (trader, _spy, n) => void (n === 1 && orders.push(trader.buy("SPY", 1))),
        onSessionClose: (trader, _spy, n) => void (n === 1 && orders.push(trader.sell("SPY", 1))),
      },
      CALENDAR,
    );
    const { fills } = result;
    expect(Array.from({ length: fills.length }, (_, f) => `${local(fills.time[f])} ${fills.price[f]}`)).toEqual([
      "2024-01-11 09:30 107",
      "2024-01-12 09:30 114",
    ]);
    expect(orders.map((order) => order.history[1].status)).toEqual(["submitted", "held"]);
  });

  it("fill at the very close where the rule is the same close", async () => {
    const result = await run(
      exchangeBars("SPY", "1hour", 20240110, 20240112, { row: (n) => [100 + n, 101 + n, 99 + n, 100.5 + n] }),
      { onSessionClose: (trader, _spy, n) => void (n === 1 && trader.buy("SPY", 1)) },
      { ...CALENDAR, fill: "same-close" },
    );
    expect([local(result.fills.time[0]), result.fills.price[0]]).toEqual(["2024-01-11 16:00", 113.5]);
  });
});

describe("day orders", () => {
  const days = exchangeBars("SPY", "1min", 20241127, 20241202, { keep: (start) => start % 3_600_000 === 1_800_000 });

  it("expire at the real early close", async () => {
    let order: Order | undefined;
    await run(
      days,
      { onSessionOpen: (trader, _spy, n) => void (n === 1 && (order = trader.buy("SPY", 1, { limit: 1 }))) },
      CALENDAR,
    );
    expect(order?.history.at(-1)?.status).toBe("expired");
    expect(local(order?.history.at(-1)?.time as number)).toBe("2024-11-29 13:00");
  });

  it("that may trade outside of regular hours expire with the extended ones", async () => {
    const ended: string[] = [];
    const orders: Order[] = [];
    await run(
      exchangeBars("SPY", "1hour", 20240110, 20240112, { extended: true }),
      {
        onBar(trader, bar) {
          if (bar.end === at("2024-01-10 11:00") || bar.end === at("2024-01-10 17:00"))
            orders.push(trader.buy("SPY", 1, { limit: 1, outsideRth: true }));
        },
      },
      CALENDAR,
    );
    for (const order of orders) ended.push(local(order.history.at(-1)?.time as number));
    expect(ended).toEqual(["2024-01-10 20:00", "2024-01-10 20:00"]);
  });
});

describe("a break in a session", () => {
  const toyota = { symbol: "7203", exchange: "TSEJ", timeZone: "Asia/Tokyo" };
  const data = exchangeBars(toyota, "15min", 20240110, 20240111, { row: (n) => [100 + n, 101 + n, 99 + n, 100 + n] });

  it("takes orders, which wait for its end, and ends no day order", async () => {
    const orders: Order[] = [];
    const result = await run(
      data,
      {
        declare: (trader) =>
          trader.schedule({ at: "12:00" }, () => {
            orders.push(trader.buy("7203", 1), trader.buy("7203", 1, { limit: 1 }));
          }),
      },
      { ...CALENDAR, to: at("2024-01-10 15:00", "Asia/Tokyo") },
    );
    expect(orders[0].history.map(({ status }) => status)).toEqual(["created", "submitted", "accepted", "filled"]);
    expect(local(result.fills.time[0], "Asia/Tokyo")).toBe("2024-01-10 12:30");
    expect(orders[1].history.at(-1)?.status).toBe("expired");
    expect(local(orders[1].history.at(-1)?.time as number, "Asia/Tokyo")).toBe("2024-01-10 15:00");
  });
});

describe("what falls due before the first bar of a strategy", () => {
  it("an order made in onStart that ends before that bar is not filled by it", async () => {
    let order: Order | undefined;
    await run(
      exchangeBars("SPY", "1day", 20240110, 20240112),
      {
        onStart(trader) {
          order = trader.buy("SPY", 1, { tif: "GTD", goodTill: at("2024-01-11 10:00") });
        },
      },
      { ...CALENDAR, from: at("2024-01-11 09:45") },
    );
    expect(order?.status).toBe("expired");
  });
});

describe("the day of a loss limit", () => {
  it("ends at the close, though the last bar of that session had ended before", async () => {
    const orders: Order[] = [];
    await run(
      exchangeBars("SPY", "1hour", 20240110, 20240112, {
        keep: (start) => start < at("2024-01-10 15:00") || start > at("2024-01-10 16:00"),
        row: (n) => (n < 3 ? [100, 101, 99, 100] : [80, 81, 79, 80]),
      }),
      {
        onBar: (trader, bar) => void (bar.end === at("2024-01-10 11:30") && trader.buy("SPY", 500)),
        onSessionOpen: (trader, _spy, n) => void (n === 1 && orders.push(trader.buy("SPY", 1))),
      },
      { ...CALENDAR, guards: { dailyLoss: { fraction: 0.03, flatten: true }, staleQuote: false } },
    );
    expect(orders[0].reason).toBeUndefined();
  });
});

describe("the kill switch", () => {
  it("lets go at the open what it left standing because it only reduces a position, and nothing else", () => {
    const orders: Order[] = [];
    const options = {
      ...PLAIN,
      calendar: "auto",
      guards: {},
      data: [exchangeBars("SPY", "1day", 20240110, 20240119)],
      strategy: scripted({
        onBar(trader, bar) {
          if (bar.end === at("2024-01-10 16:00")) trader.buy("SPY", 10);
          if (bar.end !== at("2024-01-12 16:00")) return;
          orders.push(trader.sell("SPY", 10, { stop: 90, tif: "GTC" }), trader.buy("SPY", 5, { limit: 99 }));
        },
        onSessionClose(trader) {
          if (trader.clock.now === at("2024-01-12 16:00")) prepared.engine.kill("test");
        },
      }),
    };
    const prepared = prepare(options);
    prepared.engine.drain(Infinity);
    prepared.engine.finish();
    expect(orders.map(({ status }) => status)).toEqual(["accepted", "cancelled"]);
  });
});
