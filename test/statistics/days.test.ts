import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../core/market/bar-size.js";
import { type DayOf, dailyEquity, localDay, utcDay } from "../../core/statistics/days.js";
import type { EquityCurve } from "../../core/statistics/inputs.js";
import { inferPeriodsPerYear } from "../../core/statistics/periods-per-year.js";
import { MONDAY } from "./curves.js";

function curveAt(instants: readonly number[]): EquityCurve {
  const time = Float64Array.from(instants);
  return { time, value: Float64Array.from(instants, (_, row) => 100 + row), length: time.length };
}

/** One point a day at 21:00 UTC on the days for which `open` holds, after a first point. */
function sessions(days: number, open: (weekday: number, day: number) => boolean, from = MONDAY): EquityCurve {
  const instants = [from];
  for (let day = 0; day < days; day++) {
    const instant = from + day * DAY + 21 * HOUR;
    if (open(new Date(instant).getUTCDay(), day)) instants.push(instant);
  }
  return curveAt(instants);
}

const inferred = (curve: EquityCurve): number | undefined => inferPeriodsPerYear(dailyEquity(curve));
const weekdays = (weekday: number): boolean => weekday > 0 && weekday < 6;

describe("the days of an equity curve", () => {
  it("end with midnight, so that a bar from 23:00 to 24:00 belongs to the day it lies in", () => {
    expect(utcDay(MONDAY)).toBe(utcDay(MONDAY - HOUR));
    expect(utcDay(MONDAY + 1)).toBe(utcDay(MONDAY) + 1);
    expect(utcDay(MONDAY) * DAY).toBe(MONDAY - DAY);
  });

  it("follow a local clock when they are asked to", () => {
    const newYork = localDay(() => -5 * HOUR);
    expect(newYork(Date.UTC(2024, 0, 2, 3))).toBe(newYork(Date.UTC(2024, 0, 1, 21)));
    expect(newYork(Date.UTC(2024, 0, 2, 5))).toBe(newYork(Date.UTC(2024, 0, 1, 21)));
    expect(newYork(Date.UTC(2024, 0, 2, 6))).toBe(newYork(Date.UTC(2024, 0, 1, 21)) + 1);
  });

  it("keep the first point and the last point of each day", () => {
    const daily = dailyEquity(curveAt([0.5, 1, 9, 24, 25, 48, 72.5].map((hours) => MONDAY + hours * HOUR)));
    expect(Array.from(daily.value)).toEqual([100, 103, 105, 106]);
    expect(Array.from(daily.row)).toEqual([0, 3, 5, 6]);
  });

  it("of an empty curve are none, and one point is no day", () => {
    expect(dailyEquity(curveAt([])).length).toBe(0);
    expect(dailyEquity(curveAt([MONDAY])).length).toBe(1);
  });

  it("are the same as those found by looking at every point", () => {
    const steps = fc.array(fc.integer({ min: 1, max: 2 * DAY }), { maxLength: 300 });
    const zones = fc.constantFrom<DayOf>(
      utcDay,
      localDay(() => -5 * HOUR),
      (instant) => Math.floor(instant / DAY),
    );
    fc.assert(
      fc.property(steps, zones, (gaps, dayOf) => {
        let instant = MONDAY;
        const curve = curveAt(gaps.map((gap) => (instant += Math.ceil(gap / MINUTE) * MINUTE)));
        const expected = curve.length > 0 ? [0] : [];
        for (let row = 1; row < curve.length; row++) {
          const next = curve.time[row + 1];
          if (next === undefined || dayOf(next) !== dayOf(curve.time[row] as number)) expected.push(row);
        }
        expect(Array.from(dailyEquity(curve, dayOf).row)).toEqual(expected);
      }),
    );
  });
});

describe("periods per year measured from the curve", () => {
  it("are 252 for a market that closes at weekends, from twenty returns on, whichever day it starts", () => {
    for (let shift = 0; shift < 7; shift++) {
      for (const days of [28, 31, 90, 365, 2000]) {
        const curve = sessions(days, weekdays, MONDAY + shift * DAY);
        expect(inferred(curve), `${days} days from weekday ${shift}`).toBe(252);
      }
    }
  });

  it("are 365 for a market that never closes", () => {
    expect(inferred(sessions(20, () => true))).toBe(365);
    expect(inferred(sessions(900, () => true))).toBe(365);
    expect(inferred(sessions(900, (_, day) => day % 30 !== 3))).toBe(365);
  });

  it("are 313 for forex by UTC days, Sunday evenings included", () => {
    expect(inferred(sessions(730, (weekday) => weekday !== 6))).toBe(313);
  });

  it("are 52 for weekly and 12 for monthly points, not 252", () => {
    expect(inferred(sessions(1000, (weekday) => weekday === 5))).toBe(52);
    expect(inferred(curveAt(Array.from({ length: 60 }, (_, month) => Date.UTC(2015, month, 1, 1))))).toBe(12);
  });

  it("are unknown with fewer than two returns", () => {
    expect(inferred(curveAt([MONDAY, MONDAY + HOUR]))).toBeUndefined();
  });
});
