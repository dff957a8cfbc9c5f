/** A row that cannot be taken, by its line in the file. */
export interface BadRow {
  readonly line: number;
  /** What is wrong with it, such as 'has the close "x"'; goes on after "line 7". */
  readonly problem: string;
  /** That it cannot be read, is there twice, stands in the wrong place, or has numbers that cannot be. */
  readonly kind: BadRowKind;
}

export type BadRowKind = "row" | "duplicate" | "order" | "range";

/** Bad rows in the order of their lines: all are counted, the first thousand are listed. */
export class BadRows {
  count = 0;
  readonly listed: BadRow[] = [];

  add(line: number, problem: string, kind: BadRowKind = "row"): void {
    this.count++;
    if (this.listed.length < 1000) this.listed.push({ line, problem, kind });
  }
}

/** The rows of a file as they are written, a column each. */
export interface RawRows {
  readonly length: number;
  /** The time as written, as if the clock showed UTC; epoch ms. */
  readonly wall: Float64Array;
  /** The same as an instant where rows say their offset; else equal to `wall`. */
  readonly instant: Float64Array;
  /** Where the ends of bars are written: instants if rows say their offset, else as if the clock showed UTC. */
  readonly end: Float64Array | undefined;
  readonly hasOffset: boolean;
  /** One column for each of FIELDS; undefined where the file has none. */
  readonly fields: readonly (Float64Array | undefined)[];
  /** The line number of a row. */
  lineOf(row: number): number;
}

/** The rows whose numbers are given, in that order. */
export function pickRows(rows: RawRows, picked: Int32Array): RawRows {
  const pick = (column: Float64Array): Float64Array => {
    const values = new Float64Array(picked.length);
    for (let i = 0; i < picked.length; i++) values[i] = column[picked[i]];
    return values;
  };
  return {
    length: picked.length,
    wall: pick(rows.wall),
    instant: pick(rows.instant),
    end: rows.end && pick(rows.end),
    hasOffset: rows.hasOffset,
    fields: rows.fields.map((column) => column && pick(column)),
    lineOf: (row) => rows.lineOf(picked[row]),
  };
}

/**
 * The rows with the oldest first. Files that go from the newest to the oldest, every row earlier than the one above it,
 * are turned round; two rows are too few to tell that from a mistake.
 */
export function oldestFirst(rows: RawRows): RawRows {
  const { instant, length } = rows;
  if (length < 3) return rows;
  for (let row = 1; row < length; row++) if (!(instant[row] < instant[row - 1])) return rows;
  return pickRows(
    rows,
    Int32Array.from({ length }, (_, row) => length - 1 - row),
  );
}
