import { describe, expect, it } from "vitest";
import { ADDS_LIQUIDITY, type FeeModel, REMOVES_LIQUIDITY } from "../../brokers/sim/fee-model.js";
import { type BracketOptions, type Order, type OrderOptions, Sessions } from "../../index.js";
import { bars, HOUR, MINUTE, newYork, type Row, sessionOpen } from "../bars.js";
import { fillsOf, run, type Settings, type Trader } from "../scripted.js";

const POLICIES = ["pessimistic", "optimistic", "ohlc"] as const;
const BEFORE: Row = [100, 101, 99, 100];

describe("a trailing stop whose entry fills at the close", () => {
  /** The stop at the end of the entry's bar: a trail of 1.00, the entry filled 0.20 beyond the close of 100. */
  const stopAfter = async (
    side: "buy" | "sell",
    options: BracketOptions,
    settings: Settings = {},
  ): Promise<number | undefined> => {
    let stop: Order | undefined;
    let seen: number | undefined;
    await run(
      bars("X", "1day", [BEFORE, BEFORE, [100, 100, 100, 100]]),
      {
        onBar(trader, _bar, n) {
          if (n === 0) stop = trader.bracket("X", side, 10, { ...options, trailingStop: 1 }).stopLoss;
          if (n === 1) seen = stop?.stop;
        },
      },
      { slippage: "ticks:20", ...settings },
    );
    return seen;
  };

  it("starts behind the price its entry was filled at, not behind the close", async () => {
    expect(await stopAfter("buy", { type: "market-on-close" })).toBe(99.2);
    expect(await stopAfter("sell", { type: "market-on-close" })).toBe(100.8);
  });

  it("does so too where the entry takes the close because it came inside the bar", async () => {
    expect(await stopAfter("buy", {}, { latency: 30 * MINUTE })).toBe(99.2);
    expect(await stopAfter("sell", {}, { latency: 30 * MINUTE })).toBe(100.8);
  });
});

describe("a market order whose parent fills inside a bar", () => {
  const fills = async (
    side: "buy" | "sell",
    entry: OrderOptions,
    child: OrderOptions,
    settings: Settings,
  ): Promise<string[]> => {
    const rows: Row[] = [BEFORE, [100, 103, 97, 99], [90, 91, 89, 90]];
    const result = await run(
      bars("X", "1day", rows),
      {
        0: (trader) => {
          const parent = trader.submit({ instrument: "X", side, quantity: 10, ...entry });
          trader.submit({
            instrument: "X",
            side: side === "buy" ? "sell" : "buy",
            quantity: 10,
            tif: "GTC",
            parent,
            ...child,
          });
        },
      },
      settings,
    );
    return fillsOf(result);
  };

  it.each(POLICIES)("takes that bar's close, the only price that certainly comes after it (%s)", async (intrabar) => {
    expect(await fills("buy", { limit: 98 }, {}, { intrabar })).toEqual([
      "bar 1: buy 10 at 98",
      "bar 1: sell 10 at 99",
    ]);
    expect(await fills("buy", { stop: 102 }, {}, { intrabar })).toEqual([
      "bar 1: buy 10 at 102",
      "bar 1: sell 10 at 99",
    ]);
    expect(await fills("sell", { limit: 102 }, {}, { intrabar })).toEqual([
      "bar 1: sell 10 at 102",
      "bar 1: buy 10 at 99",
    ]);
  });

  it("does not wait for the next bar where it is immediate-or-cancel either", async () => {
    expect(await fills("buy", { limit: 98 }, { tif: "IOC" }, {})).toEqual([
      "bar 1: buy 10 at 98",
      "bar 1: sell 10 at 99",
    ]);
  });

  it("takes the open where its parent does", async () => {
    expect(await fills("buy", { limit: 101 }, {}, {})).toEqual([
      "bar 1 open: buy 10 at 100",
      "bar 1 open: sell 10 at 100",
    ]);
  });
});

