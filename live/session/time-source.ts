import type { Instant } from "../../core/market/bar-size.js";

/** What moves a session's time, and has it take its turns. */
export interface TimeSource {
  /** What time it is by now, whether a turn has come of it or not: for whoever looks on, never for the engine. */
  readonly now: Instant;
  /**
   * Begins to call `turn` with the instant that it is: when messages have come, and when `due` has.
   * @param due when the session wants a turn though nothing comes; Infinity for never
   */
  begin(turn: (now: Instant) => void, due: () => Instant): void;
  end(): void;
}
