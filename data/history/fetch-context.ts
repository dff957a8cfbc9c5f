import type { BarStore } from "../store/bar-store.js";
import type { Asker } from "./asker.js";
import type { Clock } from "./clock.js";
import type { ProgressCount } from "./fetch-outcome.js";
import type { Heads } from "./heads.js";
import type { Schedules } from "./schedules.js";
import type { Turns } from "./turns.js";

/** What all series of one download share. */
export interface FetchContext {
  readonly store: BarStore;
  readonly asker: Asker;
  readonly heads: Heads;
  readonly schedules: Schedules;
  /** Whether schedules are asked for, which stores them; else those that are stored have to do. */
  readonly asksSchedules: boolean;
  readonly clock: Clock;
  readonly progress: ProgressCount;
  readonly turns: Turns;
  readonly signal: AbortSignal;
}
