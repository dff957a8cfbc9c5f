import fc from "fast-check";
import { IANAZone } from "luxon";
import { describe, expect, it } from "vitest";
import { compareHours, describeDifference, restrictSessions } from "../../brokers/ib/compare-hours.js";
import { parseIbHours } from "../../brokers/ib/hours.js";
import { ibTimeZone } from "../../brokers/ib/time-zones.js";
import { dayNumber, isoDate, yyyymmdd } from "../../core/calendar/calendar-date.js";
import { calendarNamed } from "../../core/calendar/calendars.js";
import { Sessions } from "../../core/calendar/sessions.js";
import { DAY, MINUTE } from "../../core/market/bar-size.js";
import { exchangeSessions } from "../../data/exchange-sessions.js";
import { zoneOffsets } from "../../data/zone-offsets.js";

/** Stretches as "date start..end", local times. */
function read(text: string): { dates: readonly number[]; stretches: string[] } {
  const { dates, stretches } = parseIbHours(text);
  const local = (wall: number): string => new Date(wall).toISOString().slice(5, 16).replace("T", " ");
  return { dates, stretches: stretches.map(({ date, start, end }) => `${date} ${local(start)}..${local(end)}`) };
}

describe("hours that IB gives", () => {
  it.each<[string, string, number[], string[]]>([
    ["nothing", "", [], []],
    [
      "sessions and closed days",
      "20260810:0930-20260810:1600;20260815:CLOSED",
      [20260810, 20260815],
      ["20260810 08-10 09:30..08-10 16:00"],
    ],
    ["a session over midnight", "20221206:1800-20221207:1700", [20221207], ["20221207 12-06 18:00..12-07 17:00"]],
    ["forex", "20260513:1715-20260514:1700;", [20260514], ["20260514 05-13 17:15..05-14 17:00"]],
    [
      "a week from Sunday on",
      "20260807:CLOSED;20260809:1700-20260810:1600;20260810:1700-20260811:1600",
      [20260807, 20260810, 20260811],
      ["20260810 08-09 17:00..08-10 16:00", "20260811 08-10 17:00..08-11 16:00"],
    ],
    [
      "several stretches of a day as entries",
      "20260810:0900-20260810:1130;20260810:1230-20260810:1530",
      [20260810],
      ["20260810 08-10 09:00..08-10 11:30", "20260810 08-10 12:30..08-10 15:30"],
    ],
    [
      "several stretches of a day in one entry",
      "20260810:0900-20260810:1130,20260810:1230-20260810:1530",
      [20260810],
      ["20260810 08-10 09:00..08-10 11:30", "20260810 08-10 12:30..08-10 15:30"],
    ],
    [
      "the old form, which begins the day before where its start is after its end",
      "20130114:1700-1515,1530-1615",
      [20130114],
      ["20130114 01-13 17:00..01-14 15:15", "20130114 01-14 15:30..01-14 16:15"],
    ],
    [
      "the old form of a stock",
      "20090507:0700-1830,1830-2330;20090508:CLOSED",
      [20090507, 20090508],
      ["20090507 05-07 07:00..05-07 18:30", "20090507 05-07 18:30..05-07 23:30"],
    ],
    ["the old form of forex", "20180320:1715-1700", [20180320], ["20180320 03-19 17:15..03-20 17:00"]],
    ["a whole day", "20180320:0000-2400", [20180320], ["20180320 03-20 00:00..03-21 00:00"]],
    ["a whole day of today's form", "20180320:0000-20180321:0000", [20180320], ["20180320 03-20 00:00..03-21 00:00"]],
    ["crypto", "20260507:1601-20260508:1600", [20260508], ["20260508 05-07 16:01..05-08 16:00"]],
    [
      "blanks and small letters",
      " 20260810:0930-20260810:1600 ; 20260815:closed ; ",
      [20260810, 20260815],
      ["20260810 08-10 09:30..08-10 16:00"],
    ],
  ])("are read: %s", (_what, text, dates, stretches) => {
    expect(read(text)).toEqual({ dates, stretches });
  });

  it.each([
    ["CLOSED", "does not begin with a date"],
    ["20260810", "does not begin with a date"],
    ["20260230:0930-20260230:1600", "there is no date 20260230"],
    ["20260810:0930-20260832:1600", "there is no date 20260832"],
    ["20260810:0975-20260810:1600", "there is no time 0975"],
    ["20260810:0930-20260810:2401", "there is no time 2401"],
    ["20260810:0930-20260810:0930", "ends before it begins"],
    ["20260810:1600-20260810:0930", "ends before it begins"],
    ["20260810:0930", "not a time, a hyphen and a time"],
    ["20260810:HOLIDAY", "not a time, a hyphen and a time"],
    ["20260810:09:30-16:00", "not a time, a hyphen and a time"],
    ["20260810:0930-1600,", "not a time, a hyphen and a time"],
  ])("that cannot be read are an error that says why: %s", (text, problem) => {
    expect(() => parseIbHours(text)).toThrow(
      expect.objectContaining({ code: "IB_HOURS_UNREADABLE", message: expect.stringContaining(problem) }),
    );
  });

  it("say what any list of stretches says, in both forms", () => {
    const day = fc.integer({ min: dayNumber(2010, 1, 1), max: dayNumber(2030, 1, 1) });
    const minutes = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(day, minutes, fc.integer({ min: 1, max: 1439 }), (first, start, length) => {
        const end = start + length;
        const last = first + Math.floor(end / 1440);
        const hhmm = (m: number): string =>
          `${String(Math.floor(m / 60)).padStart(2, "0")}${String(m % 60).padStart(2, "0")}`;
        const modern = `${yyyymmdd(first)}:${hhmm(start)}-${yyyymmdd(last)}:${hhmm(end % 1440)}`;
        const old = `${yyyymmdd(last)}:${hhmm(start)}-${hhmm(end % 1440)}`;
        const date = yyyymmdd(end % 1440 === 0 ? last - 1 : last);
        const expected = {
          dates: [date],
          stretches: [{ date, start: first * DAY + start * MINUTE, end: first * DAY + end * MINUTE }],
        };
        expect(parseIbHours(modern)).toEqual(expected);
        expect(parseIbHours(old)).toEqual(expected);
      }),
    );
  });
});

