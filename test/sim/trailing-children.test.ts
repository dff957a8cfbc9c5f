import { describe, expect, it } from "vitest";
import type { Order } from "../../index.js";
import { bars, type Row } from "../bars.js";
import { fillsOfRun } from "../scripted.js";

const at = (price: number, volume = 1000): Row => [price, price, price, price, volume];

describe("a trailing child", () => {
  it("on another instrument than its parent starts behind a price of its own market", async () => {
    const fills = await fillsOfRun(
      [
        bars(
          "SPY",
          "1day",
          [100, 100, 100, 100].map((price) => at(price)),
        ),
        bars(
          "QQQ",
          "1day",
          [50, 52, 51, 50].map((price) => at(price)),
        ),
      ],
      {
        0: (trader, bar) => {
          if (bar.instrument.symbol !== "SPY") return;
          const parent = trader.buy("SPY", 10);
          trader.sell("QQQ", 10, { parent, trail: 2, tif: "GTC" });
        },
      },
    );
    // It wakes with the open of day 1, when the latest price is 50: the stop is 48, then 52 draws it to 50.
    expect(fills).toEqual(["bar 1 open: buy 10 SPY at 100", "bar 3 open: sell 10 QQQ at 50"]);
  });

  it("made when its parent has filled in part starts behind the latest price, as any order made then", async () => {
    let parent: Order;
    const fills = await fillsOfRun(
      bars("SPY", "1day", [at(100), at(100, 100), at(103, 100), at(102), at(101)]),
      {
        0: (trader) => {
          parent = trader.buy("SPY", 30, { tif: "GTC" });
        },
        2: (trader) => trader.sell("SPY", 20, { parent, trail: 2, tif: "GTC" }),
      },
      { volumeLimit: 0.1 },
    );
    expect(fills.at(-1)).toBe("bar 4 open: sell 20 at 101");
  });

  it("of an entry that fills in part at the close it was made on starts behind that, whatever fills next", async () => {
    const fills = await fillsOfRun(
      bars("SPY", "1day", [at(100, 200), [104, 104, 99, 104, 1000], at(102.5)]),
      {
        0: (trader) => trader.bracket("SPY", "buy", 30, { trailingStop: 1.5, tif: "GTC" }),
      },
      { fill: "same-close", volumeLimit: 0.1 },
    );
    // 20 at 100 put the stop at 98.50; behind the average of all 30 it would be 99.83, and met. Then 104 draws it along.
    expect(fills).toEqual(["bar 0: buy 20 at 100", "bar 1 open: buy 10 at 104", "bar 2 open: sell 30 at 102.5"]);
  });
});
