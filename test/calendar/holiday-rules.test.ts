import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayNumber, isoDate, weekdayOf, yyyymmdd } from "../../core/calendar/calendar-date.js";
import {
  easterSunday,
  ifOn,
  last,
  MONDAY,
  nearestWeekday,
  nth,
  on,
  onOrAfter,
  onOrBefore,
  sundayToMonday,
  weekdayAfter,
  weekdayBefore,
  weekendToFriday,
  weekendToMonday,
  within,
  type YearlyDay,
} from "../../core/calendar/holiday-rules.js";

const year = fc.integer({ min: 1900, max: 2199 });
const weekday = fc.constantFrom(0, 1, 2, 3, 4, 5, 6) as fc.Arbitrary<0 | 1 | 2 | 3 | 4 | 5 | 6>;
const month = fc.integer({ min: 1, max: 12 });
const date = fc.tuple(month, fc.integer({ min: 1, max: 28 }));
const dateOf = (day: number): string => isoDate(yyyymmdd(day));

describe("days that come every year", () => {
  it("Easter falls on the Sundays that the church has", () => {
    const known = "1990-04-15 2000-04-23 2008-03-23 2011-04-24 2019-04-21 2024-03-31 2026-04-05 2027-03-28 2038-04-25";
    for (const day of known.split(" ")) expect(dateOf(easterSunday(Number(day.slice(0, 4))))).toBe(day);
    fc.assert(fc.property(year, (y) => weekdayOf(easterSunday(y)) === 6));
  });

  it("the nth and the last of a weekday lie where a calendar on the wall has them", () => {
    fc.assert(
      fc.property(year, weekday, month, fc.integer({ min: 1, max: 4 }), (y, w, m, n) => {
        const days: number[] = [];
        for (let d = 1; d <= 31; d++) {
          const day = dayNumber(y, m, d);
          if (weekdayOf(day) === w) days.push(day);
        }
        expect(nth(n, w, m)(y)).toBe(days[n - 1]);
        expect(last(w, m)(y)).toBe(days[days.length - 1]);
      }),
    );
  });

  it("the first of a weekday on or after a date, and the last on or before it, are within six days", () => {
    fc.assert(
      fc.property(year, weekday, date, (y, w, [m, d]) => {
        const day = dayNumber(y, m, d);
        const after = onOrAfter(w, on(m, d))(y);
        const before = onOrBefore(w, on(m, d))(y);
        expect([weekdayOf(after), weekdayOf(before)]).toEqual([w, w]);
        expect(after - day).toBeGreaterThanOrEqual(0);
        expect(after - day).toBeLessThanOrEqual(6);
        expect(day - before).toBeGreaterThanOrEqual(0);
        expect(day - before).toBeLessThanOrEqual(6);
      }),
    );
  });

  it.each<[string, (rule: YearlyDay) => YearlyDay, [string, string, string]]>([
    ["to the nearest weekday", nearestWeekday, ["2026-07-03", "2027-07-05", "2028-07-04"]],
    ["from a Sunday to the Monday", sundayToMonday, ["2026-07-04", "2027-07-05", "2028-07-04"]],
    ["from a weekend to the Monday", weekendToMonday, ["2026-07-06", "2027-07-05", "2028-07-04"]],
    ["from a weekend to the Friday", weekendToFriday, ["2026-07-03", "2027-07-02", "2028-07-04"]],
    ["to the weekday in front", weekdayBefore, ["2026-07-03", "2027-07-02", "2028-07-03"]],
    ["to the weekday after", weekdayAfter, ["2026-07-06", "2027-07-05", "2028-07-05"]],
  ])("move %s: a Saturday, a Sunday and a Tuesday", (_how, moved, days) => {
    expect([2026, 2027, 2028].map((y) => dateOf(moved(on(7, 4))(y)))).toEqual(days);
  });

  it("are no days in other years, on other weekdays, or where there is no such date", () => {
    expect(within(1998, 2020, on(1, 2))(1997)).toBeNaN();
    expect(within(1998, 2020, on(1, 2))(2021)).toBeNaN();
    expect(dateOf(within(1998, 2020, on(1, 2))(2020))).toBe("2020-01-02");
    expect(ifOn([MONDAY], on(7, 4))(2026)).toBeNaN();
    expect(on(2, 29)(2025)).toBeNaN();
    expect(sundayToMonday(on(2, 29))(2025)).toBeNaN();
  });
});
