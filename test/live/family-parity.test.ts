import { describe, expect, it } from "vitest";
import { inBacktest, inOneProcess, type OneRun } from "./one-run.js";
import { FAMILY_FROM, FAMILY_MARKET, families } from "./order-families.js";

describe("orders that belong together fill in a session as in a backtest", () => {
  for (let first = 1; first <= 60; first += 20) {
    it(`of random strategies, seeds ${first} to ${first + 19}`, async () => {
      let fills = 0;
      for (let seed = first; seed < first + 20; seed++) {
        const run = (): OneRun => ({ strategy: families(seed), data: FAMILY_MARKET, from: FAMILY_FROM });
        const expected = await inBacktest(run());
        fills += expected.fills.length;
        expect(await inOneProcess(run()), `seed ${seed}`).toEqual(expected);
      }
      expect(fills).toBeGreaterThan(200);
    });
  }
});
