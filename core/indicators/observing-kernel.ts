import { isFiniteNumber } from "./arithmetic.js";
import type { BarChunk } from "./bar-chunk.js";
import type { Source } from "./indicator.js";
import { Input } from "./input.js";
import { Kernel } from "./kernel.js";
import { RangeInput } from "./range-input.js";
import type { SharedKernels } from "./shared-kernels.js";

/**
 * A kernel that is told of observations only: of the rows on which its source is a finite number. On others its state
 * and its lines stay as they were.
 */
abstract class ObservingKernel extends Kernel {
  /** Observations before those at hand. */
  protected seen: number;

  constructor(lines: number) {
    super(lines);
    this.seen = 0;
  }

  /** Takes the observations at places `first` up to but without `end`. */
  protected abstract observe(first: number, end: number, chunk: BarChunk): void;

  protected observeAll(chunk: BarChunk): void {
    this.observe(1, chunk.count + 1, chunk);
    this.seen += chunk.count;
  }

  /** Tells of the places whose value, at `values[shift + place]`, is finite. */
  protected observeFinite(values: Float64Array, shift: number, chunk: BarChunk): void {
    const { count } = chunk;
    let first = 1;
    while (first <= count) {
      let end = first;
      while (end <= count && isFiniteNumber(values[shift + end])) end++;
      if (end > first) {
        this.observe(first, end, chunk);
        this.seen += end - first;
      }
      for (; end <= count && !isFiniteNumber(values[shift + end]); end++) this.repeat(end);
      first = end;
    }
  }
}

/** A kernel that is computed from one line: a field of the bar or another indicator. */
export abstract class LineKernel extends ObservingKernel {
  protected readonly input: Input;

  constructor(lines: number, source: Source, kernels: SharedKernels) {
    super(lines);
    this.input = new Input(source, kernels);
  }

  protected compute(chunk: BarChunk): void {
    const { input } = this;
    input.read(chunk);
    if (input.isFinite) this.observeAll(chunk);
    else this.observeFinite(input.values, input.shift, chunk);
  }
}

/** A kernel that looks at the range of a bar: at its high, low and close together. */
export abstract class RangeKernel extends ObservingKernel {
  protected readonly range: RangeInput;

  constructor(lines: number, source: Source | undefined, kernels: SharedKernels) {
    super(lines);
    this.range = new RangeInput(source, kernels);
  }

  protected compute(chunk: BarChunk): void {
    const { range } = this;
    range.read(chunk);
    if (range.isFinite) this.observeAll(chunk);
    else this.observeFinite(range.sums(chunk), 0, chunk);
  }
}
