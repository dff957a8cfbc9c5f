import { type BarSize, barSize, DAY, type Instant } from "../../core/market/bar-size.js";

/** IB's names of bar sizes, with ours. Seconds and minutes are plural except for one minute, as IB spells them. */
const NAMES: readonly (readonly [name: string, count: number, unit: BarSize["unit"]])[] = [
  ["1 secs", 1, "sec"],
  ["5 secs", 5, "sec"],
  ["10 secs", 10, "sec"],
  ["15 secs", 15, "sec"],
  ["30 secs", 30, "sec"],
  ["1 min", 1, "min"],
  ["2 mins", 2, "min"],
  ["3 mins", 3, "min"],
  ["5 mins", 5, "min"],
  ["10 mins", 10, "min"],
  ["15 mins", 15, "min"],
  ["20 mins", 20, "min"],
  ["30 mins", 30, "min"],
  ["1 hour", 1, "hour"],
  ["2 hours", 2, "hour"],
  ["3 hours", 3, "hour"],
  ["4 hours", 4, "hour"],
  ["8 hours", 8, "hour"],
  ["1 day", 1, "day"],
  ["1W", 1, "week"],
  ["1M", 1, "month"],
];

/** Other spellings that IB takes, in lower case. */
const ALSO: Readonly<Record<string, string>> = {
  "1 w": "1W",
  "1 week": "1W",
  "1 m": "1M",
  "1 month": "1M",
};

/** A size of historical bars. */
export interface IbBarSize {
  /** IB's name, such as "5 mins". */
  readonly name: string;
  readonly size: BarSize;
}

export const IB_BAR_SIZES: readonly IbBarSize[] = NAMES.map(([name, count, unit]) => ({
  name,
  size: barSize(count, unit),
}));

/** The size of that name, upper or lower case; undefined where IB has none. */
export function ibBarSizeNamed(name: string): IbBarSize | undefined {
  const lower = name.toLowerCase();
  const canonical = ALSO[lower] ?? lower;
  return IB_BAR_SIZES.find((one) => one.name.toLowerCase() === canonical.toLowerCase());
}

/** What IB calls bars of our size; undefined where it has none. */
export function ibBarSizeOf(size: BarSize): IbBarSize | undefined {
  return IB_BAR_SIZES.find((one) => one.size.label === size.label);
}

/** Bars of a day and more carry a date, never a time, whatever format was asked for. */
export function isDated(size: BarSize): boolean {
  return size.ms >= DAY;
}

/** Bars of this and below cannot be had when they are older than SMALL_BARS_KEPT, and are paced more strictly. */
export const SMALL_BAR_MS = 30_000;
/** Six months: how long IB keeps bars of 30 seconds and less. */
export const SMALL_BARS_KEPT: Instant = 183 * DAY;
/** The smallest bars that can be kept up to date. */
export const SMALLEST_UPDATED_MS = 5_000;
