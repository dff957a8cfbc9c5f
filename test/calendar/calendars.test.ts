import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DayNumber,
  dayNumber,
  dayOfDate,
  isoDate,
  weekdayOf,
  yyyymmdd,
} from "../../core/calendar/calendar-date.js";
import { calendarOf, findCalendarOf } from "../../core/calendar/calendar-of.js";
import { allCalendars, calendarNamed, codesOf } from "../../core/calendar/calendars.js";
import type { ExchangeCalendar } from "../../core/calendar/exchange-calendar.js";
import { closeAfter, openAfter, sessionDate } from "../../core/calendar/session-time.js";
import type { Sessions } from "../../core/calendar/sessions.js";
import { DAY, HOUR, MINUTE } from "../../core/market/bar-size.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import { exchangeSessions } from "../../data/exchange-sessions.js";
import { zoneOffsets } from "../../data/zone-offsets.js";
import { textOf, textsOf } from "./golden.js";

const calendars = allCalendars();
const anyCalendar = fc.constantFrom(...calendars);

/** A calendar with a range of at most `most` days of those it covers. */
function range(most: number): fc.Arbitrary<{ calendar: ExchangeCalendar; first: DayNumber; last: DayNumber }> {
  return anyCalendar.chain((calendar) =>
    fc
      .tuple(fc.integer({ min: calendar.firstDay, max: calendar.lastDay }), fc.integer({ min: 0, max: most }))
      .map(([first, days]) => ({ calendar, first, last: Math.min(first + days, calendar.lastDay) })),
  );
}

const sessionsOf = (calendar: ExchangeCalendar, first: DayNumber, last: DayNumber): Sessions =>
  exchangeSessions(calendar, yyyymmdd(first), yyyymmdd(last));

/** The answers of looking through every session, for any instant. */
function plainly(sessions: Sessions, instant: number) {
  const { open, close, breakStart, breakEnd, date, length, hasBreaks } = sessions;
  let index = 0;
  while (index < length && close[index] < instant) index++;
  const contains = index < length && instant > open[index];
  const rests = contains && hasBreaks && instant > breakStart[index] && instant <= breakEnd[index];
  const opens = [...open, ...(hasBreaks ? breakEnd : [])].filter((one) => one >= instant);
  const closes = close.find((one) => one > instant);
  return {
    index,
    contains,
    isOpen: contains && !rests,
    opens: opens.length > 0 ? Math.min(...opens) : Infinity,
    closes: closes ?? Infinity,
    date: index < length ? (date?.[index] ?? 0) : 0,
  };
}

function asked(sessions: Sessions, instant: number): ReturnType<typeof plainly> {
  return {
    index: sessions.indexAt(instant),
    contains: sessions.contains(instant),
    isOpen: sessions.isOpenAt(instant),
    opens: openAfter(sessions, instant),
    closes: closeAfter(sessions, instant),
    date: sessionDate(sessions, instant),
  };
}

