import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Scope, stories } from "./draw-story.js";
import { runOracle } from "./oracle.js";
import { runEngine } from "./run-engine.js";
import { inWords, outcomeInWords } from "./words.js";

const RUNS = Number(process.env.SEATRIAL_ORACLE_RUNS ?? 150);

const BARE: Scope = {
  types: ["market", "limit", "stop"],
  tifs: ["DAY", "GTC"],
  deeds: ["order"],
  instruments: 1,
  rules: {
    intrabar: ["pessimistic"],
    limitFill: ["through"],
    fill: ["next-open"],
    slippageTicks: [0],
    volumeLimit: [0],
  },
};

/** Random stories come to the same fills and the same ends in the engine and in the oracle. */
function agree(more: Partial<Scope>): Promise<void> {
  return fc.assert(
    fc.asyncProperty(stories({ ...BARE, ...more }), async (story) => {
      const engine = outcomeInWords(await runEngine(story));
      expect(engine, inWords(story)).toEqual(outcomeInWords(runOracle(story)));
    }),
    { numRuns: RUNS },
  );
}

describe("the engine fills as an oracle written from the rules of matching does", () => {
  it("market, limit and stop orders", () => agree({}));
});
