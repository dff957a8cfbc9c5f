import { setImmediate } from "node:timers/promises";

/**
 * Turns for pieces of work that take milliseconds each, one in every round of the event loop: between two of them
 * everything else that waits is dealt with, such as what a socket has brought.
 */
export class Turns {
  private last: Promise<void> = Promise.resolve();

  /** Resolves when it is the caller's turn. */
  readonly next = (): Promise<void> => {
    this.last = this.last.then(() => setImmediate());
    return this.last;
  };
}
