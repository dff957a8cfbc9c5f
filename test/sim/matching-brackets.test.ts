import { describe, expect, it } from "vitest";
import type { Bracket, BracketOptions, Order, OrderOptions } from "../../index.js";
import { bars, type Row } from "../bars.js";
import { fillsOf, fillsOfRun, run, type Settings } from "../scripted.js";

const POLICIES = ["pessimistic", "optimistic", "ohlc"] as const;
type Policy = (typeof POLICIES)[number];

const DAY_BEFORE: Row = [100, 101, 99, 100];
const CALM: Row = [100, 100, 100, 100];

interface Outcome {
  /** The fills without their side and size: "open 100", "95". */
  readonly fills: readonly string[];
  readonly ambiguous: number;
}

/** A bracket to buy (or sell) 100 made on the close of day 0 at 100, over the bars that follow. */
async function bracketed(
  options: BracketOptions,
  rows: readonly Row[],
  intrabar: Policy,
  side: "buy" | "sell" = "buy",
): Promise<Outcome> {
  const result = await run(
    bars("SPY", "1day", [DAY_BEFORE, ...rows]),
    {
      0: (trader) => trader.bracket("SPY", side, 100, { tif: "GTC", ...options }),
    },
    { intrabar },
  );
  const fills = fillsOf(result).map((fill) => fill.replace(/^bar (\d+)( open)?: (?:buy|sell) 100 at /, "$1$2 "));
  return { fills, ambiguous: result.ambiguousBars };
}

interface Case {
  readonly name: string;
  readonly entry: BracketOptions;
  readonly bar: Row;
  /** What becomes of it in that bar under each policy; one text where they agree. */
  readonly exit: string | Readonly<Record<Policy, string>>;
  readonly fill: string;
  readonly ambiguous?: boolean;
}

const EXITS = { stopLoss: 95, takeProfit: 105 };
const UNDECIDED = { pessimistic: "1 95", optimistic: "1 105" };

