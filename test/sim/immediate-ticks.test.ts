import { describe, expect, it } from "vitest";
import type { Order, OrderOptions } from "../../index.js";
import { flat, instrument, quotes, trades } from "../bars.js";
import { fillsOf, type Plan, run } from "../scripted.js";

const spy = instrument("SPY");
const DAY = 24 * 3600;

describe("orders that do not wait, on quotes and trades", () => {
  it("one that no quote of its session has met is gone with that, and takes none of tomorrow", async () => {
    for (const tif of ["IOC", "FOK"] as const) {
      let order!: Order;
      const result = await run(
        flat(spy, "1hour", 100, 12),
        {
          onQuote: (trader, _quote, n) => {
            if (n === 0) order = trader.buy("SPY", 10, { tif });
          },
        },
        {
          quotes: [
            quotes(spy, [
              [5.5 * 3600, 99, 100],
              [DAY + 60, 109, 110],
              [DAY + 120, 109, 110],
            ]),
          ],
        },
      );
      expect(fillsOf(result)).toEqual([]);
      expect(order.status).toBe("expired");
    }
  });

  it("a child that does not wait sleeps until its parent fills, also over a close", async () => {
    const result = await run(
      flat(spy, "1hour", 100, 12),
      {
        onQuote: (trader, _quote, n) => {
          if (n > 0) return;
          const parent = trader.buy("SPY", 10, { limit: 95, tif: "GTC" });
          trader.submit({ instrument: "SPY", side: "sell", quantity: 10, parent, tif: "IOC" });
        },
      },
      {
        quotes: [
          quotes(spy, [
            [60, 99, 100],
            [DAY + 60, 89, 90],
            [DAY + 120, 88, 89],
          ]),
        ],
      },
    );
    expect(fillsOf(result)).toEqual([`${DAY + 60}s: buy 10 at 90`, `${DAY + 120}s: sell 10 at 88`]);
  });

  it("a stop that does not wait has its one look at the first trade, beside quotes too", async () => {
    const stop: OrderOptions = { stop: 98, tif: "IOC" };
    const plan: Plan = {
      onQuote: (trader, _quote, n) => void (n === 0 && trader.sell("SPY", 10, stop)),
    };
    const fills = async (price: number): Promise<string[]> =>
      fillsOf(
        await run(flat(spy, "1min", 100, 5), plan, {
          quotes: [
            quotes(spy, [
              [60, 99, 101],
              [61, 99, 101],
              [63, 97, 99],
              [65, 96, 98],
            ]),
          ],
          trades: [
            trades(spy, [
              [62, price, 5],
              [64, 90, 5],
            ]),
          ],
        }),
      );
    // The quote in front of the trade neither triggers it nor ends it.
    expect(await fills(98)).toEqual(["63s: sell 10 at 97"]);
    expect(await fills(99)).toEqual([]);
  });
});
