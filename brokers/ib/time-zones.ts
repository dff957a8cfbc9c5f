import { IbError } from "./errors.js";

/**
 * What IB calls time zones, beside IANA names: contract details have had each of these. "EST" and its like mean the
 * place and not the offset of its winter, so that New York is EST in summer too.
 */
const ZONES: Readonly<Record<string, string>> = {
  EST: "America/New_York",
  EST5EDT: "America/New_York",
  "US/Eastern": "America/New_York",
  CST: "America/Chicago",
  CST6CDT: "America/Chicago",
  "US/Central": "America/Chicago",
  MST: "America/Denver",
  MST7MDT: "America/Denver",
  "US/Mountain": "America/Denver",
  PST: "America/Los_Angeles",
  PST8PDT: "America/Los_Angeles",
  "US/Pacific": "America/Los_Angeles",
  "Canada/Eastern": "America/Toronto",
  GB: "Europe/London",
  "GB-Eire": "Europe/London",
  BST: "Europe/London",
  MET: "Europe/Berlin",
  CET: "Europe/Berlin",
  EET: "Europe/Helsinki",
  Israel: "Asia/Jerusalem",
  // India: the hours of its exchange come with this name, and Israel's do not.
  IST: "Asia/Kolkata",
  "Asia/Calcutta": "Asia/Kolkata",
  Japan: "Asia/Tokyo",
  JST: "Asia/Tokyo",
  Hongkong: "Asia/Hong_Kong",
  HKT: "Asia/Hong_Kong",
  Singapore: "Asia/Singapore",
  Korea: "Asia/Seoul",
  ROK: "Asia/Seoul",
  PRC: "Asia/Shanghai",
  "Australia/NSW": "Australia/Sydney",
  AEST: "Australia/Sydney",
  AET: "Australia/Sydney",
  NZ: "Pacific/Auckland",
  GMT: "UTC",
  UTC: "UTC",
  UCT: "UTC",
  Zulu: "UTC",
};

/** The IANA zone of a name that IB has for one; undefined for any other name. */
export function ibZoneNamed(name: string): string | undefined {
  return Object.hasOwn(ZONES, name) ? ZONES[name] : undefined;
}

/**
 * The IANA zone of what IB writes as `timeZoneId`, such as "US/Eastern", "EST (Eastern Standard Time)" or "Japan".
 * @param isZone whether a name such as "Europe/Zurich" is one of the IANA data base
 * @param symbol for the error
 * @throws IbError IB_ZONE_UNKNOWN, for a wrong zone would move every session by hours
 */
export function ibTimeZone(id: string, isZone: (name: string) => boolean, symbol = "an instrument"): string {
  // "AEST (Australian Eastern Standard Time (New South Wales))": what stands in parentheses explains.
  const name = id.split(" (")[0].trim();
  const known = ibZoneNamed(name);
  if (known !== undefined) return known;
  if (/^[A-Z]\w+\/[A-Z]\w+/.test(name) && isZone(name)) return name;
  throw new IbError("IB_ZONE_UNKNOWN", { symbol, zone: id });
}