describe("a child of a child that has filled inside the bar as its parent did", () => {
  /** Buys at 99 on the way down, sells that at 100, and buys anew at a stop of 101. */
  const chain = (row: Row): Promise<string[]> =>
    run(
      bars("X", "1day", [BEFORE, row]),
      {
        0: (trader) => {
          const entry = trader.buy("X", 10, { limit: 99 });
          const parent = trader.submit({ instrument: "X", side: "sell", quantity: 10, limit: 100, parent: entry });
          trader.submit({ instrument: "X", side: "buy", quantity: 10, stop: 101, parent });
        },
      },
      { intrabar: "optimistic" },
    ).then(fillsOf);

  it("has the extreme to come by which the policy has filled its parent", async () => {
    expect(await chain([100, 101, 98, 100])).toEqual([
      "bar 1: buy 10 at 99",
      "bar 1: sell 10 at 100",
      "bar 1: buy 10 at 101",
    ]);
  });

  it("does not where the close has filled it, for the extreme may lie before", async () => {
    expect(await chain([100, 101, 98, 100.5])).toEqual(["bar 1: buy 10 at 99", "bar 1: sell 10 at 100"]);
  });
});

describe("an order that comes inside a bar which may have been past its price already", () => {
  interface Outcome {
    readonly fills: readonly string[];
    readonly ambiguous: number;
  }
  /** Made at the end of bar 0, it reaches the market a quarter of an hour after the open of bar 1. */
  const joined = async (
    intrabar: Settings["intrabar"],
    side: "buy" | "sell",
    options: OrderOptions,
    rows: readonly Row[],
  ): Promise<Outcome> => {
    const result = await run(
      bars("X", "1hour", [[97, 97.5, 96.5, 97], ...rows]),
      { 0: (trader) => trader.submit({ instrument: "X", side, quantity: 10, ...options }) },
      { latency: 15 * MINUTE, ...(intrabar && { intrabar }) },
    );
    return { fills: fillsOf(result), ambiguous: result.ambiguousBars };
  };
  const mirror = (price: number): number => 200 - price;
  /** What a buy gets on bar 1, and its mirror, which must be the same for a sell. */
  const gets = async (
    intrabar: Settings["intrabar"],
    options: OrderOptions,
    rows: readonly Row[] = [GAP, NEXT],
  ): Promise<Outcome> => {
    const bought = await joined(intrabar, "buy", options, rows);
    const { stop, limit, ...others } = options;
    const sold = await joined(
      intrabar,
      "sell",
      { ...others, ...(stop && { stop: mirror(stop) }), ...(limit && { limit: mirror(limit) }) },
      rows.map((row): Row => [mirror(row[0]), mirror(row[2]), mirror(row[1]), mirror(row[3])]),
    );
    const turned = sold.fills.map((fill) =>
      fill.replace("sell", "buy").replace(/[\d.]+$/, (price) => String(mirror(Number(price)))),
    );
    expect({ ...sold, fills: turned }).toEqual(bought);
    return bought;
  };
  const at = (price: number, ambiguous: number): Outcome => ({ fills: [`bar 1: buy 10 at ${price}`], ambiguous });
  const GAP: Row = [102, 103, 98, 102.5];
  const NEXT: Row = [101, 102, 100, 101];

  it("a stop may have been beyond: pessimists pay the worse of stop and close", async () => {
    for (const stop of [98.01, 99, 101]) expect(await gets("pessimistic", { stop })).toEqual(at(102.5, 1));
    // Met after all, though the close has come back below it.
    expect(await gets("pessimistic", { stop: 102.75 })).toEqual(at(102.75, 1));
    expect(await gets("pessimistic", { stop: 103.01 })).toEqual({ fills: [], ambiguous: 0 });
  });

  it("a path decides it too, and the bar counts as ambiguous all the same", async () => {
    // A quarter of an hour after the open the path is at 102.75.
    expect(await gets("ohlc", { stop: 99 })).toEqual(at(102.5, 1));
    expect(await gets("ohlc", { limit: 102.875 })).toEqual(at(102.5, 1));
    expect(await gets("ohlc", { limit: 99 })).toEqual(at(99, 1));
    expect(await gets("ohlc", { stop: 103.01 })).toEqual({ fills: [], ambiguous: 0 });
    expect(await gets("ohlc", { stop: 98 })).toEqual(at(102.5, 0));
  });

  it("a stop that the whole bar lies beyond pays the close, for certain", async () => {
    for (const stop of [90, 97.99, 98]) expect(await gets("pessimistic", { stop })).toEqual(at(102.5, 0));
    for (const stop of [90, 97.99, 98]) expect(await gets("optimistic", { stop })).toEqual(at(102.5, 0));
  });

  it("a stop at the close is not ambiguous", async () => {
    expect(await gets("pessimistic", { stop: 102.5 })).toEqual(at(102.5, 0));
  });

  it("optimists pay the stop where the market may have come to it", async () => {
    for (const stop of [99, 101]) expect(await gets("optimistic", { stop })).toEqual(at(stop, 1));
    expect(await gets("optimistic", { stop: 102.75 })).toEqual({ fills: [], ambiguous: 1 });
  });

  it("a trailing stop is met like a stop", async () => {
    expect(await gets("pessimistic", { type: "trailing-stop", stop: 99, trail: 1 })).toEqual(at(102.5, 1));
    expect(await gets("optimistic", { type: "trailing-stop", stop: 99, trail: 1 })).toEqual(at(99, 1));
  });

  it("a stop-limit is met at that price, and rests where its limit does not allow it", async () => {
    expect(await gets("pessimistic", { stop: 99, limit: 102.5 })).toEqual(at(102.5, 1));
    expect(await gets("pessimistic", { stop: 99, limit: 102 })).toEqual({
      fills: ["bar 2 open: buy 10 at 101"],
      ambiguous: 1,
    });
    expect(await gets("optimistic", { stop: 99, limit: 102 })).toEqual(at(99, 1));
  });

  it("a touch or limit may have been passed: only optimists get the better close", async () => {
    const touched: Row = [100, 103, 98, 98.5];
    for (const options of [{ type: "market-if-touched", stop: 99 }, { limit: 99 }] as const) {
      expect(await gets("pessimistic", options, [touched])).toEqual(at(99, 1));
      expect(await gets("optimistic", options, [touched])).toEqual(at(98.5, 1));
    }
    const limited = { type: "limit-if-touched", stop: 99, limit: 98.75 } as const;
    expect(await gets("pessimistic", limited, [touched])).toEqual({ fills: [], ambiguous: 1 });
    expect(await gets("optimistic", limited, [touched])).toEqual(at(98.5, 1));
  });

  it("a limit or touch that the whole bar lies behind takes the close, for certain", async () => {
    for (const policy of POLICIES) {
      expect(await gets(policy, { type: "market-if-touched", stop: 103 })).toEqual(at(102.5, 0));
      expect(await gets(policy, { limit: 103 })).toEqual(at(102.5, 0));
      expect(await gets(policy, { limit: 103 }, [[103, 103, 103, 103]])).toEqual(at(103, 0));
    }
  });

  it("so does an order that joins with the open of a session which the bar reaches across", async () => {
    const rows: Row[] = [...Array.from({ length: 6 }, (): Row => [97, 97.5, 96.5, 97]), GAP];
    const { open, close } = newYork(2);
    open[1] += 30 * MINUTE;
    const result = await run(
      bars("X", "1hour", rows),
      { 0: (trader) => trader.buy("X", 10, { stop: 99, tif: "GTC" }) },
      { sessions: { X: new Sessions(open, close) } },
    );
    expect({ fills: fillsOf(result), ambiguous: result.ambiguousBars }).toEqual({
      fills: ["bar 6: buy 10 at 102.5"],
      ambiguous: 1,
    });
  });

  it("so does an order made inside a bar under way", async () => {
    const made = async (intrabar: "pessimistic" | "optimistic"): Promise<Outcome> => {
      const X = bars("X", "1day", [BEFORE, GAP, NEXT]);
      const Y = bars(
        "Y",
        "1hour",
        Array.from({ length: 18 }, (): Row => [50, 51, 49, 50]),
      );
      const result = await run(
        [X, Y],
        {
          onBars(trader) {
            if (trader.clock.now === Y.end[8]) trader.buy("X", 10, { stop: 99 });
          },
        },
        { intrabar, sessions: { X: newYork(3), Y: newYork(3) } },
      );
      return { fills: fillsOf(result), ambiguous: result.ambiguousBars };
    };
    expect(await made("pessimistic")).toEqual({ fills: ["bar 1: buy 10 X at 102.5"], ambiguous: 1 });
    expect(await made("optimistic")).toEqual({ fills: ["bar 1: buy 10 X at 99"], ambiguous: 1 });
  });
});

