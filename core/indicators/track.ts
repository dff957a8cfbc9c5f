import type { ChunkCursor } from "./series-chunks.js";

/**
 * What an indicator has computed on one series, and where in it the present is. Behind that lie rows to come: nothing
 * that a strategy can reach may lead to a track.
 */
export class Track {
  /** The line of the main output. */
  readonly main: Float64Array;
  readonly cursor: ChunkCursor;
  /** Of every output, in the order of the description. */
  readonly lines: readonly Float64Array[];

  constructor(lines: readonly Float64Array[], cursor: ChunkCursor) {
    this.main = lines[0];
    this.cursor = cursor;
    this.lines = lines;
  }

  /** Itself; of a track that follows several, the one that is meant. */
  get current(): Track {
    return this;
  }
}
