import { describe, expect, it } from "vitest";
import { readBars } from "../../data/files/csv.js";
import { openData } from "../../data/open-data.js";
import { type BarSeries, calendarNamed, exchangeSessions, Instrument, type Order } from "../../index.js";
import { run, type Settings } from "../scripted.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";
import { at, local } from "./exchange-bars.js";

const CALENDAR: Settings = { calendar: "auto" };
const open = (file: string): BarSeries => openData(sharedPath(`data/${file}`))[0];

/** Days of an early close, 13:00, on which the hourly file goes on behind it: SPY itself traded to 13:15 then. */
const LATE_PRINTS = [
  "1998-11-27",
  "1998-12-24",
  "1999-11-26",
  "1999-12-31",
  "2000-07-03",
  "2000-11-24",
  "2001-07-03",
  "2001-11-23",
  "2001-12-24",
  "2002-07-05",
  "2002-11-29",
  "2002-12-24",
  "2003-07-03",
  "2003-11-28",
  "2003-12-24",
  "2003-12-26",
  "2004-11-26",
  "2005-11-25",
  "2006-07-03",
  "2007-07-03",
  "2007-12-24",
  "2008-07-03",
  "2008-12-24",
];

/** Of these, the nine that have prints up to the hour of the usual close. */
const UP_TO_THE_USUAL_CLOSE = [
  "2002-07-05",
  "2003-07-03",
  "2003-11-28",
  "2003-12-24",
  "2005-11-25",
  "2007-07-03",
  "2007-12-24",
  "2008-07-03",
  "2008-12-24",
];

