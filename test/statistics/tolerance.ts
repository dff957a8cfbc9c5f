import { expect } from "vitest";

/** Equal to 1e-9 of the expected value, which is far above rounding and far below any difference of formula. */
export function expectClose(actual: number | undefined, expected: number, name: string): void {
  const error = Math.abs((actual ?? Number.NaN) - expected);
  const near = actual === expected || error <= 1e-9 * Math.abs(expected);
  expect(near, `${name}: ${actual} should be ${expected}`).toBe(true);
}
