import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isoDate } from "../../core/calendar/calendar-date.js";
import { allCalendars, codesOf } from "../../core/calendar/calendars.js";
import type { Hours, LocalTime } from "../../core/calendar/exchange-rules.js";
import { projectRoot } from "../shared-data.js";
import { tableRows } from "./page-tables.js";

const page = readFileSync(join(projectRoot, "docs", "calendars.md"), "utf8");
const calendars = allCalendars();

function clock(time: LocalTime): string {
  const minutes = time === 1440 ? time : (time + 1440) % 1440;
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

function hoursText({ open, close, pause }: Hours): string {
  const rest = pause === undefined ? "" : `, break ${clock(pause.start)} to ${clock(pause.end)}`;
  return `${clock(open)} to ${clock(close)}${open < 0 ? ", from the evening before" : ""}${rest}`;
}

describe("docs/calendars.md", () => {
  it("lists every calendar with its name, zone, years, hours of today and other codes", () => {
    const rows = tableRows(page, "calendar", "what", "zone");
    expect(rows.map(([name]) => name)).toEqual(calendars.map(({ name }) => name));
    for (const [i, [, what, zone, years, hours, codes]] of rows.entries()) {
      const { title, timeZone, rules } = calendars[i];
      expect([what, zone]).toEqual([title, timeZone]);
      expect(years).toBe(`${isoDate(rules.from).slice(0, 4)} to ${isoDate(rules.to).slice(0, 4)}`);
      expect(hours).toBe(hoursText(rules.hours[rules.hours.length - 1]));
      const [named] = codes.split(" and ");
      const own = codesOf(calendars[i]);
      for (const code of named.split(", ").filter((one) => one !== "")) expect(own).toContain(code);
      if (!codes.includes(" and ")) expect(named).toBe(own.join(", "));
    }
  });

  it("tells of every change of hours of an exchange but the beginning of extended hours", () => {
    const changes = calendars.flatMap(({ name, rules }) =>
      rules.hours.slice(1).flatMap((row, i) => {
        const before = rules.hours[i];
        return hoursText(row) === hoursText(before) ? [] : [`${name} ${isoDate(row.from)}`];
      }),
    );
    const told = tableRows(page, "calendar", "from", "hours").map(([name, from]) => `${name} ${from}`);
    expect(told).toEqual(changes);
  });

  it("tells what is not exact, and before when", () => {
    const told = tableRows(page, "calendar", "before").map(([name, before]) => `${name} ${before}`);
    const own = calendars.flatMap(({ name, rules }) =>
      rules.nominal === undefined ? [] : [`${name} ${isoDate(rules.nominal.before)}`],
    );
    expect(told).toEqual(own);
  });

  it("names the rules of every calendar that has holidays", () => {
    const told = tableRows(page, "calendar", "closed beside weekends").flatMap(([names]) =>
      names.replaceAll("`", "").split(", "),
    );
    expect(told).toEqual(calendars.filter(({ rules }) => rules.holidays.length > 0).map(({ name }) => name));
  });
});