describe("an order made inside a bar of a day, and taken back inside it", () => {
  interface Outcome {
    readonly fills: readonly string[];
    readonly status: string | undefined;
    readonly ambiguous: number;
  }
  /** Made at 11:30 and taken back at 13:30 of day 1, which falls from 100 to 95 between 101 and 94. */
  const taken = async (
    options: OrderOptions,
    settings: Settings,
    how: (trader: Trader, order: Order) => unknown = (trader, order) => trader.cancel(order),
    side: "buy" | "sell" = "buy",
  ): Promise<Outcome> => {
    const start = sessionOpen(1);
    let order: Order | undefined;
    const result = await run(
      [
        bars("X", "1day", [BEFORE, [100, 101, 94, 95], [95, 96, 94, 95]]),
        bars(
          "Y",
          "30min",
          Array.from({ length: 39 }, (): Row => [50, 51, 49, 50]),
        ),
      ],
      {
        onBars(trader) {
          const { now } = trader.clock;
          if (now === start + 2 * HOUR) order = trader.submit({ instrument: "X", side, quantity: 10, ...options });
          if (now === start + 4 * HOUR && order !== undefined) how(trader, order);
        },
      },
      { sessions: { X: newYork(3), Y: newYork(3) }, ...settings },
    );
    return { fills: fillsOf(result), status: order?.status, ambiguous: result.ambiguousBars };
  };
  const atClose: Outcome = { fills: ["bar 1: buy 10 X at 95"], status: "filled", ambiguous: 0 };
  const gone: Outcome = { fills: [], status: "cancelled", ambiguous: 0 };
  const CERTAIN: readonly (readonly [name: string, options: OrderOptions])[] = [
    ["a market order", {}],
    ["a limit at the high", { limit: 101 }],
    ["a limit above the bar", { limit: 105 }],
    ["a stop at the low", { stop: 94 }],
    ["a stop below the bar", { stop: 90 }],
    ["a stop-limit with the bar between", { stop: 90, limit: 105 }],
    ["a trailing stop below the bar", { type: "trailing-stop", stop: 90, trail: 30 }],
    [
      "a trailing stop-limit with the bar between",
      { type: "trailing-stop-limit", stop: 90, trail: 30, limitOffset: 15 },
    ],
    ["a touch above the bar", { type: "market-if-touched", stop: 105 }],
    ["a touch with a limit, both above the bar", { type: "limit-if-touched", stop: 105, limit: 104 }],
  ];

  for (const [name, options] of CERTAIN) {
    it.each(POLICIES)(`${name} was filled when it came, and the cancel is too late (%s)`, async (intrabar) => {
      expect(await taken(options, { intrabar })).toEqual(atClose);
      // A change that would take it out of the market's way comes too late as well.
      const change = options.limit === undefined ? (options.stop === undefined ? undefined : "stop") : "limit";
      const away = change === "limit" ? { limit: 50 } : { stop: options.type?.includes("touched") ? 50 : 150 };
      if (change === undefined) return;
      expect(await taken(options, { intrabar }, (trader, order) => void trader.modify(order, away))).toEqual(atClose);
    });
  }

  it.each(POLICIES)("a market order that is made smaller was filled whole (%s)", async (intrabar) => {
    const smaller = (trader: Trader, order: Order): void => void trader.modify(order, { quantity: 1 });
    expect(await taken({}, { intrabar }, smaller)).toEqual(atClose);
  });

  it.each(POLICIES)("a sell likewise (%s)", async (intrabar) => {
    for (const options of [{}, { limit: 94 }, { limit: 90 }, { stop: 101 }, { stop: 105 }]) {
      expect(await taken(options, { intrabar }, undefined, "sell")).toEqual({
        ...atClose,
        fills: ["bar 1: sell 10 X at 95"],
      });
    }
  });

  it.each(POLICIES)("with a latency it was if it came before the cancel (%s)", async (intrabar) => {
    for (const options of [{}, { limit: 105 }, { stop: 90 }]) {
      expect(await taken(options, { intrabar, latency: HOUR })).toEqual(atClose);
      expect(await taken(options, { intrabar, latency: 2 * HOUR })).toEqual(gone);
      expect(await taken(options, { intrabar, latency: 2.5 * HOUR })).toEqual(gone);
    }
  });

  it.each(POLICIES)("a cancel in the instant of the order is in time (%s)", async (intrabar) => {
    const start = sessionOpen(1);
    let order: Order | undefined;
    await run(
      [
        bars("X", "1day", [BEFORE, BEFORE]),
        bars(
          "Y",
          "1hour",
          Array.from({ length: 12 }, (): Row => BEFORE),
        ),
      ],
      {
        onBars(trader) {
          if (trader.clock.now !== start + 2 * HOUR) return;
          order = trader.buy("X", 10);
          trader.cancel(order);
        },
      },
      { intrabar, sessions: { X: newYork(2), Y: newYork(2) } },
    );
    expect(order?.status).toBe("cancelled");
  });

  it("what was not certain to fill is up to the policy as before", async () => {
    for (const options of [{ limit: 100 }, { stop: 95.5 }, { stop: 90, limit: 100 }]) {
      const statuses = new Set<string | undefined>();
      for (const intrabar of ["pessimistic", "optimistic"] as const) {
        const { status, ambiguous } = await taken(options, { intrabar });
        statuses.add(status);
        expect(ambiguous).toBe(1);
      }
      expect(statuses.size).toBe(2);
    }
  });
});

