import type { DayNumber } from "../core/calendar/calendar-date.js";
import type { ExchangeCalendar } from "../core/calendar/exchange-calendar.js";
import type { Hours } from "../core/calendar/exchange-rules.js";
import { DAY, HOUR, type Instant, MINUTE } from "../core/market/bar-size.js";
import { DataError } from "./errors.js";
import type { ZoneOffsets } from "./zone-offsets.js";

/**
 * The hours of a daily session, local wall-clock times such as "09:30" and "16:00"; "24:00" is the end of the day.
 * Where the open is not before the close, it lies on the day before: "18:00" to "17:00" is a futures session.
 */
export interface SessionHours {
  readonly open: string;
  readonly close: string;
}

/** Regular hours of the US stock exchanges. */
export const US_STOCK_HOURS: SessionHours = { open: "09:30", close: "16:00" };
export const WHOLE_DAY: SessionHours = { open: "00:00", close: "24:00" };

/** Session hours of dates in one time zone. */
export class SessionClock {
  readonly zone: ZoneOffsets;
  /** Milliseconds from the local midnight that begins the date; `open` is below 0 where it lies on the day before. */
  readonly open: number;
  readonly close: number;
  readonly wholeDay: boolean;

  /** @throws DataError SESSION_HOURS_INVALID */
  constructor(hours: SessionHours, zone: ZoneOffsets) {
    const open = timeOfDay(hours.open);
    const close = timeOfDay(hours.close);
    if (!(open < DAY && close > 0))
      throw new DataError("SESSION_HOURS_INVALID", { open: hours.open, close: hours.close });
    this.zone = zone;
    this.open = open < close ? open : open - DAY;
    this.close = close;
    this.wholeDay = close - this.open === DAY;
  }

  openOf(day: DayNumber): Instant {
    return this.zone.instantAtOrAfter(day * DAY + this.open);
  }

  closeOf(day: DayNumber): Instant {
    return this.zone.instantAtOrAfter(day * DAY + this.close);
  }
}

/**
 * The sessions of an exchange's calendar, where it knows a date as one; else the hours given. An early close ends the
 * bar of its day early.
 */
export class CalendarClock extends SessionClock {
  private readonly calendar: ExchangeCalendar;

  constructor(calendar: ExchangeCalendar, hours: SessionHours, zone: ZoneOffsets) {
    super(hours, zone);
    this.calendar = calendar;
  }

  override openOf(day: DayNumber): Instant {
    const hours = this.hoursOn(day);
    return hours === undefined ? super.openOf(day) : this.zone.instantAtOrAfter(day * DAY + hours.open * MINUTE);
  }

  override closeOf(day: DayNumber): Instant {
    const hours = this.hoursOn(day);
    return hours === undefined ? super.closeOf(day) : this.zone.instantAtOrAfter(day * DAY + hours.close * MINUTE);
  }

  private hoursOn(day: DayNumber): Hours | undefined {
    const { firstDay, lastDay } = this.calendar;
    return day >= firstDay && day <= lastDay ? this.calendar.dayOn(day).hours : undefined;
  }
}

function timeOfDay(text: string): number {
  const match = /^(\d{1,2}):(\d\d)$/.exec(text);
  if (match === null) return Number.NaN;
  const minutes = Number(match[2]);
  const time = Number(match[1]) * HOUR + minutes * MINUTE;
  return minutes < 60 && time <= DAY ? time : Number.NaN;
}
