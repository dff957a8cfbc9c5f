import { findCalendarOf } from "../../core/calendar/calendar-of.js";
import type { BarSeries, PriceColumns } from "../../core/market/bar-series.js";
import { type BarSize, DAY, type Instant, isDailyOrLarger, parseBarSize } from "../../core/market/bar-size.js";
import type { Adjustment } from "../../core/market/corporate-actions.js";
import type { Instrument } from "../../core/market/instrument.js";
import { nearest } from "../../core/nearest.js";
import { sessionsFromBars } from "../sessions-from-bars.js";
import type { Hours } from "../store/series-key.js";
import { tradeDates } from "../trade-dates.js";
import { reachBack } from "./duration-span.js";
import type { HistoryLimits } from "./history-limits.js";
import type {
  BarsRequest,
  HistoryFailure,
  HistorySource,
  HistorySubject,
  ScheduleRequest,
  SourceBars,
  SourceHead,
  SourceSchedule,
} from "./history-source.js";
import { TradingHours } from "./trading-hours.js";

export interface BarsSourceOptions {
  readonly name: string;
  /** Whose manners it has: what may be asked for at once, and how fast. */
  readonly limits: HistoryLimits;
  /** What has been taken out of the prices. Default "raw". */
  readonly adjustment?: Adjustment;
  /** Default: when the last bar has ended. */
  readonly now?: () => Instant;
}

/**
 * History out of bars in memory, such as those of the sample or of a file: to try a download without any connection,
 * and to test one. It answers as a server would, with the bars that it has, and refuses what it has not. Bars of quotes
 * tell their middle, bids and asks.
 */
export class BarsSource implements HistorySource {
  readonly name: string;
  readonly limits: HistoryLimits;
  readonly adjustment: Adjustment;
  readonly now: () => Instant;
  private readonly series: readonly BarSeries[];
  private readonly known = new Map<string, TradingHours>();

  constructor(series: readonly BarSeries[], options: BarsSourceOptions) {
    const ends = series.map(({ end, length }) => (length === 0 ? 0 : end[length - 1]));
    const last = ends.reduce((latest, end) => Math.max(latest, end), 0);
    const sizes = new Map(series.map(({ size }) => [size.label, size]));
    this.name = options.name;
    this.limits = { ...options.limits, sizes: [...sizes.values()] };
    this.adjustment = options.adjustment ?? "raw";
    this.now = options.now ?? (() => last);
    this.series = series;
  }

  get instruments(): readonly Instrument[] {
    return [...new Map(this.series.map(({ instrument }) => [instrument.symbol, instrument])).values()];
  }

  async bars(request: BarsRequest): Promise<SourceBars | HistoryFailure> {
    const { size, duration, end = this.now() } = request;
    if (!this.limits.isAllowed(size, duration))
      return { kind: "range", text: `bars of ${size.label} are not told for ${duration.count} ${duration.unit}` };
    const found = this.find(request, size);
    if ("text" in found) return found;
    const { series, prices } = found;
    const from = reachBack(duration, end, this.hoursOf(request, size));
    let first = series.firstEndingAfter(from);
    while (first < series.length && series.start[first] < from) first++;
    let last = first;
    while (last < series.length && series.start[last] < end && series.end[last] <= this.now()) last++;
    if (first === last)
      return { kind: "no-data", text: `there are no bars of ${request.instrument.symbol} in that time` };
    const cut = (column: Float64Array): Float64Array => column.slice(first, last);
    const { open, high, low, close } = prices;
    const time = isDailyOrLarger(size) ? this.datesOf(series, first, last) : cut(series.start);
    const columns = { open: cut(open), high: cut(high), low: cut(low), close: cut(close), volume: cut(series.volume) };
    return { kind: "bars", time, ...columns };
  }

  async head(subject: HistorySubject): Promise<SourceHead | HistoryFailure> {
    const own = this.series.filter(
      ({ instrument, length }) => instrument.symbol === subject.instrument.symbol && length > 0,
    );
    if (own.length === 0) return this.unknown(subject.instrument.symbol);
    return { kind: "head", instant: own.reduce((first, { start }) => Math.min(first, start[0]), Infinity) };
  }

  async schedule({ instrument, hours, end, duration }: ScheduleRequest): Promise<SourceSchedule | HistoryFailure> {
    if (findCalendarOf(instrument) === undefined)
      return { kind: "refused", text: "there is no calendar of its exchange" };
    const day = parseBarSize("1day");
    const trading = this.hoursOf({ instrument, hours }, day);
    const from = reachBack(duration, end, trading);
    const { open, close, date, length } = trading.sessions;
    const sessions: { open: number; close: number; date: number }[] = [];
    for (let i = 0; i < length; i++)
      if (open[i] >= from && open[i] < end) sessions.push({ open: open[i], close: close[i], date: date?.[i] ?? 0 });
    return { kind: "schedule", sessions };
  }

  private find(
    { instrument: { symbol }, what }: HistorySubject,
    size: BarSize,
  ): { series: BarSeries; prices: PriceColumns } | HistoryFailure {
    const own = this.series.filter(({ instrument }) => instrument.symbol === symbol);
    if (own.length === 0) return this.unknown(symbol);
    const series = own.find((one) => one.size.label === size.label);
    if (series === undefined) return { kind: "refused", text: `there are no bars of ${size.label} of ${symbol}` };
    const prices = pricesOf(series, what);
    if (prices === undefined)
      return { kind: "refused", text: `there is no history of the kind "${what}" of ${symbol}` };
    return { series, prices };
  }

  private unknown(symbol: string): HistoryFailure {
    const symbols = this.instruments.map((one) => one.symbol);
    const near = nearest(symbol, symbols);
    const hint = near === undefined ? `there is ${symbols.slice(0, 5).join(", ")}` : `did you mean ${near}?`;
    return { kind: "contract", text: `${symbol} is not known; ${hint}` };
  }

  private hoursOf({ instrument, hours }: { instrument: Instrument; hours: Hours }, size: BarSize): TradingHours {
    const name = `${instrument.symbol} ${hours} ${size.label}`;
    let found = this.known.get(name);
    if (found === undefined) {
      const first = this.series.reduce(
        (least, { start, length }) => (length > 0 ? Math.min(least, start[0]) : least),
        this.now(),
      );
      found = new TradingHours(instrument, size, hours, { from: first - 366 * DAY, to: this.now() });
      this.known.set(name, found);
    }
    return found;
  }

  private datesOf(series: BarSeries, first: number, last: number): Float64Array {
    const dates = tradeDates(sessionsFromBars(series, series.instrument.timeZone), series.instrument.timeZone);
    return Float64Array.from(dates.subarray(first, last));
  }
}

function pricesOf(series: BarSeries, what: HistorySubject["what"]): PriceColumns | undefined {
  if (what === "bid") return series.bid;
  if (what === "ask") return series.ask;
  if (what === "midpoint") return series.source === "midpoint" ? series : undefined;
  if (what === "trades" || what === "adjusted-last") return series.source === "trades" ? series : undefined;
  return undefined;
}
