import type { Clock } from "../../data/history/clock.js";

/** A clock that runs so many times as fast as the one on the wall, for a download whose waits are minutes. */
export function quickClock(times: number): Clock & { readonly wallClock: () => number } {
  const began = performance.now();
  const passed = (): number => (performance.now() - began) * times;
  const start = Date.now();
  return {
    now: () => start + passed(),
    after: (ms, call) => {
      const timer = setTimeout(call, ms / times);
      return () => clearTimeout(timer);
    },
    // For a gateway that counts by the same time.
    wallClock: passed,
  };
}
