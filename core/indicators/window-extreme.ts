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

  constructor(length: number, sign: 1 | -1) {
    this.last = length - 1;
    this.sign = sign;
    this.cells = new Float64Array(length).fill(Number.NaN);
    this.at = 0;
    this.newer = Number.NaN;
  }

  /** Takes a finite value; returns the extreme of the window, NaN until it is full. */
  push(value: number): number {
    const at = this.at;
    const signed = value * this.sign;
    if (at === 0 || signed > this.newer) this.newer = signed;
    const older = this.cells[at];
    this.cells[at] = signed;
    if (at === this.last) {
      this.turn();
      return this.newer * this.sign;
    }
    this.at = at + 1;
    // Math.max and not a comparison: the NaN of a block that never was must win.
    return Math.max(older, this.newer) * this.sign;
  }

  private turn(): void {
    const cells = this.cells;
    let extreme = -Infinity;
    for (let place = this.last; place >= 0; place--) {
      const signed = cells[place];
      cells[place] = extreme;
      if (signed > extreme) extreme = signed;
    }
    this.at = 0;
  }
}
