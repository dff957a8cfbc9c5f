import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { type Instant, SECOND } from "../../core/market/bar-size.js";
import type { TimeSource } from "./time-source.js";

/** The longest that a session sleeps: timers of the machine lose track over hours, as when it is put to sleep. */
const LONGEST_SLEEP = 10 * SECOND;

/** The time of TWS, as it passes. */
export class ServerTime implements TimeSource {
  private readonly connection: TwsConnection;
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;

  constructor(connection: TwsConnection) {
    this.connection = connection;
  }

  get now(): Instant {
    return Math.floor(this.connection.clock.now);
  }

  begin(turn: (now: Instant) => void, due: () => Instant): void {
    const go = (): void => {
      if (this.isOver) return;
      clearTimeout(this.timer);
      turn(this.now);
      const wait = Math.max(0, Math.min(due() - this.now, LONGEST_SLEEP));
      this.timer = setTimeout(go, wait);
    };
    this.connection.onBatch = go;
    go();
  }

  end(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    this.connection.onBatch = undefined;
  }
}
