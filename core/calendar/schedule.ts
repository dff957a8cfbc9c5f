import type { Instant } from "../market/bar-size.js";
import { CalendarError } from "./errors.js";
import type { Sessions } from "./sessions.js";

/** When a task is run: one of these, in minutes or as a time of day of the instrument's zone, such as "15:30". */
export type Schedule =
  | { readonly beforeOpen: number }
  | { readonly afterOpen: number }
  | { readonly beforeClose: number }
  | { readonly afterClose: number }
  /** Every so many minutes of a session, counted from its open; breaks are passed over. */
  | { readonly every: number }
  /** On every date with a session. */
  | { readonly at: string };

/** The instant of a time of day (minutes after midnight) on the date of a session, by its place. */
export type LocalTime = (session: number, minutes: number) => Instant;

const MINUTE = 60_000;
const RULES = ["beforeOpen", "afterOpen", "beforeClose", "afterClose", "every", "at"] as const;

/** The instants of a schedule over the sessions of an instrument, walked forward. */
export class ScheduleWalk {
  private readonly sessions: Sessions;
  private readonly localTime: LocalTime;
  private readonly rule: (typeof RULES)[number];
  private readonly minutes: number;
  private session: number;
  private step = 0;

  /** @throws CalendarError SCHEDULE_INVALID */
  constructor(schedule: Schedule, sessions: Sessions, localTime: LocalTime) {
    const [rule, minutes] = parse(schedule);
    this.rule = rule;
    this.minutes = minutes;
    this.sessions = sessions;
    this.localTime = localTime;
    this.session = 0;
  }

  /** The first instant after `now`; Infinity for none. */
  after(now: Instant): Instant {
    const { sessions } = this;
    // What is before an open or after a close can lie days from its session, yet never further than a week.
    const first = sessions.indexAt(now - 7 * 24 * 60 * MINUTE);
    if (first > this.session) {
      this.session = first;
      this.step = 0;
    }
    for (; this.session < sessions.length; this.session++, this.step = 0) {
      for (;;) {
        const instant = this.instantOf(this.session, this.step);
        if (instant > now && instant < Infinity) return instant;
        if (instant === Infinity || this.rule !== "every") break;
        this.step++;
      }
    }
    return Infinity;
  }

  /** The sessions have changed: they are walked again. */
  rewind(): void {
    this.session = 0;
    this.step = 0;
  }

  private instantOf(session: number, step: number): Instant {
    const { sessions, minutes } = this;
    const span = minutes * MINUTE;
    const open = sessions.open[session];
    const close = sessions.close[session];
    switch (this.rule) {
      case "beforeOpen":
        return open - span;
      case "afterOpen":
        // A session too short for it has no such moment.
        return open + span <= close ? open + span : Infinity;
      case "beforeClose":
        return close - span >= open ? close - span : Infinity;
      case "afterClose":
        return close + span;
      case "at":
        return this.localTime(session, minutes);
      default:
        return this.stepOf(session, step, span);
    }
  }

  private stepOf(session: number, step: number, span: number): Instant {
    const { sessions } = this;
    const instant = sessions.open[session] + (step + 1) * span;
    if (instant > sessions.close[session]) return Infinity;
    const resting =
      sessions.hasBreaks && instant > sessions.breakStart[session] && instant <= sessions.breakEnd[session];
    return resting ? Number.NEGATIVE_INFINITY : instant;
  }
}

function parse(schedule: Schedule): [(typeof RULES)[number], number] {
  const keys = Object.keys(schedule);
  const rule = RULES.find((one) => one === keys[0]);
  const value: unknown = Object.values(schedule)[0];
  const refuse = (problem: string): never => {
    throw new CalendarError("SCHEDULE_INVALID", { schedule: JSON.stringify(schedule), problem });
  };
  if (rule === undefined || keys.length !== 1) return refuse(`It has one of ${RULES.join(", ")}`);
  if (rule === "at") {
    const match = typeof value === "string" ? /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(value) : null;
    return match === null ? refuse('A time of day reads "15:30"') : [rule, Number(match[1]) * 60 + Number(match[2])];
  }
  const least = rule === "every" ? 1 / 60 : 0;
  if (typeof value !== "number" || !(value >= least && value <= 7 * 24 * 60)) {
    return refuse(rule === "every" ? "It takes minutes above 0" : "It takes minutes, 0 or more and at most a week");
  }
  return [rule, value];
}
