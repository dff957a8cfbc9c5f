/**
 * Two quantities closer than this are equal, in units: what is left of a sum of doubles that should be zero. Far below
 * the smallest step that anything trades in.
 */
export const DUST = 1e-9;

/** Whether two quantities are equal but for that. */
export function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= DUST;
}