const LONG: readonly Case[] = [
  {
    name: "parent filled at the open, neither exit met",
    entry: EXITS,
    bar: [100, 104, 96, 100],
    fill: "1 open 100",
    exit: "",
  },
  {
    name: "parent filled at the open, only the stop met",
    entry: EXITS,
    bar: [100, 104, 94, 100],
    fill: "1 open 100",
    exit: "1 95",
  },
  {
    name: "parent filled at the open, only the target met",
    entry: EXITS,
    bar: [100, 106, 96, 100],
    fill: "1 open 100",
    exit: "1 105",
  },
  {
    name: "parent filled at the open, target only touched",
    entry: EXITS,
    bar: [100, 105, 96, 100],
    fill: "1 open 100",
    exit: "",
  },
  {
    name: "parent filled at the open, both met, the low nearer",
    entry: EXITS,
    bar: [100, 106, 94.5, 100],
    fill: "1 open 100",
    exit: { ...UNDECIDED, ohlc: "1 95" },
    ambiguous: true,
  },
  {
    name: "parent filled at the open, both met, the high nearer",
    entry: EXITS,
    bar: [100, 105.5, 94, 100],
    fill: "1 open 100",
    exit: { ...UNDECIDED, ohlc: "1 105" },
    ambiguous: true,
  },
  {
    name: "parent filled at the open, both met, both as near: the low comes first",
    entry: EXITS,
    bar: [100, 106, 94, 100],
    fill: "1 open 100",
    exit: { ...UNDECIDED, ohlc: "1 95" },
    ambiguous: true,
  },
  {
    name: "parent filled at an open under the stop: the exit takes that open too",
    entry: EXITS,
    bar: [94, 106, 93, 100],
    fill: "1 open 94",
    exit: "1 open 94",
  },
  {
    name: "parent filled at an open over the target: the exit takes that open too",
    entry: EXITS,
    bar: [106, 107, 94, 100],
    fill: "1 open 106",
    exit: "1 open 106",
  },

  {
    name: "limit parent filled inside, neither exit met",
    entry: { ...EXITS, limit: 98 },
    bar: [100, 104, 96, 100],
    fill: "1 98",
    exit: "",
  },
  {
    name: "limit parent filled inside, the low met the stop for certain",
    entry: { ...EXITS, limit: 98 },
    bar: [100, 104, 94, 100],
    fill: "1 98",
    exit: "1 95",
  },
  {
    name: "limit parent filled inside, the high may have met the target before",
    entry: { ...EXITS, limit: 98 },
    bar: [100, 106, 96, 100],
    fill: "1 98",
    exit: { pessimistic: "", optimistic: "1 105", ohlc: "1 105" },
    ambiguous: true,
  },
  {
    name: "limit parent filled inside after the high, by the path",
    entry: { ...EXITS, limit: 98 },
    bar: [100, 105.5, 94.5, 100],
    fill: "1 98",
    exit: { pessimistic: "1 95", optimistic: "1 105", ohlc: "1 95" },
    ambiguous: true,
  },
  {
    name: "limit parent filled inside, the close met the target for certain",
    entry: { ...EXITS, limit: 98 },
    bar: [100, 106, 96, 105.5],
    fill: "1 98",
    exit: "1 105",
  },
  {
    name: "limit parent filled inside, the stop met for certain and the target perhaps",
    entry: { ...EXITS, limit: 98 },
    bar: [100, 106, 94, 100],
    fill: "1 98",
    exit: { pessimistic: "1 95", optimistic: "1 105", ohlc: "1 95" },
    ambiguous: true,
  },
  {
    name: "limit parent filled at the open under its limit",
    entry: { ...EXITS, limit: 98 },
    bar: [97, 104, 94, 100],
    fill: "1 open 97",
    exit: "1 95",
  },
  {
    name: "limit parent filled inside a bar that opened over the target: the child does not take that open",
    entry: { ...EXITS, limit: 98 },
    bar: [106, 106.5, 97, 100],
    fill: "1 98",
    exit: { pessimistic: "", optimistic: "1 105", ohlc: "" },
    ambiguous: true,
  },

  {
    name: "stop parent filled inside, neither exit met",
    entry: { ...EXITS, stop: 102 },
    bar: [100, 104, 96, 100],
    fill: "1 102",
    exit: "",
  },
  {
    name: "stop parent filled inside, the high met the target for certain",
    entry: { ...EXITS, stop: 102 },
    bar: [100, 106, 96, 100],
    fill: "1 102",
    exit: "1 105",
  },
  {
    name: "stop parent filled inside, the low may have met the stop before",
    entry: { ...EXITS, stop: 102 },
    bar: [100, 104, 94, 100],
    fill: "1 102",
    exit: { pessimistic: "1 95", optimistic: "", ohlc: "1 95" },
    ambiguous: true,
  },
  {
    name: "stop parent filled inside, the close met the stop for certain",
    entry: { ...EXITS, stop: 102 },
    bar: [100, 104, 94, 94.5],
    fill: "1 102",
    exit: "1 95",
  },
  {
    name: "stop parent filled inside, the target met for certain and the stop perhaps",
    entry: { ...EXITS, stop: 102 },
    bar: [100, 106, 94, 100],
    fill: "1 102",
    exit: { pessimistic: "1 95", optimistic: "1 105", ohlc: "1 105" },
    ambiguous: true,
  },
  {
    name: "stop parent filled at the open over its stop",
    entry: { ...EXITS, stop: 102 },
    bar: [103, 106, 96, 100],
    fill: "1 open 103",
    exit: "1 105",
  },
];

describe("a long bracket inside one bar", () => {
  for (const { name, entry, bar, fill, exit, ambiguous } of LONG) {
    it.each(POLICIES)(`${name} (%s)`, async (policy) => {
      const expected = typeof exit === "string" ? exit : exit[policy];
      const outcome = await bracketed(entry, [bar], policy);
      expect(outcome.fills).toEqual(expected === "" ? [fill] : [fill, expected]);
      if (policy !== "ohlc") expect(outcome.ambiguous).toBe(ambiguous === true ? 1 : 0);
    });
  }
});

