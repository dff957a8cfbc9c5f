/**
 * Mean and spread of the latest `length` values, in O(1) amortised a value. In blocks like WindowMean, with (count,
 * mean, sum of squared distances from the mean) as the state of each part: Welford's step adds a value to a part
 * (Technometrics 4, 1962), Chan, Golub and LeVeque's formula joins the two parts of the window (The American
 * Statistician 37, 1983). Nothing is subtracted that was added, so an outlier leaves with its value.
 *
 * Each part counts from an origin of its own, a value in the window; equal values have a spread of exactly 0.
 */
export class WindowDeviation {
  /** Mean of the window; NaN until it is full, like the two below. */
  mean: number;
  /** Sum of squared distances from the mean. */
  squares: number;
  /** The latest value minus the mean, more exact than the difference of the two. */
  distance: number;
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
    this.mean = Number.NaN;
    this.squares = Number.NaN;
    this.distance = Number.NaN;
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

  /** Takes a finite value. */
  push(value: number): void {
    const at = this.at;
    if (at === 0) {
      this.newerOrigin = value;
      this.newerMean = 0;
      this.newerSquares = 0;
    }
    const fromOrigin = value - this.newerOrigin;
    const step = fromOrigin - this.newerMean;
    this.newerMean += step / (at + 1);
    this.newerSquares += step * (fromOrigin - this.newerMean);
    const olderMean = this.cells[at];
    const olderSquares = this.olderSquares[at];
    this.cells[at] = value;
    if (at === this.last) {
      this.turn();
      this.mean = this.newerOrigin + this.newerMean;
      this.squares = this.newerSquares;
      this.distance = fromOrigin - this.newerMean;
      return;
    }
    this.at = at + 1;
    const share = (this.last - at) / this.length;
    const apart = this.newerOrigin - this.olderOrigin + (this.newerMean - olderMean);
    const mean = this.newerMean - apart * share;
    this.mean = this.newerOrigin + mean;
    this.squares = olderSquares + this.newerSquares + apart * apart * share * (at + 1);
    this.distance = fromOrigin - mean;
  }

  /** Standard deviation: of the window as the whole population, or as a sample of `length` - 1 degrees of freedom. */
  deviation(sample: boolean): number {
    return Math.sqrt(this.squares / (sample ? this.last : this.length));
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
    this.olderOrigin = origin;
    this.at = 0;
  }
}
