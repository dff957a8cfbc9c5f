import type { BarColumns, PriceColumns } from "../../core/market/bar-series.js";
import { checksum } from "./checksum.js";
import { areCounts, findTicks, type Offsets, putOffsets, takeOffsets } from "./tick-column.js";

/** The most bars of one block. */
export const FULL_BLOCK = 5120;

// Which columns a block has, as bits of `columns`; open, high, low and close it always has.
/** The starts are runs: their number, then the first start of each, then the bars of each, one bar size apart. */
const RUNS = 1;
/** Ends are there; without them every bar ends one bar size after its start. */
const ENDS = 2;
/** Volumes are there; without them they are 0. */
const VOLUME = 4;
/** Open, high, low and close of the bid, then of the ask. */
const SIDES = 8;
/** Prices are offsets of 16 bits, before which stand, as doubles, the number of ticks in 1 and the base. */
const TICKS = 16;
/** The same with offsets of 32 bits. */
const WIDE_TICKS = 32;
/** Volumes are whole numbers of 32 bits. */
const COUNTS = 64;
/** Columns of prices, of the bars themselves or of a side. */
const PRICES = 4;
const KNOWN = RUNS | ENDS | VOLUME | SIDES | TICKS | WIDE_TICKS | COUNTS;

/** A row of the table `block`. Instants are epoch ms UTC. */
export interface Block {
  /** Start of the first bar. */
  readonly first: number;
  /** End of the last bar. */
  readonly last: number;
  readonly count: number;
  readonly columns: number;
  readonly checksum: number;
  /** Columns of little-endian doubles, one after the other. */
  readonly data: Buffer;
}

/** Columns to read blocks into; bid and ask where the series has them. */
export type BlockTarget = Omit<BarColumns, "bid" | "ask"> & {
  readonly bid: PriceColumns | undefined;
  readonly ask: PriceColumns | undefined;
};

/** Whether blocks of these columns hold bid and ask. */
export function hasSides(columns: number): boolean {
  return (columns & SIDES) !== 0;
}

/** Rows `from` up to but without `to` as one block. @param size milliseconds of a bar */
export function encodeBlock(bars: BlockTarget, from: number, to: number, size: number): Block {
  const { start, end, volume } = bars;
  const count = to - from;
  const runs = runsOf(start, from, to, size);
  const prices = pricesOf(bars);
  const ticks = findTicks(prices, from, to);
  let columns = 0;
  if (2 * runs + 1 < count) columns |= RUNS;
  if (!endsFollow(start, end, from, to, size)) columns |= ENDS;
  if (!isEmpty(volume, from, to)) columns |= VOLUME;
  if (prices.length > PRICES) columns |= SIDES;
  if (ticks !== undefined) columns |= ticks.bytes === 2 ? TICKS : WIDE_TICKS;
  if ((columns & VOLUME) !== 0 && areCounts(volume, from, to)) columns |= COUNTS;
  const values = new Float64Array(lengthOf(columns, count, runs));
  const { buffer } = values;
  let at = 0;
  const put = (column: Float64Array): void => {
    values.set(column.subarray(from, to), at);
    at += count;
  };
  if ((columns & RUNS) !== 0) at = putRuns(values, start, from, to, size, runs);
  else put(start);
  if ((columns & ENDS) !== 0) put(end);
  if (ticks === undefined) {
    for (const column of prices) put(column);
  } else {
    values[at++] = ticks.per;
    values[at++] = ticks.base;
    for (const column of prices) {
      putOffsets(column, from, to, ticks, offsetsAt(buffer, at * 8, count, ticks.bytes));
      at += doublesFor(count, ticks.bytes);
    }
  }
  if ((columns & COUNTS) !== 0) new Uint32Array(buffer, at * 8, count).set(volume.subarray(from, to));
  else if ((columns & VOLUME) !== 0) put(volume);
  return {
    first: start[from],
    last: end[to - 1],
    count,
    columns,
    checksum: checksumOf(values, count, columns),
    data: Buffer.from(buffer),
  };
}

/**
 * Reads a block into rows `at` and following of columns that have room for it, every column of every row. Costs a copy of each column, one
 * addition a bar for its end, and one division for a price that is kept as ticks.
 * @returns what is wrong with the block, or nothing
 */
