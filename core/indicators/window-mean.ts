/**
 * The mean of the latest `length` values, in O(1) amortised a value and without ever subtracting one that leaves.
 *
 * A running sum that subtracts is poisoned by one outlier: after 1e18 has passed through, the digits it pushed out
 * never come back. Here the values stand in blocks of `length`. The window is the end of the block before and the
 * beginning of this one, and both sums are only ever added up: the newer as values come, the older ones once a block,
 * from its end backwards, written over the values they replace. What has left the window leaves no trace.
 *
 * Sums are of distances from a value in the window (`newerOrigin`, `olderOrigin`), so that the mean of equal values is
 * exactly that value: two averages of a flat market never cross by a rounding.
 */
export class WindowMean {
  private readonly length: number;
  private readonly last: number;
  /** From `at` on: sums of the older block's distances behind that place. In front of it: this block's values. */
  private readonly cells: Float64Array;
  private at: number;
  private newer: number;
  private newerOrigin: number;
  /** NaN until there was a block before, which makes every mean NaN until the window is full. */
  private olderOrigin: number;

  constructor(length: number) {
    this.length = length;
    this.last = length - 1;
    this.cells = new Float64Array(length);
    this.at = 0;
    this.newer = Number.NaN;
    this.newerOrigin = Number.NaN;
    this.olderOrigin = Number.NaN;
  }

  /** Takes a finite value; returns the mean of the window, NaN until it is full. */
  push(value: number): number {
    const at = this.at;
    if (at === 0) {
      this.newerOrigin = value;
      this.newer = 0;
    } else {
      this.newer += value - this.newerOrigin;
    }
    const older = this.cells[at];
    this.cells[at] = value;
    if (at === this.last) {
      this.turn();
      return this.newerOrigin + this.newer / this.length;
    }
    this.at = at + 1;
    const apart = (this.last - at) * (this.olderOrigin - this.newerOrigin);
    return this.newerOrigin + (apart + older + this.newer) / this.length;
  }

  private turn(): void {
    const cells = this.cells;
    const origin = cells[this.last];
    let sum = 0;
    for (let place = this.last; place >= 0; place--) {
      const value = cells[place];
      cells[place] = sum;
      sum += value - origin;
    }
    this.olderOrigin = origin;
    this.at = 0;
  }
}
