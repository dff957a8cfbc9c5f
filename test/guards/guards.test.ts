import { describe, expect, it } from "vitest";
import { prepare } from "../../backtest/backtest.js";
import type { GuardSettings, Order, OrderOptions } from "../../index.js";
import { bars, flat, instrument, MINUTE, OPEN, quoteBars, quotes, type Row, SECOND, trades } from "../bars.js";
import { PLAIN, type Plan, run, type Settings, scripted, type Trader } from "../scripted.js";

const CALM: Row = [100, 101, 99, 100];
const spy = instrument("SPY");

/** Guards at their defaults but for these. */
function guarded(guards: GuardSettings, settings: Settings = {}): Settings {
  return { guards: { orderRate: false, ...guards }, ...settings };
}

/** What became of an order made on bar 3 of a calm stock at 100. */
async function judged(
  make: (trader: Trader) => Order,
  guards: GuardSettings,
  before?: (trader: Trader) => void,
): Promise<string> {
  let order!: Order;
  await run(
    bars(
      "SPY",
      "1day",
      Array.from({ length: 6 }, (): Row => CALM),
    ),
    {
      1: (trader) => before?.(trader),
      3: (trader) => {
        order = make(trader);
      },
    },
    guarded(guards),
  );
  return order.reason ?? "passed";
}

describe("the guards and their order", () => {
  it("stand in the order of the table: switch, session, market data, price, size, position, rate, loss", () => {
    const names = (guards: GuardSettings | false): readonly string[] =>
      prepare({ ...PLAIN, strategy: scripted({ onBar: () => undefined }), data: [flat("SPY", "1day", 100, 3)], guards })
        .engine.guards.names;
    expect(
      names({
        orderSize: 1,
        orderValue: 1,
        participation: 1,
        position: 1,
        exposure: 1,
        openOrders: 1,
        dailyLoss: { fraction: 0.1 },
        drawdown: { fraction: 0.1 },
      }),
    ).toEqual([
      "killSwitch",
      "session",
      "staleQuote",
      "sentinelPrices",
      "crossedQuote",
      "priceJump",
      "priceBand",
      "orderSize",
      "orderValue",
      "participation",
      "position",
      "exposure",
      "openOrders",
      "orderRate",
      "dailyLoss",
      "drawdown",
    ]);
    expect(names({})).toEqual([
      "killSwitch",
      "session",
      "staleQuote",
      "sentinelPrices",
      "crossedQuote",
      "priceJump",
      "priceBand",
      "orderRate",
    ]);
    expect(names(false)).toEqual(["killSwitch"]);
  });

  it("answer with the first that trips", async () => {
    const both = { orderSize: 10, priceBand: { fraction: 0.05 }, position: 5 };
    expect(await judged((trader) => trader.buy("SPY", 50, { limit: 120 }), both)).toMatch(/^PRICE_BAND: /);
    expect(await judged((trader) => trader.buy("SPY", 50), both)).toMatch(/^ORDER_SIZE: /);
    expect(await judged((trader) => trader.buy("SPY", 7), both)).toMatch(/^POSITION: /);
    expect(await judged((trader) => trader.buy("SPY", 5), both)).toBe("passed");
  });

  it("let everything through where they are turned off", async () => {
    const result = await run(
      bars("SPY", "1day", [CALM, CALM, CALM]),
      {
        0: (trader) => {
          for (let i = 0; i < 50; i++) trader.buy("SPY", 1_000_000 + i, { limit: 1000 });
        },
      },
      { guards: false },
    );
    expect(result.denials).toEqual([]);
  });
});

