/**
 * Functions of Math as they were when this module was loaded, before any strategy was: kernels call them for rows that
 * lie ahead, and a strategy that put another function in their place would be told of these.
 */
export const { abs, floor, max, min, sqrt } = Math;

/** Number.isFinite of a number. */
export function isFiniteNumber(value: number): boolean {
  return value - value === 0;
}

/** Whether all are; by sums of four, each 0 times which is 0 only of finite ones. False also where a sum overflows. */
export function areFinite(values: Float64Array, first: number, end: number): boolean {
  let zero = 0;
  let at = first;
  for (; at + 3 < end; at += 4) zero += (values[at] + values[at + 1] + (values[at + 2] + values[at + 3])) * 0;
  for (; at < end; at++) zero += values[at] * 0;
  return zero === 0;
}
