import { describe, expect, it } from "vitest";
import type { Bracket, Order } from "../../index.js";
import { bars, type Row } from "../bars.js";
import { fillsOf, run, type Settings } from "../scripted.js";

const POLICIES = ["pessimistic", "optimistic", "ohlc"] as const;
const DAY_BEFORE: Row = [100, 101, 99, 100];
const CALM: Row = [100, 100, 100, 100];
const EXITS = { stopLoss: 95, takeProfit: 105 };

describe("brackets of which the market gives only parts", () => {
  const partly: Settings = { volumeLimit: 0.1 };

  it("an exit closes no more than the entry has filled", async () => {
    const result = await run(
      bars("SPY", "1day", [DAY_BEFORE, [100, 101, 99, 100, 300], [101, 106, 101, 105]]),
      {
        0: (trader) => trader.bracket("SPY", "buy", 100, { ...EXITS, limit: 100, tif: "GTC" }),
      },
      partly,
    );
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 30 at 100", "bar 2: sell 30 at 105"]);
  });

  it("an exit that was made larger than its entry is full, and works no longer, with what that has opened", async () => {
    let exit!: Order;
    const result = await run(bars("SPY", "1day", [DAY_BEFORE, CALM, [100, 106, 100, 105], CALM]), {
      0: (trader) => {
        const parent = trader.buy("SPY", 100);
        exit = trader.submit({ instrument: "SPY", side: "sell", quantity: 150, limit: 105, tif: "GTC", parent });
      },
    });
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 100 at 100", "bar 2: sell 100 at 105"]);
    expect([exit.status, exit.quantity]).toEqual(["filled", 100]);
  });

  it("after the target has closed what was filled, the stop has nothing left to close", async () => {
    const rows: Row[] = [
      DAY_BEFORE,
      [100, 101, 99.5, 100, 300],
      [101, 106, 101, 105],
      [101, 101, 80, 85],
      [85, 86, 84, 85],
    ];
    let bracket!: Bracket;
    const result = await run(
      bars("SPY", "1day", rows),
      {
        0: (trader) => {
          bracket = trader.bracket("SPY", "buy", 100, { ...EXITS, limit: 100, tif: "GTC" });
        },
        2: (trader) => trader.cancel(bracket.entry),
      },
      partly,
    );
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 30 at 100", "bar 2: sell 30 at 105"]);
    expect(bracket.stopLoss?.isWorking).toBe(false);
  });

  it("an entry that goes on filling after its target has closed a part is still protected, and no more than that", async () => {
    const rows: Row[] = [
      DAY_BEFORE,
      [100, 101, 99.5, 100, 300],
      [101, 106, 101, 105],
      [100, 101, 99, 100],
      [100, 100, 80, 85],
      CALM,
    ];
    const result = await run(
      bars("SPY", "1day", rows),
      {
        0: (trader) => trader.bracket("SPY", "buy", 100, { ...EXITS, limit: 100, tif: "GTC" }),
      },
      partly,
    );
    expect(fillsOf(result)).toEqual([
      "bar 1 open: buy 30 at 100",
      "bar 2: sell 30 at 105",
      "bar 3 open: buy 70 at 100",
      "bar 4: sell 70 at 95",
    ]);
  });

  it.each(POLICIES)(
    "what an entry fills inside a bar is closed at no price from outside of it (%s)",
    async (intrabar) => {
      const rows: Row[] = [DAY_BEFORE, [100, 101, 99.5, 100, 300], [101, 106, 101, 105], [104, 104, 99, 103]];
      let bracket!: Bracket;
      const result = await run(
        bars("SPY", "1day", rows),
        {
          0: (trader) => {
            bracket = trader.bracket("SPY", "buy", 100, { ...EXITS, limit: 100, tif: "GTC" });
          },
          // All that the entry has filled is closed: for what comes the target is met as soon as it comes.
          2: (trader) => void (bracket.takeProfit && trader.modify(bracket.takeProfit, { limit: 97 })),
        },
        { ...partly, intrabar },
      );
      expect(fillsOf(result)).toEqual([
        "bar 1 open: buy 30 at 100",
        "bar 2: sell 30 at 105",
        "bar 3: buy 70 at 100",
        "bar 3: sell 70 at 100",
      ]);
    },
  );

  it("an entry cancelled when part of it has filled shrinks its exits to that part", async () => {
    let bracket!: Bracket;
    const result = await run(
      bars("SPY", "1day", [DAY_BEFORE, [100, 101, 99, 100, 300], CALM, [100, 100, 90, 91]]),
      {
        0: (trader) => {
          bracket = trader.bracket("SPY", "buy", 100, { ...EXITS, limit: 100, tif: "GTC" });
        },
        1: (trader) => trader.cancel(bracket.entry),
      },
      partly,
    );
    expect(bracket.entry.status).toBe("cancelled");
    expect([bracket.stopLoss?.quantity, bracket.takeProfit?.quantity]).toEqual([30, 30]);
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 30 at 100", "bar 3: sell 30 at 95"]);
    expect(bracket.stopLoss?.status).toBe("filled");
  });

  it("an entry that expires with part of it filled shrinks its exits to that part", async () => {
    let bracket!: Bracket;
    await run(
      bars("SPY", "1day", [DAY_BEFORE, [100, 101, 99, 100, 300], CALM]),
      {
        0: (trader) => {
          bracket = trader.bracket("SPY", "buy", 100, { ...EXITS, limit: 100 });
        },
      },
      partly,
    );
    expect(bracket.entry.status).toBe("expired");
    expect(bracket.stopLoss?.quantity).toBe(30);
  });

  it("an exit that fills in parts takes as much from the other", async () => {
    let bracket!: Bracket;
    const result = await run(
      bars("SPY", "1day", [DAY_BEFORE, CALM, [100, 106, 99, 104, 400], [100, 101, 90, 91]]),
      {
        0: (trader) => {
          bracket = trader.bracket("SPY", "buy", 100, EXITS);
        },
      },
      partly,
    );
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 100 at 100", "bar 2: sell 40 at 105", "bar 3: sell 60 at 95"]);
    expect([bracket.stopLoss?.status, bracket.takeProfit?.status]).toEqual(["filled", "cancelled"]);
  });

  it("an entry made smaller makes its exits smaller, so that they never turn the position", async () => {
    let bracket!: Bracket;
    const result = await run(
      bars("SPY", "1day", [DAY_BEFORE, [100, 101, 97, 98], [98, 106, 97, 105], [100, 100, 80, 85], [85, 86, 84, 85]]),
      {
        0: (trader) => {
          bracket = trader.bracket("SPY", "buy", 100, { ...EXITS, limit: 98, tif: "GTC" });
          trader.modify(bracket.entry, { quantity: 50 });
        },
      },
    );
    expect(fillsOf(result)).toEqual(["bar 1: buy 50 at 98", "bar 2: sell 50 at 105"]);
    expect([bracket.stopLoss?.status, bracket.takeProfit?.status]).toEqual(["cancelled", "filled"]);
  });

  it("an entry made larger keeps its exits whole", async () => {
    const result = await run(bars("SPY", "1day", [DAY_BEFORE, [100, 101, 97, 98], [98, 106, 97, 105]]), {
      0: (trader) => {
        const { entry } = trader.bracket("SPY", "buy", 100, { ...EXITS, limit: 98, tif: "GTC" });
        trader.modify(entry, { quantity: 150 });
      },
    });
    expect(fillsOf(result)).toEqual(["bar 1: buy 150 at 98", "bar 2: sell 150 at 105"]);
  });
});

