import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Interval, intersect, normalise, subtract, union } from "../../data/intervals.js";

const some: fc.Arbitrary<Interval[]> = fc.array(
  fc.tuple(fc.nat(40), fc.nat(40)).map(([from, to]) => ({ from, to })),
  { maxLength: 8 },
);

/** Which of the instants 0 to 40 lie in the intervals, which is what an interval means. */
const members = (intervals: readonly Interval[]): boolean[] =>
  Array.from({ length: 41 }, (_, t) => intervals.some(({ from, to }) => from <= t && t < to));

const tidy = (intervals: readonly Interval[]): boolean =>
  intervals.every(({ from, to }, i) => from < to && (i === 0 || intervals[i - 1].to < from));

describe("stretches of time", () => {
  it("are the same instants when they are put in order, and never touch", () => {
    fc.assert(
      fc.property(some, (a) => {
        expect(members(normalise(a))).toEqual(members(a));
        expect(tidy(normalise(a))).toBe(true);
      }),
    );
  });

  it("are joined, cut with each other and taken from each other instant by instant", () => {
    fc.assert(
      fc.property(some, some, (a, b) => {
        const [inA, inB] = [members(a), members(b)];
        expect(members(union(a, b))).toEqual(inA.map((one, t) => one || inB[t]));
        expect(members(intersect(a, b))).toEqual(inA.map((one, t) => one && inB[t]));
        expect(members(subtract(a, b))).toEqual(inA.map((one, t) => one && !inB[t]));
        for (const answer of [union(a, b), intersect(a, b), subtract(a, b)]) expect(tidy(answer)).toBe(true);
      }),
    );
  });

  it("obey the laws of sets", () => {
    fc.assert(
      fc.property(some, some, some, (a, b, c) => {
        expect(union(a, b)).toEqual(union(b, a));
        expect(intersect(a, b)).toEqual(intersect(b, a));
        expect(union(a, a)).toEqual(normalise(a));
        expect(union(union(a, b), c)).toEqual(union(a, union(b, c)));
        expect(intersect(a, union(b, c))).toEqual(union(intersect(a, b), intersect(a, c)));
        expect(subtract(a, union(b, c))).toEqual(intersect(subtract(a, b), subtract(a, c)));
        expect(subtract(a, subtract(a, b))).toEqual(intersect(a, b));
        expect(union(subtract(a, b), intersect(a, b))).toEqual(normalise(a));
      }),
    );
  });
});
