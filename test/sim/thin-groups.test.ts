import { describe, expect, it } from "vitest";
import { bars, type Row } from "../bars.js";
import { fillsOfRun } from "../scripted.js";

const CALM: Row = [100, 100, 100, 100, 1000];

describe("a group whose first order finds too little volume in a bar", () => {
  // The bar goes both ways, first up by its path, and a tenth of its volume is 10. The next one stands between the two.
  const rows: Row[] = [CALM, [100, 102, 97, 100, 100], CALM];

  it.each(["optimistic", "ohlc"] as const)(
    "has its stop triggered where the bar met that too: %s",
    async (intrabar) => {
      const fills = await fillsOfRun(
        bars("SPY", "1day", rows),
        {
          0: (trader) => {
            const both = { instrument: "SPY", side: "sell", quantity: 30, tif: "GTC" } as const;
            trader.oco([
              { ...both, stop: 98 },
              { ...both, limit: 101 },
            ]);
          },
        },
        { intrabar, volumeLimit: 0.1 },
      );
      expect(fills).toEqual(["bar 1: sell 10 at 101", "bar 2 open: sell 20 at 100"]);
    },
  );
});
