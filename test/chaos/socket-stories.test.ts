import { describe, expect, it } from "vitest";
import { runStories } from "./run-stories.js";

const RUNS = 60;

describe("a live session through real sockets", () => {
  it(`keeps the promise in the stories of seeds 1 to ${RUNS}`, { timeout: 900_000 }, async () => {
    const { counts, violations } = await runStories("sockets", 1, RUNS);
    expect(violations.map(({ told }) => told.join("\n"))).toEqual([]);
    expect(counts.orders).toBeGreaterThan(5 * RUNS);
    expect(counts.executions).toBeGreaterThan(2 * RUNS);
    expect(counts.lives).toBeGreaterThan(1.5 * RUNS);
    expect(counts.faults).toBeGreaterThan(RUNS);
  });
});