describe("caps", () => {
  it("are unset unless configured", async () => {
    expect(await judged((trader) => trader.buy("SPY", 1e9), {})).toBe("passed");
  });

  it("an order of as many units as the cap passes, one more is denied", async () => {
    expect(await judged((trader) => trader.buy("SPY", 100), { orderSize: 100 })).toBe("passed");
    expect(await judged((trader) => trader.buy("SPY", 101), { orderSize: 100 })).toBe(
      "ORDER_SIZE: quantity=101 limit=100",
    );
    expect(await judged((trader) => trader.sell("SPY", 101), { orderSize: 100 })).toBe(
      "ORDER_SIZE: quantity=101 limit=100",
    );
  });

  it("an order worth as much as the cap passes, one worth more is denied", async () => {
    expect(await judged((trader) => trader.buy("SPY", 100), { orderValue: 10_000 })).toBe("passed");
    expect(await judged((trader) => trader.buy("SPY", 101), { orderValue: 10_000 })).toBe(
      "ORDER_VALUE: value=10100 limit=10000",
    );
  });

  it("a limit order is worth what its limit says, a stop what its stop says", async () => {
    expect(await judged((trader) => trader.buy("SPY", 100, { limit: 101 }), { orderValue: 10_000 })).toBe(
      "ORDER_VALUE: value=10100 limit=10000",
    );
    expect(await judged((trader) => trader.buy("SPY", 100, { limit: 99 }), { orderValue: 9_900 })).toBe("passed");
    expect(await judged((trader) => trader.buy("SPY", 100, { stop: 120 }), { orderValue: 11_000 })).toBe(
      "ORDER_VALUE: value=12000 limit=11000",
    );
  });

  it("an order of the allowed share of the last bar's volume passes, a larger one is denied", async () => {
    const share = { participation: 0.00007 };
    expect(await judged((trader) => trader.buy("SPY", 70), share)).toBe("passed");
    expect(await judged((trader) => trader.buy("SPY", 71), share)).toBe(
      "PARTICIPATION: quantity=71 volume=1000000 limit=0.007%",
    );
  });

  it("a position is counted with what works towards it", async () => {
    const half = (trader: Trader): void => void trader.buy("SPY", 60);
    expect(await judged((trader) => trader.buy("SPY", 40), { position: 100 }, half)).toBe("passed");
    expect(await judged((trader) => trader.buy("SPY", 41), { position: 100 }, half)).toBe(
      "POSITION: position=101 limit=100",
    );
    const working = (trader: Trader): void => void trader.buy("SPY", 60, { limit: 50, tif: "GTC" });
    expect(await judged((trader) => trader.buy("SPY", 41), { position: 100 }, working)).toBe(
      "POSITION: position=101 limit=100",
    );
    expect(await judged((trader) => trader.sell("SPY", 100), { position: 100 }, working)).toBe("passed");
    expect(await judged((trader) => trader.sell("SPY", 101), { position: 100 }, working)).toBe(
      "POSITION: position=-101 limit=100",
    );
  });

  it("an order that turns a position is held to what it turns it into", async () => {
    const long = (trader: Trader): void => void trader.buy("SPY", 60);
    expect(await judged((trader) => trader.sell("SPY", 160), { position: 100 }, long)).toBe("passed");
    expect(await judged((trader) => trader.sell("SPY", 161), { position: 100 }, long)).toBe(
      "POSITION: position=-101 limit=100",
    );
  });

  it("of orders of which one cancels the other, a position counts the larger", async () => {
    let second!: Order;
    await run(
      bars("SPY", "1day", [CALM, CALM, CALM]),
      {
        0: (trader) => {
          [, second] = trader.oco(
            [99, 98].map((limit) => ({ instrument: "SPY", side: "buy" as const, quantity: 100, limit })),
          );
        },
      },
      guarded({ position: 100 }),
    );
    expect(second.reason).toBeUndefined();
  });

  it("exposure sums the sizes of all positions, long and short", async () => {
    const made = async (quantity: number): Promise<string> => {
      let order!: Order;
      await run(
        [flat("SPY", "1day", 100, 5), flat("QQQ", "1day", 50, 5)],
        {
          onBars(trader, _bars, n) {
            if (n === 0) trader.sell("QQQ", 100);
            if (n === 2) order = trader.buy("SPY", quantity);
          },
        },
        guarded({ exposure: 10_000 }),
      );
      return order.reason ?? "passed";
    };
    expect(await made(50)).toBe("passed");
    expect(await made(51)).toBe("EXPOSURE: exposure=10100 limit=10000");
  });

  it("as many orders may work as the cap says", async () => {
    const reasons: (string | undefined)[] = [];
    await run(
      [flat("SPY", "1day", 100, 3), flat("QQQ", "1day", 100, 3)],
      {
        onBars(trader, _bars, n) {
          if (n > 0) return;
          for (const symbol of ["SPY", "QQQ", "SPY"]) reasons.push(trader.buy(symbol, 1, { limit: 50 }).reason);
        },
      },
      guarded({ openOrders: 2 }),
    );
    expect(reasons).toEqual([undefined, undefined, "OPEN_ORDERS: open=2 limit=2"]);
  });
});

