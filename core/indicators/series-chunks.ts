import type { BarSeries } from "../market/bar-series.js";
import { BarChunk } from "./bar-chunk.js";
import { createKernel, type IndicatorSpec } from "./indicator.js";
import type { Kernel } from "./kernel.js";
import { SharedKernels } from "./shared-kernels.js";

/** Where in their lines the kernels of a series have the row that was taken last. */
export class ChunkCursor {
  place = 1;
}

/**
 * Kernels of one series that go through the same chunks of rows. When a row is taken that no chunk holds, all of them
 * compute the next one, of at most `longest` rows. A chunk ends with the rows that the series has: those of a replay
 * are all there, so its chunks are whole; live bars and larger bars that are built on the way are taken one at a time.
 */
export class SeriesChunks {
  readonly cursor = new ChunkCursor();
  private readonly kernels: Kernel[] = [];
  private readonly shared = new SharedKernels();
  private readonly chunk: BarChunk;
  private readonly longest: number;

  constructor(bars: BarSeries, longest: number) {
    this.chunk = new BarChunk(bars);
    this.longest = longest;
  }

  /** The running part of an indicator, which takes every row from now on. */
  add(spec: IndicatorSpec<string>): Kernel {
    const kernel = createKernel(spec, this.shared);
    this.kernels.push(kernel);
    return kernel;
  }

  /** Rows of the chunk behind the one that was taken last. */
  get ahead(): number {
    return this.chunk.count - this.cursor.place;
  }

  /** Takes the next row. */
  take(row: number): void {
    const { chunk } = this;
    const place = row - chunk.before;
    if (place > chunk.count) this.compute(row);
    else this.cursor.place = place;
  }

  private compute(row: number): void {
    const { chunk, kernels, longest } = this;
    const left = chunk.bars.length - row;
    chunk.move(row, left < longest ? row + left : row + longest);
    for (let k = 0; k < kernels.length; k++) kernels[k].run(chunk);
    this.cursor.place = 1;
  }
}
