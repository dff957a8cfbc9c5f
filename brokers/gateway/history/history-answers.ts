import type { BarSeries } from "../../../core/market/bar-series.js";
import { DAY, type Instant, SECOND } from "../../../core/market/bar-size.js";
import type { Listing } from "../contracts/listing.js";
import { dateText, type TimeTexts, utcText, wallText } from "../time-text.js";
import { framed, type Message } from "../wire/message.js";
import { ANSWER } from "../wire/message-ids.js";
import { sessionOfStart } from "./bar-builder.js";

/** How the times of bars are asked for: 1 as text, 2 as seconds since 1970, 3 as text without the year. */
export type FormatDate = number;

/** Writes the time of bars: their start, or their date where they cover a day and more. */
export class BarTimes {
  private readonly listing: Listing;
  private readonly format: FormatDate;
  private readonly isDated: boolean;
  private readonly texts: TimeTexts;

  constructor(listing: Listing, sizeMs: number, format: FormatDate, texts: TimeTexts) {
    this.listing = listing;
    this.format = format;
    this.isDated = sizeMs >= DAY;
    this.texts = texts;
  }

  of(start: Instant, end: Instant): string {
    if (this.isDated) return this.date(start, end);
    if (this.format === 2) return String(Math.floor(start / SECOND));
    const text = this.texts.of(start, this.listing.zone, this.listing.zoneId);
    return this.format === 3 ? text.slice(4) : text;
  }

  /** The trade date of the session that a bar ends with. */
  private date(start: Instant, end: Instant): string {
    const { sessions, tradeDates, zone } = this.listing;
    const session = sessionOfStart(sessions, end - 1);
    if (session >= 0 && session < tradeDates.length) return String(tradeDates[session]);
    const middle = (start + end) / 2;
    return dateText(Math.floor((middle + zone.offsetAt(middle)) / DAY));
  }
}

/** What a bar carries beside its prices; -1 where it is made of quotes. */
interface Extras {
  readonly volume: number;
  readonly average: number;
  readonly count: number;
}

const NO_EXTRAS: Extras = { volume: -1, average: -1, count: -1 };

function extrasOf(bars: BarSeries, row: number, isTraded: boolean): Extras {
  if (!isTraded) return NO_EXTRAS;
  const volume = bars.volume[row];
  const average = (bars.high[row] + bars.low[row] + bars.close[row]) / 3;
  return { volume, average: Math.round(average * 1e6) / 1e6, count: Math.ceil(volume / 100) };
}

/** A whole history as one frame: written into one text, for it may hold a hundred thousand bars. */
export function historicalBars(
  request: number,
  bars: BarSeries,
  times: BarTimes,
  isTraded: boolean,
  span: { readonly start: string; readonly end: string },
): Buffer {
  let text = `${ANSWER.historicalData}\0${request}\0${span.start}\0${span.end}\0${bars.length}\0`;
  const { start, end, open, high, low, close } = bars;
  for (let row = 0; row < bars.length; row++) {
    const { volume, average, count } = extrasOf(bars, row, isTraded);
    text += `${times.of(start[row], end[row])}\0${open[row]}\0${high[row]}\0${low[row]}\0${close[row]}\0${volume}\0${average}\0${count}\0`;
  }
  return framed(text);
}

/** A bar of a history that keeps up to date. The order of its prices is the protocol's. */
export function historicalBarUpdate(
  request: number,
  bars: BarSeries,
  row: number,
  times: BarTimes,
  isTraded: boolean,
): Message {
  const { volume, average, count } = extrasOf(bars, row, isTraded);
  return [
    ANSWER.historicalDataUpdate,
    request,
    count,
    times.of(bars.start[row], bars.end[row]),
    bars.open[row],
    bars.close[row],
    bars.high[row],
    bars.low[row],
    average,
    volume,
  ];
}

export function headTimestamp(request: number, head: Instant, format: FormatDate): Message {
  const text = utcText(head);
  const written = format === 2 ? Math.floor(head / SECOND) : format === 3 ? text.slice(4) : text;
  return [ANSWER.headTimestamp, request, written];
}

export function histogram(request: number, counts: ReadonlyMap<number, number>): Message {
  const rows = [...counts].sort(([a], [b]) => a - b);
  return [ANSWER.histogram, request, rows.length, ...rows.flat()];
}

/** A session of a historical schedule. */
export interface ScheduledSession {
  readonly open: Instant;
  readonly close: Instant;
  /** yyyymmdd */
  readonly date: number;
}

export function historicalSchedule(request: number, listing: Listing, sessions: readonly ScheduledSession[]): Message {
  const { zone, zoneId } = listing;
  const text = (instant: Instant): string => wallText(instant, zone).replace(" ", "-");
  const first = sessions.length === 0 ? "" : text(sessions[0].open);
  const last = sessions.length === 0 ? "" : text(sessions[sessions.length - 1].close);
  const rows = sessions.flatMap(({ open, close, date }) => [text(open), text(close), date]);
  return [ANSWER.historicalSchedule, request, first, last, zoneId, sessions.length, ...rows];
}

export interface RealTimeBar {
  readonly start: Instant;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly average: number;
  readonly count: number;
}

export function realTimeBar(request: number, bar: RealTimeBar): Message {
  return [
    ANSWER.realTimeBar,
    3,
    request,
    Math.floor(bar.start / SECOND),
    bar.open,
    bar.high,
    bar.low,
    bar.close,
    bar.volume,
    bar.average,
    bar.count,
  ];
}
