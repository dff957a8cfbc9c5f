import { DAY, type Instant, SECOND } from "../../core/market/bar-size.js";
import { type ZoneOf, type ZoneTimes, zoneNamed } from "./zones.js";

/** A date and time that a client sent. */
export interface RequestTime {
  readonly instant: Instant;
  /** Whether it named its zone. One without is read in the operator's, and TWS warns of it (2174). */
  readonly zoned: boolean;
}

/** A date without a time is the local midnight that begins it. */
const PATTERN = /^(?:(\d{4})(\d\d)(\d\d))?(?:(-| +|)(\d{1,2}):(\d\d):(\d\d))?(?: +(\S.*))?$/;

/**
 * Reads "20260105-14:30:00" (UTC), "20260105 09:30:00 US/Eastern", "20260105 09:30:00" (the operator's zone), or a time
 * alone, which is today's. Undefined for what is none of these.
 */
export function parseRequestTime(
  text: string,
  zoneOf: ZoneOf,
  operator: ZoneTimes,
  now: Instant,
): RequestTime | undefined {
  const match = PATTERN.exec(text.trim());
  if (match === null || text.trim() === "") return undefined;
  const [, year, month, date, between, hours, minutes, seconds, zoneText] = match;
  const isUtc = between === "-";
  if (isUtc && (year === undefined || zoneText !== undefined)) return undefined;
  if (hours === undefined && zoneText !== undefined && year === undefined) return undefined;
  const time = hours === undefined ? 0 : timeOfDay(Number(hours), Number(minutes), Number(seconds));
  const zone = isUtc ? UTC : zoneText === undefined ? operator : zoneNamedBy(zoneText, zoneOf);
  if (zone === undefined || time === undefined) return undefined;
  const day =
    year === undefined
      ? Math.floor((now + zone.offsetAt(now)) / DAY)
      : Date.UTC(Number(year), Number(month) - 1, Number(date)) / DAY;
  if (year !== undefined && !isDate(day, Number(month), Number(date))) return undefined;
  return { instant: zone.instantAtOrAfter(day * DAY + time), zoned: isUtc || zoneText !== undefined };
}

const UTC: ZoneTimes = { offsetAt: () => 0, instantOf: (wall) => wall, instantAtOrAfter: (wall) => wall };

function timeOfDay(hours: number, minutes: number, seconds: number): number | undefined {
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return ((hours * 60 + minutes) * 60 + seconds) * SECOND;
}

function isDate(day: number, month: number, date: number): boolean {
  const made = new Date(day * DAY);
  return made.getUTCMonth() + 1 === month && made.getUTCDate() === date;
}

function zoneNamedBy(text: string, zoneOf: ZoneOf): ZoneTimes | undefined {
  try {
    return zoneOf(zoneNamed(text.trim()));
  } catch {
    return undefined;
  }
}
