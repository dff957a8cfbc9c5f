import { Bar, moveBar } from "./bar.js";
import type { BarSeries } from "./bar-series.js";
import { StrictBar } from "./strict-bar.js";

/** The bars handlers are given: one reused view a series, or with `strict` a new one for every call. */
export class BarViews {
  private readonly series: readonly BarSeries[];
  private readonly strategy: string;
  private readonly strict: boolean;
  private readonly views: readonly Bar[];
  private handedOut: StrictBar[] = [];

  constructor(series: readonly BarSeries[], strategy: string, strict: boolean) {
    this.series = series;
    this.strategy = strategy;
    this.strict = strict;
    this.views = series.map((one) => new Bar(one));
  }

  open(series: number, row: number): Bar {
    if (this.strict) return this.openStrict(series, row);
    const view = this.views[series];
    moveBar(view, row);
    return view;
  }

  openAll(batch: Int32Array, length: number, rows: Int32Array): readonly Bar[] {
    const all: Bar[] = [];
    for (let b = 0; b < length; b++) all.push(this.open(batch[b], rows[batch[b]]));
    return Object.freeze(all);
  }

  /** The handler has returned. */
  close(): void {
    if (this.strict) this.retire();
  }

  private openStrict(series: number, row: number): StrictBar {
    const bar = new StrictBar(this.series[series], row, this.strategy);
    this.handedOut.push(bar);
    return bar;
  }

  private retire(): void {
    for (const bar of this.handedOut) StrictBar.retire(bar);
    this.handedOut = [];
  }
}