describe("time zones that IB names", () => {
  const zone = (id: string): string => ibTimeZone(id, (name) => IANAZone.isValidZone(name), "SPY");

  it.each([
    ["America/New_York", "US/Eastern EST EST5EDT America/New_York|EST (Eastern Standard Time)"],
    ["America/Chicago", "US/Central CST|CST (Central Standard Time)"],
    ["Europe/Berlin", "MET Europe/Berlin|MET (Middle Europe Time)"],
    ["Europe/London", "GB-Eire Europe/London"],
    ["Asia/Tokyo", "Japan JST|JST (Japan Standard Time)"],
    ["Asia/Hong_Kong", "Hongkong"],
    ["Asia/Singapore", "Singapore"],
    ["Asia/Seoul", "Korea"],
    ["Asia/Jerusalem", "Israel"],
    ["Asia/Kolkata", "IST Asia/Calcutta"],
    ["Australia/Sydney", "Australia/NSW|AEST (Australian Eastern Standard Time (New South Wales))"],
    ["Europe/Zurich", "Europe/Zurich"],
    ["UTC", "GMT UTC"],
  ])("%s goes by all its names", (name, text) => {
    const [plain, ...explained] = text.split("|");
    for (const id of [...plain.split(" "), ...explained]) expect(zone(id), id).toBe(name);
  });

  it.each(["", "XYZ", "Mars/Olympus", "EST+5", "constructor", "america/new_york", "../etc"])(
    "%j is an error, for a wrong zone would move every session",
    (id) => {
      expect(() => zone(id)).toThrow(
        expect.objectContaining({
          code: "IB_ZONE_UNKNOWN",
          message: expect.stringContaining(`IB gives the hours of SPY in the time zone "${id}", which is not known. `),
        }),
      );
    },
  );
});

