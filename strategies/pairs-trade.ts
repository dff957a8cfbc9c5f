import { type Bar, float, int, Strategy } from "seatrial";

/** Sells the dearer of two instruments and buys the other when their ratio is far from its mean, until it is back. */
export default class PairsTrade extends Strategy.with({
  lookback: int(390, { min: 20, max: 10_000 }),
  entry: float(2, { min: 0.5, max: 6 }),
  exit: float(0.5, { min: 0, max: 2 }),
  value: float(40_000, { min: 1 }),
}) {
  private mean = Number.NaN;
  private variance = 0;
  private seen = 0;

  override onBars(bars: readonly Bar[]): void {
    if (bars.length < 2) return;
    const [first, second] = bars;
    const score = this.score(Math.log(first.close / second.close));
    const { entry, exit, value } = this.params;
    const position = this.position(first.instrument);
    if (position.isFlat && Math.abs(score) > entry) {
      // A high score says that the first is dear.
      this.targetValue(first.instrument, -Math.sign(score) * value);
      this.targetValue(second.instrument, Math.sign(score) * value);
    } else if ((position.isLong && score > -exit) || (position.isShort && score < exit)) {
      this.closePosition(first.instrument);
      this.closePosition(second.instrument);
    }
  }

  /** How many standard deviations a ratio lies from the mean so far, both weighted exponentially; 0 until warm. */
  private score(ratio: number): number {
    const weight = 2 / (this.params.lookback + 1);
    if (this.seen++ === 0) this.mean = ratio;
    const distance = ratio - this.mean;
    const score = this.seen > this.params.lookback ? distance / Math.sqrt(this.variance) : 0;
    this.mean += weight * distance;
    this.variance = (1 - weight) * (this.variance + weight * distance * distance);
    return score;
  }
}
