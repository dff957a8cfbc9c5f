import { describe, expect, it } from "vitest";
import { prepare } from "../../backtest/backtest.js";
import type { GuardSettings, Order } from "../../index.js";
import { bars, flat, instrument, quoteBars, quotes, type Row } from "../bars.js";
import { PLAIN, run, scripted, type Trader } from "../scripted.js";
import { CALM, guarded, judged, spy } from "./guarded.js";

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

  it("a denial says parts of a unit with all their decimals, so that no quantity reads like its limit", async () => {
    const coin = bars(instrument({ symbol: "COIN", quantityStep: 1e-8 }), "1day", [CALM, CALM, CALM]);
    for (const [quantity, guards, reason] of [
      [0.124, { orderSize: 0.1235 }, "ORDER_SIZE: quantity=0.124 limit=0.1235"],
      [0.1 + 0.2, { orderSize: 0.25 }, "ORDER_SIZE: quantity=0.3 limit=0.25"],
      [0.00500001, { position: 0.005 }, "POSITION: position=0.00500001 limit=0.005"],
      [1_000_000.125, { participation: 0.5 }, "PARTICIPATION: quantity=1000000.125 volume=1000000 limit=50%"],
    ] as const) {
      const result = await run(coin, { 1: (trader) => void trader.buy("COIN", quantity) }, guarded(guards));
      expect(result.denials.map(({ first }) => first)).toEqual([reason]);
    }
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

  it("what is worth nobody knows what is denied", async () => {
    const open = { staleQuote: false, sentinelPrices: false, priceBand: false } as const;
    for (const [guards, denial] of [
      [{ orderValue: 1e9 }, "ORDER_VALUE: value=NaN"],
      [{ exposure: 1e9 }, "EXPOSURE: exposure=NaN"],
    ] as const) {
      const reasons: (string | undefined)[] = [];
      const late = bars("LATE", "1day", [CALM, CALM, CALM, CALM]).slice(3, 4);
      await run(
        [bars("SPY", "1day", [CALM, CALM, CALM, CALM]), late],
        { 0: (trader) => void reasons.push(trader.buy("LATE", 1).reason) },
        guarded({ ...open, ...guards }, { margin: "unlimited" }),
      );
      expect(reasons).toEqual([expect.stringContaining(denial)]);
    }
  });

  it("a sum that a cap allows is not denied for what doubles make of it", async () => {
    const coin = bars(
      instrument({ symbol: "COIN", quantityStep: 0.1 }),
      "1day",
      Array.from({ length: 5 }, (): Row => CALM),
    );
    for (const [guards, code] of [
      [{ position: 0.3 }, "POSITION"],
      [{ orderSize: 0.3 }, "ORDER_SIZE"],
      [{ exposure: 30 }, "EXPOSURE"],
      [{ orderValue: 30 }, "ORDER_VALUE"],
    ] as const) {
      const reasons: (string | undefined)[] = [];
      await run(
        coin,
        {
          1: (trader) => {
            // 0.30000000000000004
            if ("position" in guards || "exposure" in guards) trader.buy("COIN", 0.1);
            reasons.push(trader.buy("COIN", "position" in guards || "exposure" in guards ? 0.2 : 0.1 + 0.2).reason);
            reasons.push(trader.buy("COIN", 0.4).reason?.split(":")[0]);
          },
        },
        guarded(guards),
      );
      expect(reasons).toEqual([undefined, code]);
    }
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
