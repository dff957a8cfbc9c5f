import { DAY, type Instant, SECOND } from "../../core/market/bar-size.js";
import type { ZoneTimes } from "./zones.js";

/** How the gateway writes times of executions, orders and intraday bars. TWS lets its user choose. */
export const TIME_STYLES = ["exchange", "operator", "utc"] as const;
/** In the instrument's zone, in the zone of the machine's operator, or as UTC with a dash. */
export type TimeStyle = (typeof TIME_STYLES)[number];

/** "20260105 09:30:00": the local time at an instant, whole seconds. */
export function wallText(instant: Instant, zone: ZoneTimes): string {
  const wall = instant + zone.offsetAt(instant);
  const day = Math.floor(wall / DAY);
  return `${dateText(day)} ${timeText(wall - day * DAY)}`;
}

/** "20260105-14:30:00": UTC. */
export function utcText(instant: Instant): string {
  const day = Math.floor(instant / DAY);
  return `${dateText(day)}-${timeText(instant - day * DAY)}`;
}

// Bars come in order of time: the text of a day is made once for all of its bars.
let lastDay = Number.NaN;
let lastDate = "";

/** "20260105": the date of a day number, days since 1970-01-01. */
export function dateText(day: number): string {
  if (day !== lastDay) {
    lastDay = day;
    lastDate = new Date(day * DAY).toISOString().slice(0, 10).replaceAll("-", "");
  }
  return lastDate;
}

/** "09:30:00": milliseconds since midnight. */
export function timeText(ms: number): string {
  const seconds = Math.floor(ms / SECOND);
  const minutes = Math.floor(seconds / 60);
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** "09:30": hours and minutes. */
export function minuteText(ms: number): string {
  return timeText(ms).slice(0, 5);
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** Writes instants in one of the styles. */
export class TimeTexts {
  private readonly style: TimeStyle;
  private readonly operator: ZoneTimes;
  private readonly operatorId: string;

  /** @param operator the zone of the machine's operator, with IB's id of it */
  constructor(style: TimeStyle, operator: ZoneTimes, operatorId: string) {
    this.style = style;
    this.operator = operator;
    this.operatorId = operatorId;
  }

  /** An instant for an instrument of this zone. */
  of(instant: Instant, zone: ZoneTimes, zoneId: string): string {
    if (this.style === "utc") return utcText(instant);
    if (this.style === "exchange") return `${wallText(instant, zone)} ${zoneId}`;
    return `${wallText(instant, this.operator)} ${this.operatorId}`;
  }

  /** An instant that belongs to no instrument. */
  ofOperator(instant: Instant): string {
    return `${wallText(instant, this.operator)} ${this.operatorId}`;
  }

  /** "14:30": the operator's hours and minutes, as account updates carry. */
  minutes(instant: Instant): string {
    const wall = instant + this.operator.offsetAt(instant);
    return minuteText(wall - Math.floor(wall / DAY) * DAY);
  }
}
