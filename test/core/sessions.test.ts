import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closeAfter, openAfter, openTimeBetween, sessionDate } from "../../core/calendar/session-time.js";
import { type SessionDetail, Sessions } from "../../core/calendar/sessions.js";

const of = (...pairs: [number, number][]): Sessions =>
  new Sessions(
    Float64Array.from(pairs, ([open]) => open),
    Float64Array.from(pairs, ([, close]) => close),
  );

describe("sessions", () => {
  it("contain their close and not their open, and point at the next one in between", () => {
    const sessions = of([10, 20], [20, 30], [40, 50]);
    expect([9, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51].map((t) => sessions.indexAt(t))).toEqual([
      0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 3,
    ]);
    expect([9, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51].map((t) => sessions.isOpenAt(t))).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it("find the same session by cursor, by jump and by looking through all of them", () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 5 })), { maxLength: 40 });
    fc.assert(
      fc.property(gaps, fc.array(fc.integer({ min: -3, max: 250 })), (steps, instants) => {
        let t = 0;
        const pairs = steps.map(([gap, length]): [number, number] => {
          const open = t + gap;
          t = open + length;
          return [open, t];
        });
        const sessions = of(...pairs);
        for (const order of [instants, [...instants].sort((a, b) => a - b)]) {
          for (const instant of order) {
            const found = pairs.findIndex(([, close]) => instant <= close);
            expect(sessions.indexAt(instant)).toBe(found < 0 ? pairs.length : found);
          }
        }
      }),
    );
  });

  it("are none when there is none", () => {
    expect(of().indexAt(5)).toBe(0);
    expect(of().isOpenAt(5)).toBe(false);
  });

  it("are refused when they overlap, close before they open, are no times, or lack a close", () => {
    expect(() => of([0, 10], [9, 20])).toThrow(/Session 1 opens at 1970-01-01T00:00:00.009Z .* has not closed/);
    expect(() => of([10, 10])).toThrow(/not later than it opened/);
    expect(() => of([Number.NaN, 10])).toThrow(/opens at NaN/);
    expect(() => of([0, Infinity])).toThrow(/not later/);
    expect(() => new Sessions(Float64Array.of(1, 2), Float64Array.of(2))).toThrow(
      /Session 1 .* without one of the two/,
    );
  });
});

describe("sessions with breaks", () => {
  const NONE = Number.NaN;
  const build = (detail: SessionDetail = {}): Sessions =>
    new Sessions(Float64Array.of(10, 40), Float64Array.of(30, 60), {
      date: Int32Array.of(20240102, 20240103),
      breakStart: Float64Array.of(15, NONE),
      breakEnd: Float64Array.of(20, NONE),
      ...detail,
    });

  it("rest after the break's start and up to its end, and go on being one session", () => {
    const sessions = build();
    const asked = [10, 11, 15, 16, 20, 21, 30, 31, 41, 60];
    expect(asked.map((t) => sessions.isOpenAt(t))).toEqual([0, 1, 1, 0, 0, 1, 1, 0, 1, 1].map((open) => open === 1));
    expect(asked.map((t) => sessions.contains(t))).toEqual([0, 1, 1, 1, 1, 1, 1, 0, 1, 1].map((one) => one === 1));
    expect(asked.map((t) => sessions.indexAt(t))).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
  });

  it("open again when the break ends, and close only at the close", () => {
    const sessions = build();
    expect([9, 10, 11, 17, 20, 21, 40, 41, 61].map((t) => openAfter(sessions, t))).toEqual([
      10,
      10,
      20,
      20,
      20,
      40,
      40,
      Infinity,
      Infinity,
    ]);
    expect([9, 17, 30, 31, 60].map((t) => closeAfter(sessions, t))).toEqual([30, 30, 60, 60, Infinity]);
    expect([9, 30, 31, 61].map((t) => sessionDate(sessions, t))).toEqual([20240102, 20240102, 20240103, 0]);
  });

  it("count no time in a break as open", () => {
    const sessions = build();
    const openAt = (t: number): number => (sessions.isOpenAt(t) ? 1 : 0);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 70 }), (from, length) => {
        let sum = 0;
        for (let t = from + 1; t <= from + length; t++) sum += openAt(t);
        expect(openTimeBetween(sessions, from, from + length)).toBe(sum);
      }),
    );
  });

  it("have extended hours as sessions of their own with the same indexes, dates and breaks", () => {
    const sessions = build({ extendedOpen: Float64Array.of(5, 35), extendedClose: Float64Array.of(35, 60) });
    const { extended } = sessions;
    expect([[...extended.open], [...extended.close]]).toEqual([
      [5, 35],
      [35, 60],
    ]);
    expect(extended.date).toBe(sessions.date);
    expect([5, 6, 17, 33, 36, 61].map((t) => extended.isOpenAt(t))).toEqual([false, true, false, true, true, false]);
    expect(sessions.isOpenAt(6)).toBe(false);
    expect(extended.extended).toBe(extended);
  });

  it("are their own extended hours where these are no wider", () => {
    const same = build({ extendedOpen: Float64Array.of(10, 40), extendedClose: Float64Array.of(30, 60) });
    expect(same.extended).toBe(same);
    expect(build().extended.length).toBe(2);
  });

  it("are refused when a break, a date or extended hours do not fit", () => {
    expect(() => build({ breakStart: Float64Array.of(5, NONE) })).toThrow(
      /Session 0 .* its break does not lie between/,
    );
    expect(() => build({ breakEnd: Float64Array.of(15, NONE) })).toThrow(/its break does not lie between/);
    expect(() => build({ breakEnd: Float64Array.of(NONE, NONE) })).toThrow(/its break does not lie between/);
    expect(() => build({ date: Int32Array.of(20240103, 20240102) })).toThrow(/Session 1 .* its date is not in order/);
    const narrow = { extendedOpen: Float64Array.of(11, 40), extendedClose: Float64Array.of(30, 60) };
    expect(() => build(narrow)).toThrow(/its extended hours do not contain them/);
    const overlapping = { extendedOpen: Float64Array.of(10, 33), extendedClose: Float64Array.of(35, 60) };
    expect(() => build(overlapping)).toThrow(/the one in front of it has not closed/);
  });
});
