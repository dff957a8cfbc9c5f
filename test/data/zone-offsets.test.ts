import fc from "fast-check";
import { IANAZone } from "luxon";
import { describe, expect, it } from "vitest";
import { addMonths, dayNumber, isWeekend, yyyymmdd } from "../../core/calendar/calendar-date.js";
import { SessionClock } from "../../data/session-hours.js";
import { ZoneOffsets, zoneOffsets } from "../../data/zone-offsets.js";

// Half-hour daylight saving, two changes a year a month apart, clocks put forward over midnight, a skipped day.
const ZONES = [
  "America/New_York",
  "Europe/London",
  "Australia/Sydney",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
  "America/Sao_Paulo",
  "Pacific/Apia",
  "Asia/Kolkata",
  "Asia/Tokyo",
  "UTC",
];
const instants = fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2035, 0, 1) });

const SOURCES = [
  ["out of the system's file", zoneOffsets],
  ["out of Intl alone", (zone: string) => new ZoneOffsets(zone)],
] as const;

describe.each(SOURCES)("zone offsets %s", (_, offsetsOf) => {
  it("are luxon's at every instant", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.array(instants, { minLength: 1 }), (zone, times) => {
        const offsets = offsetsOf(zone);
        for (const t of times) expect(offsets.offsetAt(t)).toBe(IANAZone.create(zone).offset(t) * 60_000);
      }),
    );
  });

  it("lead from the wall clock back to the instant, in both passes through a repeated hour", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instants, (zone, t) => {
        const offsets = offsetsOf(zone);
        const wall = t + offsets.offsetAt(t);
        expect(offsets.instantOf(wall, t - 1)).toBe(t);
        const first = offsets.instantOf(wall);
        expect(first <= t && first + offsets.offsetAt(first) === wall).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("know the hour that New York skips in spring and the one it repeats in autumn", () => {
    const offsets = offsetsOf("America/New_York");
    expect(offsets.instantOf(Date.UTC(2024, 2, 10, 2, 30))).toBeNaN();
    expect(offsets.instantAtOrAfter(Date.UTC(2024, 2, 10, 2, 30))).toBe(Date.UTC(2024, 2, 10, 7, 30));
    expect(offsets.instantOf(Date.UTC(2024, 2, 10, 3, 0))).toBe(Date.UTC(2024, 2, 10, 7));
    const first = offsets.instantOf(Date.UTC(2024, 10, 3, 1, 30));
    expect(first).toBe(Date.UTC(2024, 10, 3, 5, 30));
    expect(offsets.instantOf(Date.UTC(2024, 10, 3, 1, 30), first)).toBe(Date.UTC(2024, 10, 3, 6, 30));
  });

  it("have seconds before a country had a zone", () => {
    const at = (zone: string, year: number): number => offsetsOf(zone).offsetAt(Date.UTC(year, 0, 1)) / 1000;
    expect(at("America/New_York", 1880)).toBe(-(4 * 3600 + 56 * 60 + 2));
    expect(at("Asia/Kolkata", 1850)).toBe(5 * 3600 + 53 * 60 + 28);
    expect(at("Africa/Monrovia", 1970)).toBe(-(44 * 60 + 30));
    expect([at("UTC", 1880), at("Europe/London", 2024)]).toEqual([0, 0]);
  });

  it("refuse a zone that does not exist", () => {
    for (const zone of ["Mars/Olympus", "", "New York"])
      expect(() => offsetsOf(zone)).toThrow(`The time zone "${zone}" is not known.`);
  });
});

describe("session hours", () => {
  it("open and close at local times through daylight saving, the evening before where they cross midnight", () => {
    const stocks = new SessionClock({ open: "09:30", close: "16:00" }, zoneOffsets("America/New_York"));
    const day = dayNumber(2024, 3, 11);
    expect([stocks.openOf(day - 3), stocks.openOf(day)]).toEqual([
      Date.UTC(2024, 2, 8, 14, 30),
      Date.UTC(2024, 2, 11, 13, 30),
    ]);
    const futures = new SessionClock({ open: "18:00", close: "17:00" }, zoneOffsets("America/New_York"));
    expect([futures.openOf(day), futures.closeOf(day)]).toEqual([Date.UTC(2024, 2, 10, 22), Date.UTC(2024, 2, 11, 21)]);
  });

  it("are refused when they are no times of day", () => {
    for (const [open, close] of [
      ["9", "16:00"],
      ["09:60", "16:00"],
      ["09:30", "24:01"],
      ["24:00", "16:00"],
      ["09:30", "00:00"],
    ]) {
      expect(() => new SessionClock({ open, close }, zoneOffsets("UTC"))).toThrow("Session hours from");
    }
  });
});

describe("calendar dates", () => {
  it("are those of JavaScript's own calendar", () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 200_000 }), (day) => {
        const date = new Date(day * 86_400_000);
        const [y, m, d] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
        expect(dayNumber(y, m, d)).toBe(day);
        expect(yyyymmdd(day)).toBe(y * 10000 + m * 100 + d);
        expect(isWeekend(day)).toBe(date.getUTCDay() === 0 || date.getUTCDay() === 6);
      }),
    );
  });

  it("do not have a 30 February, and a month after 31 January is its last day", () => {
    for (const [y, m, d] of [
      [2024, 2, 30],
      [2023, 2, 29],
      [1900, 2, 29],
      [2024, 13, 1],
      [2024, 0, 1],
      [2024, 4, 31],
      [2024, 1, 0],
    ]) {
      expect(dayNumber(y, m, d)).toBeNaN();
    }
    expect(yyyymmdd(addMonths(dayNumber(2024, 1, 31), 1))).toBe(20240229);
    expect(yyyymmdd(addMonths(dayNumber(2024, 3, 31), -13))).toBe(20230228);
  });
});
