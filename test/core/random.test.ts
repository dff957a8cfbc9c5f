import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logarithm } from "../../core/logarithm.js";
import { normalQuantile } from "../../core/normal-quantile.js";
import { Random, RandomError } from "../../core/random.js";

describe("the seeded random numbers", () => {
  it("are those of sfc32 computed elsewhere from the same seed", () => {
    const random = new Random(7);
    expect([random.uint32(), random.uint32(), random.uint32(), random.uint32()]).toEqual([
      777406707, 3926282419, 3965446649, 58277327,
    ]);
  });

  it("repeat for a seed, and differ for another seed or stream", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e300, max: 1e300, noNaN: true }), fc.integer(), (seed, stream) => {
        const draws = (random: Random): number[] => Array.from({ length: 4 }, () => random.next());
        const first = draws(new Random(seed, stream));
        expect(draws(new Random(seed, stream))).toEqual(first);
        expect(draws(new Random(seed + Math.max(1, Math.abs(seed) * 1e-9), stream))).not.toEqual(first);
        expect(draws(new Random(seed, (stream + 1) | 0))).not.toEqual(first);
      }),
    );
    expect(new Random(-0).next()).toBe(new Random(0).next());
  });

  it("are uniform and normal where they say so", () => {
    const random = new Random(42);
    const n = 400_000;
    let sum = 0;
    let squares = 0;
    let fourth = 0;
    const tenths = new Float64Array(10);
    for (let i = 0; i < n; i++) {
      const z = random.normal();
      sum += z;
      squares += z * z;
      fourth += z * z * z * z;
      tenths[Math.floor(random.next() * 10)]++;
    }
    expect(Math.abs(sum / n)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(squares / n - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(fourth / n - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    for (const count of tenths) expect(Math.abs(count - n / 10)).toBeLessThan(4.5 * Math.sqrt(n * 0.09));
  });

  it("choose among n, never n itself", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1_000_000 }), (seed, n) => {
        const choice = new Random(seed).int(n);
        expect(Number.isInteger(choice) && choice >= 0 && choice < n).toBe(true);
      }),
    );
  });

  it("refuse a seed that is no number and a choice among nothing", () => {
    expect(() => new Random(Number.NaN)).toThrow(RandomError);
    for (const n of [0, -1, 1.5, Number.NaN, Infinity])
      expect(() => new Random(1).int(n)).toThrow(/nothing to choose from/);
  });
});

describe("the normal quantile", () => {
  it("agrees with values computed elsewhere", () => {
    const known: [number, number][] = [
      [0.5, 0],
      [0.6, 0.2533471031357998],
      [0.925, 1.439531470938456],
      [0.975, 1.9599639845400536],
      [0.001, -3.090232306167813],
      [1e-6, -4.753424308822899],
      [1e-10, -6.361340902404056],
      [1e-20, -9.262340089798405],
      [1e-300, -37.0470962993612],
    ];
    for (const [p, z] of known) expect(Math.abs(normalQuantile(p) - z)).toBeLessThanOrEqual(1e-15 * Math.abs(z));
  });

  it("is infinite at the ends and does not exist beyond", () => {
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(normalQuantile(1.5)).toBeNaN();
    expect(normalQuantile(Number.NaN)).toBeNaN();
  });

  it("takes a logarithm that agrees with Math.log to a few units in the last place", () => {
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: 1, noNaN: true }), (x) => {
        const truth = Math.log(x);
        expect(Math.abs(logarithm(x) - truth)).toBeLessThanOrEqual(1e-15 * Math.abs(truth));
      }),
    );
  });
});