describe("IB's hours beside the calendar", () => {
  const newYork = zoneOffsets("America/New_York");
  const compare = (sessions: Sessions, text: string, clock = newYork) => {
    const { sessions: kept, differences } = compareHours(sessions, parseIbHours(text), clock);
    const local = (instant: number): string => new Date(instant + clock.offsetAt(instant)).toISOString().slice(11, 16);
    const rows = Array.from({ length: kept.length }, (_, i) => {
      const rest = kept.hasBreaks && !Number.isNaN(kept.breakStart[i]);
      const pause = rest ? ` ${local(kept.breakStart[i])}/${local(kept.breakEnd[i])}` : "";
      return `${isoDate(kept.date?.[i] ?? 0).slice(5)} ${local(kept.open[i])}-${local(kept.close[i])}${pause}`;
    });
    return { rows, told: differences.map((one) => describeDifference(one, clock)) };
  };
  const week = exchangeSessions(calendarNamed("XNYS"), 20261123, 20261130);
  const ASSENT =
    "20261123:0930-20261123:1600;20261124:0930-20261124:1600;20261125:0930-20261125:1600;20261126:CLOSED;" +
    "20261127:0930-20261127:1300;20261128:CLOSED";

  it("are no news where both agree", () => {
    const { rows, told } = compare(week, ASSENT);
    expect(told).toEqual([]);
    expect(rows).toEqual([
      "11-23 09:30-16:00",
      "11-24 09:30-16:00",
      "11-25 09:30-16:00",
      "11-27 09:30-13:00",
      "11-30 09:30-16:00",
    ]);
  });

  it("make the session the shorter of both, and the difference is told", () => {
    const { rows, told } = compare(week, "20261125:0930-20261125:1400;20261126:0930-20261126:1600;20261127:1000-1600");
    expect(rows.slice(2)).toEqual(["11-25 09:30-14:00", "11-27 10:00-13:00", "11-30 09:30-16:00"]);
    expect(told).toEqual([
      "2026-11-25: the calendar has 09:30-16:00, IB has 09:30-14:00.",
      "2026-11-26: the calendar has closed, IB has 09:30-16:00.",
      "2026-11-27: the calendar has 09:30-13:00, IB has 10:00-16:00.",
    ]);
  });

  it("close a date that IB calls closed", () => {
    const { rows, told } = compare(week, "20261124:CLOSED");
    expect(rows[1]).toBe("11-25 09:30-16:00");
    expect(told).toEqual(["2026-11-24: the calendar has 09:30-16:00, IB has closed."]);
  });

  it("are compared with the extended hours where these are asked about", () => {
    const { rows, told } = compare(week.extended, "20261125:0400-20261125:2000;20261127:0400-20261127:1700");
    expect(rows.slice(2, 4)).toEqual(["11-25 04:00-20:00", "11-27 04:00-17:00"]);
    expect(told).toEqual([]);
  });

  it("restrict regular hours and those around them together", () => {
    const restrict = (liquid: string, trading: string) => {
      const hours = { clock: newYork, liquid: parseIbHours(liquid), trading: parseIbHours(trading) };
      const { sessions: kept, differences } = restrictSessions(week, hours, "liquid");
      const local = (instant: number): string =>
        new Date(instant + newYork.offsetAt(instant)).toISOString().slice(11, 16);
      const rows = Array.from({ length: kept.length }, (_, i) => {
        const { open, close } = kept.extended;
        const outside = `${local(open[i])}(${local(kept.open[i])}-${local(kept.close[i])})${local(close[i])}`;
        return `${isoDate(kept.date?.[i] ?? 0).slice(5)} ${outside}`;
      });
      return { rows, told: differences.map((one) => describeDifference(one, newYork)) };
    };
    const early = restrict("20261125:0930-20261125:1300", "20261125:0400-20261125:1700");
    expect(early.rows.slice(1, 3)).toEqual(["11-24 04:00(09:30-16:00)20:00", "11-25 04:00(09:30-13:00)17:00"]);
    expect(early.told).toEqual(["2026-11-25: the calendar has 09:30-16:00, IB has 09:30-13:00."]);
    const evening = restrict("20261125:0930-20261125:1600", "20261125:0700-20261125:1600");
    expect(evening.rows[2]).toBe("11-25 07:00(09:30-16:00)16:00");
    expect(evening.told).toEqual([
      "2026-11-25: the calendar has 04:00-20:00 with the hours around the session, IB has 07:00-16:00.",
    ]);
    // What is around a session is nothing without it, and a pause between the two is kept.
    const closed = restrict("20261125:CLOSED", "20261125:0400-20261125:2000");
    expect(closed.rows.map((row) => row.slice(0, 5))).toEqual(["11-23", "11-24", "11-27", "11-30"]);
    expect(restrict("", "20261125:0400-0900,0930-2000").rows[2]).toBe("11-25 09:30(09:30-16:00)20:00");
    expect(restrict("", "20261125:0400-1200,1300-2000").rows[2]).toBe("11-25 04:00(09:30-16:00)20:00");
    const twice = restrict("20261125:0930-1000,1100-1200,1300-1600", "").rows;
    expect(twice.slice(2, 4)).toEqual(["11-25 04:00(09:30-12:00)12:00", "11-25 13:00(13:00-16:00)20:00"]);
    expect(restrict("", "").told).toEqual([]);
  });

  it("take what is within a minute of the calendar's for the same: IB tells whole minutes", () => {
    const odd = new Sessions(Float64Array.of(week.open[0] + 1_000), Float64Array.of(week.close[0] + 30_000), {
      date: Int32Array.of(20261123),
    });
    const { told } = compare(odd, "20261123:0930-20261123:1600");
    expect(told).toEqual([]);
    expect(compare(odd, "20261123:0931-20261123:1600").told).toEqual([]);
    expect(compare(odd, "20261123:0932-20261123:1600").told).toHaveLength(1);
  });

  it("bring breaks, and keep those of the calendar", () => {
    const tokyo = exchangeSessions(calendarNamed("XTKS"), 20261124, 20261125);
    const clock = zoneOffsets("Asia/Tokyo");
    const lunch = compare(tokyo, "20261124:0900-20261124:1530;20261125:0900-1100,1230-1530", clock);
    expect(lunch.rows).toEqual(["11-24 09:00-15:30 11:30/12:30", "11-25 09:00-15:30 11:00/12:30"]);
    expect(lunch.told).toHaveLength(2);
    const day = compare(week, "20261125:0930-1100,1200-1300,1400-1600");
    expect(day.rows.slice(2, 4)).toEqual(["11-25 09:30-13:00 11:00/12:00", "11-25 14:00-16:00"]);
  });

  it("of a future are told with the evening on which they begin", () => {
    const globex = exchangeSessions(calendarNamed("CME-EQUITY"), 20260119, 20260120);
    const chicago = zoneOffsets("America/Chicago");
    const agreed = compare(globex, "20260118:1700-20260119:1200;20260119:1700-20260120:1600", chicago);
    expect(agreed.told).toEqual([]);
    expect(compare(globex, "20260119:1730-20260120:1600", chicago).told).toEqual([
      "2026-01-20: the calendar has 01-19 17:00-16:00, IB has 01-19 17:30-16:00.",
    ]);
  });

  it("never open anything that one of the two has closed", () => {
    const stretch = fc.record({
      day: fc.integer({ min: 0, max: 7 }),
      start: fc.integer({ min: 0, max: 1400 }),
      length: fc.integer({ min: 1, max: 1439 }),
    });
    const names = fc.constantFrom("XNYS", "XTKS", "CME-EQUITY", "IDEALPRO");
    fc.assert(
      fc.property(names, fc.array(stretch, { maxLength: 8 }), (name, list) => {
        const calendar = calendarNamed(name);
        const clock = zoneOffsets(calendar.timeZone);
        const first = dayNumber(2021, 6, 14);
        const sessions = exchangeSessions(calendar, 20210614, 20210621);
        const stretches = list.map(({ day, start, length }) => {
          const end = (first + day) * DAY + (start + length) * MINUTE;
          return { date: yyyymmdd(Math.floor((end - 1) / DAY)), start: end - length * MINUTE, end };
        });
        const dates = [...new Set(stretches.map(({ date }) => date))].sort((a, b) => a - b);
        const { sessions: kept } = compareHours(sessions, { dates, stretches }, clock);
        for (let wall = (first - 1) * DAY; wall < (first + 9) * DAY; wall += 7 * MINUTE) {
          const instant = clock.instantAtOrAfter(wall) + 1;
          const date = sessions.date?.[sessions.indexAt(instant)] ?? 0;
          const atIb = stretches.some(({ start, end }) => wall + 1 > start && wall + 1 <= end);
          const open = sessions.isOpenAt(instant) && (atIb || !dates.includes(date));
          expect(kept.isOpenAt(instant)).toBe(open);
        }
      }),
      { numRuns: 60 },
    );
  });
});