describe.skipIf(!hasShared)(`early closes, late opens and breaks in real prices (${NO_SHARED})`, () => {
  const hours = hasShared ? open("spy-1hour-raw.csv.gz") : (undefined as unknown as BarSeries);
  const isLate = (instant: number): boolean =>
    LATE_PRINTS.includes(local(instant).slice(0, 10)) && local(instant).slice(11) >= "13:00";
  const lateRows = (): number[] =>
    Array.from({ length: hours.length }, (_, row) => row).filter((row) => isLate(hours.start[row]));

  it.each(["spy", "aapl", "ibm"])("the daily file of %s has exactly New York's sessions", (symbol) => {
    const days = open(`${symbol}-1day-raw.csv.gz`);
    const dates = Array.from(days.end.subarray(0, days.length), (end) =>
      Number(local(end).slice(0, 10).replaceAll("-", "")),
    );
    expect(dates).toHaveLength(5_849);
    for (const name of ["XNYS", "XNAS"]) {
      expect([...(exchangeSessions(calendarNamed(name), dates[0], dates[5_848]).date ?? [])]).toEqual(dates);
    }
  });

  it("the hourly file has bars outside of all hours after early closes, and in front of one late open", () => {
    const outside = new Set<string>();
    const sessions = exchangeSessions(calendarNamed("XNAS"), 19980102, 20210331);
    for (let row = 0; row < hours.length; row++) {
      const i = sessions.indexAt(hours.start[row] + 1);
      if (!(sessions.open[i] < hours.end[row])) outside.add(local(hours.start[row]).slice(0, 10));
    }
    expect([...outside]).toEqual([...LATE_PRINTS, "2002-09-11"].sort());
    const late = lateRows().filter((row) => local(hours.start[row]).endsWith("15:00"));
    expect(late.map((row) => local(hours.start[row]).slice(0, 10))).toEqual(UP_TO_THE_USUAL_CLOSE);
  });

  it("an order made on a late print is denied where a closed market denies, with the next open", async () => {
    const orders: Order[] = [];
    const trips: string[] = [];
    const result = await run(
      hours,
      {
        onBar: (trader, bar) => void (isLate(bar.start) && orders.push(trader.buy("SPY", 1))),
        onGuard: (_trader, trip) => void trips.push(trip.reason),
      },
      { ...CALENDAR, guards: { session: { closed: "deny" } } },
    );
    expect(orders).toHaveLength(lateRows().length);
    expect(new Set(orders.map((order) => local(order.createdAt).slice(0, 10)))).toEqual(new Set(LATE_PRINTS));
    expect(trips).toEqual(orders.map((order) => order.reason));
    expect(orders.map(({ status }) => status)).toEqual(orders.map(() => "denied"));
    expect(trips[0]).toBe("SESSION_CLOSED: next=1998-11-30T14:30:00.000Z");
    expect(result.denials).toEqual([expect.objectContaining({ code: "SESSION_CLOSED", count: orders.length })]);
    expect(result.fills.length).toBe(0);
  });

  it("an order made on a late print is held, and fills at the next open and on no other print", async () => {
    const orders: Order[] = [];
    const result = await run(
      hours,
      { onBar: (trader, bar) => void (isLate(bar.start) && orders.push(trader.buy("SPY", 1))) },
      { ...CALENDAR, guards: {} },
    );
    expect(orders.map(({ status }) => status)).toEqual(orders.map(() => "filled"));
    expect(orders.map((order) => order.history[1].status)).toEqual(orders.map(() => "held"));
    for (let f = 0; f < result.fills.length; f++) {
      expect(local(result.fills.time[f]).slice(11)).toBe("09:30");
      expect(result.fills.time[f]).toBeGreaterThan(orders[f].createdAt);
    }
    expect(result.fills.length).toBe(lateRows().length);
  });

  it("an order that works over a late print is neither filled by it nor lost, and the bars are counted", async () => {
    const waiting: Order[] = [];
    const result = await run(
      hours,
      {
        onBar(trader, bar) {
          const time = local(bar.end);
          if (LATE_PRINTS.includes(time.slice(0, 10)) && time.endsWith("12:00")) {
            // Any print would fill it, were it to come in front of the cents that follow.
            waiting.push(trader.buy("SPY", 1, { limit: bar.low * 0.5, tif: "GTC" }));
          }
          if (LATE_PRINTS.includes(time.slice(0, 10)) && time.endsWith("13:00")) {
            trader.modify(waiting[waiting.length - 1], { limit: bar.close * 1.5 });
          }
        },
      },
      CALENDAR,
    );
    expect(waiting.map(({ status }) => status)).toEqual(LATE_PRINTS.map(() => "filled"));
    for (let f = 0; f < result.fills.length; f++) expect(local(result.fills.time[f]).slice(11)).toBe("09:30");
    const worked = lateRows().length;
    expect(result.caveats.map(({ text }) => text)).toContain(
      `${worked} bars outside of trading hours filled no order that worked.`,
    );
  });

  it("2002-09-11 opens at noon: what was held for it leaves then, and the bar in front of it fills nothing", async () => {
    const told: string[] = [];
    let order: Order | undefined;
    const result = await run(
      hours,
      {
        onSessionOpen(trader) {
          const now = local(trader.clock.now);
          if (now.startsWith("2002-09-1")) told.push(now);
        },
        onSessionClose(trader) {
          if (local(trader.clock.now) === "2002-09-10 16:00") order = trader.buy("SPY", 1);
        },
      },
      CALENDAR,
    );
    expect(told).toContain("2002-09-11 12:00");
    expect(told.filter((text) => text.startsWith("2002-09-11"))).toEqual(["2002-09-11 12:00"]);
    expect(order?.history.slice(0, 3).map(({ status, time }) => `${status} ${local(time)}`)).toEqual([
      "created 2002-09-10 16:00",
      "held 2002-09-10 16:00",
      "submitted 2002-09-11 12:00",
    ]);
    expect([result.fills.length, local(result.fills.time[0]), result.fills.price[0]]).toEqual([
      1,
      "2002-09-11 12:00",
      92.89,
    ]);
  });

  it("2013-11-29 closes at 13:00: day orders end there, and the cut-off of on-close orders moves with it", async () => {
    const orders: Record<string, Order> = {};
    const result = await run(
      hours,
      {
        declare(trader) {
          const make = (name: string, order: () => Order) => () => {
            if (local(trader.clock.now).startsWith("2013-11-29")) orders[name] = order();
          };
          const moc = () => trader.submit({ instrument: "SPY", side: "buy", quantity: 1, type: "market-on-close" });
          trader.schedule(
            { at: "10:00" },
            make("day", () => trader.buy("SPY", 1, { limit: 1 })),
          );
          trader.schedule({ at: "12:45" }, make("in time", moc));
          trader.schedule({ at: "12:55" }, make("too late", moc));
          trader.schedule({ at: "15:30" }, make("after", moc));
        },
        onBar: () => undefined,
      },
      { ...CALENDAR, from: at("2013-11-20 00:00"), to: at("2013-12-06 00:00") },
    );
    const ended = (name: string): string => {
      const last = orders[name].history.at(-1);
      return last === undefined ? "" : `${last.status} ${local(last.time)}`;
    };
    expect(ended("day")).toBe("expired 2013-11-29 13:00");
    expect([ended("in time"), orders["in time"].averagePrice]).toEqual(["filled 2013-11-29 13:00", 180.93]);
    expect(orders["too late"].reason).toBe("CUT_OFF: auction=close limit=10min");
    expect(ended("after")).toBe("filled 2013-12-02 16:00");
    expect(result.fills.length).toBe(2);
  });

  it("a currency future rests from 16:00 to 17:00 in Chicago: a day order ends, one made meanwhile is held", async () => {
    const instrument = new Instrument({
      symbol: "6EH4",
      assetClass: "future",
      exchange: "CME",
      timeZone: "America/Chicago",
      multiplier: 125_000,
      tickSize: 0.00005,
      future: { expiry: "20240318" },
    });
    const minutes = readBars(sharedPath("data/6eh4-1min-2024-01.csv.gz"), { instrument, stamp: "end", bar: "1min" });
    const chicago = (instant: number): string => local(instant, "America/Chicago");
    const told: string[] = [];
    const orders: Record<string, Order> = {};
    const result = await run(
      minutes,
      {
        declare(trader) {
          trader.schedule({ at: "16:30" }, () => {
            if (chicago(trader.clock.now).startsWith("2024-01-04")) orders.held = trader.buy("6EH4", 1);
          });
        },
        onSessionOpen: (trader) => void told.push(`opens ${chicago(trader.clock.now)}`),
        onSessionClose: (trader) => void told.push(`closes ${chicago(trader.clock.now)}`),
        onBar(trader, bar) {
          if (chicago(bar.end) === "2024-01-03 20:00") orders.day = trader.buy("6EH4", 1, { limit: 0.5 });
          if (chicago(bar.end) === "2024-01-03 20:01") orders.gtc = trader.buy("6EH4", 1, { limit: 0.5, tif: "GTC" });
        },
      },
      CALENDAR,
    );
    const from = told.indexOf("opens 2024-01-03 17:00");
    expect(told.slice(from, from + 6)).toEqual([
      "opens 2024-01-03 17:00",
      "closes 2024-01-04 16:00",
      "opens 2024-01-04 17:00",
      "closes 2024-01-05 16:00",
      "opens 2024-01-07 17:00",
      "closes 2024-01-08 16:00",
    ]);
    const ended = orders.day.history.at(-1);
    expect(`${ended?.status} ${chicago(ended?.time ?? 0)}`).toBe("expired 2024-01-04 16:00");
    expect(orders.gtc.status).toBe("accepted");
    expect(orders.held.history[1].status).toBe("held");
    expect([result.fills.length, chicago(result.fills.time[0])]).toEqual([1, "2024-01-04 17:00"]);
    expect(result.assumptions.join(" ")).toContain("those of the calendar CME-CURRENCY");
  });
});
