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
      const span = spanOf(column, from, to, per);
      if (span === undefined) return false;
      least = Math.min(least, span.least);
      most = Math.max(most, span.most);
      return true;
    });
    if (!fits) continue;
    const widest = most - least;
    if (!(Number.isSafeInteger(least) && Number.isSafeInteger(most) && widest < 2 ** 32)) return undefined;
    return { per, base: least, bytes: widest < 2 ** 16 ? 2 : 4 };
  }
  return undefined;
}

/** The least and the most of rows as whole numbers of ticks; undefined where one of them is none. */
function spanOf(
  column: Float64Array,
  from: number,
  to: number,
  per: number,
): { readonly least: number; readonly most: number } | undefined {
  let least = Infinity;
  let most = -Infinity;
  for (let row = from; row < to; row++) {
    const value = column[row];
    const whole = Math.round(value * per);
    // A zero with a sign would lose it.
    if (whole / per !== value || (value === 0 && Object.is(value, -0))) return undefined;
    if (whole < least) least = whole;
    if (whole > most) most = whole;
  }
  return { least, most };
}

/** Writes rows `from` up to but without `to` of a column as offsets. */
export function putOffsets(column: Float64Array, from: number, to: number, { per, base }: Ticks, offsets: Offsets) {
  for (let row = from; row < to; row++) offsets[row - from] = Math.round(column[row] * per) - base;
}

/** Writes the prices of offsets into rows `at` and following of a column. */
export function takeOffsets(offsets: Offsets, ticks: Omit<Ticks, "bytes">, column: Float64Array, at: number): void {
  // A loop for each kind of array: one that sees both is half as fast.
  if (offsets instanceof Uint16Array) takeNarrow(offsets, ticks, column, at);
  else takeWide(offsets, ticks, column, at);
}

/** Four rows at a time: their divisions, which take the longest here, run side by side. */
function takeNarrow(offsets: Uint16Array, { per, base }: Omit<Ticks, "bytes">, column: Float64Array, at: number): void {
  const { length } = offsets;
  const whole = length & ~3;
  let i = 0;
  for (let row = at; i < whole; i += 4, row += 4) {
    const first = (base + offsets[i]) / per;
    const second = (base + offsets[i + 1]) / per;
    const third = (base + offsets[i + 2]) / per;
    const fourth = (base + offsets[i + 3]) / per;
    column[row] = first;
    column[row + 1] = second;
    column[row + 2] = third;
    column[row + 3] = fourth;
  }
  for (; i < length; i++) column[at + i] = (base + offsets[i]) / per;
}

function takeWide(offsets: Uint32Array, { per, base }: Omit<Ticks, "bytes">, column: Float64Array, at: number): void {
  // The conversion to doubles is a copy that costs little.
  column.set(offsets, at);
  const after = at + offsets.length;
  for (let row = at; row < after; row++) column[row] = (base + column[row]) / per;
}

/** Whether these rows are whole numbers of 32 bits without a sign, as most volumes are. */
export function areCounts(column: Float64Array, from: number, to: number): boolean {
  for (let row = from; row < to; row++) if (!Object.is(column[row] >>> 0, column[row])) return false;
  return true;
}
