/**
 * How prices are kept as whole numbers: a price is (`base` + offset) / `per`, to the last bit. Ticks, mostly: cents are
 * `per` 100. A division and not a product, for only the nearest double to the decimal number is the price that was read.
 */
export interface Ticks {
  /** A power of ten. */
  readonly per: number;
  /** A whole number; no offset is below 0. */
  readonly base: number;
  /** Bytes that hold every offset. */
  readonly bytes: 2 | 4;
}

/** Offsets from a base, 16 or 32 bits each. */
export type Offsets = Uint16Array | Uint32Array;

/** Of a price of IB at most eight digits stand behind the point. */
const FINEST = 1e8;

/** How rows `from` up to but without `to` of these columns can be kept as whole numbers; undefined where they cannot. */
export function findTicks(columns: readonly Float64Array[], from: number, to: number): Ticks | undefined {
  for (let per = 1; per <= FINEST; per *= 10) {
    let least = Infinity;
    let most = -Infinity;
    const fits = columns.every((column) => {
      for (let row = from; row < to; row++) {
        const value = column[row];
        const whole = Math.round(value * per);
        // A zero with a sign would lose it.
        if (whole / per !== value || (value === 0 && Object.is(value, -0))) return false;
        if (whole < least) least = whole;
        if (whole > most) most = whole;
      }
      return true;
    });
    if (!fits) continue;
    const widest = most - least;
    if (!(Number.isSafeInteger(least) && Number.isSafeInteger(most) && widest < 2 ** 32)) return undefined;
    return { per, base: least, bytes: widest < 2 ** 16 ? 2 : 4 };
  }
  return undefined;
}

/** Writes rows `from` up to but without `to` of a column as offsets. */
export function putOffsets(column: Float64Array, from: number, to: number, { per, base }: Ticks, offsets: Offsets) {
  for (let row = from; row < to; row++) offsets[row - from] = Math.round(column[row] * per) - base;
}

/** Writes the prices of offsets into rows `at` and following of a column. */
export function takeOffsets(offsets: Offsets, { per, base }: Omit<Ticks, "bytes">, column: Float64Array, at: number) {
  // The conversion to doubles is one copy; so the loop sees one kind of array, whatever the offsets are.
  column.set(offsets, at);
  const after = at + offsets.length;
  for (let row = at; row < after; row++) column[row] = (base + column[row]) / per;
}

/** Whether these rows are whole numbers of 32 bits without a sign, as most volumes are. */
export function areCounts(column: Float64Array, from: number, to: number): boolean {
  for (let row = from; row < to; row++) if (!Object.is(column[row] >>> 0, column[row])) return false;
  return true;
}
