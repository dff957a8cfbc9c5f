import { dayNumber } from "../core/calendar/calendar-date.js";
import type { LocalTime } from "../core/calendar/schedule.js";
import { DAY, MINUTE } from "../core/market/bar-size.js";
import type { Instrument } from "../core/market/instrument.js";
import { zoneOffsets } from "./zone-offsets.js";

/** A time of day on the date of a session, in the zone of the instrument. @param dates yyyymmdd of each session */
export function localTimeOf(instrument: Instrument, dates: Int32Array): LocalTime {
  const zone = zoneOffsets(instrument.timeZone);
  return (session, minutes) => {
    const date = dates[session];
    const day = dayNumber(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100);
    return zone.instantAtOrAfter(day * DAY + minutes * MINUTE);
  };
}
