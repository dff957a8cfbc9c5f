/**
 * The highest (`sign` 1) or lowest (`sign` -1) of the latest `length` values, in O(1) amortised a value. In blocks
 * like WindowMean: the extreme of this block so far against the extremes of the older block's ends.
 */
export class WindowExtreme {
  private readonly last: number;
  private readonly sign: 1 | -1;
  /** From `at` on: extremes of the older block behind that place. In front of it: this block's values, signed. */
  private readonly cells: Float64Array;
  private at: number;
  private newer: number;
  /** Values until the window is full for the first time. */
  private missing: number;

  constructor(length: number, sign: 1 | -1) {
    this.last = length - 1;
    this.sign = sign;
    this.cells = new Float64Array(length);
    this.at = 0;
    this.newer = Number.NaN;
    this.missing = length - 1;
  }

  /** Like that of WindowMean: the extreme as each value closes the window. */
  run(values: Float64Array, shift: number, first: number, end: number, out: Float64Array): number {
    const { cells, last, sign } = this;
    let { at, newer } = this;
    for (let place = first; place < end; place++) {
      const signed = values[shift + place] * sign;
      if (at === 0 || signed > newer) newer = signed;
      const older = cells[at];
      cells[at] = signed;
      if (at < last) {
        at++;
        out[place] = (older > newer ? older : newer) * sign;
      } else {
        at = 0;
        this.turn();
        out[place] = newer * sign;
      }
    }
    this.at = at;
    this.newer = newer;
    return this.firstFull(first, end, out);
  }

  private firstFull(first: number, end: number, out: Float64Array): number {
    if (this.missing === 0) return first;
    const full = first + this.missing;
    const at = full > end ? end : full;
    this.missing = full - at;
    for (let place = first; place < at; place++) out[place] = Number.NaN;
    return at;
  }

  private turn(): void {
    const { cells, last } = this;
    let extreme = -Infinity;
    for (let place = last; place >= 0; place--) {
      const signed = cells[place];
      cells[place] = extreme;
      if (signed > extreme) extreme = signed;
    }
  }
}