describe("a short bracket inside one bar is the mirror of a long one", () => {
  const mirror = (price: number): number => 200 - price;
  for (const { name, entry, bar, fill, exit } of LONG) {
    // At equal distance the low comes first on either side: that case has no mirror.
    if (bar[1] - bar[0] === bar[0] - bar[2]) continue;
    it.each(POLICIES)(`${name} (%s)`, async (policy) => {
      const turned = (text: string): string => text.replace(/[\d.]+$/, (price) => String(mirror(Number(price))));
      const options: BracketOptions = {
        stopLoss: mirror(95),
        takeProfit: mirror(105),
        ...(entry.limit !== undefined && { limit: mirror(entry.limit) }),
        ...(entry.stop !== undefined && { stop: mirror(entry.stop) }),
      };
      const row: Row = [mirror(bar[0]), mirror(bar[2]), mirror(bar[1]), mirror(bar[3])];
      const expected = typeof exit === "string" ? exit : exit[policy];
      const { fills } = await bracketed(options, [row], policy, "sell");
      expect(fills).toEqual((expected === "" ? [fill] : [fill, expected]).map(turned));
    });
  }
});

describe("a bracket over several bars", () => {
  it("what fills at the open comes before any ambiguity", async () => {
    for (const policy of POLICIES) {
      expect(await bracketed(EXITS, [CALM, [94, 106, 93, 100]], policy)).toEqual({
        fills: ["1 open 100", "2 open 94"],
        ambiguous: 0,
      });
      expect(await bracketed(EXITS, [CALM, [106, 107, 94, 100]], policy)).toEqual({
        fills: ["1 open 100", "2 open 106"],
        ambiguous: 0,
      });
    }
  });

  it("the exit that does not fill is cancelled with the one that does", async () => {
    let bracket!: Bracket;
    await run(bars("SPY", "1day", [DAY_BEFORE, CALM, [100, 106, 99, 100], [100, 100, 90, 90]]), {
      0: (trader) => {
        bracket = trader.bracket("SPY", "buy", 100, EXITS);
      },
    });
    expect([bracket.entry.status, bracket.takeProfit?.status, bracket.stopLoss?.status]).toEqual([
      "filled",
      "filled",
      "cancelled",
    ]);
  });

  it("exits outlive the session unless the strategy says otherwise", async () => {
    const ends = async (exitTif?: "DAY"): Promise<string> => {
      let bracket!: Bracket;
      await run(bars("SPY", "1day", [DAY_BEFORE, CALM, CALM, CALM]), {
        0: (trader) => {
          bracket = trader.bracket("SPY", "buy", 100, { ...EXITS, ...(exitTif && { exitTif }) });
        },
      });
      return `${bracket.stopLoss?.status} ${bracket.takeProfit?.status}`;
    };
    expect(await ends()).toBe("accepted accepted");
    expect(await ends("DAY")).toBe("expired expired");
  });

  it("exits of an entry that expires unfilled are cancelled", async () => {
    let bracket!: Bracket;
    await run(bars("SPY", "1day", [DAY_BEFORE, CALM, [100, 120, 80, 100]]), {
      0: (trader) => {
        bracket = trader.bracket("SPY", "buy", 100, { ...EXITS, limit: 98 });
      },
    });
    expect([bracket.entry.status, bracket.stopLoss?.status, bracket.takeProfit?.status]).toEqual([
      "expired",
      "cancelled",
      "cancelled",
    ]);
  });

  it("exits of an entry that is cancelled unfilled are cancelled", async () => {
    let bracket!: Bracket;
    await run(bars("SPY", "1day", [DAY_BEFORE, CALM, [100, 120, 80, 100]]), {
      0: (trader) => {
        bracket = trader.bracket("SPY", "buy", 100, { ...EXITS, limit: 98, tif: "GTC" });
      },
      1: (trader) => trader.cancel(bracket.entry),
    });
    expect([bracket.entry.status, bracket.stopLoss?.status, bracket.takeProfit?.status]).toEqual([
      "cancelled",
      "cancelled",
      "cancelled",
    ]);
  });

  it("a trailing exit starts behind the price its entry filled at, and follows", async () => {
    const result = await run(
      bars("SPY", "1day", [DAY_BEFORE, [102, 103, 101, 103], [103, 110, 102, 109], [109, 109, 106, 107]]),
      {
        0: (trader) => trader.bracket("SPY", "buy", 100, { trailingStop: 3 }),
      },
    );
    // Filled at 102, the stop at 99; after the high of 103 at 100; after 110 at 107.
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 100 at 102", "bar 3: sell 100 at 107"]);
  });

  it("a trailing exit of an entry at a limit does not start behind the price the bracket was made at", async () => {
    const result = await run(bars("SPY", "1day", [DAY_BEFORE, [100, 100, 94, 94.5], [94.5, 95, 91.5, 92]]), {
      0: (trader) => trader.bracket("SPY", "buy", 100, { limit: 95, trailingStop: 3 }),
    });
    // Made at 100, filled at 95: the stop is 92, where that of the price before it would have been 97 and met at once.
    expect(fillsOf(result)).toEqual(["bar 1: buy 100 at 95", "bar 2: sell 100 at 92"]);
  });

  it("a child without an exit of its own waits for its parent and is then an order like any other", async () => {
    const result = await run(bars("SPY", "1day", [DAY_BEFORE, CALM, [102, 103, 90, 91], [91, 92, 90, 91]]), {
      0: (trader) => {
        const parent = trader.buy("SPY", 100, { stop: 102, tif: "GTC" });
        trader.submit({ instrument: "SPY", side: "sell", quantity: 100, stop: 95, tif: "GTC", parent });
      },
    });
    expect(fillsOf(result)).toEqual(["bar 2 open: buy 100 at 102", "bar 2: sell 100 at 95"]);
  });

  it("grandchildren of a cancelled order are cancelled with it", async () => {
    let orders: Order[] = [];
    await run(bars("SPY", "1day", [DAY_BEFORE, CALM, CALM]), {
      0: (trader) => {
        const parent = trader.buy("SPY", 100, { limit: 50, tif: "GTC" });
        const child = trader.submit({ instrument: "SPY", side: "sell", quantity: 100, limit: 60, tif: "GTC", parent });
        const grandchild = trader.submit({
          instrument: "SPY",
          side: "buy",
          quantity: 100,
          limit: 55,
          tif: "GTC",
          parent: child,
        });
        orders = [parent, child, grandchild];
      },
      1: (trader) => trader.cancel(orders[0]),
    });
    expect(orders.map((order) => order.status)).toEqual(["cancelled", "cancelled", "cancelled"]);
  });
});

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