describe("the exits of an entry that came inside the bar", () => {
  const bracketed = async (options: BracketOptions, rows: readonly Row[], settings: Settings): Promise<string[]> => {
    const result = await run(
      bars("X", "1hour", [BEFORE, ...rows]),
      { 0: (trader) => trader.bracket("X", "buy", 10, { ...options, tif: "GTC" }) },
      { latency: 15 * MINUTE, ...settings },
    );
    return fillsOf(result);
  };

  it("find neither high nor low certain to come after them", async () => {
    const bar: Row = [101, 105, 99.5, 102.4];
    const high = { stop: 102, takeProfit: 104 };
    expect(await bracketed(high, [bar], {})).toEqual(["bar 1: buy 10 at 102.4"]);
    expect(await bracketed(high, [bar], { intrabar: "optimistic" })).toEqual([
      "bar 1: buy 10 at 102",
      "bar 1: sell 10 at 104",
    ]);
    const low = { stop: 102, stopLoss: 100 };
    expect(await bracketed(low, [bar], {})).toEqual(["bar 1: buy 10 at 102.4", "bar 1: sell 10 at 100"]);
    expect(await bracketed(low, [bar], { intrabar: "optimistic" })).toEqual(["bar 1: buy 10 at 102"]);
    const falling = { limit: 100, stopLoss: 98 };
    const fallen: Row = [101, 102, 97, 99];
    expect(await bracketed(falling, [fallen], { intrabar: "optimistic" })).toEqual(["bar 1: buy 10 at 99"]);
    expect(await bracketed(falling, [fallen], {})).toEqual(["bar 1: buy 10 at 100", "bar 1: sell 10 at 98"]);
  });

  it.each(POLICIES)(
    "begin with the next bar where it took the close, as those of a market order (%s)",
    async (intrabar) => {
      const bar: Row = [102, 103, 98, 101];
      const next: Row = [101, 101, 98, 98.5];
      for (const entry of [{}, { limit: 110 }]) {
        expect(await bracketed({ ...entry, stopLoss: 99 }, [bar, next], { intrabar })).toEqual([
          "bar 1: buy 10 at 101",
          "bar 2: sell 10 at 99",
        ]);
      }
    },
  );
});

