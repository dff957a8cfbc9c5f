import { describe, expect, it } from "vitest";
import { bars, instrument, quotes, type Row } from "../bars.js";
import { run, type Trader } from "../scripted.js";

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

  it("of several instruments counts the instants at which any was held", async () => {
    const data = ["SPY", "QQQ"].map((symbol) => bars(symbol, "1day", [...ROWS, ...ROWS]));
    const result = await run(data, {
      onBars(trader, _bars, n) {
        if (n === 0) trader.buy("SPY", 1);
        if (n === 1) trader.buy("QQQ", 1);
        if (n === 2) trader.closePosition("SPY");
        if (n === 3) trader.closePosition("QQQ");
      },
    });
    expect(result.statistics.exposure).toBeCloseTo(3 / 6, 12);
  });

  it("counts what was bought and sold on quotes", async () => {
    const of = instrument("SPY");
    const at = [90, 150, 210, 270].map((second) => [second, 99, 100] as const);
    const result = await run(
      bars(of, "1min", [...ROWS, ...ROWS]),
      {
        onQuote(trader, _quote, n) {
          if (n === 0) trader.buy("SPY", 1);
          if (n === 2) trader.closePosition("SPY");
        },
      },
      { quotes: [quotes(of, at)] },
    );
    // Held from 150 to 270 seconds: in parts of the third, the fourth and the fifth minute.
    expect(result.statistics.exposure).toBeCloseTo(3 / 6, 12);
  });

  it("counts bars in which something was bought and sold again", async () => {
    const auctions = await run(bars("SPY", "1day", [...ROWS, ...ROWS]), {
      onBar(trader) {
        trader.buy("SPY", 1, { type: "market-on-open" });
        trader.sell("SPY", 1, { type: "market-on-close" });
      },
    });
    expect(auctions.trades.length).toBe(5);
    expect(auctions.statistics.exposure).toBeCloseTo(5 / 6, 12);
    const stopped = await run(bars("SPY", "1day", [...ROWS, ...ROWS]), {
      0: (trader) => trader.bracket("SPY", "buy", 1, { stopLoss: 99.5, takeProfit: 120 }),
    });
    expect(stopped.trades.length).toBe(1);
    expect(stopped.statistics.exposure).toBeCloseTo(1 / 6, 12);
  });

  it("counts no bar at whose close something was bought, and the bar at whose close it was sold", async () => {
    const script = {
      0: (trader: Trader) => trader.buy("SPY", 1, { type: "market-on-close" }),
      2: (trader: Trader) => trader.sell("SPY", 1, { type: "market-on-close" }),
    };
    const result = await run(bars("SPY", "1day", [...ROWS, ...ROWS]), script);
    // Bought at the close of the second bar, sold at that of the fourth.
    expect(result.trades.length).toBe(1);
    expect(result.statistics.exposure).toBeCloseTo(2 / 6, 12);
  });
});