describe("one cancels the other", () => {
  it("of two stops of a group that the bar may have met, pessimists take the worse and optimists the better", async () => {
    const made = async (intrabar: Policy): Promise<string[]> =>
      fillsOf(
        await run(
          bars("SPY", "1day", [DAY_BEFORE, CALM, [100, 101, 90, 100]]),
          {
            0: (trader) => trader.buy("SPY", 100),
            1: (trader) =>
              trader.oco([96, 94].map((stop) => ({ instrument: "SPY", side: "sell" as const, quantity: 100, stop }))),
          },
          { intrabar },
        ),
      );
    expect((await made("pessimistic")).at(-1)).toBe("bar 2: sell 100 at 94");
    expect((await made("optimistic")).at(-1)).toBe("bar 2: sell 100 at 96");
    expect((await made("ohlc")).at(-1)).toBe("bar 2: sell 100 at 96");
  });

  it("so do two stops that lie half a pip apart", async () => {
    const pair = { symbol: "EUR.USD", assetClass: "forex", currency: "USD", tickSize: 0.00005 } as const;
    const market = bars(pair, "1day", [
      [1.1, 1.1, 1.1, 1.1],
      [1.1, 1.1, 1.095, 1.096],
    ]);
    for (let k = 0; k < 20; k++) {
      const better = Number((1.0995 - k * 0.0001).toFixed(5));
      const worse = Number((better - 0.00005).toFixed(5));
      const exits = [better, worse].map((stop) => ({
        instrument: "EUR.USD",
        side: "sell" as const,
        quantity: 100,
        stop,
      }));
      expect(await fillsOfRun(market, { 0: (trader) => trader.oco(exits) })).toEqual([`bar 1: sell 100 at ${worse}`]);
    }
  });

  it("of a stop on either side of the market, the one that loses most by the close is the pessimist's", async () => {
    const straddle = async (close: number): Promise<string[]> =>
      fillsOf(
        await run(bars("SPY", "1day", [DAY_BEFORE, [100, 106, 94, close]]), {
          0: (trader) =>
            trader.oco([
              { instrument: "SPY", side: "buy", quantity: 100, stop: 105 },
              { instrument: "SPY", side: "sell", quantity: 100, stop: 95 },
            ]),
        }),
      );
    expect(await straddle(95)).toEqual(["bar 1: buy 100 at 105"]);
    expect(await straddle(105)).toEqual(["bar 1: sell 100 at 95"]);
  });

  it("an order that fills at the open cancels its sibling before the bar can meet it", async () => {
    const result = await run(bars("SPY", "1day", [DAY_BEFORE, [106, 107, 90, 95]]), {
      0: (trader) =>
        trader.oco([
          { instrument: "SPY", side: "sell", quantity: 100, stop: 95 },
          { instrument: "SPY", side: "sell", quantity: 100, limit: 105 },
        ]),
    });
    expect(fillsOf(result)).toEqual(["bar 1 open: sell 100 at 106"]);
  });

  it("cancelling one by hand leaves the other", async () => {
    let orders: Order[] = [];
    const result = await run(bars("SPY", "1day", [DAY_BEFORE, [100, 106, 99, 105]]), {
      0: (trader) => {
        orders = trader.oco([
          { instrument: "SPY", side: "sell", quantity: 100, stop: 95 },
          { instrument: "SPY", side: "sell", quantity: 100, limit: 105 },
        ]);
        trader.cancel(orders[0]);
      },
    });
    expect(fillsOf(result)).toEqual(["bar 1: sell 100 at 105"]);
  });

  it.each(POLICIES)(
    "one that is only triggered keeps no sibling from filling in the same bar (%s)",
    async (intrabar) => {
      const made = async (side: "buy" | "sell", row: Row, ...options: readonly OrderOptions[]): Promise<string[]> =>
        fillsOfRun(
          bars("SPY", "1day", [DAY_BEFORE, row, CALM]),
          {
            0: (trader) =>
              trader.oco(
                options.map((each) => ({ instrument: "SPY", side, quantity: 10, tif: "GTC" as const, ...each })),
              ),
          },
          { intrabar },
        );
      const triggered = { stop: 97, limit: 98 };
      const row: Row = [100, 101, 96.75, 99.5];
      // In either order, and for a stop above or below the one that only triggers.
      expect(await made("sell", row, { stop: 98.5 }, triggered)).toEqual(["bar 1: sell 10 at 98.5"]);
      expect(await made("sell", row, triggered, { stop: 98.5 })).toEqual(["bar 1: sell 10 at 98.5"]);
      if (intrabar !== "ohlc") {
        const other: Row = [100, 101, 94, 99.5];
        expect(await made("sell", other, triggered, { stop: 95 })).toEqual(["bar 1: sell 10 at 95"]);
      }
      const touched = { type: "limit-if-touched", stop: 97, limit: 95 } as const;
      expect(await made("buy", row, touched, { limit: 97.5 })).toEqual(["bar 1: buy 10 at 97.5"]);
      // Two that are only triggered leave the third.
      expect(await made("sell", row, triggered, { ...triggered, stop: 97.5 }, { stop: 98.5 })).toEqual([
        "bar 1: sell 10 at 98.5",
      ]);
    },
  );

  it("works across instruments: a fill in one cancels the order in the other", async () => {
    const result = await run(
      [
        bars("SPY", "1day", [DAY_BEFORE, [100, 101, 90, 95], CALM]),
        bars("QQQ", "1day", [DAY_BEFORE, CALM, [100, 101, 90, 95]]),
      ],
      {
        onBar(trader, bar, n) {
          if (n !== 1 || bar.instrument.symbol !== "QQQ") return;
          trader.oco([
            { instrument: "SPY", side: "buy", quantity: 10, limit: 95, tif: "GTC" },
            { instrument: "QQQ", side: "buy", quantity: 10, limit: 95, tif: "GTC" },
          ]);
        },
      },
    );
    expect(fillsOf(result)).toEqual(["bar 1: buy 10 SPY at 95"]);
  });

  it("across instruments goes by the order of the data, not by what fills at an open", async () => {
    const inside: Row = [100, 101, 90, 95];
    const atOpen: Row = [94, 95, 90, 94];
    const filled = async (first: Row, second: Row): Promise<[string[], number]> => {
      const result = await run([bars("SPY", "1day", [DAY_BEFORE, first]), bars("QQQ", "1day", [DAY_BEFORE, second])], {
        onBars(trader, _bars, n) {
          if (n !== 0) return;
          trader.oco(
            ["SPY", "QQQ"].map((symbol) => ({
              instrument: symbol,
              side: "buy" as const,
              quantity: 10,
              limit: 95,
              tif: "GTC" as const,
            })),
          );
        },
      });
      return [fillsOf(result), result.ambiguousBars];
    };
    expect(await filled(inside, atOpen)).toEqual([["bar 1: buy 10 SPY at 95"], 0]);
    expect(await filled(atOpen, inside)).toEqual([["bar 1 open: buy 10 SPY at 94"], 0]);
  });

  it("works across instruments for orders that wait for a parent too", async () => {
    const result = await run(
      [
        bars("SPY", "1day", [DAY_BEFORE, CALM, [100, 111, 99, 110], CALM]),
        bars("QQQ", "1day", [DAY_BEFORE, CALM, CALM, [100, 111, 99, 110]]),
      ],
      {
        onBars(trader, _bars, n) {
          if (n !== 0) return;
          const parent = trader.buy("SPY", 10);
          trader.oco([
            { instrument: "SPY", side: "sell", quantity: 10, limit: 105, tif: "GTC", parent },
            { instrument: "QQQ", side: "sell", quantity: 10, limit: 105, tif: "GTC", parent },
          ]);
        },
      },
    );
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 10 SPY at 100", "bar 2: sell 10 SPY at 105"]);
  });
});