describe("a trailing stop that comes to life inside a bar", () => {
  /** Where it stands at the end of bar 1, a trail of 2.50. */
  const stopAfter = async (
    side: "buy" | "sell",
    options: BracketOptions,
    row: Row,
    settings: Settings = {},
  ): Promise<number | undefined> => {
    let stop: Order | undefined;
    let seen: number | undefined;
    await run(
      bars("X", "1hour", [BEFORE, row, row]),
      {
        onBar(trader, _bar, n) {
          if (n === 0) {
            stop = trader.bracket("X", side, 10, { ...options, trailingStop: 2.5, tif: "GTC" }).stopLoss;
          }
          if (n === 1) seen = stop?.stop;
        },
      },
      settings,
    );
    return seen;
  };
  const UP: Row = [100.2, 110, 100.1, 104];
  const DOWN: Row = [99.8, 99.9, 90, 96];

  it.each(POLICIES)("follows the extreme that its entry was filled on the way to (%s)", async (intrabar) => {
    expect(await stopAfter("buy", { stop: 102 }, UP, { intrabar })).toBe(107.5);
    expect(await stopAfter("sell", { stop: 98 }, DOWN, { intrabar })).toBe(92.5);
  });

  it("does not follow an extreme that may have come before", async () => {
    const row: Row = [100, 110, 97.5, 99];
    for (const intrabar of ["pessimistic", "optimistic"] as const) {
      expect(await stopAfter("buy", { limit: 98 }, row, { intrabar })).toBe(96.5);
      expect(await stopAfter("sell", { limit: 102 }, [100, 102.5, 90, 101], { intrabar })).toBe(103.5);
      expect(await stopAfter("buy", { stop: 102 }, [100.2, 110, 100.1, 104], { intrabar, latency: 15 * MINUTE })).toBe(
        101.5,
      );
    }
  });

  it("with a path follows what that shows from its entry's fill on", async () => {
    const ohlc = { intrabar: "ohlc" } as const;
    // The low is nearer, and comes first: the high comes after a fill on the way down.
    expect(await stopAfter("buy", { limit: 98 }, [100, 110, 97.5, 108], ohlc)).toBe(107.5);
    // The high comes first: behind it is the close.
    expect(await stopAfter("buy", { limit: 98 }, [100, 101, 97.5, 99], ohlc)).toBe(96.5);
    // Half way through the bar the path is between the high and the low.
    expect(await stopAfter("buy", { stop: 90 }, [100, 101, 97, 98], { ...ohlc, latency: 30 * MINUTE })).toBe(95.5);
  });

  it("is met with what it had followed to at the next open", async () => {
    const result = await run(
      bars("X", "1day", [[100, 100.5, 99, 100], UP, [104.2, 105, 103, 104.5], [104, 104, 98, 99]]),
      { 0: (trader) => trader.bracket("X", "buy", 10, { stop: 102, trailingStop: 2.5, tif: "GTC" }) },
    );
    expect(fillsOf(result)).toEqual(["bar 1: buy 10 at 102", "bar 2 open: sell 10 at 104.2"]);
  });
});

