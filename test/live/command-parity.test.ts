import { describe, expect, it } from "vitest";
import { BUSY_FROM, BUSY_MARKET, busy } from "./busy-strategy.js";
import { inBacktest, inOneProcess, type OneRun } from "./one-run.js";

describe("a strategy that uses every command and handler does the same in a session as in a backtest", () => {
  it.each([1, 2, 3, 4, 5])("over three sessions, seed %i", async (seed) => {
    const run: OneRun = { strategy: busy(seed), data: BUSY_MARKET, from: BUSY_FROM };
    const expected = await inBacktest(run);
    expect(expected.fills.length).toBeGreaterThan(300);
    expect(await inOneProcess(run)).toEqual(expected);
  });
});
