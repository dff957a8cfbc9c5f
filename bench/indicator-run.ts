import type { IndicatorSpec } from "../core/indicators/index.js";
import { IndicatorSet } from "../core/indicators/indicator-set.js";
import { Reading, SeriesCursor } from "../core/indicators/reading.js";
import type { BarSeries } from "../core/market/bar-series.js";
import type { Run } from "./workload.js";

/** Indicators without an engine: every bar is taken as the engine does it, and then every value is read. */
export class IndicatorRun implements Run {
  /** Of all that was read, so that reading it cannot be left out. */
  sum = 0;
  private readonly bars: BarSeries;
  private readonly set: IndicatorSet;
  private readonly readings: readonly Reading<string>[];

  constructor(bars: BarSeries, specs: readonly IndicatorSpec<string>[]) {
    const cursor = new SeriesCursor();
    this.bars = bars;
    this.set = new IndicatorSet([bars]);
    this.readings = specs.map((spec) => {
      const reading = new Reading(spec, {}, cursor, () => 0);
      this.set.attach(reading, 0, false, true);
      reading.settle(0);
      return reading;
    });
  }

  go(): void {
    const { bars, set, readings } = this;
    let sum = 0;
    for (let row = 0; row < bars.length; row++) {
      set.update(0, row);
      for (let r = 0; r < readings.length; r++) sum += readings[r].value;
    }
    this.sum = sum;
  }

  tally(): { orders: number; fills: number; denials: number } {
    return { orders: 0, fills: 0, denials: 0 };
  }
}
