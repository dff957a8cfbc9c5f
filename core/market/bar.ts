import type { BarSeries } from "./bar-series.js";
import type { BarSize, Instant } from "./bar-size.js";
import type { Instrument } from "./instrument.js";

// The columns stay behind #private fields: a strategy that looks inside a bar finds one row, never the next.
// moveBar is the engine's way in; it is not part of the public surface.
export let moveBar: (bar: Bar, row: number) => void;
export let bindBar: (bar: Bar, series: BarSeries, row: number) => void;

/**
 * One bar, as a view that moves along its series. Valid only inside the handler it is given to: copy the numbers
 * that should outlive it. Prices are in the instrument's currency, instants in epoch ms UTC, volume in units.
 */
export class Bar {
  #series: BarSeries;
  #row = 0;

  static {
    moveBar = (bar, row) => {
      bar.#row = row;
    };
    bindBar = (bar, series, row) => {
      bar.#series = series;
      bar.#row = row;
    };
  }

  constructor(series: BarSeries) {
    this.#series = series;
  }

  get instrument(): Instrument {
    return this.#series.instrument;
  }
  get size(): BarSize {
    return this.#series.size;
  }
  get start(): Instant {
    return this.#series.start[this.#row];
  }
  /** When the bar was complete: the first instant at which anyone could know it. */
  get end(): Instant {
    return this.#series.end[this.#row];
  }
  get open(): number {
    return this.#series.open[this.#row];
  }
  get high(): number {
    return this.#series.high[this.#row];
  }
  get low(): number {
    return this.#series.low[this.#row];
  }
  get close(): number {
    return this.#series.close[this.#row];
  }
  get volume(): number {
    return this.#series.volume[this.#row];
  }
  /** Last bid inside the bar; NaN where the series carries no quotes. */
  get bid(): number {
    return this.#series.bid === undefined ? Number.NaN : this.#series.bid.close[this.#row];
  }
  /** Last ask inside the bar; NaN where the series carries no quotes. */
  get ask(): number {
    return this.#series.ask === undefined ? Number.NaN : this.#series.ask.close[this.#row];
  }
}
