import { syntheticBars } from "../data/synthetic/synthetic-bars.js";
import type { Run, Workload } from "./workload.js";

// The machine's own measure: what a loop costs that shows bars to a strategy and does nothing else. No orders, no
// money, no engine; the plainest code that has the shape of a strategy. It stands by itself on purpose: of the product
// only the bars are used.

/** One bar, as a view that moves along its columns. */
class BareBar {
  row = 0;
  private readonly opens: Float64Array;
  private readonly highs: Float64Array;
  private readonly lows: Float64Array;
  private readonly closes: Float64Array;

  constructor(columns: Record<"open" | "high" | "low" | "close", Float64Array>) {
    this.opens = columns.open;
    this.highs = columns.high;
    this.lows = columns.low;
    this.closes = columns.close;
  }

  get open(): number {
    return this.opens[this.row];
  }
  get high(): number {
    return this.highs[this.row];
  }
  get low(): number {
    return this.lows[this.row];
  }
  get close(): number {
    return this.closes[this.row];
  }
}

/** A simple moving average by a rolling sum. */
class RollingMean {
  value = Number.NaN;
  private readonly window: Float64Array;
  private readonly period: number;
  private at = 0;
  private count = 0;
  private sum = 0;

  constructor(period: number) {
    this.window = new Float64Array(period);
    this.period = period;
  }

  push(value: number): void {
    this.sum += value - this.window[this.at];
    this.window[this.at] = value;
    this.at = this.at + 1 === this.period ? 0 : this.at + 1;
    if (this.count < this.period) this.count++;
    if (this.count === this.period) this.value = this.sum / this.period;
  }
}

class BareStrategy {
  position = 0;
  crosses = 0;
  private readonly fast = new RollingMean(10);
  private readonly slow = new RollingMean(30);

  onBar(bar: BareBar): void {
    const { close } = bar;
    this.fast.push(close);
    this.slow.push(close);
    const position = this.fast.value > this.slow.value ? 1 : -1;
    if (position === this.position) return;
    this.position = position;
    this.crosses++;
  }
}

export function workload(bars: number): Workload {
  const [columns] = syntheticBars({ bars });
  return { bars, ready: () => new BareRun(new BareBar(columns), bars) };
}

class BareRun implements Run {
  private readonly bar: BareBar;
  private readonly bars: number;
  private readonly strategy = new BareStrategy();

  constructor(bar: BareBar, bars: number) {
    this.bar = bar;
    this.bars = bars;
  }

  go(): void {
    const { bar, bars, strategy } = this;
    for (let row = 0; row < bars; row++) {
      bar.row = row;
      strategy.onBar(bar);
    }
  }

  tally(): { orders: number; fills: number; denials: number } {
    return { orders: this.strategy.crosses, fills: 0, denials: 0 };
  }
}
