import { describe, expect, it } from "vitest";
import { calendarNamed } from "../../core/calendar/calendars.js";
import { MINUTE } from "../../core/market/bar-size.js";
import { exchangeSessions } from "../../data/exchange-sessions.js";
import { tradeDates } from "../../data/trade-dates.js";
import { PaperDays } from "../../live/ladder/paper-days.js";

// New York from Wednesday the 25th of November 2026 on: Thanksgiving, and a Friday that ends at 13:00.
const calendar = calendarNamed("XNYS");
const sessions = exchangeSessions(calendar, 20261125, 20261201);
const dates = tradeDates(sessions, "America/New_York");
const [WEDNESDAY, FRIDAY, MONDAY] = [0, 1, 2];
const HOUR = 60 * MINUTE;

/** The days that count of a session that is looked at every minute from one instant to another. */
function daysOf(from: number, to: number, isReady: (now: number) => boolean = () => true): string[] {
  const days = new PaperDays(sessions, dates);
  const counted: string[] = [];
  for (let now = from; now <= to; now += MINUTE) {
    const day = days.look(now, isReady(now));
    if (day !== undefined) counted.push(day);
  }
  return counted;
}

describe("a trading day on paper", () => {
  it("counts when the session ran through it, each once, holidays not and early closes too", () => {
    const all = daysOf(sessions.open[WEDNESDAY] - HOUR, sessions.close[MONDAY] + HOUR);
    expect(all).toEqual(["2026-11-25", "2026-11-27", "2026-11-30"]);
    expect(sessions.close[FRIDAY] - sessions.open[FRIDAY]).toBe(3.5 * HOUR);
  });

  it("counts only at its close", () => {
    expect(daysOf(sessions.open[WEDNESDAY] - HOUR, sessions.close[WEDNESDAY] - MINUTE)).toEqual([]);
    expect(daysOf(sessions.open[WEDNESDAY] - HOUR, sessions.close[WEDNESDAY])).toEqual(["2026-11-25"]);
  });

  it("counts where the session was there for half of it at least", () => {
    const { open, close } = sessions;
    const middle = (open[WEDNESDAY] + close[WEDNESDAY]) / 2;
    expect(daysOf(middle, close[WEDNESDAY])).toEqual(["2026-11-25"]);
    expect(daysOf(middle + MINUTE, close[WEDNESDAY])).toEqual([]);
    // A short day is half over sooner.
    expect(daysOf(open[FRIDAY] + HOUR, close[FRIDAY])).toEqual(["2026-11-27"]);
  });

  it("does not count while the session was not connected", () => {
    const { open, close } = sessions;
    const cutFor = (hours: number) => (now: number) =>
      now < open[WEDNESDAY] + HOUR || now >= open[WEDNESDAY] + HOUR + hours * HOUR;
    expect(daysOf(open[WEDNESDAY], close[WEDNESDAY], cutFor(3))).toEqual(["2026-11-25"]);
    expect(daysOf(open[WEDNESDAY], close[WEDNESDAY], cutFor(3.5))).toEqual([]);
    expect(daysOf(open[WEDNESDAY], close[WEDNESDAY], (now) => now < close[WEDNESDAY])).toEqual([]);
    expect(daysOf(open[WEDNESDAY], close[FRIDAY], () => false)).toEqual([]);
  });

  it("does not count hours through which the machine slept", () => {
    const days = new PaperDays(sessions, dates);
    days.look(sessions.open[WEDNESDAY], true);
    days.look(sessions.open[WEDNESDAY] + MINUTE, true);
    expect(days.look(sessions.close[WEDNESDAY], true)).toBeUndefined();
  });

  it("does not count a night, however long nobody looked", () => {
    const days = new PaperDays(sessions, dates);
    expect(days.look(sessions.close[WEDNESDAY] + HOUR, true)).toBeUndefined();
    expect(days.look(sessions.open[FRIDAY] - HOUR, true)).toBeUndefined();
    expect(days.look(sessions.open[FRIDAY] + HOUR, false)).toBeUndefined();
    expect(days.look(sessions.close[FRIDAY], false)).toBeUndefined();
  });
});