export function decodeBlock(block: Block, size: number, into: BlockTarget, at: number): string {
  const { data, count, columns } = block;
  if ((columns & ~KNOWN) !== 0) return `it has columns of an unknown kind (${columns})`;
  if (data.length % 8 !== 0 || data.length === 0) return `it has ${data.length} bytes`;
  const values = doublesOf(data);
  const runs = (columns & RUNS) === 0 ? 0 : values[0];
  if (values.length !== lengthOf(columns, count, runs)) return `it has ${data.length} bytes for ${count} bars`;
  if (checksumOf(values, count, columns) !== block.checksum) return "its checksum does not fit its bytes";
  const { buffer, byteOffset } = values;
  let p = 0;
  const take = (column: Float64Array): void => {
    column.set(values.subarray(p, p + count), at);
    p += count;
  };
  if ((columns & RUNS) !== 0) {
    if (takeRuns(values, runs, size, into, at) !== count) return "its runs of bars do not add up";
    p = 1 + 2 * runs;
  } else {
    take(into.start);
    for (let row = at; row < at + count; row++) into.end[row] = into.start[row] + size;
  }
  if ((columns & ENDS) !== 0) take(into.end);
  const sides = (columns & SIDES) !== 0;
  if (!sides && into.bid !== undefined) return "it has no bid and ask, and the blocks beside it have them";
  const bytes = bytesOfPrices(columns);
  const prices = pricesOf(into);
  if (bytes === 8) {
    for (const column of prices) take(column);
  } else {
    const ticks = { per: values[p], base: values[p + 1] };
    p += 2;
    for (const column of prices) {
      takeOffsets(offsetsAt(buffer, byteOffset + p * 8, count, bytes), ticks, column, at);
      p += doublesFor(count, bytes);
    }
  }
  // Quotes that nobody has room for stand between the prices and the volumes.
  if (sides && into.bid === undefined) p += 2 * PRICES * doublesFor(count, bytes);
  if ((columns & COUNTS) !== 0) into.volume.set(new Uint32Array(buffer, byteOffset + p * 8, count), at);
  else if ((columns & VOLUME) !== 0) take(into.volume);
  else into.volume.fill(0, at, at + count);
  if (into.start[at] !== block.first || into.end[at + count - 1] !== block.last)
    return "its first and last instants are not those of its bars";
  return "";
}

/** Open, high, low and close, then those of the bid and of the ask where there are both. */
function pricesOf({ open, high, low, close, bid, ask }: BlockTarget): Float64Array[] {
  const own = [open, high, low, close];
  if (bid === undefined || ask === undefined) return own;
  return [...own, bid.open, bid.high, bid.low, bid.close, ask.open, ask.high, ask.low, ask.close];
}

function offsetsAt(buffer: ArrayBufferLike, at: number, count: number, bytes: 2 | 4): Offsets {
  return bytes === 2 ? new Uint16Array(buffer, at, count) : new Uint32Array(buffer, at, count);
}

function bytesOfPrices(columns: number): 2 | 4 | 8 {
  return (columns & TICKS) !== 0 ? 2 : (columns & WIDE_TICKS) !== 0 ? 4 : 8;
}

/** The doubles that a column of so many values takes: the next one begins where a double can. */
function doublesFor(count: number, bytes: number): number {
  return Math.ceil((count * bytes) / 8);
}

/** The same with the bytes where they are, if they lie as doubles must. */
function doublesOf(data: Buffer): Float64Array {
  if (data.byteOffset % 8 === 0) return new Float64Array(data.buffer, data.byteOffset, data.length / 8);
  return new Float64Array(Uint8Array.from(data).buffer);
}

function checksumOf(values: Float64Array, count: number, columns: number): number {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  return checksum(words, (count * 16 + (columns & 15)) ^ ((columns >> 4) << 24));
}

function lengthOf(columns: number, count: number, runs: number): number {
  const instants = ((columns & RUNS) === 0 ? count : 1 + 2 * runs) + ((columns & ENDS) === 0 ? 0 : count);
  const bytes = bytesOfPrices(columns);
  const prices = ((columns & SIDES) === 0 ? 1 : 3) * PRICES * doublesFor(count, bytes) + (bytes === 8 ? 0 : 2);
  const volumes = (columns & COUNTS) !== 0 ? doublesFor(count, 4) : (columns & VOLUME) === 0 ? 0 : count;
  return instants + prices + volumes;
}

function runsOf(start: Float64Array, from: number, to: number, size: number): number {
  let runs = 1;
  for (let row = from + 1; row < to; row++) if (start[row] - start[row - 1] !== size) runs++;
  return runs;
}

function putRuns(values: Float64Array, start: Float64Array, from: number, to: number, size: number, runs: number) {
  values[0] = runs;
  let run = 0;
  let begun = from;
  for (let row = from + 1; row <= to; row++) {
    if (row < to && start[row] - start[row - 1] === size) continue;
    values[1 + run] = start[begun];
    values[1 + runs + run] = row - begun;
    run++;
    begun = row;
  }
  return 1 + 2 * runs;
}

function takeRuns(values: Float64Array, runs: number, size: number, into: BlockTarget, at: number): number {
  const { start, end } = into;
  let row = at;
  for (let run = 0; run < runs; run++) {
    const count = values[1 + runs + run];
    if (!(count >= 1 && row + count <= start.length)) return -1;
    let instant = values[1 + run];
    const after = row + count;
    // Two rows at a time, each from the one two in front of it: instants are whole numbers, and their sums exact.
    for (; row + 1 < after; row += 2) {
      const second = instant + size;
      const third = instant + 2 * size;
      start[row] = instant;
      end[row] = second;
      start[row + 1] = second;
      end[row + 1] = third;
      instant = third;
    }
    if (row < after) {
      start[row] = instant;
      end[row] = instant + size;
      row++;
    }
  }
  return row - at;
}

function endsFollow(start: Float64Array, end: Float64Array, from: number, to: number, size: number): boolean {
  for (let row = from; row < to; row++) if (end[row] !== start[row] + size) return false;
  return true;
}

function isEmpty(column: Float64Array, from: number, to: number): boolean {
  for (let row = from; row < to; row++) if (column[row] !== 0) return false;
  return true;
}
