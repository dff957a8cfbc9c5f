import { type BarChunk, newLine } from "./bar-chunk.js";

/**
 * The running part of an indicator on one series: state for one instrument and bar size. It takes rows in chunks of any
 * length, in order and each once, and computes its outputs for all rows of a chunk at once; how the rows are cut into
 * chunks makes no difference to any output, to the last bit.
 *
 * Chunks are what makes it fast: one loop over plain numbers an indicator, where a call a bar would have the processor
 * jump to another indicator's code for every number. A replay lets chunks run ahead of the row that a strategy is shown
 * (`SeriesChunks`).
 *
 * Promises that every kernel of this folder keeps:
 * - All outputs become numbers together, on bar number `warmup`; before it all are NaN.
 * - A bar on which the source is not a finite number (it is still warming up) is no observation: state and outputs
 *   stay as they were.
 * - The outputs of a row depend on that row and those before it, on nothing behind it.
 * - While rows ahead are computed nothing is called that a strategy could have replaced, not even `Math.max`: whoever
 *   answered would be told the future. What calls other code takes one row at a time (`takesSteps`).
 *
 * A kernel is handed whole columns and holds outputs of rows ahead: nothing that a strategy can reach may lead to one,
 * to its class or to its lines.
 */
export abstract class Kernel {
  /** What it writes as it takes rows: place p is the p-th row of the latest chunk, place 0 the row in front of it. */
  protected readonly lines: readonly Float64Array[];
  private before: number;
  private count: number;

  constructor(lines: number) {
    this.lines = Array.from({ length: lines }, newLine);
    this.before = Number.NaN;
    this.count = 0;
  }

  /** Takes the rows of a chunk: those after the ones taken before. Once it has, it may be asked again. */
  run(chunk: BarChunk): void {
    if (this.before === chunk.before) return;
    const { lines, count } = this;
    for (let o = 0; o < lines.length; o++) lines[o][0] = lines[o][count];
    this.before = chunk.before;
    this.count = chunk.count;
    this.compute(chunk);
  }

  /**
   * The line of an output, 0 for the indicator's value: NaN until there were enough inputs. What follows from other
   * lines place by place a kernel may leave until it is asked for here, for most of that nobody reads; so the main line
   * is the same and up to date after every chunk, and the others are to be asked for anew.
   */
  line(output: number): Float64Array {
    return this.lines[output];
  }

  /** Writes places 1 to `chunk.count`. */
  protected abstract compute(chunk: BarChunk): void;

  /** Lets everything at a place stay as it was. */
  protected repeat(place: number): void {
    const { lines } = this;
    for (let o = 0; o < lines.length; o++) lines[o][place] = lines[o][place - 1];
  }
}
