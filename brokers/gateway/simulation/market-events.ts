import type { BarSeries } from "../../../core/market/bar-series.js";
import type { Instant } from "../../../core/market/bar-size.js";
import { BarTicks, type TickRules } from "../../../core/market/bar-ticks.js";

/** One instrument's quote and trade at one instant; the object is reused. */
export class MarketTick {
  /** The instrument's index. */
  instrument = 0;
  time: Instant = Number.NaN;
  bid = Number.NaN;
  ask = Number.NaN;
  bidSize = Number.NaN;
  askSize = Number.NaN;
  /** NaN where nothing was traded. */
  last = Number.NaN;
  lastSize = Number.NaN;
}

/** The ticks of one instrument: those of the bar at hand, and which comes next. */
class TickStream {
  readonly instrument: number;
  next: Instant = Infinity;
  private readonly series: BarSeries;
  private readonly ticks: BarTicks;
  private row: number;
  private at = 0;

  constructor(series: BarSeries, rules: TickRules, from: Instant) {
    this.instrument = series.instrument.index;
    this.series = series;
    this.ticks = new BarTicks(rules);
    this.row = series.firstEndingAfter(from) - 1;
    this.nextBar();
    while (this.next <= from) this.advance();
  }

  show(tick: MarketTick): void {
    const { ticks, at } = this;
    tick.instrument = this.instrument;
    tick.time = this.next;
    tick.bid = ticks.bid[at];
    tick.ask = ticks.ask[at];
    tick.bidSize = ticks.bidSize[at];
    tick.askSize = ticks.askSize[at];
    tick.last = ticks.last[at];
    tick.lastSize = ticks.lastSize[at];
  }

  advance(): void {
    this.at++;
    if (this.at < this.ticks.length) this.next = this.ticks.time[this.at];
    else this.nextBar();
  }

  private nextBar(): void {
    this.row++;
    this.at = 0;
    if (this.row >= this.series.length) {
      this.next = Infinity;
      return;
    }
    this.ticks.make(this.series, this.row);
    this.next = this.ticks.time[0];
  }
}

/**
 * The ticks of all instruments in order of time, made from the bars of each one's finest series as they are needed; at
 * one instant by instrument.
 */
export class MarketEvents {
  readonly tick = new MarketTick();
  private readonly streams: TickStream[];

  /** Begins behind `from`. @param finest one series for each instrument */
  constructor(finest: readonly BarSeries[], rules: TickRules, from: Instant) {
    this.streams = finest.map((series) => new TickStream(series, rules, from));
    for (let i = (this.streams.length >> 1) - 1; i >= 0; i--) this.sink(i);
  }

  /** When the next tick comes; Infinity after the last. */
  get next(): Instant {
    return this.streams.length === 0 ? Infinity : this.streams[0].next;
  }

  /** Shows the next tick in `tick`, and moves on. */
  take(): MarketTick {
    const first = this.streams[0];
    first.show(this.tick);
    first.advance();
    this.sink(0);
    return this.tick;
  }

  private sink(from: number): void {
    const { streams } = this;
    for (let i = from; ; ) {
      let least = i;
      for (let child = 2 * i + 1; child <= 2 * i + 2 && child < streams.length; child++) {
        if (isBefore(streams[child], streams[least])) least = child;
      }
      if (least === i) return;
      [streams[i], streams[least]] = [streams[least], streams[i]];
      i = least;
    }
  }
}

function isBefore(a: TickStream, b: TickStream): boolean {
  return a.next < b.next || (a.next === b.next && a.instrument < b.instrument);
}
