/**
 * Two quantities closer than this are equal, in units: what is left of a sum of doubles that should be zero. Far below
 * the smallest step that anything trades in.
 */
export const DUST = 1e-9;

/** What rounding may make of a sum of doubles, as a share of it. */
const ROUNDING = 1e-9;

/** Whether a sum or product of doubles lies above a limit by more than its rounding; one that is not known does. */
export function isBeyond(value: number, limit: number): boolean {
  return !(value - limit <= ROUNDING * Math.abs(limit));
}

/** Whether two quantities are equal but for that. */
export function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= DUST;
}
