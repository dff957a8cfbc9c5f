import { Bar, bindBar } from "./bar.js";
import type { BarSeries } from "./bar-series.js";
import { MarketError } from "./errors.js";

/**
 * A bar that dies with the handler it was given to: under test and with --strict every handler call gets one of its
 * own, so that a kept view is caught by name at its next read. Costs an object a bar, which is why it is not the rule.
 */
export class StrictBar extends Bar {
  #over = false;
  readonly #strategy: string;

  constructor(series: BarSeries, row: number, strategy: string) {
    super(series);
    this.#strategy = strategy;
    bindBar(this, series, row);
  }

  /** Ends its life. */
  static retire(bar: StrictBar): void {
    bar.#over = true;
  }

  override get start(): number {
    this.#alive("start");
    return super.start;
  }
  override get end(): number {
    this.#alive("end");
    return super.end;
  }
  override get open(): number {
    this.#alive("open");
    return super.open;
  }
  override get high(): number {
    this.#alive("high");
    return super.high;
  }
  override get low(): number {
    this.#alive("low");
    return super.low;
  }
  override get close(): number {
    this.#alive("close");
    return super.close;
  }
  override get volume(): number {
    this.#alive("volume");
    return super.volume;
  }
  override get bid(): number {
    this.#alive("bid");
    return super.bid;
  }
  override get ask(): number {
    this.#alive("ask");
    return super.ask;
  }

  #alive(field: string): void {
    if (this.#over)
      throw new MarketError("KEPT_BAR", { strategy: this.#strategy, field, symbol: this.instrument.symbol });
  }
}
