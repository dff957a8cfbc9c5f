import { describe, expect, it } from "vitest";
import { flat, instrument, newYork, quotes, trades } from "../bars.js";
import { fillsOf, run } from "../scripted.js";

const spy = instrument("SPY");
const minutes = flat(spy, "1min", 100, 5);

describe("trailing stops on quotes and trades", () => {
  it("the stop of a bracket starts behind the first fill of its entry, whatever the next one is at", async () => {
    // The entry sells 10 at 100 and 10 at 99: the stop stands at 101 from the first on, and not at 100.50.
    const result = await run(
      minutes,
      {
        onQuote: (trader, quote, n) =>
          void (n === 0 && trader.bracket(quote.instrument, "sell", 20, { trailingStop: 1, takeProfit: 50 })),
      },
      {
        quotes: [
          quotes(spy, [
            [60, 100, 100],
            [61, 100, 100.5, 10, 10],
            [62, 99, 100.6, 10, 10],
          ]),
        ],
      },
    );
    expect(fillsOf(result)).toEqual(["61s: sell 10 at 100", "62s: sell 10 at 99"]);
  });

  it("a child on a market without a price yet starts behind the first one, which does not meet it", async () => {
    const other = instrument("QQQ");
    const result = await run(
      [minutes, flat(other, "1min", 100, 5)],
      {
        onQuote: (trader, _quote, n) => {
          if (n > 0) return;
          const parent = trader.sell("SPY", 10);
          trader.submit({ instrument: "QQQ", side: "buy", quantity: 10, parent, trailPercent: 0.00001, tif: "GTC" });
        },
      },
      {
        quotes: [
          quotes(spy, [
            [60, 99, 101],
            [61, 99, 101],
          ]),
        ],
        trades: [
          trades(other, [
            [70, 100, 50],
            [71, 99, 50],
            [72, 98, 50],
            [73, 98.5, 50],
            [74, 98.6, 50],
          ]),
        ],
      },
    );
    expect(fillsOf(result)).toEqual(["61s: sell 10 SPY at 99", "74s: buy 10 QQQ at 98.6"]);
  });

  it("a child that is held as its parent fills at the close starts behind that fill when it leaves", async () => {
    const day = 24 * 3600;
    const result = await run(
      flat(spy, "1hour", 100, 24),
      {
        onQuote: (trader, _quote, n) => {
          if (n === 0) trader.buy("SPY", 10, { type: "market-on-close" });
          if (n !== 1) return;
          const [parent] = trader.workingOrders("SPY");
          trader.submit({ instrument: "SPY", side: "sell", quantity: 10, parent, trail: 2, tif: "GTC" });
        },
      },
      {
        sessions: { SPY: newYork(4) },
        quotes: [
          quotes(spy, [
            [60, 100, 100],
            [6.5 * 3600, 100, 100],
            [day + 60, 97, 97],
            [day + 61, 97, 97],
          ]),
        ],
      },
    );
    expect(fillsOf(result)).toEqual(["23400s: buy 10 at 100", `${day + 61}s: sell 10 at 97`]);
  });

  it("one made after a trade and a quote with a side missing starts behind the trade", async () => {
    const result = await run(
      minutes,
      { onQuote: (trader, quote, n) => void (n === 1 && trader.sell(quote.instrument, 10, { trail: 2 })) },
      {
        quotes: [
          quotes(spy, [
            [60, 89, 91],
            [62, 99, Number.NaN],
            [65, 97, 98],
          ]),
        ],
        trades: [
          trades(spy, [
            [61, 100, 50],
            [64, 98, 50],
          ]),
        ],
      },
    );
    expect(fillsOf(result)).toEqual(["65s: sell 10 at 97"]);
  });
});
