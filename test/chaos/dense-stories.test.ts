import { expect, it } from "vitest";
import { holdStories } from "./hold-stories.js";
import { runStories } from "./run-stories.js";

holdStories(1, 60, "dense");

it.each([510_797, 510_951, 520_690, 530_362, 610_429, 651_054])(
  "the dense story %i, which broke the promise once, does not",
  async (seed) => {
    const { violations } = await runStories("virtual", seed, 1, () => undefined, "dense");
    expect(violations.map(({ told }) => told.join("\n"))).toEqual([]);
  },
);
