import { describe, expect, it } from "vitest";
import { runStories } from "./run-stories.js";

describe("a live session on virtual time", () => {
  it("keeps the promise in every one of many random stories", { timeout: 600_000 }, async () => {
    const { counts, violations } = await runStories(1, 150);
    expect(violations.map(({ told }) => told.join("\n"))).toEqual([]);
    expect(counts.orders).toBeGreaterThan(3 * counts.runs);
    expect(counts.executions).toBeGreaterThan(2 * counts.runs);
    expect(counts.lives).toBeGreaterThan(counts.runs);
    expect(counts.faults).toBeGreaterThan(counts.runs);
  });

  it("does the same to the last byte whenever a seed is repeated", async () => {
    const digests = async (): Promise<string[]> => {
      const found: string[] = [];
      await runStories(31, 5, (_, { digest }) => found.push(digest));
      return found;
    };
    expect(await digests()).toEqual(await digests());
  });
});
