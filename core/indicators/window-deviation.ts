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
  /** From `at` on: means of the older block behind that place, from its origin. In front of it: this block's values. */
  private readonly cells: Float64Array;
  private readonly olderSquares: Float64Array;
  private at: number;
  private newerMean: number;
  private newerSquares: number;
  private newerOrigin: number;
  private olderOrigin: number;

  constructor(length: number) {
    this.length = length;
    this.last = length - 1;
    this.cells = new Float64Array(length);
    this.olderSquares = new Float64Array(length);
    this.at = 0;
    this.newerMean = Number.NaN;
    this.newerSquares = Number.NaN;
    this.newerOrigin = Number.NaN;
    this.olderOrigin = Number.NaN;
  }

  /**
   * Takes values like WindowMean and writes three lines, all NaN until the window is full: its mean, the sum of squared
   * distances from the mean, and the latest value minus the mean, more exact than the difference of the two.
   */
  run(
    values: Float64Array,
    shift: number,
    first: number,
    end: number,
    means: Float64Array,
    squares: Float64Array,
    distances: Float64Array,
  ): void {
    const { length, last, cells, olderSquares } = this;
    let { at, newerMean, newerSquares, newerOrigin, olderOrigin } = this;
    for (let place = first; place < end; place++) {
      const value = values[shift + place];
      if (at === 0) {
        newerOrigin = value;
        newerMean = 0;
        newerSquares = 0;
      }
      const fromOrigin = value - newerOrigin;
      const step = fromOrigin - newerMean;
      newerMean += step / (at + 1);
      newerSquares += step * (fromOrigin - newerMean);
      const olderMean = cells[at];
      const olderSquare = olderSquares[at];
      cells[at] = value;
      if (at < last) {
        at++;
        const share = (length - at) / length;
        // Without a block before, its origin is NaN and so is all that follows.
        const apart = newerOrigin - olderOrigin + (newerMean - olderMean);
        const mean = newerMean - apart * share;
        means[place] = newerOrigin + mean;
        squares[place] = olderSquare + newerSquares + apart * apart * share * at;
        distances[place] = fromOrigin - mean;
      } else {
        at = 0;
        olderOrigin = value;
        this.turn();
        means[place] = newerOrigin + newerMean;
        squares[place] = newerSquares;
        distances[place] = fromOrigin - newerMean;
      }
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
