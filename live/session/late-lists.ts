import { TwsError } from "../../brokers/tws/errors.js";
import { type Instant, MINUTE } from "../../core/market/bar-size.js";

/** A list that was not told in time may come yet, and would answer whoever asks next: such lists carry no number. */
const MAY_COME = MINUTE;

/** Remembers lists of the account that were not told in time: what is told for a while may be theirs, and lack what is new. */
export class LateLists {
  private readonly now: () => Instant;
  private until: Instant = Number.NEGATIVE_INFINITY;

  constructor(now: () => Instant) {
    this.now = now;
  }

  /** Whether a list that was not told in time may answer whoever asks now. */
  get mayAnswer(): boolean {
    return this.now() < this.until;
  }

  /** A question has failed. @returns when it may be asked again */
  failed(): Instant {
    this.until = this.now() + MAY_COME;
    return this.until;
  }

  /** A connection is new: what was asked over the one before is not answered over this. */
  reconnected(): void {
    this.until = Number.NEGATIVE_INFINITY;
  }

  /** Has something read, and remembers where a list of it was not told in time. */
  async watch<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      if (error instanceof TwsError && error.code === "REQUEST_TIMED_OUT") this.failed();
      throw error;
    }
  }
}
