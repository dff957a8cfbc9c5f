import { BarSeries } from "../../../core/market/bar-series.js";
import { type BarSize, DAY, type Instant } from "../../../core/market/bar-size.js";
import { BarTicks, type TickRules } from "../../../core/market/bar-ticks.js";
import type { Listing } from "../contracts/listing.js";
import { BarBuilder, sessionOfStart } from "./bar-builder.js";
import { barPrices, type PriceKind, tickPrice } from "./price-kinds.js";

/** Which bars are asked for. */
export interface BarsQuery {
  readonly listing: Listing;
  readonly size: BarSize;
  readonly kind: PriceKind;
  /** Regular sessions only. */
  readonly regular: boolean;
  /** Bars that end after `from` and start before `to`; epoch ms UTC. */
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * Bars of every size out of the series that there are. A series of just that size is handed out as it is; else bars are
 * built from the largest smaller one, and where there is none out of the ticks that are made of a larger one, so that
 * history, streams and fills tell of one market. The bar that is under way is built from the ticks that have come.
 */
export class HistoryBook {
  private readonly byInstrument: readonly (readonly BarSeries[])[];
  private readonly ticks: BarTicks;
  private readonly rules: TickRules;

  constructor(count: number, series: readonly BarSeries[], rules: TickRules) {
    this.byInstrument = Array.from({ length: count }, (_, index) =>
      series.filter((one) => one.instrument.index === index && one.length > 0).sort((a, b) => a.size.ms - b.size.ms),
    );
    this.rules = rules;
    this.ticks = new BarTicks(rules);
  }

  /** All series of an instrument, the finest first. */
  seriesOf(listing: Listing): readonly BarSeries[] {
    return this.byInstrument[listing.instrument.index];
  }

  /** When the earliest bar of an instrument starts. */
  head(listing: Listing): Instant {
    return Math.min(...this.seriesOf(listing).map((series) => series.start[0]));
  }

  /** The bars as known at `now`, the one under way included. */
  bars(query: BarsQuery, now: Instant): BarSeries {
    const base = this.baseFor(query);
    const to = Math.min(query.to, now + 1);
    if (base.size.label === query.size.label) return this.asTheyAre(query, base, to, now);
    const builder = new BarBuilder(query);
    const from = builder.bucketStart(query.from);
    const known = this.addRows(builder, base, { ...query, from }, to, now);
    if (known < to) this.addUnderWay(builder, query, known, to, now);
    return builder.end();
  }

  /** Feeds every tick of the finest series in [from, to) that is known at `now`, in order. */
  eachTick(
    listing: Listing,
    from: Instant,
    to: Instant,
    now: Instant,
    take: (ticks: BarTicks, at: number) => unknown,
  ): void {
    const [finest] = this.seriesOf(listing);
    for (let row = finest.firstEndingAfter(from); row < finest.length && finest.start[row] < to; row++) {
      const length = this.ticks.make(finest, row);
      for (let at = 0; at < length; at++) {
        const time = this.ticks.time[at];
        if (time < from) continue;
        if (time >= to || time > now) return;
        if (take(this.ticks, at) === false) return;
      }
    }
  }

  /** The same backwards in time, from before `to` on. */
  eachTickBack(listing: Listing, to: Instant, now: Instant, take: (ticks: BarTicks, at: number) => unknown): void {
    const [finest] = this.seriesOf(listing);
    for (let row = Math.min(finest.length - 1, finest.firstEndingAfter(Math.min(to, now))); row >= 0; row--) {
      const length = this.ticks.make(finest, row);
      for (let at = length - 1; at >= 0; at--) {
        const time = this.ticks.time[at];
        if (time < to && time <= now && take(this.ticks, at) === false) return;
      }
    }
  }

  /** The largest series that is not larger than what is asked for and can make it; the finest where none is. */
  private baseFor({ listing, size }: BarsQuery): BarSeries {
    const own = this.seriesOf(listing);
    let base = own[0];
    for (const series of own) {
      const makes =
        size.ms >= DAY ? series.size.ms <= DAY || series.size.ms === size.ms : size.ms % series.size.ms === 0;
      if (series.size.ms <= size.ms && makes) base = series;
    }
    return base;
  }

  /** Rows of a series as they are; the one under way is built. */
  private asTheyAre(query: BarsQuery, base: BarSeries, to: Instant, now: Instant): BarSeries {
    const { listing, kind, regular, from } = query;
    const bars = new BarSeries(listing.instrument, base.size);
    for (let row = base.firstEndingAfter(from); row < base.length && base.start[row] < to; row++) {
      const start = base.start[row];
      const end = base.end[row];
      if (regular && sessionOfStart(listing.sessions, start) < 0) continue;
      if (end <= now) {
        const { open, high, low, close } = barPrices(base, row, kind, this.rules.spread);
        bars.append(start, end, open, high, low, close, base.volume[row]);
        continue;
      }
      // One bucket as large as the bar, whatever the clock says.
      const part = new BarBuilder(query, { start, end });
      this.addUnderWay(part, query, start, to, now);
      const built = part.end();
      if (built.length > 0) {
        bars.append(start, end, built.open[0], built.high[0], built.low[0], built.close[0], built.volume[0]);
      }
    }
    return bars;
  }

  /** Adds what has ended by `now`; answers up to when everything is known. */
  private addRows(builder: BarBuilder, base: BarSeries, query: BarsQuery, to: Instant, now: Instant): Instant {
    const { from, kind } = query;
    const isTooLarge = base.size.ms > builder.sizeMs;
    let known = from;
    for (
      let row = base.firstEndingAfter(from);
      row < base.length && base.start[row] < to && base.end[row] <= now;
      row++
    ) {
      if (isTooLarge) this.addTicks(builder, base, row, kind, from, to, now);
      else if (base.start[row] >= from) this.addRow(builder, base, row, kind);
      known = base.end[row];
    }
    return known;
  }

  /** The part of the market since `known`, out of the finest series and, of its last bar, out of the ticks so far. */
  private addUnderWay(
    builder: BarBuilder,
    { listing, kind }: BarsQuery,
    known: Instant,
    to: Instant,
    now: Instant,
  ): void {
    const [finest] = this.seriesOf(listing);
    for (let row = finest.firstEndingAfter(known); row < finest.length && finest.start[row] < to; row++) {
      const fits = finest.end[row] <= now && finest.size.ms <= builder.sizeMs && finest.start[row] >= known;
      if (fits) this.addRow(builder, finest, row, kind);
      else this.addTicks(builder, finest, row, kind, known, to, now);
    }
  }

  private addRow(builder: BarBuilder, series: BarSeries, row: number, kind: PriceKind): void {
    builder.add(series.start[row], barPrices(series, row, kind, this.rules.spread), series.volume[row]);
  }

  private addTicks(
    builder: BarBuilder,
    series: BarSeries,
    row: number,
    kind: PriceKind,
    from: Instant,
    to: Instant,
    now: Instant,
  ): void {
    const { ticks } = this;
    const length = ticks.make(series, row);
    for (let at = 0; at < length; at++) {
      const time = ticks.time[at];
      if (time > now || time >= to) return;
      if (time < from) continue;
      const price = tickPrice(ticks, at, kind);
      if (price === price) builder.addTick(time, price, ticks.lastSize[at]);
    }
  }
}
