import { describe, expect, it } from "vitest";
import type { GuardSettings, Order, OrderOptions } from "../../index.js";
import { bars, flat, instrument, MINUTE, OPEN, quotes, SECOND, trades } from "../bars.js";
import { type Plan, run } from "../scripted.js";
import { CALM, guarded, spy } from "./guarded.js";

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

  it("a crossed quote is told with as many digits as the ticks of the instrument need", async () => {
    const pair = instrument({ symbol: "USD.JPY", assetClass: "forex", tickSize: 0.00005 });
    const rows = [
      [60, 93.8, 93.8005],
      [61, 93.8004, 93.79955],
      [63, 93.8004, 93.79955],
    ] as const;
    expect(await onQuotes(rows, {}, 2, {}, pair)).toBe("CROSSED_QUOTE: bid=93.80040 ask=93.79955");
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