describe("the price band", () => {
  it("a limit five per cent through the market passes, one beyond is denied", async () => {
    expect(await judged((trader) => trader.buy("SPY", 1, { limit: 105 }), {})).toBe("passed");
    expect(await judged((trader) => trader.buy("SPY", 1, { limit: 105.01 }), {})).toBe(
      "PRICE_BAND: limit=105.01 reference=100 band=5%",
    );
    expect(await judged((trader) => trader.sell("SPY", 1, { limit: 95 }), {})).toBe("passed");
    expect(await judged((trader) => trader.sell("SPY", 1, { limit: 94.99 }), {})).toBe(
      "PRICE_BAND: limit=94.99 reference=100 band=5%",
    );
  });

  it("a limit far on the passive side passes", async () => {
    expect(await judged((trader) => trader.buy("SPY", 1, { limit: 50 }), {})).toBe("passed");
    expect(await judged((trader) => trader.sell("SPY", 1, { limit: 200 }), {})).toBe("passed");
  });

  it("a stop-limit far from the market is held to where it triggers", async () => {
    expect(await judged((trader) => trader.buy("SPY", 1, { stop: 110, limit: 111 }), {})).toBe("passed");
    expect(await judged((trader) => trader.sell("SPY", 1, { stop: 90, limit: 89 }), {})).toBe("passed");
    expect(await judged((trader) => trader.buy("SPY", 1, { stop: 110, limit: 116 }), {})).toMatch(/^PRICE_BAND: /);
  });

  it("prints its band as it was set", async () => {
    expect(await judged((trader) => trader.buy("SPY", 1, { limit: 110 }), { priceBand: { fraction: 0.07 } })).toBe(
      "PRICE_BAND: limit=110 reference=100 band=7%",
    );
  });

  it("with a bid and an ask, a buy is held to the ask and a sell to the bid", async () => {
    const bid: Row[] = [
      [90, 90, 90, 90],
      [90, 90, 90, 90],
    ];
    const ask: Row[] = [
      [91, 91, 91, 91],
      [91, 91, 91, 91],
    ];
    const made = async (side: "buy" | "sell", limit: number): Promise<string> => {
      let order!: Order;
      await run(
        quoteBars("SPY", "1day", bid, ask),
        { 0: (trader) => void (order = trader[side]("SPY", 1, { limit })) },
        guarded({ crossedQuote: false }),
      );
      return order.reason ?? "passed";
    };
    expect([await made("buy", 95.55), await made("sell", 85.5)]).toEqual(["passed", "passed"]);
    expect(await made("buy", 95.56)).toMatch(/^PRICE_BAND: limit=95.56 reference=91 /);
    expect(await made("sell", 85.49)).toMatch(/^PRICE_BAND: limit=85.49 reference=90 /);
  });

  it("an order made before the first price is denied", async () => {
    let order!: Order;
    await run(
      bars("SPY", "1day", [CALM, CALM]),
      { onStart: (trader) => void (order = trader.buy("SPY", 1)) },
      guarded({ staleQuote: false, sentinelPrices: false }),
    );
    expect(order.reason).toBe("PRICE_BAND: reference=none");
  });
});

