import type { Instant } from "../../core/market/bar-size.js";

/** The time that passes while a download waits. */
export interface Clock {
  /** Epoch ms, UTC: requests of other processes are measured by it too. */
  now(): Instant;
  /** Calls once, so many milliseconds later; what it answers takes that back. */
  after(ms: number, call: () => void): () => void;
}

export const WALL_CLOCK: Clock = {
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** Waits, or rejects with the signal's reason when it is aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
