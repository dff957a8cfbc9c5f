import { sma } from "../core/indicators/index.js";
import type { Bar } from "../core/market/bar.js";
import { Strategy } from "../core/strategy.js";
import { engineWorkload } from "./engine-workload.js";
import type { Workload } from "./workload.js";

/** Long while the fast average is above the slow one, short while it is below: an order at every cross. */
export class SmaCrossBothWays extends Strategy.with({ fast: 10, slow: 30, quantity: 100 }) {
  private readonly fast = this.indicator(sma(this.params.fast));
  private readonly slow = this.indicator(sma(this.params.slow));

  override onBar(bar: Bar): void {
    if (this.fast.crossedAbove(this.slow)) this.target(bar.instrument, this.params.quantity);
    if (this.fast.crossedBelow(this.slow)) this.target(bar.instrument, -this.params.quantity);
  }
}

export function workload(bars: number, instruments: number): Workload {
  return engineWorkload(SmaCrossBothWays, bars, instruments);
}
