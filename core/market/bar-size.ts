import { MarketError } from "./errors.js";

/** An instant: epoch milliseconds, UTC. */
export type Instant = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type TimeUnit = "sec" | "min" | "hour" | "day" | "week" | "month";

/** What a bar can hold that is not measured in time: trades, units traded, or money in the instrument's currency. */
export type MeasureUnit = "tick" | "volume" | "value";

export type BarUnit = TimeUnit | MeasureUnit;

/** How much a bar covers: time, such as "5min" or "1day", or trading, such as "500tick" or "10000volume". */
export interface BarSize {
  /** The canonical spelling: count and unit, such as "5min". */
  readonly label: string;
  readonly count: number;
  readonly unit: BarUnit;
  /** Nominal duration in milliseconds; a month counts as 30 days. NaN of bars that are not of time. */
  readonly ms: number;
}

const UNIT_MS: Readonly<Record<BarUnit, number>> = {
  sec: SECOND,
  min: MINUTE,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
  tick: Number.NaN,
  volume: Number.NaN,
  value: Number.NaN,
};

const SPELLINGS: Readonly<Record<string, BarUnit>> = {
  s: "sec",
  sec: "sec",
  secs: "sec",
  second: "sec",
  seconds: "sec",
  m: "min",
  min: "min",
  mins: "min",
  minute: "min",
  minutes: "min",
  h: "hour",
  hour: "hour",
  hours: "hour",
  d: "day",
  day: "day",
  days: "day",
  w: "week",
  week: "week",
  weeks: "week",
  mo: "month",
  month: "month",
  months: "month",
  tick: "tick",
  ticks: "tick",
  volume: "volume",
  value: "value",
};

/**
 * Reads a bar size such as "1min", "5 mins", "1 hour", "1day", "500 ticks", "10000volume" or "1000000value".
 * @throws MarketError BAR_SIZE_UNKNOWN
 */
export function parseBarSize(text: string): BarSize {
  const match = /^\s*(\d+)\s*([a-z]+)\s*$/i.exec(text);
  const unit = match === null ? undefined : SPELLINGS[(match[2] as string).toLowerCase()];
  const count = match === null ? 0 : Number(match[1]);
  if (unit === undefined || !(count >= 1 && count <= Number.MAX_SAFE_INTEGER))
    throw new MarketError("BAR_SIZE_UNKNOWN", { text });
  return barSize(count, unit);
}

/**
 * The same where only bars of time can be: in files, in the store, and with a broker.
 * @throws MarketError BAR_SIZE_UNKNOWN, BAR_SIZE_NOT_OF_TIME
 */
export function parseTimeSize(text: string): BarSize {
  const size = parseBarSize(text);
  if (!isTimed(size)) throw new MarketError("BAR_SIZE_NOT_OF_TIME", { size: size.label });
  return size;
}

export function barSize(count: number, unit: BarUnit): BarSize {
  return Object.freeze({ label: `${count}${unit}`, count, unit, ms: count * UNIT_MS[unit] });
}

/** Whether bars of this size last a time; others last until so much has been traded. */
export function isTimed(size: BarSize): boolean {
  return size.ms > 0;
}

/** Whether bars of this size cover a whole session or more. */
export function isDailyOrLarger(size: BarSize): boolean {
  return size.ms >= DAY;
}
