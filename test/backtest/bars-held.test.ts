import { describe, expect, it } from "vitest";
import { bars, type Row } from "../bars.js";
import { run } from "../scripted.js";

const ROWS: Row[] = [
  [100, 101, 99, 100],
  [100, 101, 99, 100],
  [100, 101, 99, 100],
];

describe("the share of bars in the market", () => {
  for (const size of ["1day", "1hour"]) {
    it(`counts the bar of an entry at its open and not the bar of an exit at its open, nights or not (${size})`, async () => {
      const result = await run(bars("SPY", size, ROWS), {
        0: (trader) => trader.buy("SPY", 1),
        1: (trader) => trader.closePosition("SPY"),
      });
      expect(result.statistics.exposure).toBeCloseTo(1 / 3, 12);
    });
  }
});
