import { describe, expect, it } from "vitest";
import type { OrderOptions } from "../../index.js";
import { bars, flat, instrument, OPEN, quotes, trades } from "../bars.js";
import { run, type Trader } from "../scripted.js";

/** What a command throws, in the handler of the first bar. */
async function refused(command: (trader: Trader) => unknown): Promise<unknown> {
  let thrown: unknown;
  await run(flat("SPY", "1day", 100, 2), {
    0: (trader) => {
      try {
        command(trader);
      } catch (error) {
        thrown = error;
      }
    },
  });
  return thrown;
}

describe("an option that an order would not use", () => {
  it("is refused where a trail is given twice, as an amount and as a fraction", async () => {
    expect(await refused((trader) => trader.sell("SPY", 1, { trail: 5, trailPercent: 0.1 }))).toMatchObject({
      code: "PRICE_UNUSED",
      message: expect.stringContaining("has trailPercent beside trail"),
    });
  });

  it("is refused where a date is given without the time in force that ends then", async () => {
    const options: readonly OrderOptions[] = [{}, { tif: "DAY" }, { tif: "GTC" }, { tif: "IOC" }];
    for (const option of options) {
      const goodTill = OPEN + 1e9;
      expect(await refused((trader) => trader.buy("SPY", 1, { limit: 90, goodTill, ...option }))).toMatchObject({
        code: "GOOD_TILL_UNUSED",
        message: expect.stringContaining(`has goodTill, and is ${option.tif ?? "DAY"}`),
      });
    }
    expect(
      await refused((trader) => trader.buy("SPY", 1, { limit: 90, tif: "GTD", goodTill: OPEN + 1e9 })),
    ).toBeUndefined();
  });

  it("is refused in a change that gives a trail in the other kind", async () => {
    const changed = (options: OrderOptions, changes: OrderOptions) =>
      refused((trader) => trader.modify(trader.sell("SPY", 1, options), changes));
    expect(await changed({ trail: 5 }, { trailPercent: 0.1 })).toMatchObject({
      code: "TRAIL_OTHER",
      message: expect.stringContaining("follows by trail, and a change gives it trailPercent"),
    });
    expect(await changed({ trailPercent: 0.1 }, { trail: 5 })).toMatchObject({ code: "TRAIL_OTHER" });
  });
});

it("a parent that is no order is named so", async () => {
  expect(await refused((trader) => trader.sell("SPY", 1, { limit: 110, parent: 3 as never }))).toMatchObject({
    code: "PARENT_INVALID",
    message: expect.stringContaining("names a parent that is no order"),
  });
});

it("a value is not turned into units of what costs nothing or less", async () => {
  const oil = instrument({ symbol: "CL", negativePrices: true });
  const said: string[] = [];
  await run(
    bars(oil, "1day", [
      [0, 0, 0, 0],
      [-5, -5, -5, -5],
    ]),
    {
      onBar: (trader) => {
        expect(() => trader.targetValue("CL", 1000)).toThrow(/^The price of CL is (0|-5) now/);
        said.push("told");
      },
    },
  );
  expect(said).toHaveLength(2);
});

it("a trailing stop starts behind the latest of trades and quotes", async () => {
  const spy = instrument("SPY");
  const stops: number[] = [];
  const begin = (trader: Trader): void => void stops.push(trader.buy("SPY", 1, { trail: 4 }).stop);
  await run(
    flat(spy, "1min", 1000, 3),
    { onTrade: begin, onQuote: begin },
    {
      quotes: [
        quotes(spy, [
          [61, 1005, 1007],
          [63, 899, 901],
        ]),
      ],
      trades: [trades(spy, [[62, 1009, 10]])],
      guards: false,
    },
  );
  // A quote, a trade above it, and quotes that have left that trade behind.
  expect(stops).toEqual([1010, 1013, 904]);
});
