import type { Statement } from "better-sqlite3";
import type { Database } from "../sqlite.js";
import { type Block, type BlockTarget, decodeBlock, encodeBlock, FULL_BLOCK } from "./block-codec.js";
import { cutColumns, firstStartingAt, joinColumns, unwrittenColumns } from "./columns.js";
import type { KeptColumns } from "./kept-columns.js";

/** A block without its bars, as the index knows it. */
export interface BlockHead {
  readonly id: number;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly columns: number;
}

/** What a generation of a series needs known of it to read and write its blocks. */
export interface BlockShape {
  readonly generation: number;
  /** Milliseconds of a bar. */
  readonly size: number;
  /** Whether its bars have bid and ask beside each other. */
  readonly sides: boolean;
}

/** What a block is read from: first, last, count, columns, checksum, data. */
type BlockRow = [number, number, number, number, number, Buffer];

/** Called with a block that cannot be read; throws. */
export type Refuse = (head: BlockHead, reason: string) => never;

/**
 * The blocks of the store. In one generation they do not overlap, and after a write two neighbours that were touched
 * would not fit into one block, except for a last one that is still being filled.
 */
export class BlockTable {
  private readonly db: Database;
  // Prepared when they are first needed and then kept: whoever goes through a series asks the same again for each block.
  private askHeads: Statement<[number, number, number], BlockHead> | undefined;
  private askBlocks: Statement<[number, number, number], BlockRow> | undefined;

  constructor(db: Database) {
    this.db = db;
  }

  /** The blocks with bars between two instants, in order of time, without reading them. */
  heads(generation: number, from = -Infinity, to = Infinity): BlockHead[] {
    this.askHeads ??= this.db.prepare<[number, number, number], BlockHead>(
      "select id, first, last, count, columns from block where generation = ? and first < ? and last > ? order by first",
    );
    return this.askHeads.all(generation, bound(to), bound(from));
  }

  /**
   * The bars of all blocks that have some between two instants: whole blocks, so that there may be more on either side.
   * Called inside a snapshot, for it asks twice.
   * @param into the columns to read them into; default new ones
   */
  read(shape: BlockShape, heads: readonly BlockHead[], refuse: Refuse, into?: KeptColumns): BlockTarget {
    const length = heads.reduce((sum, head) => sum + head.count, 0);
    const bars = into?.roomFor(length, shape.sides) ?? unwrittenColumns(length, shape.sides);
    if (heads.length === 0) return bars;
    this.askBlocks ??= this.db
      .prepare<[number, number, number], BlockRow>(
        `select first, last, count, columns, checksum, data from block
          where generation = ? and first >= ? and first <= ? order by first`,
      )
      .raw();
    let at = 0;
    let i = 0;
    for (const row of this.askBlocks.iterate(shape.generation, heads[0].first, heads[heads.length - 1].first)) {
      const [first, last, count, columns, checksum, data] = row;
      if (count !== heads[i].count) refuse(heads[i], `it has ${count} bars and its index ${heads[i].count}`);
      const problem = decodeBlock({ first, last, count, columns, checksum, data }, shape.size, bars, at);
      if (problem !== "") refuse(heads[i], problem);
      at += count;
      i++;
    }
    if (i < heads.length) refuse(heads[i], "its index names it, and it is not there");
    return bars;
  }

  /**
   * Puts bars where those between two instants were. Part of a transaction.
   * @param bars valid, in order, each starting at `from` or later and before `to`
   * @param collide called with a bar and the stored one that it overlaps with; throws
   */
  replace(
    shape: BlockShape,
    bars: BlockTarget,
    from: number,
    to: number,
    refuse: Refuse,
    collide: (start: number, stored: number) => never,
  ): void {
    const length = bars.start.length;
    const around = this.affected(shape.generation, from, to, bars);
    const stored = this.read(shape, around, refuse);
    const before = firstStartingAt(stored.start, stored.start.length, from);
    const after = firstStartingAt(stored.start, stored.start.length, to);
    if (length === 0 && before === after) return;
    if (length > 0 && before > 0 && stored.end[before - 1] > bars.start[0])
      collide(bars.start[0], stored.start[before - 1]);
    if (length > 0 && after < stored.start.length && bars.end[length - 1] > stored.start[after])
      collide(bars.start[length - 1], stored.start[after]);
    const remove = this.db.prepare("delete from block where id = ?");
    for (const { id } of around) remove.run(id);
    this.insert(shape, [cutColumns(stored, 0, before), bars, cutColumns(stored, after, stored.start.length)]);
  }

  /** The blocks that a write reaches into, and those beside them that have room or would overlap with its bars. */
  private affected(generation: number, from: number, to: number, bars: BlockTarget): BlockHead[] {
    const length = bars.start.length;
    const touched = this.heads(generation, from, to);
    if (length === 0) return touched;
    const first = touched.length > 0 ? touched[0].first : from;
    const last = touched.length > 0 ? touched[touched.length - 1].first : to - 1;
    const columns = "select id, first, last, count, columns from block where generation = ?";
    const before = this.db
      .prepare(`${columns} and first < ? order by first desc limit 1`)
      .get(generation, bound(first)) as BlockHead | undefined;
    const after = this.db.prepare(`${columns} and first > ? order by first limit 1`).get(generation, bound(last)) as
      | BlockHead
      | undefined;
    const joins = (head: BlockHead | undefined): head is BlockHead =>
      head !== undefined &&
      (head.count < FULL_BLOCK || (head.last > bars.start[0] && head.first < bars.end[length - 1]));
    return [...(joins(before) ? [before] : []), ...touched, ...(joins(after) ? [after] : [])];
  }

  private insert(shape: BlockShape, pieces: readonly BlockTarget[]): void {
    const insert = this.db.prepare(
      "insert into block (generation, first, last, count, columns, checksum, data) values (?, ?, ?, ?, ?, ?, ?)",
    );
    const put = (bars: BlockTarget, from: number, to: number): void => {
      const block: Block = encodeBlock(bars, from, to, shape.size);
      const { first, last, count, columns, checksum, data } = block;
      insert.run(shape.generation, first, last, count, columns, checksum, data);
    };
    // Of a long piece the middle is written from where it lies; only its ends are joined with what is beside them.
    let open: BlockTarget[] = [];
    let filled = 0;
    for (const piece of pieces) {
      let at = 0;
      const length = piece.start.length;
      while (at < length) {
        const take = Math.min(FULL_BLOCK - filled, length - at);
        if (filled === 0 && take === FULL_BLOCK) {
          put(piece, at, at + take);
        } else {
          open.push(cutColumns(piece, at, at + take));
          filled += take;
          if (filled === FULL_BLOCK) {
            put(joinColumns(open, shape.sides), 0, filled);
            open = [];
            filled = 0;
          }
        }
        at += take;
      }
    }
    if (filled > 0) put(joinColumns(open, shape.sides), 0, filled);
  }
}

/** SQLite has no infinity among its whole numbers. */
function bound(instant: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, instant));
}
