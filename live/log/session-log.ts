import { createRequire } from "node:module";
import type { AccountMask } from "../../brokers/tws/recording/account-mask.js";
import type { LogLevel, LogSink } from "../../core/log.js";
import type { Instant } from "../../core/market/bar-size.js";
import { betweenEscapes, concealed } from "./concealed.js";
import { RotatingFile, type RotationOptions } from "./rotating-file.js";

export interface SessionLogOptions extends RotationOptions {
  readonly session: string;
  /** Events below it are left out. Default "info". */
  readonly level?: LogLevel;
  /** Hides accounts, the same way everywhere in a session. */
  readonly mask: AccountMask;
  /** The session's time, which stands beside the machine's. */
  readonly sessionTime: () => Instant;
}

/**
 * The log of a session: one line of JSON an event, with `level`, `time` (the machine's, ISO 8601), `at` (the session's),
 * `session`, `code`, `msg` and `data`. Account ids are masked and secrets left out, whatever stands in the data.
 */
export class SessionLog {
  private readonly pino: import("pino").Logger;
  private readonly file: RotatingFile;

  /** Throws what the file system throws. @param path the file, such as seatrial-sessions/cross/session.log */
  constructor(path: string, options: SessionLogOptions) {
    this.file = new RotatingFile(path, options);
    const { mask, sessionTime, session } = options;
    // Required here, so that commands without a session do not read it.
    const { pino } = createRequire(import.meta.url)("pino") as typeof import("pino");
    this.pino = pino(
      {
        level: options.level ?? "info",
        base: { session },
        timestamp: () => `,"time":"${new Date(options.now()).toISOString()}"`,
        mixin: () => ({ at: isoTime(sessionTime()) }),
        formatters: { level: (label) => ({ level: label }) },
      },
      { write: (line: string) => this.file.write(betweenEscapes(line, (text) => mask.apply(text))) },
    );
  }

  /** @param code what kind of event, in capitals, such as "ORDER_SENT" */
  event(level: LogLevel, code: string, message: string, data?: unknown): void {
    // What is left out costs nothing.
    if (!this.pino.isLevelEnabled(level)) return;
    this.pino[level]({ code, ...(data !== undefined && { data: concealed(data) }) }, message);
  }

  /** What a strategy logs, under the code STRATEGY. */
  readonly strategy: LogSink = (level, _time, message, data) => this.event(level, "STRATEGY", message, data);

  close(): void {
    this.file.close();
  }
}

function isoTime(instant: Instant): string | undefined {
  return Number.isFinite(instant) ? new Date(instant).toISOString() : undefined;
}
