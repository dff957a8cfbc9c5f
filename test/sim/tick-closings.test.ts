import { describe, expect, it } from "vitest";
import type { Order } from "../../index.js";
import { bars, flat, instrument, quotes } from "../bars.js";
import { fillsOf, type Plan, run } from "../scripted.js";

/** Twenty minutes of a session, and a session an hour long on the next day. */
const spy = instrument("SPY");
const twoDays = [flat(spy, "1hour", 100, 12)];

describe("orders for the close on quotes", () => {
  it("an order for the close that fills cancels its sibling, which would have expired there", async () => {
    let legs: Order[] = [];
    const plan: Plan = {
      onQuote: (trader, _quote, n) => {
        const leg = { instrument: "SPY", side: "buy", quantity: 10 } as const;
        if (n === 0)
          legs = trader.oco([
            { ...leg, limit: 50 },
            { ...leg, type: "market-on-close" },
          ]);
      },
    };
    const result = await run(flat(spy, "1min", 100, 20), plan, { quotes: [quotes(spy, [[60, 99, 101]])] });
    expect(fillsOf(result)).toEqual(["1200s: buy 10 at 100"]);
    expect(legs.map(({ status }) => status)).toEqual(["cancelled", "filled"]);
  });

  it("without a middle in its session an order for the close expires, whatever yesterday's was", async () => {
    const day = 24 * 3600;
    let order!: Order;
    const plan: Plan = {
      onQuote: (trader, _quote, n) => {
        if (n === 1) order = trader.buy("SPY", 10, { type: "market-on-close" });
      },
    };
    const given = quotes(spy, [
      [60, 99, 101],
      [day + 60, 79, Number.NaN],
    ]);
    const result = await run(twoDays, plan, { quotes: [given] });
    expect(fillsOf(result)).toEqual([]);
    expect(order.status).toBe("expired");
  });

  it("a side that is missing at last leaves an order for the close the middle before it", async () => {
    const plan: Plan = {
      onQuote: (trader, _quote, n) => void (n === 0 && trader.buy("SPY", 10, { type: "market-on-close" })),
    };
    const given = quotes(spy, [
      [60, 99, 101],
      [90, 100, 102],
      [120, 100, Number.NaN],
    ]);
    const result = await run(bars(spy, "1min", Array(20).fill([100, 100, 100, 100])), plan, { quotes: [given] });
    expect(fillsOf(result)).toEqual(["1200s: buy 10 at 101"]);
  });
});
