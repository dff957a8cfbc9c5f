import type { BlockTarget } from "./block-codec.js";
import { cutColumns, unwrittenColumns } from "./columns.js";

/**
 * Columns to read bars into, again and again, for whoever is done with a series before reading the next one: memory that
 * has been written to once costs far less to write to than new memory. They grow to the longest series that was read into
 * them and stay as large as that.
 *
 * A series that was read into them is valid until the next read into them; who needs it longer copies it, or reads it
 * without them.
 */
export class KeptColumns {
  private columns: BlockTarget = unwrittenColumns(0, false);
  /** The part of the columns that was handed out last: blocks are mostly of one length. */
  private room: BlockTarget = this.columns;

  /** Columns of so many bars, holding whatever was read into them before; bid and ask are there where asked for. */
  roomFor(length: number, sides: boolean): BlockTarget {
    if (this.room.start.length === length && (this.room.bid !== undefined) === sides) return this.room;
    const { start, bid } = this.columns;
    if (start.length < length || (sides && bid === undefined))
      this.columns = unwrittenColumns(Math.max(length, start.length), sides || bid !== undefined);
    this.room = cutColumns(this.columns, 0, length, sides);
    return this.room;
  }
}
