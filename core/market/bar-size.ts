import { MarketError } from "./errors.js";

/** An instant: epoch milliseconds, UTC. */
export type Instant = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type BarUnit = "sec" | "min" | "hour" | "day" | "week" | "month";

/** How much time a bar covers, such as "5min" or "1day". */
export interface BarSize {
  /** The canonical spelling: count and unit, such as "5min". */
  readonly label: string;
  readonly count: number;
  readonly unit: BarUnit;
  /** Nominal duration in milliseconds; a month counts as 30 days. */
  readonly ms: number;
}

const UNIT_MS: Readonly<Record<BarUnit, number>> = {
  sec: SECOND,
  min: MINUTE,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
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
};

/**
 * Reads a bar size such as "1min", "5 mins", "1 hour" or "1day".
 * @throws MarketError BAR_SIZE_UNKNOWN
 */
export function parseBarSize(text: string): BarSize {
  const match = /^\s*(\d+)\s*([a-z]+)\s*$/i.exec(text);
  const unit = match === null ? undefined : SPELLINGS[(match[2] as string).toLowerCase()];
  const count = match === null ? 0 : Number(match[1]);
  if (unit === undefined || count < 1) throw new MarketError("BAR_SIZE_UNKNOWN", { text });
  return barSize(count, unit);
}

export function barSize(count: number, unit: BarUnit): BarSize {
  return Object.freeze({ label: `${count}${unit}`, count, unit, ms: count * UNIT_MS[unit] });
}

/** Whether bars of this size cover a whole session or more. */
export function isDailyOrLarger(size: BarSize): boolean {
  return size.ms >= DAY;
}
