import { describe, expect, it } from "vitest";
import type { Bracket, GuardSettings, Order, OrderOptions } from "../../index.js";
import { bars, flat, instrument, OPEN, quotes, type Row, SECOND } from "../bars.js";
import { run, type Trader } from "../scripted.js";

const CALM: Row = [100, 100, 100, 100];

/** What becomes of orders made long after the last quote, with 100 held since. */
async function onStaleQuote(
  make: (trader: Trader) => Order | undefined,
  guards: GuardSettings = {},
): Promise<string | undefined> {
  const of = instrument("HELD");
  let order: Order | undefined;
  await run(
    [flat("SPY", "1sec", 100, 200), flat(of, "1day", 100, 1)],
    {
      onQuote: (trader, _quote, n) => void (n === 0 && trader.buy("HELD", 100)),
      onBar(trader, bar) {
        if (bar.instrument.symbol === "SPY" && bar.end === OPEN + 100 * SECOND) order = make(trader);
      },
    },
    {
      guards: { orderRate: false, ...guards },
      quotes: [
        quotes(of, [
          [10, 99.9, 100],
          [11, 99.9, 100],
        ]),
      ],
    },
  );
  return order?.reason;
}

describe("an order that only reduces a position", () => {
  it("passes a stale quote, one that increases it does not", async () => {
    expect(await onStaleQuote((trader) => trader.sell("HELD", 100))).toBeUndefined();
    expect(await onStaleQuote((trader) => trader.sell("HELD", 40))).toBeUndefined();
    expect(await onStaleQuote((trader) => trader.buy("HELD", 1))).toMatch(/^STALE_QUOTE: /);
  });

  it("that would turn the position is not reducing", async () => {
    expect(await onStaleQuote((trader) => trader.sell("HELD", 101))).toMatch(/^STALE_QUOTE: /);
  });

  it("is counted together with all exits that already work: they must never cross zero", async () => {
    expect(
      await onStaleQuote((trader) => {
        trader.sell("HELD", 60, { limit: 110 });
        return trader.sell("HELD", 41);
      }),
    ).toMatch(/^STALE_QUOTE: /);
    expect(
      await onStaleQuote((trader) => {
        trader.sell("HELD", 60, { limit: 110 });
        return trader.sell("HELD", 40);
      }),
    ).toBeUndefined();
  });

  it("as two exits of which one cancels the other, counts once", async () => {
    let orders: Order[] = [];
    await onStaleQuote((trader) => {
      orders = trader.oco([
        { instrument: "HELD", side: "sell", quantity: 100, limit: 110 },
        { instrument: "HELD", side: "sell", quantity: 100, stop: 90 },
      ]);
      return undefined;
    });
    expect(orders.map((order) => order.reason)).toEqual([undefined, undefined]);
  });

  it("passes no more than any other where the configuration says so", async () => {
    expect(await onStaleQuote((trader) => trader.sell("HELD", 100), { reducingPasses: false })).toMatch(
      /^STALE_QUOTE: /,
    );
  });

  it("does not pass the caps on its size", async () => {
    expect(await onStaleQuote((trader) => trader.sell("HELD", 100), { orderSize: 99, priceBand: false })).toMatch(
      /^STALE_QUOTE|^ORDER_SIZE/,
    );
    let order!: Order;
    await run(
      bars("SPY", "1day", [CALM, CALM, CALM, CALM]),
      {
        0: (trader) => {
          for (let i = 0; i < 2; i++) trader.buy("SPY", 50);
        },
        2: (trader) => void (order = trader.sell("SPY", 100)),
      },
      { guards: { orderSize: 50 } },
    );
    expect(order.reason).toBe("ORDER_SIZE: quantity=100 limit=50");
  });

  const quoted = async (
    rows: Parameters<typeof quotes>[1],
    guards: GuardSettings = {},
  ): Promise<string | undefined> => {
    const of = instrument("HELD");
    let order!: Order;
    await run(
      flat(of, "1min", 100, 10),
      {
        onQuote(trader, quote, n) {
          if (n === 0) trader.buy(quote.instrument, 100);
          if (n === rows.length + 1) order = trader.sell(quote.instrument, 100);
        },
      },
      { guards: { ...guards }, quotes: [quotes(of, [[60, 100, 100.01], [61, 100, 100.01], ...rows])] },
    );
    return order.reason;
  };

  it.each([
    ["a missing side", [[70, -1, 100]]],
    [
      "a crossed quote",
      [
        [70, 101, 100],
        [75, 101, 100],
      ],
    ],
    ["a wide quote", [[70, 95, 105]]],
    ["a price that has jumped", [[70, 80, 80.01]]],
  ] as const)("passes %s", async (_name, rows) => {
    expect(await quoted(rows)).toBeUndefined();
    expect(await quoted(rows, { reducingPasses: false })).toBeDefined();
  });

  it("passes the price band: an exit may be far through the market", async () => {
    const made = async (options: OrderOptions, quantity: number): Promise<string | undefined> => {
      let order!: Order;
      await run(
        bars("SPY", "1day", [CALM, CALM, CALM, CALM]),
        {
          0: (trader) => trader.buy("SPY", 100),
          2: (trader) => void (order = trader.sell("SPY", quantity, options)),
        },
        { guards: {} },
      );
      return order.reason;
    };
    expect(await made({ limit: 80 }, 100)).toBeUndefined();
    expect(await made({ limit: 80 }, 101)).toMatch(/^PRICE_BAND: /);
  });
});

