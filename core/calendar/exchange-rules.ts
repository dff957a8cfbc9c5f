import type { YearlyDay } from "./holiday-rules.js";

/**
 * A local wall-clock time, as minutes from the midnight that begins the session's date: below 0 on the day before,
 * over 1440 on the day after.
 */
export type LocalTime = number;

export function at(hour: number, minute = 0): LocalTime {
  return hour * 60 + minute;
}

/** The same on the day before: a session may begin the evening before its date. */
export function evening(hour: number, minute = 0): LocalTime {
  return at(hour, minute) - 24 * 60;
}

/** From one local time to another. */
export interface Span {
  readonly start: LocalTime;
  readonly end: LocalTime;
}

/** The hours of an ordinary session. */
export interface Hours {
  readonly open: LocalTime;
  readonly close: LocalTime;
  /** When trading rests, such as over lunch. A session that closes before its end has none. */
  readonly pause?: Span;
  /** Trading before the open and after the close; `end` goes with an ordinary close. */
  readonly extended?: Span;
}

/** Hours that hold from a session's date on (yyyymmdd) until the next row. */
export interface DatedHours extends Hours {
  readonly from: number;
  /** Other hours for a session whose day before was an ordinary session: some markets go on in the afternoon. */
  readonly afterOrdinary?: Hours;
}

/** A holiday on which there is no session. */
export interface Holiday {
  readonly name: string;
  readonly day: YearlyDay;
}

/** A day that comes every year with a session that ends early. */
export interface ShortDay {
  readonly name: string;
  readonly day: YearlyDay;
  readonly close: LocalTime;
  /** When trading after such a close ends. */
  readonly extendedEnd?: LocalTime;
}

/** A date unlike others: closed, or open at its own hours; what is not said is as usual. */
export interface OneOff {
  /** yyyymmdd */
  readonly date: number;
  readonly name: string;
  readonly closed?: true;
  readonly open?: LocalTime;
  readonly close?: LocalTime;
}

/** What is known of an exchange's hours, as data. A one-off goes before a holiday, a holiday before a short day. */
export interface ExchangeRules {
  /** The calendar's own name: the exchange's MIC where it has one. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** IANA zone of all its local times. */
  readonly timeZone: string;
  /** First and last date that the rules are known for, yyyymmdd; outside nothing is answered. */
  readonly from: number;
  readonly to: number;
  /** Whether Saturdays and Sundays have sessions. Default no. */
  readonly weekends?: true;
  /** In order of time; the first row reaches back to `from`. */
  readonly hours: readonly DatedHours[];
  readonly holidays: readonly Holiday[];
  readonly shortDays: readonly ShortDay[];
  readonly oneOffs: readonly OneOff[];
  /** What is not exact before a date (yyyymmdd): a sentence for whoever asks for such a time. */
  readonly nominal?: { readonly before: number; readonly sentence: string };
}
