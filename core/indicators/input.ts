import { areFinite } from "./arithmetic.js";
import type { BarChunk } from "./bar-chunk.js";
import { BAR_FIELDS } from "./bar-fields.js";
import { createKernel, type Source } from "./indicator.js";
import type { Kernel } from "./kernel.js";
import type { SharedKernels } from "./shared-kernels.js";

/**
 * The source of one kernel, resolved once: a field of the bar, or another indicator's kernel, which runs by being read.
 * Columns are looked up anew by every chunk, for a series that grows replaces them.
 */
export class Input {
  /** The source in the chunk that was read: place p is at `values[shift + p]`. */
  values: Float64Array;
  shift: number;
  /** Whether all of these are finite; one that is still warming up is NaN. */
  isFinite: boolean;
  private readonly field: number;
  private readonly kernel: Kernel | undefined;

  constructor(source: Source, kernels: SharedKernels) {
    this.kernel = typeof source === "string" ? undefined : createKernel(source, kernels);
    this.field = typeof source === "string" ? BAR_FIELDS.indexOf(source) : -1;
    this.values = this.kernel?.line(0) ?? new Float64Array(0);
    this.shift = 0;
    this.isFinite = false;
  }

  read(chunk: BarChunk): void {
    const { kernel, field } = this;
    if (kernel === undefined) {
      this.values = chunk.values(field);
      this.shift = chunk.shift(field);
      this.isFinite = chunk.isFinite(field);
    } else {
      kernel.run(chunk);
      this.isFinite = areFinite(this.values, 1, chunk.count + 1);
    }
  }
}
