/**
 * The highest of one line and the lowest of another among the latest `length` values, in O(1) amortised a value. In
 * blocks like WindowMean: the extremes of this block so far against those of the older block's ends.
 *
 * Both are found together, and the extremes of a block by arithmetic and not by a choice: no processor guesses when a
 * price reaches a new high, and two chains of arithmetic that do not wait for each other take hardly longer than one.
 */
export class WindowExtremes {
  private readonly last: number;
  /** From `at` on: extremes of the older block behind that place. In front of it: this block's values. */
  private readonly highs: Float64Array;
  private readonly lows: Float64Array;
  private at: number;
  private newerHigh: number;
  private newerLow: number;
  /** Values until the window is full for the first time. */
  private missing: number;

  constructor(length: number) {
    this.last = length - 1;
    this.highs = new Float64Array(length);
    this.lows = new Float64Array(length);
    this.at = 0;
    this.newerHigh = Number.NaN;
    this.newerLow = Number.NaN;
    this.missing = length - 1;
  }

  /**
   * Takes the finite values of places `first` up to but without `end`, at `shift + place`, and writes the extremes of
   * the window as each closes it: NaN until it is full. Returns the first place at which it is.
   */
  run(
    highs: Float64Array,
    lows: Float64Array,
    shift: number,
    first: number,
    end: number,
    highest: Float64Array,
    lowest: Float64Array,
  ): number {
    const { last } = this;
    const olderHighs = this.highs;
    const olderLows = this.lows;
    let { at, newerHigh, newerLow } = this;
    let place = first;
    while (place < end) {
      if (at === 0) {
        newerHigh = highs[shift + place];
        newerLow = lows[shift + place];
      }
      const stop = end - place < last - at ? at + (end - place) : last;
      for (; at < stop; at++, place++) {
        const high = highs[shift + place];
        const low = lows[shift + place];
        newerHigh = higher(high, newerHigh);
        newerLow = lower(low, newerLow);
        const olderHigh = olderHighs[at];
        const olderLow = olderLows[at];
        olderHighs[at] = high;
        olderLows[at] = low;
        // Guessed right: the older extreme holds up to one place of the block, the newer from there on.
        highest[place] = olderHigh > newerHigh ? olderHigh : newerHigh;
        lowest[place] = olderLow < newerLow ? olderLow : newerLow;
      }
      if (place === end) break;
      olderHighs[last] = highs[shift + place];
      olderLows[last] = lows[shift + place];
      newerHigh = higher(highs[shift + place], newerHigh);
      newerLow = lower(lows[shift + place], newerLow);
      highest[place] = newerHigh;
      lowest[place] = newerLow;
      place++;
      at = 0;
      this.turn();
    }
    this.at = at;
    this.newerHigh = newerHigh;
    this.newerLow = newerLow;
    return this.missing === 0 ? first : this.fill(first, end, highest, lowest);
  }

  /** Lets what is not yet a whole window have no extremes. */
  private fill(first: number, end: number, highest: Float64Array, lowest: Float64Array): number {
    const full = first + this.missing;
    const stop = full < end ? full : end;
    this.missing = full - stop;
    for (let place = first; place < stop; place++) {
      highest[place] = Number.NaN;
      lowest[place] = Number.NaN;
    }
    return stop;
  }

  private turn(): void {
    const { highs, lows, last } = this;
    let highest = highs[last];
    let lowest = lows[last];
    for (let place = last - 1; place >= 0; place--) {
      const high = highs[place];
      const low = lows[place];
      highs[place] = highest;
      lows[place] = lowest;
      highest = higher(high, highest);
      lowest = lower(low, lowest);
    }
  }
}

/** Of finite numbers: one times 1 and the other times 0. */
function higher(a: number, b: number): number {
  const first = +(a > b);
  return a * first + b * (1 - first);
}

function lower(a: number, b: number): number {
  const first = +(a < b);
  return a * first + b * (1 - first);
}
