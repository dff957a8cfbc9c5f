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
  private olderOrigin: number;
  /** Values until the window is full for the first time. */
  private missing: number;

  constructor(length: number) {
    this.length = length;
    this.last = length - 1;
    this.cells = new Float64Array(length);
    this.at = 0;
    this.newer = Number.NaN;
    this.newerOrigin = Number.NaN;
    this.olderOrigin = Number.NaN;
    this.missing = length - 1;
  }

  /**
   * Takes the finite values of places `first` up to but without `end`, at `values[shift + place]`, and writes to `out`
   * the mean of the window as each closes it: NaN until the window is full. Returns the first place at which it is.
   */
  run(values: Float64Array, shift: number, first: number, end: number, out: Float64Array): number {
    const { length, last, cells } = this;
    if (last === 0) return copy(values, shift, first, end, out);
    let { at, newer, newerOrigin, olderOrigin } = this;
    let place = first;
    while (place < end) {
      if (at === 0) {
        newerOrigin = values[shift + place];
        newer = 0;
      }
      // Without a block before, its origin is NaN and so is every mean.
      const apart = olderOrigin - newerOrigin;
      const stop = end - place < last - at ? at + (end - place) : last;
      for (; at < stop; at++, place++) {
        const value = values[shift + place];
        newer += value - newerOrigin;
        out[place] = newerOrigin + ((last - at) * apart + cells[at] + newer) / length;
        cells[at] = value;
      }
      if (place === end) break;
      const value = values[shift + place];
      newer += value - newerOrigin;
      out[place++] = newerOrigin + newer / length;
      cells[last] = value;
      olderOrigin = value;
      at = 0;
      this.turn();
    }
    this.at = at;
    this.newer = newer;
    this.newerOrigin = newerOrigin;
    this.olderOrigin = olderOrigin;
    const full = first + this.missing;
    const stop = full < end ? full : end;
    this.missing = full - stop;
    return stop;
  }

  private turn(): void {
    const { cells, last } = this;
    const origin = cells[last];
    let sum = 0;
    for (let place = last; place >= 0; place--) {
      const value = cells[place];
      cells[place] = sum;
      sum += value - origin;
    }
  }
}

/** The means of one value each. */
function copy(values: Float64Array, shift: number, first: number, end: number, out: Float64Array): number {
  for (let place = first; place < end; place++) out[place] = values[shift + place] + 0;
  return first;
}
