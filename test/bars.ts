import {
  type BarColumns,
  BarSeries,
  Instrument,
  type InstrumentSpec,
  parseBarSize,
  type QuoteSeries,
  Sessions,
  type TradeSeries,
} from "../index.js";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Monday, 2024-01-08, 09:30 in New York: the open of the first session of every made-up market. */
export const OPEN = Date.UTC(2024, 0, 8, 14, 30);
/** Regular hours of the made-up market: 09:30 to 16:00. */
export const SESSION = 6.5 * HOUR;

/** Open, high, low, close and volume; without a volume it is 1,000,000. */
export type Row = readonly [open: number, high: number, low: number, close: number, volume?: number];

/** The opens of the first `count` sessions: Mondays to Fridays. */
export function sessionOpen(day: number): number {
  return OPEN + (Math.floor(day / 5) * 7 + (day % 5)) * DAY;
}

/** Sessions from 09:30 to 16:00, one a weekday. */
export function newYork(days: number): Sessions {
  return new Sessions(
    Float64Array.from({ length: days }, (_, day) => sessionOpen(day)),
    Float64Array.from({ length: days }, (_, day) => sessionOpen(day) + SESSION),
  );
}

export function instrument(which: string | InstrumentSpec | Instrument): Instrument {
  if (which instanceof Instrument) return which;
  return new Instrument(typeof which === "string" ? { symbol: which } : which);
}

/**
 * Bars one after the other through the sessions of the made-up market: "1day" is one a session, smaller sizes follow
 * each other from 09:30 and go on with the next session after 16:00. `skip` leaves out bars in front.
 */
export function bars(
  which: string | InstrumentSpec | Instrument,
  size: string,
  rows: readonly Row[],
  skip = 0,
): BarSeries {
  const parsed = parseBarSize(size);
  const perSession = parsed.ms >= DAY ? 1 : Math.floor(SESSION / parsed.ms);
  const start = Float64Array.from(rows, (_, i) => {
    const n = i + skip;
    return sessionOpen(Math.floor(n / perSession)) + (n % perSession) * Math.min(parsed.ms, SESSION);
  });
  const end = start.map((instant) => instant + Math.min(parsed.ms, SESSION));
  return new BarSeries(instrument(which), parsed, { start, end, ...columns(rows) });
}

/** The same with the middle of bid and ask as prices; `bid` and `ask` are rows of their own. */
export function quoteBars(
  which: string | InstrumentSpec | Instrument,
  size: string,
  bid: readonly Row[],
  ask: readonly Row[],
): BarSeries {
  const middle = bid.map((row, i): Row => {
    const other = ask[i];
    return [
      (row[0] + other[0]) / 2,
      (row[1] + other[1]) / 2,
      (row[2] + other[2]) / 2,
      (row[3] + other[3]) / 2,
      row[4] ?? 1_000_000,
    ];
  });
  const plain = bars(which, size, middle);
  const { start, end, open, high, low, close, volume } = plain;
  const all: BarColumns = { start, end, open, high, low, close, volume, bid: columns(bid), ask: columns(ask) };
  return new BarSeries(plain.instrument, plain.size, all, "midpoint");
}

/** Bars of `size` that all have one price, which makes what is tested elsewhere stand still. */
export function flat(
  which: string | InstrumentSpec | Instrument,
  size: string,
  price: number,
  count: number,
): BarSeries {
  return bars(
    which,
    size,
    Array.from({ length: count }, (): Row => [price, price, price, price]),
  );
}

/** Quotes at so many seconds after the first open: [seconds, bid, ask, bid size, ask size]. */
export function quotes(
  which: Instrument,
  rows: readonly (readonly [at: number, bid: number, ask: number, bidSize?: number, askSize?: number])[],
): QuoteSeries {
  const column = (i: number): Float64Array => Float64Array.from(rows, (row) => row[i] ?? Number.NaN);
  return {
    kind: "quotes",
    instrument: which,
    length: rows.length,
    time: column(0).map((at) => OPEN + at * SECOND),
    bid: column(1),
    ask: column(2),
    bidSize: column(3),
    askSize: column(4),
  };
}

/** Trades at so many seconds after the first open: [seconds, price, size]. */
export function trades(
  which: Instrument,
  rows: readonly (readonly [at: number, price: number, size?: number])[],
): TradeSeries {
  const column = (i: number): Float64Array => Float64Array.from(rows, (row) => row[i] ?? Number.NaN);
  return {
    kind: "trades",
    instrument: which,
    length: rows.length,
    time: column(0).map((at) => OPEN + at * SECOND),
    price: column(1),
    size: column(2),
  };
}

function columns(rows: readonly Row[]): Pick<BarColumns, "open" | "high" | "low" | "close" | "volume"> {
  const column = (i: number): Float64Array => Float64Array.from(rows, (row) => row[i] ?? 1_000_000);
  return { open: column(0), high: column(1), low: column(2), close: column(3), volume: column(4) };
}
