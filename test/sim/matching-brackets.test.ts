import { describe, expect, it } from "vitest";
import type { Bracket, BracketOptions, Order } from "../../index.js";
import { bars, type Row } from "../bars.js";
import { fillsOf, run } from "../scripted.js";

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
      expect(outcome.ambiguous).toBe(ambiguous === true ? 1 : 0);
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