describe("a limit that joins a bar inside", () => {
  /** The liquidity of its fill, by a schedule that only looks. */
  const liquidityOf = async (limit: number, settings: Settings = {}): Promise<number[]> => {
    const seen: number[] = [];
    const fees: FeeModel = {
      name: "looks",
      description: "Nothing is charged.",
      charge: ({ liquidity }) => {
        seen.push(liquidity);
        return 0;
      },
      estimate: () => 0,
      assumptions: () => [],
      reset: () => undefined,
    };
    const rows: Row[] = [BEFORE, [100, 103, 98, 101]];
    await run(
      bars("X", "1hour", rows),
      { 0: (trader) => trader.buy("X", 10, { limit }) },
      {
        latency: 15 * MINUTE,
        fees,
        ...settings,
      },
    );
    return seen;
  };

  it("pays for taking liquidity where the market is past it, and where that cannot be known by pessimists", async () => {
    for (const intrabar of POLICIES) expect(await liquidityOf(103, { intrabar })).toEqual([REMOVES_LIQUIDITY]);
    expect(await liquidityOf(101.5)).toEqual([REMOVES_LIQUIDITY]);
    expect(await liquidityOf(99, { intrabar: "optimistic" })).toEqual([ADDS_LIQUIDITY]);
  });

  it("adds it where it has stood in the market for the whole bar", async () => {
    expect(await liquidityOf(99, { latency: 0 })).toEqual([ADDS_LIQUIDITY]);
  });
});
