import { sqrt } from "./arithmetic.js";

/**
 * Mean and spread of the latest `length` values, in O(1) amortised a value. In blocks like WindowMean, with (count,
 * mean, sum of squared distances from the mean) as the state of each part: Welford's step adds a value to a part
 * (Technometrics 4, 1962), Chan, Golub and LeVeque's formula joins the two parts of the window (The American
 * Statistician 37, 1983). Nothing is subtracted that was added, so an outlier leaves with its value.
 *
 * Each part counts from an origin of its own, a value in the window; equal values have a spread of exactly 0.
 */
export class WindowDeviation {
  private readonly length: number;
  private readonly last: number;
  /** What the sum of squares is divided by: `length` for a population, one less for a sample. */
  private readonly freedom: number;
  /** From `at` on: means of the older block behind that place, from its origin. In front of it: this block's values. */
  private readonly cells: Float64Array;
  private readonly olderSquares: Float64Array;
  private at: number;
  private newerMean: number;
  private newerSquares: number;
  private newerOrigin: number;
  /** NaN until there was a block before, which makes everything NaN until the window is full. */
  private olderOrigin: number;

  constructor(length: number, sample = false) {
    this.length = length;
    this.last = length - 1;
    this.freedom = sample ? length - 1 : length;
    this.cells = new Float64Array(length);
    this.olderSquares = new Float64Array(length);
    this.at = 0;
    this.newerMean = Number.NaN;
    this.newerSquares = Number.NaN;
    this.newerOrigin = Number.NaN;
    this.olderOrigin = Number.NaN;
  }

  /**
   * Takes values like WindowMean and writes three lines, all NaN until the window is full: its mean, its standard
   * deviation, and the latest value minus the mean, more exact than the difference of the two.
   */
  run(
    values: Float64Array,
    shift: number,
    first: number,
    end: number,
    means: Float64Array,
    deviations: Float64Array,
    distances: Float64Array,
  ): void {
    const { length, last, freedom, cells, olderSquares } = this;
    let { at, newerMean, newerSquares, newerOrigin, olderOrigin } = this;
    let place = first;
    while (place < end) {
      if (at === 0) {
        newerOrigin = values[shift + place];
        newerMean = 0;
        newerSquares = 0;
      }
      const between = newerOrigin - olderOrigin;
      const stop = end - place < last - at ? at + (end - place) : last;
      for (; at < stop; at++, place++) {
        const value = values[shift + place];
        const fromOrigin = value - newerOrigin;
        const step = fromOrigin - newerMean;
        newerMean += step / (at + 1);
        newerSquares += step * (fromOrigin - newerMean);
        const share = (last - at) / length;
        const apart = between + (newerMean - cells[at]);
        const mean = newerMean - apart * share;
        const squares = olderSquares[at] + newerSquares + apart * apart * share * (at + 1);
        means[place] = newerOrigin + mean;
        deviations[place] = sqrt(squares / freedom);
        distances[place] = fromOrigin - mean;
        cells[at] = value;
      }
      if (place === end) break;
      const value = values[shift + place];
      const fromOrigin = value - newerOrigin;
      const step = fromOrigin - newerMean;
      newerMean += step / length;
      newerSquares += step * (fromOrigin - newerMean);
      means[place] = newerOrigin + newerMean;
      deviations[place] = sqrt(newerSquares / freedom);
      distances[place] = fromOrigin - newerMean;
      place++;
      cells[last] = value;
      olderOrigin = value;
      at = 0;
      this.turn();
    }
    this.at = at;
    this.newerMean = newerMean;
    this.newerSquares = newerSquares;
    this.newerOrigin = newerOrigin;
    this.olderOrigin = olderOrigin;
  }

  private turn(): void {
    const { cells, olderSquares, last } = this;
    const origin = cells[last];
    let mean = 0;
    let squares = 0;
    for (let place = last; place >= 0; place--) {
      const fromOrigin = cells[place] - origin;
      cells[place] = mean;
      olderSquares[place] = squares;
      const step = fromOrigin - mean;
      mean += step / (last - place + 1);
      squares += step * (fromOrigin - mean);
    }
  }
}
