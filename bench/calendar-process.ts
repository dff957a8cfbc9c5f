import { calendarNamed } from "../core/calendar/calendars.js";
import { closeAfter } from "../core/calendar/session-time.js";
import type { Sessions } from "../core/calendar/sessions.js";
import { MINUTE } from "../core/market/bar-size.js";
import { Random } from "../core/random.js";
import { exchangeSessions } from "../data/exchange-sessions.js";

// Prints what the questions of bench/calendar-cases.ts cost in this process.

export interface CalendarFigures {
  /** Nanoseconds a pair of questions. */
  readonly inOrder: number;
  readonly atRandom: number;
  /** Milliseconds. */
  readonly build: number;
}

const PASSES = 5;
const RANDOM_QUESTIONS = 2_000_000;

const begun = performance.now();
const sessions = exchangeSessions(calendarNamed("XNYS"), 20150101, 20241231);
const build = performance.now() - begun;

const first = sessions.open[0];
const last = sessions.close[sessions.length - 1];
const minutes = Float64Array.from({ length: Math.floor((last - first) / MINUTE) }, (_, i) => first + i * MINUTE);
const random = new Random(7);
const anywhere = Float64Array.from({ length: RANDOM_QUESTIONS }, () => first + random.next() * (last - first));

/** Answers that depend on every question, so that none can be left out. */
function askAll(asked: Sessions, instants: Float64Array): number {
  let open = 0;
  let left = 0;
  for (let i = 0; i < instants.length; i++) {
    const instant = instants[i];
    if (asked.isOpenAt(instant)) open++;
    left += closeAfter(asked, instant) - instant;
  }
  return left / open;
}

/** The fastest pass, in nanoseconds a question: the others had company on the machine. */
function timed(instants: Float64Array): number {
  let best = Infinity;
  for (let pass = 0; pass < PASSES; pass++) {
    const start = performance.now();
    if (!(askAll(sessions, instants) > 0)) throw new Error("The calendar was never open.");
    best = Math.min(best, ((performance.now() - start) * 1e6) / instants.length);
  }
  return best;
}

const figures: CalendarFigures = { inOrder: timed(minutes), atRandom: timed(anywhere), build };
process.stdout.write(JSON.stringify(figures));
