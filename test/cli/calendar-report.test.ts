import { describe, expect, it } from "vitest";
import { calendarReport } from "../../cli/calendar-report.js";
import { calendarNamed } from "../../core/calendar/calendars.js";

/** How a calendar stands at a time in UTC, until when, and the next open. */
function standing(name: string, utc: string): string {
  const now = calendarReport(calendarNamed(name), { now: Date.parse(utc) }).now;
  if (now === undefined) throw new Error("nothing is told of now");
  const text = (instant: number): string => new Date(instant).toISOString().slice(5, 16).replace("T", " ");
  return `${now.state} until ${text(now.until)}, opens ${text(now.nextOpen)}`;
}

describe("how an exchange stands", () => {
  it.each([
    ["XNYS", "2026-11-23T15:00Z", "open until 11-23 21:00, opens 11-24 14:30"],
    ["XNYS", "2026-11-23T21:00Z", "open until 11-23 21:00, opens 11-24 14:30"],
    ["XNYS", "2026-11-23T10:00Z", "extended until 11-23 14:30, opens 11-23 14:30"],
    ["XNYS", "2026-11-23T22:00Z", "extended until 11-24 01:00, opens 11-24 14:30"],
    ["XNYS", "2026-11-27T23:00Z", "closed until 11-30 14:30, opens 11-30 14:30"],
    ["XTKS", "2026-11-24T01:00Z", "open until 11-24 02:30, opens 11-24 03:30"],
    ["XTKS", "2026-11-24T03:00Z", "break until 11-24 03:30, opens 11-24 03:30"],
    ["XTKS", "2026-11-24T04:00Z", "open until 11-24 06:30, opens 11-25 00:00"],
    ["CME-EQUITY", "2026-11-23T22:30Z", "closed until 11-23 23:00, opens 11-23 23:00"],
    ["IDEALPRO", "2026-12-24T23:00Z", "closed until 12-27 22:15, opens 12-27 22:15"],
  ])("%s at %s: %s", (name, utc, told) => {
    expect(standing(name, utc)).toBe(told);
  });

  it("tells five sessions ahead, the present one first, and fewer at the end of the calendar", () => {
    const dates = (utc: string): number[] =>
      (calendarReport(calendarNamed("XETR"), { now: Date.parse(utc) }).now?.ahead ?? []).map(({ date }) => date);
    expect(dates("2026-12-22T12:00Z")).toEqual([20261222, 20261223, 20261228, 20261229, 20261230]);
    expect(dates("2027-12-29T12:00Z")).toEqual([20271229, 20271230]);
    expect(() => dates("2028-01-03T12:00Z")).toThrow("The calendar XETR does not know 2028-01-03");
  });
});
