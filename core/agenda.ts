import { type LocalTime, type Schedule, ScheduleWalk } from "./calendar/schedule.js";
import { SessionMarks } from "./calendar/session-marks.js";
import type { Instant } from "./market/bar-size.js";
import type { Instrument } from "./market/instrument.js";
import type { Market } from "./market/market.js";

/** A task of a strategy, before the run: what to do, when, and by whose sessions. */
export interface PlannedTask {
  readonly schedule: Schedule;
  readonly run: () => unknown;
  /** The instrument whose sessions it goes by; the first one where it does not say. */
  readonly of: Instrument | string | undefined;
}

/** What the engine tells the strategy of, when it is due. */
export interface AgendaTold {
  release(): void;
  sessionOpen(instrument: Instrument): void;
  sessionClose(instrument: Instrument): void;
  task(run: () => unknown): void;
}

interface Task {
  readonly run: () => unknown;
  readonly walk: ScheduleWalk;
  next: Instant;
  /** Until when it has been run as planned. */
  doneUntil: Instant;
}

/**
 * What falls due by the calendar: closes and opens of sessions, orders held until an open, and tasks of the strategy. At
 * one instant they come in this order: closes, releases, opens, tasks in the order they were planned.
 */
export class Agenda {
  private readonly market: Market;
  private readonly localTime: (instrument: number) => LocalTime;
  private readonly tellsSessions: boolean;
  private marks: SessionMarks | undefined = undefined;
  private readonly tasks: Task[] = [];
  /** The earliest open, close or task; Infinity for none. */
  private nextMark = Infinity;
  private begun = false;

  constructor(market: Market, localTime: (instrument: number) => LocalTime, tellsSessions: boolean) {
    this.market = market;
    this.localTime = localTime;
    this.tellsSessions = tellsSessions;
  }

  /** The earliest instant at which something but a release falls due. */
  get due(): Instant {
    return this.nextMark;
  }

  /** The strategy begins now: what lies before is past. */
  begin(now: Instant): void {
    const { instruments, sessions } = this.market;
    this.begun = true;
    if (this.tellsSessions) this.marks = new SessionMarks(instruments, sessions, now);
    // What is due at this very instant is still to come, as an open is.
    for (const task of this.tasks) {
      task.doneUntil = now - 1;
      task.next = task.walk.after(now - 1);
    }
    this.renew();
  }

  /** Sessions have changed. A task whose moment has passed meanwhile, such as one before a close, is due at once. */
  hoursChanged(now: Instant): void {
    if (!this.begun) return;
    this.marks?.refit(now);
    for (const task of this.tasks) {
      task.walk.rewind();
      task.next = task.walk.after(task.doneUntil);
    }
    this.renew();
  }

  /** @throws CalendarError SCHEDULE_INVALID */
  plan(schedule: Schedule, instrument: Instrument, run: () => unknown, now: Instant): void {
    const { index } = instrument;
    const walk = new ScheduleWalk(schedule, this.market.sessions[index], this.localTime(index));
    this.tasks.push({ run, walk, next: walk.after(now), doneUntil: now });
    this.renew();
  }

  /** Tells all that is due by now. */
  keep(now: Instant, told: AgendaTold): void {
    this.marks?.closes(now, (instrument) => told.sessionClose(instrument));
    told.release();
    this.marks?.opens(now, (instrument) => told.sessionOpen(instrument));
    for (const task of this.tasks) {
      if (task.next > now) continue;
      task.doneUntil = now;
      task.next = task.walk.after(now);
      told.task(task.run);
    }
    this.renew();
  }

  private renew(): void {
    if (!this.begun) return;
    this.nextMark = this.marks?.due ?? Infinity;
    for (const { next } of this.tasks) this.nextMark = Math.min(this.nextMark, next);
  }
}