describe("one triggers the other across instruments", () => {
  const quiet: Row[] = [DAY_BEFORE, CALM, CALM, CALM];

  it("a child in another instrument takes no price from before its parent's fill", async () => {
    const trending: Row[] = [DAY_BEFORE, [100, 110, 100, 110], [110, 111, 109, 110], CALM];
    for (const symbols of [
      ["SPY", "QQQ"],
      ["QQQ", "SPY"],
    ]) {
      const result = await run(
        symbols.map((symbol) => bars(symbol, "1day", trending)),
        {
          onBar(trader, _bar, n) {
            if (n !== 1) return;
            const parent = trader.buy("SPY", 10, { stop: 105, tif: "GTC" });
            trader.submit({ instrument: "QQQ", side: "buy", quantity: 10, tif: "GTC", parent });
          },
        },
      );
      expect(fillsOf(result)).toEqual(["bar 1: buy 10 SPY at 105", "bar 2 open: buy 10 QQQ at 110"]);
    }
  });

  it("a child in another instrument is cancelled when its parent ends unfilled", async () => {
    let child!: Order;
    await run([bars("SPY", "1day", quiet), bars("QQQ", "1day", quiet)], {
      onBar(trader, _bar, n) {
        if (n !== 1) return;
        const parent = trader.buy("SPY", 10, { limit: 50 });
        child = trader.submit({ instrument: "QQQ", side: "buy", quantity: 10, tif: "GTC", parent });
      },
    });
    expect(child.status).toBe("cancelled");
  });

  it("a child in another instrument has a size of its own", async () => {
    const result = await run([bars("SPY", "1day", quiet), bars("QQQ", "1day", quiet)], {
      onBar(trader, _bar, n) {
        if (n !== 1) return;
        const parent = trader.buy("SPY", 10, { tif: "GTC" });
        trader.submit({ instrument: "QQQ", side: "sell", quantity: 25, tif: "GTC", parent });
      },
    });
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 10 SPY at 100", "bar 1 open: sell 25 QQQ at 100"]);
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