describe("every calendar", () => {
  it("has sessions that rise and do not overlap, extended hours too, over all years it covers", () => {
    for (const calendar of calendars) {
      const { open, close, extended, length } = sessionsOf(calendar, calendar.firstDay, calendar.lastDay);
      const wrong = open.findIndex((opened, i) => {
        const rises = close[i] > opened && (i === 0 || opened >= close[i - 1]) && close[i] - opened <= DAY;
        return !rises || extended.open[i] > opened || extended.close[i] < close[i];
      });
      expect({ name: calendar.name, wrong }).toEqual({ name: calendar.name, wrong: -1 });
      expect(length).toBeGreaterThan(2_000);
    }
  });

  it("answers questions in any order as one does who looks through all sessions", () => {
    const instants = fc.array(fc.tuple(fc.integer({ min: -2, max: 42 }), fc.integer({ min: 0, max: 24 * 60 })));
    fc.assert(
      fc.property(range(40), instants, fc.boolean(), ({ calendar, first, last }, steps, inOrder) => {
        const sessions = sessionsOf(calendar, first, last);
        const edges = [sessions.open, sessions.close, sessions.breakStart, sessions.breakEnd].flatMap((column) => [
          ...column.slice(0, 3),
        ]);
        const times = steps.map(([days, minutes]) => (first + days) * DAY + minutes * MINUTE);
        const all = [...times, ...edges.flatMap((edge) => [edge, edge + 1, edge - 1])].filter((time) => time === time);
        if (inOrder) all.sort((a, b) => a - b);
        for (const wide of [sessions, sessions.extended])
          for (const instant of all) expect(asked(wide, instant)).toEqual(plainly(wide, instant));
      }),
      { numRuns: 150 },
    );
  });

  it("makes of a part of its years the sessions that the whole has there", () => {
    const whole = new Map(
      calendars.map((calendar) => {
        const sessions = sessionsOf(calendar, calendar.firstDay, calendar.lastDay);
        return [calendar, { dates: sessions.date ?? new Int32Array(), sessions }];
      }),
    );
    fc.assert(
      fc.property(range(400), ({ calendar, first, last }) => {
        const part = textsOf(sessionsOf(calendar, first, last));
        const { dates, sessions } = whole.get(calendar) as { dates: Int32Array; sessions: Sessions };
        const from = yyyymmdd(first);
        const to = yyyymmdd(last);
        const expected: unknown[] = [];
        for (let i = 0; i < dates.length; i++)
          if (dates[i] >= from && dates[i] <= to) expected.push(textOf(sessions, i));
        // A part without a break has no column of breaks; as text the two are alike.
        expect(part).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it("opens and closes when the local clock shows its hours, before and after every change of the clocks", () => {
    for (const calendar of calendars) {
      const zone = zoneOffsets(calendar.timeZone);
      const { open, close, date = new Int32Array() } = sessionsOf(calendar, calendar.firstDay, calendar.lastDay);
      const wrong = open.findIndex((opened, i) => {
        const day = dayOfDate(date[i]);
        const shown = (instant: number): number => (instant + zone.offsetAt(instant) - day * DAY) / MINUTE;
        const { hours } = calendar.dayOn(day);
        return shown(opened) !== hours?.open || shown(close[i]) !== hours?.close;
      });
      expect({ name: calendar.name, wrong }).toEqual({ name: calendar.name, wrong: -1 });
    }
  });

  it("knows its own codes, in upper and lower case", () => {
    for (const calendar of calendars) {
      for (const code of [calendar.name, ...codesOf(calendar)]) {
        expect(calendarNamed(code)).toBe(calendar);
        expect(calendarNamed(` ${code.toLowerCase()} `)).toBe(calendar);
      }
    }
  });
});

describe("sessions across a change of the clocks", () => {
  const lengths = (name: string, from: number, to: number): number[] => {
    const { open, close } = exchangeSessions(calendarNamed(name), from, to);
    return Array.from(open, (instant, i) => (close[i] - instant) / HOUR);
  };

  it("never fall into one, for clocks change on Sundays: they open an hour sooner or later in UTC", () => {
    expect(lengths("CME-EQUITY", 20260306, 20260310)).toEqual([23, 23, 23]);
    expect(lengths("IDEALPRO", 20251031, 20251104)).toEqual([23.75, 23.75, 23.75]);
    expect(lengths("XASX", 20261002, 20261006)).toEqual([6, 6, 6]);
  });
});

describe("what the exchanges have announced for the years after the golden files", () => {
  it.each<[string, number, string, string]>([
    ["XTSE", 2026, "01-01 02-16 04-03 05-18 07-01 08-03 09-07 10-12 12-25 12-28", "12-24"],
    ["XLON", 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28", "12-24 12-31"],
    ["XETR", 2026, "01-01 04-03 04-06 05-01 12-24 12-25 12-31", "12-30"],
    ["XPAR", 2026, "01-01 04-03 04-06 05-01 12-25", "12-24 12-31"],
    ["XASX", 2026, "01-01 01-26 04-03 04-06 06-08 12-25 12-28", "12-24 12-31"],
    [
      "XHKG",
      2026,
      "01-01 02-17 02-18 02-19 04-03 04-06 04-07 05-01 05-25 06-19 07-01 10-01 10-19 12-25",
      "02-16 12-24 12-31",
    ],
    [
      "XHKG",
      2027,
      "01-01 02-08 02-09 03-26 03-29 04-05 05-13 06-09 07-01 09-16 10-01 10-08 12-27",
      "02-05 12-24 12-31",
    ],
    [
      "XTKS",
      2027,
      "01-01 01-11 02-11 02-23 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23 12-31",
      "",
    ],
    ["IDEALPRO", 2026, "01-01 12-25", ""],
  ])("%s closes in %i on these days, and early on those", (name, year, closed, early) => {
    const calendar = calendarNamed(name);
    const holidays: string[] = [];
    const short: string[] = [];
    const usual = calendar.rules.hours[calendar.rules.hours.length - 1].close;
    for (let day = dayNumber(year, 1, 1); day < dayNumber(year + 1, 1, 1); day++) {
      const { kind, hours } = calendar.dayOn(day);
      const date = isoDate(yyyymmdd(day)).slice(5);
      if (kind === "holiday") holidays.push(date);
      if (hours !== undefined && hours.close !== usual) short.push(date);
      expect(kind === "weekend").toBe(weekdayOf(day) >= 5);
    }
    expect(holidays.join(" ")).toBe(closed);
    expect(short.join(" ")).toBe(early);
  });
});

describe("the calendar of an instrument", () => {
  const nameOf = (spec: InstrumentSpec): string => calendarOf(new Instrument(spec)).name;

  it.each<[string, InstrumentSpec]>([
    ["XNAS", { symbol: "SPY" }],
    ["XNYS", { symbol: "IBM", exchange: "NYSE" }],
    ["XNAS", { symbol: "AAPL", exchange: "ISLAND" }],
    ["XNAS", { symbol: "SPX", assetClass: "index" }],
    ["XNAS", { symbol: "SPY261218C00500000", assetClass: "option" }],
    ["XTSE", { symbol: "RY", currency: "CAD" }],
    ["XLON", { symbol: "VOD", currency: "GBP", timeZone: "Europe/London" }],
    ["XETR", { symbol: "SAP", exchange: "IBIS", currency: "EUR" }],
    ["XETR", { symbol: "SAP", currency: "EUR", timeZone: "Europe/Berlin" }],
    ["XPAR", { symbol: "MC", exchange: "SBF", currency: "EUR" }],
    ["XTKS", { symbol: "7203", exchange: "TSEJ", currency: "JPY" }],
    ["XHKG", { symbol: "700", exchange: "SEHK", currency: "HKD" }],
    ["XASX", { symbol: "BHP", exchange: "ASX", currency: "AUD" }],
    ["CME-EQUITY", { symbol: "ESZ6", assetClass: "future", tickSize: 0.25 }],
    ["CME-EQUITY", { symbol: "MNQ", assetClass: "future", tickSize: 0.25 }],
    ["CME-EQUITY", { symbol: "YMH27", assetClass: "future", exchange: "CBOT", tickSize: 1 }],
    ["CME-CURRENCY", { symbol: "6EH4", assetClass: "future", tickSize: 0.00005 }],
    ["CME-CURRENCY", { symbol: "EUR", assetClass: "future", tickSize: 0.00005 }],
    ["CME-CURRENCY", { symbol: "M6EZ2026", assetClass: "future", exchange: "GLOBEX", tickSize: 0.0001 }],
    ["IDEALPRO", { symbol: "EUR.USD", assetClass: "forex" }],
    ["24/7", { symbol: "BTC", exchange: "24/7" }],
  ])("is %s for %j", (calendar, spec) => {
    expect(nameOf(spec)).toBe(calendar);
  });

  it("is an error that names the nearest where the exchange is unknown", () => {
    expect(() => nameOf({ symbol: "IBM", exchange: "NYES" })).toThrow(
      'There is no calendar of the exchange "NYES". Did you mean NYSE? Calendars are XNYS, XNAS, XTSE,',
    );
    expect(() => nameOf({ symbol: "IBM", exchange: "QQQQQQQQQ" })).toThrow(/"QQQQQQQQQ"\. Calendars are XNYS/);
    expect(() => calendarNamed("CME")).toThrow(/ask for CME-EQUITY .* or CME-CURRENCY/);
  });

  it("is an error that says which there are where the product or the market is unclear", () => {
    const zn: InstrumentSpec = { symbol: "ZNZ6", assetClass: "future", exchange: "CBOT", tickSize: 1 / 64 };
    expect(() => nameOf(zn)).toThrow(/The hours of ZNZ6 on CBOT are in no calendar\. Calendars are there for/);
    expect(() => nameOf({ symbol: "SAP", currency: "EUR" })).toThrow(/name the exchange, such as XETR/);
    expect(findCalendarOf(new Instrument(zn))).toBeUndefined();
    expect(findCalendarOf(new Instrument({ symbol: "SPY" }))?.name).toBe("XNAS");
  });
});
