import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sessions } from "../../core/calendar/sessions.js";

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
