import { describe, expect, it } from "vitest";
import type { Order } from "../../index.js";
import { bars, flat, instrument, quotes, type Row } from "../bars.js";
import { fillsOf, run, type Trader } from "../scripted.js";

const CALM: Row = [100, 100, 100, 100];
const HIGHER: Row = [101, 103, 101, 102];

/** What has become of orders, and how many units are left to each, behind `rows` of bars. */
async function left(rows: readonly Row[], make: (trader: Trader) => readonly Order[]): Promise<string[]> {
  let made: readonly Order[] = [];
  await run(bars("SPY", "1hour", rows), {
    0: (trader) => {
      made = make(trader);
    },
  });
  return made.map(({ status, remaining }) => `${status}, ${remaining} left`);
}

describe("what an exit has closed is not left to others of its entry", () => {
  it("two exits that close it in parts both fill", async () => {
    const exits = (trader: Trader): Order[] => {
      const parent = trader.buy("SPY", 100);
      return [102, 103].map((limit) => trader.sell("SPY", 50, { limit, parent, tif: "GTC" }));
    };
    expect(await left([CALM, CALM, [100, 104, 100, 104]], exits)).toEqual(["filled, 0 left", "filled, 0 left"]);
  });

  it("one that was made beside a bracket ends where the bracket's has closed all", async () => {
    const exits = (trader: Trader): Order[] => {
      const { entry, takeProfit } = trader.bracket("SPY", "buy", 100, { stopLoss: 90, takeProfit: 102 });
      return [takeProfit as Order, trader.sell("SPY", 100, { stop: 95, parent: entry, tif: "GTC" })];
    };
    expect(await left([CALM, CALM, HIGHER], exits)).toEqual(["filled, 0 left", "cancelled, 100 left"]);
  });

  it("and is cut where a part was closed", async () => {
    const exits = (trader: Trader): Order[] => {
      const parent = trader.buy("SPY", 100);
      return [
        trader.sell("SPY", 30, { limit: 102, parent, tif: "GTC" }),
        trader.sell("SPY", 100, { stop: 95, parent, tif: "GTC" }),
      ];
    };
    expect(await left([CALM, CALM, HIGHER], exits)).toEqual(["filled, 0 left", "accepted, 70 left"]);
  });
});

describe("an exit stands for no more than its entry can open", () => {
  it("when it is made", async () => {
    const exits = (trader: Trader): Order[] => {
      const parent = trader.buy("SPY", 100, { limit: 90, tif: "GTC" });
      return [trader.sell("SPY", 250, { limit: 110, parent, tif: "GTC" })];
    };
    expect(await left([CALM, CALM], exits)).toEqual(["accepted, 100 left"]);
  });

  it("when it is changed", async () => {
    const exits = (trader: Trader): Order[] => {
      const parent = trader.buy("SPY", 100, { limit: 90, tif: "GTC" });
      const exit = trader.sell("SPY", 40, { limit: 110, parent, tif: "GTC" });
      trader.modify(exit, { quantity: 250 });
      return [exit];
    };
    expect(await left([CALM, CALM], exits)).toEqual(["accepted, 100 left"]);
  });
});

it("an exit of which others have closed a part follows its entry that becomes larger", async () => {
  let exits: readonly (Order | undefined)[] = [];
  const rows: Row[] = [CALM, [100, 100, 100, 100, 500], [101, 103, 101, 102, 300]];
  const plan = {
    0: (trader: Trader) => {
      const { entry, stopLoss, takeProfit } = trader.bracket("SPY", "buy", 100, {
        limit: 100.5,
        tif: "GTC",
        stopLoss: 90,
        takeProfit: 101.5,
      });
      exits = [entry, stopLoss, takeProfit];
    },
    2: (trader: Trader) => void trader.modify(exits[0] as Order, { quantity: 200 }),
  };
  const told = (): string[] => exits.map((order) => `${order?.quantity} of which ${order?.filled}`);
  await run(bars("SPY", "1hour", rows), plan, { volumeLimit: 0.1 });
  expect(told()).toEqual(["200 of which 50", "170 of which 0", "200 of which 30"]);
});

describe("while all that an entry has filled is closed", () => {
  const enter = (trader: Trader): void =>
    void trader.bracket("SPY", "buy", 20, { limit: 99, tif: "GTC", trailingStop: 2, takeProfit: 101 });

  it("no bar triggers its stop, which goes with what the entry still fills", async () => {
    // The target sells the first half, and the stop has trailed to 100 as the second is bought at 99.
    const rows: Row[] = [
      [100, 100, 100, 100],
      [101, 101, 98, 100, 100],
      [101, 102, 101, 102],
      [100, 100, 98, 100],
    ];
    const result = await run(bars("SPY", "1hour", rows), { 0: enter }, { volumeLimit: 0.1 });
    expect(fillsOf(result)).toEqual([
      "bar 1: buy 10 at 99",
      "bar 2 open: sell 10 at 101",
      "bar 3: buy 10 at 99",
      "bar 3: sell 10 at 99",
    ]);
  });

  it("no quote does", async () => {
    const spy = instrument("SPY");
    const told: string[] = [];
    const result = await run(
      flat(spy, "1min", 100, 3),
      {
        onQuote: (trader, _, n) => {
          if (n === 0) enter(trader);
        },
        onOrder: (_, { type, status }) => {
          if (type === "trailing-stop") told.push(status);
        },
      },
      {
        quotes: [
          quotes(spy, [
            [60, 99.9, 100, 50, 50],
            [61, 98.9, 99, 50, 10],
            [62, 101, 101.1, 50, 50],
            [63, 103, 103.1, 50, 50],
            [64, 100.5, 100.6, 50, 50],
            [65, 103, 103.1, 50, 50],
          ]),
        ],
      },
    );
    expect(fillsOf(result)).toEqual(["61s: buy 10 at 99", "62s: sell 10 at 101"]);
    expect(told).not.toContain("triggered");
  });
});
