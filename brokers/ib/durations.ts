import { type BarSize, DAY, HOUR, MINUTE, SECOND } from "../../core/market/bar-size.js";

/** Units of a historical request's duration: seconds, trading days, weeks, months, years. */
export const DURATION_UNITS = ["S", "D", "W", "M", "Y"] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];

/** How far back a historical request reaches, such as "6 M". A day is a trading day; a week, month or year the calendar's. */
export interface Duration {
  readonly count: number;
  readonly unit: DurationUnit;
}

/** The most that can be asked for in a unit; more has to be said in a larger one. */
export const MOST_OF_UNIT: Readonly<Record<DurationUnit, number>> = { S: 86_400, D: 365, W: 52, M: 12, Y: 68 };

/** The least number of seconds. */
export const FEWEST_SECONDS = 30;

/** The most seconds of bars of one second. */
export const MOST_SECONDS_OF_SECONDS = 2_000;

/** Which bar sizes a unit of duration takes, smallest and largest in milliseconds: IB's table of step sizes. */
export const STEPS_OF_UNIT: Readonly<Record<DurationUnit, { readonly from: number; readonly to: number }>> = {
  S: { from: SECOND, to: MINUTE },
  D: { from: 5 * SECOND, to: HOUR },
  W: { from: 10 * SECOND, to: 4 * HOUR },
  M: { from: 30 * SECOND, to: 8 * HOUR },
  Y: { from: MINUTE, to: DAY },
};

const PATTERN = /^(\d+) ([SDWMY])$/;

/** Reads "20 D"; a number alone is seconds. Undefined where it is no duration. */
export function parseDuration(text: string): Duration | undefined {
  const match = PATTERN.exec(/^\d+$/.test(text) ? `${text} S` : text.toUpperCase());
  if (match === null) return undefined;
  const count = Number(match[1]);
  return Number.isSafeInteger(count) ? { count, unit: match[2] as DurationUnit } : undefined;
}

export function formatDuration({ count, unit }: Duration): string {
  return `${count} ${unit}`;
}

/**
 * Whether IB's documented table allows bars of this size in that duration. The smallest sizes are a matter of the unit;
 * what a unit's largest size is IB does not enforce, so larger bars than that pass.
 */
export function isAllowed(size: BarSize, { count, unit }: Duration): boolean {
  if (count < 1 || count > MOST_OF_UNIT[unit]) return false;
  if (unit === "S" && count < FEWEST_SECONDS) return false;
  if (size.ms === SECOND) return unit === "S" && count <= MOST_SECONDS_OF_SECONDS;
  return size.ms >= STEPS_OF_UNIT[unit].from;
}
