import type { Kernel } from "./kernel.js";
import type { ChunkCursor } from "./series-chunks.js";

/**
 * What an indicator has computed on one series, and where in it the present is. Behind that lie rows to come: nothing
 * that a strategy can reach may lead to a track.
 */
export class Track {
  /** The line of the main output. */
  readonly main: Float64Array;
  readonly cursor: ChunkCursor;
  private readonly kernel: Kernel;

  constructor(kernel: Kernel, cursor: ChunkCursor) {
    this.main = kernel.line(0);
    this.cursor = cursor;
    this.kernel = kernel;
  }

  /** Itself; of a track that follows several, the one that is meant. */
  get current(): Track {
    return this;
  }

  /** The present value of an output, by its number. */
  output(output: number): number {
    return this.kernel.line(output)[this.cursor.place];
  }
}
