import type { Instant } from "../../core/market/bar-size.js";
import { ibZoneNamed } from "../ib/time-zones.js";

/** The clock of a time zone. Wall-clock times are milliseconds as if the local clock showed UTC. */
export interface ZoneTimes {
  /** Milliseconds to add to an instant for the wall-clock time. */
  offsetAt(instant: Instant): number;
  /** The instant at which the local clock shows `wall`; NaN where it never does. */
  instantOf(wall: number): Instant;
  /** The instant at which the local clock shows `wall` first, or passes over it. */
  instantAtOrAfter(wall: number): Instant;
}

/** The clock of an IANA zone. Throws for a name that is none. */
export type ZoneOf = (zone: string) => ZoneTimes;

/** What IB calls the zones of its exchanges. */
const IB_NAMES: Readonly<Record<string, string>> = {
  "America/New_York": "US/Eastern",
  "America/Chicago": "US/Central",
  "America/Los_Angeles": "US/Pacific",
  "America/Toronto": "America/Toronto",
  "Europe/London": "GB-Eire",
  "Europe/Berlin": "MET",
  "Europe/Paris": "MET",
  "Europe/Amsterdam": "MET",
  "Europe/Zurich": "MET",
  "Asia/Tokyo": "Japan",
  "Asia/Hong_Kong": "Hongkong",
  "Asia/Singapore": "Singapore",
  "Asia/Seoul": "Korea",
  "Asia/Kolkata": "IST",
  "Australia/Sydney": "Australia/NSW",
  UTC: "UTC",
};

/** IB's id of an IANA zone; the zone's own name where IB has none of its own. */
export function ibZoneId(zone: string): string {
  return IB_NAMES[zone] ?? zone;
}

/** The IANA name of the zone that a client names. */
export function zoneNamed(name: string): string {
  return ibZoneNamed(name) ?? name;
}
