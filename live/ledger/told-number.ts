/** From here on a number stands for none: TWS writes the largest double. */
const UNSET = 1e300;

/** A number that the broker has told; NaN where it is none. */
export function toldNumber(value: number): number {
  return Math.abs(value) < UNSET ? value : Number.NaN;
}

/** The same of a price, for which 0 is none as well. */
export function toldPrice(value: number): number {
  return value === 0 ? Number.NaN : toldNumber(value);
}
