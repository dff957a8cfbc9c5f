import { type Bar, int, Strategy, sma } from "seatrial";

/** Long while the fast average is above the slow one. */
export default class SmaCross extends Strategy.with({
  fast: int(10, { min: 2, max: 200 }),
  slow: int(30, { min: 3, max: 400 }),
  quantity: int(50, { min: 1 }),
}) {
  private readonly fast = this.indicator(sma(this.params.fast));
  private readonly slow = this.indicator(sma(this.params.slow));

  override onBar(bar: Bar): void {
    if (this.fast.crossedAbove(this.slow)) this.target(bar.instrument, this.params.quantity);
    if (this.fast.crossedBelow(this.slow)) this.target(bar.instrument, 0);
  }
}
