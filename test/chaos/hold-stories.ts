import { describe, expect, it } from "vitest";
import { runStories } from "./run-stories.js";
import type { Density } from "./story.js";

/** A test that plays the stories of so many seeds. They are in several files, for files are run side by side. */
export function holdStories(seed: number, runs: number, density: Density = "usual"): void {
  const which = density === "usual" ? "the stories" : `the ${density} stories`;
  describe("a live session on virtual time", () => {
    it(`keeps the promise in ${which} of seeds ${seed} to ${seed + runs - 1}`, { timeout: 900_000 }, async () => {
      const { counts, violations } = await runStories("virtual", seed, runs, () => undefined, density);
      expect(violations.map(({ told }) => told.join("\n"))).toEqual([]);
      expect(counts.orders).toBeGreaterThan(5 * runs);
      expect(counts.executions).toBeGreaterThan(2 * runs);
      expect(counts.lives).toBeGreaterThan(1.5 * runs);
      expect(counts.faults).toBeGreaterThan(runs);
    });
  });
}
