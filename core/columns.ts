/** A column of numbers, however wide they are kept. */
export type Column = Float64Array | Int32Array | Uint8Array | Int8Array;

/** Rows that a column of orders or fills begins with. */
export const FIRST_ROWS = 16_384;

/**
 * Rows for the orders or fills of a run over so many instants: room for one in sixteen of them, for what is not written to
 * costs no memory, and a column that grows is copied.
 */
export function firstRows(instants: number): number {
  return Math.min(2 ** 20, Math.max(FIRST_ROWS, Math.ceil(instants / 16)));
}

/** By how much a full column of orders or fills grows: what is not written to costs no memory, copying does cost time. */
export const GROWTH = 4;

/** A column of at least `size` places that begins with the values of `column`; the rest is zero. */
export function widerDoubles(column: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(size);
  wider.set(column);
  return wider;
}

/** The same for integers. */
export function widerInts(column: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(size);
  wider.set(column);
  return wider;
}

/** The same for small integers from 0 to 255. */
export function widerBytes(column: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const wider = new Uint8Array(size);
  wider.set(column);
  return wider;
}