describe("stale prices", () => {
  it("on bars, two missing bars of the instrument's own series pass and a third does not", async () => {
    const made = async (gap: number): Promise<string> => {
      let order!: Order;
      const sparse = flat("QQQ", "1min", 50, 3);
      await run(
        [flat("SPY", "1min", 100, 30), sparse],
        {
          onBar(trader, bar) {
            if (bar.end === sparse.end[2] + gap * MINUTE && bar.instrument.symbol === "SPY")
              order = trader.buy("QQQ", 1);
          },
        },
        guarded({}),
      );
      return order.reason ?? "passed";
    };
    expect([await made(0), await made(1), await made(2)]).toEqual(["passed", "passed", "passed"]);
    expect(await made(3)).toBe("STALE_QUOTE: age=3bars limit=2bars");
  });

  it("a night and a weekend age nothing", async () => {
    const reasons: (string | undefined)[] = [];
    await run(
      [flat("SPY", "1hour", 100, 36), flat("QQQ", "1hour", 50, 30)],
      {
        onBar(trader, bar) {
          if (bar.instrument.symbol === "SPY" && bar.end > flat("QQQ", "1hour", 50, 30).end[29])
            reasons.push(trader.buy("QQQ", 1).reason);
        },
      },
      guarded({}),
    );
    // Friday's last bar is the last of QQQ; Monday's first and second bars may pass, the third may not.
    expect(reasons.slice(0, 3)).toEqual([undefined, undefined, "STALE_QUOTE: age=3bars limit=2bars"]);
  });

  it("daily bars are counted in sessions, at the open at which the order is released", async () => {
    const orders: Order[] = [];
    await run(
      [flat("SPY", "1day", 100, 10), flat("QQQ", "1day", 50, 4)],
      {
        onBar: (trader, bar) => void (bar.instrument.symbol === "SPY" && orders.push(trader.buy("QQQ", 1))),
      },
      guarded({}),
    );
    expect(orders.map((order) => order.reason).slice(1, 7)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      "STALE_QUOTE: age=3bars limit=2bars",
    ]);
  });

  const quoted = async (
    assetClass: "stock" | "forex" | "future" | "option",
    age: number,
    thin = false,
  ): Promise<string> => {
    const of = instrument({
      symbol: assetClass === "forex" ? "EUR.USD" : "X",
      assetClass,
      thin,
      tickSize: 0.01,
      ...(assetClass === "future" && { future: { expiry: "2024-03-15" } }),
    });
    let order!: Order;
    await run(
      [flat(spy, "1sec", 100, 700), flat(of, "1day", 100, 1)],
      {
        onBar(trader, bar) {
          if (bar.instrument.symbol === "SPY" && bar.end === OPEN + (10 + age) * SECOND)
            order = trader.buy(of.symbol, 1);
        },
      },
      guarded({}, { quotes: [quotes(of, [[10, 100, 100.05]])] }),
    );
    return order.reason ?? "passed";
  };

  it.each([
    ["stock", 60],
    ["future", 60],
    ["forex", 30],
    ["option", 300],
  ] as const)("a quote of a %s passes to an age of %i seconds", async (kind, limit) => {
    expect(await quoted(kind, limit)).toBe("passed");
    expect(await quoted(kind, limit + 1)).toBe(`STALE_QUOTE: age=${limit + 1}s limit=${limit}s`);
  });

  it("a stock that trades rarely may be older", async () => {
    expect(await quoted("stock", 300, true)).toBe("passed");
    expect(await quoted("stock", 301, true)).toBe("STALE_QUOTE: age=301s limit=300s");
  });

  it("an instrument that has never been quoted is denied", async () => {
    const of = instrument("QUIET");
    let order!: Order;
    await run(
      [flat(spy, "1min", 100, 5), flat(of, "1min", 100, 5)],
      {
        onBar: (trader, bar) =>
          void (bar.instrument.symbol === "SPY" && bar.end === OPEN + MINUTE && (order = trader.buy("QUIET", 1))),
      },
      guarded({}, { quotes: [quotes(of, [[200, 99, 100]])] }),
    );
    expect(order.reason).toBe("STALE_QUOTE: age=never limit=60s");
  });
});

describe("sentinel prices, crossed and wide quotes", () => {
  const onQuotes = async (
    rows: Parameters<typeof quotes>[1],
    guards: GuardSettings = {},
    at = rows.length - 1,
    options: OrderOptions = {},
    of = spy,
  ): Promise<string> => {
    let order!: Order;
    const plan: Plan = {
      onQuote: (trader, quote, n) => void (n === at && (order = trader.buy(quote.instrument, 1, options))),
    };
    await run(flat(of, "1min", 100, 10), plan, guarded(guards, { quotes: [quotes(of, rows)] }));
    return order.reason ?? "passed";
  };

  it.each([
    ["-1", -1],
    ["0", 0],
    ["NaN", Number.NaN],
    ["the double maximum", Number.MAX_VALUE],
  ])("a bid or ask of %s is missing, and denies", async (_name, sentinel) => {
    expect(await onQuotes([[60, sentinel, 100]])).toBe("NO_PRICE: side=bid");
    expect(await onQuotes([[60, 100, sentinel]])).toBe("NO_PRICE: side=ask");
  });

  it("where prices can be below zero, -1 is a price if something is quoted there", async () => {
    const cl = instrument({ symbol: "CLK0", negativePrices: true });
    const made = (size: number): Promise<string> =>
      onQuotes([[60, -1, -0.99, size, size]], { crossedQuote: false }, 0, {}, cl);
    expect(await made(5)).toBe("passed");
    expect(await made(0)).toBe("NO_PRICE: side=bid");
  });

  it("a crossed quote passes for a second and is denied after", async () => {
    const crossed = (seconds: number): Promise<string> =>
      onQuotes([
        [60, 100, 100.02],
        [61, 100.03, 100],
        [61 + seconds, 100.03, 100],
      ]);
    expect(await crossed(1)).toBe("passed");
    expect(await crossed(1.001)).toBe("CROSSED_QUOTE: bid=100.03 ask=100");
  });

  it("a quote that has uncrossed in between starts anew", async () => {
    expect(
      await onQuotes([
        [60, 100.03, 100],
        [61, 100, 100.01],
        [62, 100.03, 100],
        [62.9, 100.03, 100],
      ]),
    ).toBe("passed");
  });

  it("a spread of one per cent passes, a wider one is denied", async () => {
    expect(await onQuotes([[60, 99.5, 100.5]])).toBe("passed");
    expect(await onQuotes([[60, 99.49, 100.51]])).toBe("WIDE_QUOTE: spread=1.02 limit=1");
  });

  it("a spread of twenty ticks passes where that is more than one per cent", async () => {
    expect(await onQuotes([[60, 9.9, 10.1]])).toBe("passed");
    expect(await onQuotes([[60, 9.89, 10.1]])).toMatch(/^WIDE_QUOTE: spread=0.21 /);
  });
});