describe("an exit that is made larger behind the end of its parent", () => {
  it("is cut to what that has opened, and closes no more", async () => {
    let exit: Order | undefined;
    const result = await run(bars("SPY", "1day", [DAY_BEFORE, CALM, CALM, CALM, CALM, CALM]), {
      0: (trader) => {
        const entry = trader.buy("SPY", 10);
        exit = trader.sell("SPY", 10, { stop: 90, parent: entry, tif: "GTC" });
      },
      2: (trader) => void trader.modify(exit as Order, { quantity: 50, stop: 101 }),
    });
    expect([exit?.quantity, exit?.status]).toEqual([10, "filled"]);
    expect(fillsOf(result)).toHaveLength(2);
  });
});

describe("an exit that has an exit of its own", () => {
  it("is cut with it by what the other exit of its entry has filled", async () => {
    let stop: Order | undefined;
    let again: Order | undefined;
    const sizes: number[][] = [];
    await run(
      bars("SPY", "1day", [DAY_BEFORE, CALM, [100, 106, 99, 104, 400], CALM]),
      {
        0: (trader) => {
          stop = trader.bracket("SPY", "buy", 100, EXITS).stopLoss;
          again = trader.buy("SPY", 100, { limit: 85, parent: stop as Order, tif: "GTC" });
        },
        1: () => void sizes.push([stop?.quantity ?? 0, again?.quantity ?? 0]),
        2: () => void sizes.push([stop?.quantity ?? 0, again?.quantity ?? 0]),
      },
      { volumeLimit: 0.1 },
    );
    expect(sizes).toEqual([
      [100, 100],
      [60, 60],
    ]);
  });
});