describe("a bracket", () => {
  it("is judged as one: its exits add no exposure", async () => {
    let bracket!: Bracket;
    await run(
      bars("SPY", "1day", [CALM, CALM, CALM]),
      {
        0: (trader) => {
          bracket = trader.bracket("SPY", "buy", 100, { stopLoss: 90, takeProfit: 110 });
        },
      },
      { guards: { position: 100, orderSize: 100, openOrders: 1, exposure: 10_000 } },
    );
    expect([bracket.entry, bracket.stopLoss, bracket.takeProfit].map((order) => order?.reason)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("is denied as one, counted once, and every part of it says why", async () => {
    let bracket!: Bracket;
    const told: string[] = [];
    const result = await run(
      bars("SPY", "1day", [CALM, CALM, CALM]),
      {
        onBar(trader, _bar, n) {
          if (n === 0) bracket = trader.bracket("SPY", "buy", 101, { stopLoss: 90, takeProfit: 110 });
        },
        onGuard: (_trader, trip) => void told.push(trip.reason),
      },
      { guards: { position: 100 } },
    );
    const reason = "POSITION: position=101 limit=100";
    expect(
      [bracket.entry, bracket.stopLoss, bracket.takeProfit].map((order) => [order?.status, order?.reason]),
    ).toEqual([
      ["denied", reason],
      ["denied", reason],
      ["denied", reason],
    ]);
    expect(result.denials).toMatchObject([{ code: "POSITION", count: 1, first: reason }]);
    expect(told).toEqual([reason]);
  });

  it("is one decision for the rate of orders", async () => {
    const reasons: (string | undefined)[] = [];
    await run(
      flat("SPY", "1day", 100, 3),
      {
        0: (trader) => {
          for (let i = 0; i < 20; i++)
            reasons.push(trader.bracket("SPY", "buy", 1, { stopLoss: 90, takeProfit: 110 }).entry.reason);
        },
      },
      { guards: {} },
    );
    expect(reasons).toEqual(Array.from({ length: 20 }, () => undefined));
  });

  it("of which exits work counts with the larger exit among working orders", async () => {
    let second!: Order;
    await run(
      bars("SPY", "1day", [CALM, CALM, CALM, CALM]),
      {
        0: (trader) => trader.bracket("SPY", "buy", 100, { stopLoss: 90, takeProfit: 110 }),
        // 100 held, one exit of 100 works: selling 100 more would leave the account short of 100.
        2: (trader) => void (second = trader.sell("SPY", 100)),
      },
      { guards: { position: 99 + 1 } },
    );
    expect(second.reason).toBeUndefined();
  });
});

describe("an order that is modified", () => {
  const modified = async (change: { quantity?: number; limit?: number }, guards: GuardSettings): Promise<string> => {
    let answer = "";
    await run(
      flat("SPY", "1day", 100, 3),
      {
        0: (trader) => {
          const order = trader.buy("SPY", 50, { limit: 99 });
          const denial = trader.modify(order, change);
          answer = `${denial?.code ?? "done"} ${order.quantity} ${order.limit}`;
        },
      },
      { guards },
    );
    return answer;
  };

  it("to be larger passes every guard again", async () => {
    expect(await modified({ quantity: 100 }, { position: 100 })).toBe("done 100 99");
    expect(await modified({ quantity: 101 }, { position: 100 })).toBe("POSITION 50 99");
  });

  it("to be bolder passes the price band again, and stays as it was when denied", async () => {
    expect(await modified({ limit: 105 }, {})).toBe("done 50 105");
    expect(await modified({ limit: 106 }, {})).toBe("PRICE_BAND 50 99");
  });

  it("to be larger is held to the caps as a whole, not by what is added", async () => {
    expect(await modified({ quantity: 100 }, { orderSize: 100 })).toBe("done 100 99");
    expect(await modified({ quantity: 101 }, { orderSize: 100 })).toBe("ORDER_SIZE 50 99");
    expect(await modified({ quantity: 101 }, { orderValue: 9_900 })).toBe("ORDER_VALUE 50 99");
    expect(await modified({ quantity: 102 }, { exposure: 10_000 })).toBe("EXPOSURE 50 99");
    expect(await modified({ quantity: 60 }, { openOrders: 1 })).toBe("done 60 99");
  });

  it("to be smaller or more patient passes", async () => {
    expect(await modified({ quantity: 10, limit: 1 }, { position: 60, orderSize: 60 })).toBe("done 10 1");
  });

  it("is told and counted when it is denied", async () => {
    const told: string[] = [];
    const result = await run(
      flat("SPY", "1day", 100, 4),
      {
        onBar(trader, _bar, n) {
          if (n === 0) void trader.modify(trader.buy("SPY", 50, { limit: 99 }), { quantity: 500 });
        },
        onGuard: (_trader, trip) => void told.push(`${trip.order.quantity} ${trip.reason}`),
      },
      { guards: { position: 100 } },
    );
    expect(told).toEqual(["50 POSITION: position=500 limit=100"]);
    expect(result.denials).toMatchObject([{ code: "POSITION", count: 1 }]);
  });
});

describe("denials", () => {
  it("are counted once an order, the most frequent first, with the first one in full", async () => {
    const result = await run(
      flat("SPY", "1day", 100, 6),
      {
        onBar(trader, _bar, n) {
          trader.buy("SPY", 20 + n);
          if (n < 2) trader.buy("SPY", 1, { limit: 200 });
        },
      },
      { guards: { orderSize: 10 } },
    );
    expect(result.denials.map(({ code, count, first, firstTime }) => ({ code, count, first, firstTime }))).toEqual([
      { code: "ORDER_SIZE", count: 6, first: "ORDER_SIZE: quantity=20 limit=10", firstTime: result.series[0].end[0] },
      {
        code: "PRICE_BAND",
        count: 2,
        first: "PRICE_BAND: limit=200 reference=100 band=5%",
        firstTime: result.series[0].end[0],
      },
    ]);
  });

  it("keep the format CATEGORY: key=value", async () => {
    const reasons: string[] = [];
    await run(
      flat("SPY", "1day", 100, 6),
      {
        onBar(trader) {
          for (const make of [
            () => trader.buy("SPY", 1e6),
            () => trader.buy("SPY", 1, { limit: 200 }),
            () => trader.buy("SPY", 900),
            () => trader.sell("SPY", 3, { limit: 10 }),
          ])
            make();
        },
        onGuard: (_trader, trip) => void reasons.push(trip.reason),
      },
      { guards: { orderSize: 1000, exposure: 5000 } },
    );
    expect(reasons.length).toBeGreaterThan(10);
    for (const reason of reasons) expect(reason).toMatch(/^[A-Z]+(?:_[A-Z]+)*: (?:[a-zA-Z]+=\S+)(?: [a-zA-Z]+=\S+)*$/);
  });

  it("leave no order behind and cost nothing", async () => {
    const result = await run(
      flat("SPY", "1day", 100, 4),
      {
        onBar(trader) {
          trader.buy("SPY", 100);
          expect(trader.workingOrders()).toEqual([]);
        },
      },
      { guards: { orderSize: 10 }, fees: "per-order:1" },
    );
    expect(result.fills.length).toBe(0);
    expect(result.statistics.fees).toBe(0);
  });

  it("of the broker are told and counted like those of guards", async () => {
    const told: string[] = [];
    const result = await run(
      flat("SPY", "1day", 100, 4),
      {
        onBar: (trader, _bar, n) => void (n === 0 && trader.buy("SPY", 5000)),
        onGuard: (_trader, trip) => void told.push(trip.denial.code),
      },
      { guards: {}, margin: "reg-t" },
    );
    expect(told).toEqual(["MARGIN"]);
    expect(result.denials).toMatchObject([{ code: "MARGIN", count: 1 }]);
  });
});

describe("onGuard", () => {
  it("is told the order, the code and the moment, after the handler that made the order", async () => {
    const seen: string[] = [];
    await run(
      flat("SPY", "1day", 100, 3),
      {
        onBar(trader, _bar, n) {
          if (n === 0) trader.buy("SPY", 100);
          seen.push(`bar ${n}`);
        },
        onGuard(trader, trip) {
          seen.push(`${trip.order.status} ${trip.denial.code} ${trip.time === trader.clock.now}`);
        },
      },
      { guards: { orderSize: 10 } },
    );
    expect(seen).toEqual(["bar 0", "denied ORDER_SIZE true", "bar 1", "bar 2"]);
  });

  it("cannot loop for ever: a denial that comes of handling a denial is counted but not told", async () => {
    let told = 0;
    const result = await run(
      flat("SPY", "1day", 100, 4),
      {
        onBar: (trader, _bar, n) => void (n === 0 && trader.buy("SPY", 100)),
        onGuard(trader) {
          told++;
          trader.buy("SPY", 100 + told);
          trader.buy("SPY", 200 + told);
        },
      },
      { guards: { orderSize: 10 } },
    );
    expect(told).toBe(1);
    expect(result.denials).toMatchObject([{ code: "ORDER_SIZE", count: 3 }]);
  });

  it("is told again of the next denial", async () => {
    let told = 0;
    await run(
      flat("SPY", "1day", 100, 5),
      {
        onBar: (trader) => void trader.buy("SPY", 100),
        onGuard(trader) {
          told++;
          trader.buy("SPY", 100);
        },
      },
      { guards: { orderSize: 10 } },
    );
    expect(told).toBe(5);
  });

  it("may make an order that passes, which fills like any other", async () => {
    const result = await run(
      flat("SPY", "1day", 100, 4),
      {
        onBar: (trader, _bar, n) => void (n === 0 && trader.buy("SPY", 100)),
        onGuard: (trader) => void trader.buy("SPY", 10),
      },
      { guards: { orderSize: 10 } },
    );
    expect(result.fills.length).toBe(1);
  });
});