describe("a price that jumps", () => {
  const after = async (prices: readonly number[], kind: "quotes" | "trades" = "quotes"): Promise<string> => {
    let order!: Order;
    const last = prices.length - 1;
    const plan: Plan = {
      onQuote: (trader, quote, n) => void (n === last && (order = trader.buy(quote.instrument, 1))),
      onTrade: (trader, trade, n) => void (n === last && (order = trader.buy(trade.instrument, 1))),
    };
    const at = (i: number): number => 60 + i;
    await run(
      flat(spy, "1min", 100, 10),
      plan,
      guarded(
        { crossedQuote: false },
        kind === "quotes"
          ? {
              quotes: [
                quotes(
                  spy,
                  prices.map((price, i) => [at(i), price, price] as const),
                ),
              ],
            }
          : {
              trades: [
                trades(
                  spy,
                  prices.map((price, i) => [at(i), price, 10] as const),
                ),
              ],
            },
      ),
    );
    return order.reason ?? "passed";
  };

  it.each(["quotes", "trades"] as const)(
    "of ten per cent in one update passes, of more is denied until three updates confirm it (%s)",
    async (kind) => {
      expect(await after([100, 110], kind)).toBe("passed");
      expect(await after([100, 110.5], kind)).toBe("PRICE_JUMP: from=100 to=110.50 confirmations=3");
      expect(await after([100, 110.5, 110.4], kind)).toMatch(/^PRICE_JUMP: .*confirmations=2$/);
      expect(await after([100, 110.5, 110.4, 110.6], kind)).toMatch(/^PRICE_JUMP: .*confirmations=1$/);
      expect(await after([100, 110.5, 110.4, 110.6, 110.5], kind)).toBe("passed");
      expect(await after([100, 89], kind)).toMatch(/^PRICE_JUMP: /);
    },
  );

  it("that comes back was none", async () => {
    expect(await after([100, 150, 100.1])).toBe("passed");
  });

  it("that jumps on is judged anew", async () => {
    expect(await after([100, 150, 150, 150, 200])).toMatch(/^PRICE_JUMP: from=100 to=200 confirmations=3$/);
  });

  it("of twenty per cent from the close before is denied though it came in small steps", async () => {
    let order!: Order;
    const steps = [100, 109, 118, 121];
    // The second session's quotes: from the close of 100 in steps under ten per cent.
    await run(
      flat(spy, "1hour", 100, 12),
      {
        onQuote: (trader, quote, n) => void (n === 5 && (order = trader.buy(quote.instrument, 1))),
      },
      guarded(
        { crossedQuote: false },
        {
          quotes: [
            quotes(spy, [
              [3660, 100, 100],
              [21_000, 100, 100],
              ...steps.map((price, i) => [86_500 + i, price, price] as const),
            ]),
          ],
        },
      ),
    );
    expect(order.reason).toMatch(/^PRICE_JUMP: /);
  });

  it("does not concern bars", async () => {
    let order!: Order;
    await run(
      bars("SPY", "1day", [CALM, [150, 150, 150, 150], [150, 150, 150, 150]]),
      { 1: (trader) => void (order = trader.buy("SPY", 1)) },
      guarded({}),
    );
    expect(order.reason).toBeUndefined();
  });
});

