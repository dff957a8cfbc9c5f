import { describe, expect, it } from "vitest";
import { runStories } from "./run-stories.js";

describe("a live session on virtual time", () => {
  it("does the same to the last byte whenever a seed is repeated", async () => {
    const digests = async (): Promise<string[]> => {
      const found: string[] = [];
      await runStories("virtual", 31, 5, (_, { digest }) => found.push(digest));
      return found;
    };
    expect(await digests()).toEqual(await digests());
  });
});
