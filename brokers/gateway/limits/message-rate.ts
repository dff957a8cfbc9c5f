import { SECOND } from "../../../core/market/bar-size.js";
import { MESSAGES_PER_SECOND, STRIKES } from "../../ib/pacing.js";

/** What a message came to. */
export type RateVerdict = "taken" | "rejected" | "disconnect";

/**
 * The rate of one client's messages: at most 50 in any second. A message above is rejected with error 100; the client
 * that does it in its third second is disconnected.
 */
export class MessageRate {
  /** Instants of the latest messages that were taken, as a ring. */
  private readonly times = new Float64Array(MESSAGES_PER_SECOND).fill(Number.NEGATIVE_INFINITY);
  private at = 0;
  private strikes = 0;
  private struckAt = Number.NEGATIVE_INFINITY;
  /** Messages above the rate in the second of the latest strike. */
  private above = 0;

  /** The text of the error that goes with a rejection. */
  get text(): string {
    const received = MESSAGES_PER_SECOND + this.above;
    return `Max rate of messages per second has been exceeded:max=${MESSAGES_PER_SECOND} rec=${received} (${this.strikes})`;
  }

  take(now: number): RateVerdict {
    if (now - this.times[this.at] >= SECOND) {
      this.times[this.at] = now;
      this.at = (this.at + 1) % MESSAGES_PER_SECOND;
      return "taken";
    }
    // However many messages a second has too many, they are one strike.
    if (now - this.struckAt >= SECOND) {
      this.strikes++;
      this.struckAt = now;
      this.above = 0;
    }
    this.above++;
    return this.strikes >= STRIKES ? "disconnect" : "rejected";
  }
}