describe("the rate of orders", () => {
  const rapid = async (
    count: number,
    spacing: number,
    make: (trader: Trader, n: number) => Order,
  ): Promise<(string | undefined)[]> => {
    const reasons: (string | undefined)[] = [];
    await run(
      flat(spy, "1min", 100, 10),
      { onQuote: (trader, _quote, n) => void reasons.push(make(trader, n).reason) },
      {
        guards: {},
        quotes: [
          quotes(
            spy,
            Array.from({ length: count }, (_, i) => [60 + (i * spacing) / 1000, 100, 100.01] as const),
          ),
        ],
      },
    );
    return reasons;
  };

  it("ten decisions a second for one instrument pass, the eleventh is denied", async () => {
    const reasons = await rapid(12, 90, (trader, n) => trader.buy("SPY", n + 1));
    expect(reasons.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => undefined));
    expect(reasons[10]).toBe("ORDER_RATE: limit=10/s");
    // 0.99 s later than the second: the first is over a second old by then.
    expect(reasons[11]).toBeDefined();
  });

  it("a second after the first there is room again", async () => {
    const reasons = await rapid(11, 100, (trader, n) => trader.buy("SPY", n + 1));
    expect(reasons[10]).toBeUndefined();
  });

  it("the orders of one handler call are one decision", async () => {
    const reasons: (string | undefined)[] = [];
    await run(
      flat("SPY", "1day", 100, 3),
      {
        0: (trader) => {
          for (let i = 0; i < 50; i++) reasons.push(trader.buy("SPY", 1).reason);
        },
      },
      { guards: {} },
    );
    expect(reasons.every((reason) => reason === undefined)).toBe(true);
  });

  it("each instrument has a rate of its own", async () => {
    const qqq = instrument("QQQ");
    const reasons: (string | undefined)[] = [];
    const at = Array.from({ length: 9 }, (_, i) => [60 + i * 0.1, 100, 100.01] as const);
    await run(
      [flat(spy, "1min", 100, 5), flat(qqq, "1min", 100, 5)],
      {
        onQuote: (trader, quote, n) => void reasons.push(trader.buy(quote.instrument, n + 1).reason),
      },
      { guards: {}, quotes: [quotes(spy, at), quotes(qqq, at)] },
    );
    expect(reasons).toEqual(Array.from({ length: 18 }, () => undefined));
  });

  it("the same order again within a second is denied, after it is not", async () => {
    const again = async (spacing: number): Promise<string | undefined> =>
      (await rapid(2, spacing, (trader) => trader.buy("SPY", 5, { limit: 99 })))[1];
    expect(await again(999)).toBe("ORDER_REPEATED: since=999ms limit=1000ms");
    expect(await again(1000)).toBeUndefined();
  });

  it("an order that differs in anything is not the same", async () => {
    for (const make of [
      (trader: Trader, n: number) => trader.buy("SPY", 5 + n, { limit: 99 }),
      (trader: Trader, n: number) => trader.buy("SPY", 5, { limit: 99 + n / 100 }),
      (trader: Trader, n: number) => (n === 0 ? trader.buy("SPY", 5) : trader.sell("SPY", 5)),
      (trader: Trader, n: number) =>
        n === 0 ? trader.buy("SPY", 5, { limit: 99 }) : trader.buy("SPY", 5, { limit: 99, stop: 101 }),
    ]) {
      expect((await rapid(2, 100, make))[1]).toBeUndefined();
    }
  });

  it("reducing orders do not pass it", async () => {
    const reasons: (string | undefined)[] = [];
    await run(
      flat(spy, "1min", 100, 10),
      {
        onQuote(trader, _quote, n) {
          if (n === 0) trader.buy("SPY", 1000);
          if (n > 1) reasons.push(trader.sell("SPY", n).reason);
        },
      },
      {
        guards: {},
        quotes: [
          quotes(spy, [
            [60, 100, 100.01],
            ...Array.from({ length: 14 }, (_, i) => [70 + i * 0.05, 100, 100.01] as const),
          ]),
        ],
      },
    );
    expect(reasons.slice(0, 10).every((reason) => reason === undefined)).toBe(true);
    expect(reasons[10]).toBe("ORDER_RATE: limit=10/s");
  });
});
