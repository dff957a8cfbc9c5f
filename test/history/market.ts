import { calendarOf } from "../../core/calendar/calendar-of.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import { Random } from "../../core/random.js";
import { exchangeSessions } from "../../data/exchange-sessions.js";
import { zoneOffsets } from "../../data/zone-offsets.js";
import { BarSeries, parseBarSize } from "../../index.js";

const DAY = 86_400_000;

/** Bars of every session of an instrument's exchange between two dates (yyyymmdd), as IB cuts them, by a walk. */
export function marketBars(spec: InstrumentSpec, label: string, from: number, to: number, seed = 1): BarSeries {
  const instrument = new Instrument(spec);
  const size = parseBarSize(label);
  const calendar = calendarOf(instrument);
  const zone = zoneOffsets(calendar.timeZone);
  const sessions = exchangeSessions(calendar, from, to);
  const random = new Random(seed);
  const series = new BarSeries(instrument, size);
  let price = 10_000 + random.int(40_000);
  for (let i = 0; i < sessions.length; i++) {
    const [open, close] = [sessions.open[i], sessions.close[i]];
    let start = open;
    while (start < close) {
      const offset = zone.offsetAt(start);
      const next = size.ms >= DAY ? close : Math.floor((start + offset) / size.ms + 1) * size.ms - offset;
      const end = Math.min(close, next);
      const opened = price;
      price = Math.max(500, price + random.int(41) - 20);
      const high = Math.max(opened, price) + random.int(10);
      const low = Math.min(opened, price) - random.int(10);
      series.append(start, end, opened / 100, high / 100, low / 100, price / 100, 100 + random.int(1000));
      start = end;
    }
  }
  return series.slice(0, series.length);
}

/** The same market after a split: prices divided by the ratio, volumes multiplied by it. */
export function afterSplit(bars: BarSeries, ratio: number): BarSeries {
  const cents = (column: Float64Array): Float64Array =>
    column.map((price) => Math.round((price / ratio) * 10_000) / 10_000);
  return new BarSeries(bars.instrument, bars.size, {
    start: bars.start,
    end: bars.end,
    open: cents(bars.open),
    high: cents(bars.high),
    low: cents(bars.low),
    close: cents(bars.close),
    volume: bars.volume.map((units) => units * ratio),
  });
}

/** Daily bars as weeks or months. */
export function larger(daily: BarSeries, label: "1week" | "1month"): BarSeries {
  const bars = new BarSeries(daily.instrument, parseBarSize(label));
  const periodOf = (start: number): number => {
    const date = new Date(start);
    if (label === "1month") return date.getUTCFullYear() * 12 + date.getUTCMonth();
    return Math.floor((start / DAY + 3) / 7);
  };
  for (let first = 0; first < daily.length; ) {
    let last = first;
    while (last + 1 < daily.length && periodOf(daily.start[last + 1]) === periodOf(daily.start[first])) last++;
    const high = Math.max(...daily.high.subarray(first, last + 1));
    const low = Math.min(...daily.low.subarray(first, last + 1));
    const volume = daily.volume.subarray(first, last + 1).reduce((sum, units) => sum + units, 0);
    bars.append(daily.start[first], daily.end[last], daily.open[first], high, low, daily.close[last], volume);
    first = last + 1;
  }
  return bars.slice(0, bars.length);
}
