import type { Instant } from "./market/bar-size.js";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Where a strategy's messages go. */
export type LogSink = (level: LogLevel, time: Instant, message: string, data: unknown) => void;

/** A strategy's own log: each message carries the time the strategy lives in. */
export class StrategyLog {
  readonly #sink: LogSink | undefined;
  readonly #clock: { readonly now: Instant };

  constructor(clock: { readonly now: Instant }, sink: LogSink | undefined) {
    this.#clock = clock;
    this.#sink = sink;
  }

  debug(message: string, data?: unknown): void {
    this.#sink?.("debug", this.#clock.now, message, data);
  }
  info(message: string, data?: unknown): void {
    this.#sink?.("info", this.#clock.now, message, data);
  }
  warn(message: string, data?: unknown): void {
    this.#sink?.("warn", this.#clock.now, message, data);
  }
  error(message: string, data?: unknown): void {
    this.#sink?.("error", this.#clock.now, message, data);
  }
}
