import { describe, expect, it } from "vitest";
import { formatDenial } from "../../core/orders/denial.js";
import type { Bracket, Order } from "../../index.js";
import { bars, flat, HOUR, instrument, newYork, OPEN, quotes, type Row, sessionOpen } from "../bars.js";
import { fillsOf, fillsOfRun, run } from "../scripted.js";

const held = (result: Awaited<ReturnType<typeof run>>): number =>
  Array.from({ length: result.fills.length }, (_, f) => result.fills.quantity[f]).reduce(
    (sum, units) => sum + units,
    0,
  );

describe("closing a position from inside its daily bar", () => {
  const hours = flat("HOUR", "1hour", 100, 28);
  const days = bars("DAYS", "1day", [
    [50, 51, 49, 50],
    [50, 51, 49, 50],
    [50, 51, 40, 45],
    [45, 46, 44, 45],
  ]);

  for (const margin of ["cash", "unlimited"]) {
    it(`sells it once, whatever its stop has done in that bar (${margin})`, async () => {
      // A stop that the day reaches, and closePosition at the third hour of that day.
      const result = await run(
        [hours, days],
        {
          onBar(trader, bar) {
            if (bar.end === sessionOpen(1) + HOUR) trader.buy("DAYS", 10);
            if (bar.end === sessionOpen(2) + HOUR) trader.sell("DAYS", 10, { stop: 45, tif: "GTC" });
            if (bar.end === sessionOpen(2) + 3 * HOUR) trader.closePosition("DAYS");
          },
        },
        { margin, sessions: { HOUR: newYork(4), DAYS: newYork(4) } },
      );
      expect(result.fills.length).toBe(2);
      expect(held(result)).toBe(0);
    });
  }

  it("is done by an order for what its stop has left, which ends filled", async () => {
    const gapped = bars("DAYS", "1day", [
      [50, 51, 49, 50],
      [50, 51, 49, 50],
      [44, 46, 40, 45],
    ]);
    const told: string[] = [];
    await run(
      [hours, gapped],
      {
        onBar(trader, bar) {
          if (bar.end === sessionOpen(1) + HOUR) trader.buy("DAYS", 10);
          if (bar.instrument.symbol === "DAYS" && trader.position("DAYS").quantity > 0)
            trader.sell("DAYS", 4, { stop: 45, tif: "GTC" });
          if (bar.end === sessionOpen(2) + 3 * HOUR) trader.closePosition("DAYS", { tag: "close" });
        },
        onOrder(_, order) {
          if (order.tag === "close") told.push(`${order.status} ${order.filled} of ${order.quantity}`);
        },
      },
      { margin: "cash", sessions: { HOUR: newYork(4), DAYS: newYork(4) } },
    );
    expect(told).toEqual(["accepted 0 of 10", "filled 6 of 6"]);
  });
});

it("an order to close at a limit ends where the position is gone, and closes no later one", async () => {
  const rows: Row[] = [
    [50, 50, 50, 50],
    [50, 50, 50, 50],
    [50, 50, 50, 50],
    [50, 50, 50, 50],
    [50, 50, 50, 50],
    [50, 61, 50, 61],
    [61, 65, 60, 61],
  ];
  let close: Order | undefined;
  const told: string[] = [];
  const result = await run(bars("SPY", "1day", rows), {
    onBar(trader, _, n) {
      if (n === 0) trader.buy("SPY", 10);
      if (n === 1) close = trader.closePosition("SPY", { limit: 60, tif: "GTC" });
      if (n === 2) trader.sell("SPY", 10);
      if (n === 3) trader.buy("SPY", 5);
      told.push(close?.status ?? "none");
    },
  });
  // At once, as live: not when its limit is met.
  expect(told).toEqual(["none", "held", "accepted", "cancelled", "cancelled", "cancelled", "cancelled"]);
  expect(fillsOf(result)).toEqual(["bar 1 open: buy 10 at 50", "bar 3 open: sell 10 at 50", "bar 4 open: buy 5 at 50"]);
});

describe("exits of one entry", () => {
  it("made apart and not as a group never sell more than the entry bought", async () => {
    const rows: Row[] = [
      [100, 101, 99, 100],
      [100, 101, 99, 100],
      [100, 106, 94, 100],
    ];
    const result = await run(
      bars("SPY", "1day", rows),
      {
        0: (trader) => {
          const parent = trader.buy("SPY", 100);
          trader.submit({ instrument: "SPY", side: "sell", quantity: 100, limit: 104, tif: "GTC", parent });
          trader.submit({ instrument: "SPY", side: "sell", quantity: 100, stop: 95, tif: "GTC", parent });
        },
      },
      { margin: "cash" },
    );
    expect(held(result)).toBe(0);
  });
});

describe("stops on quotes", () => {
  it("a stop-limit that has waited fills at the market it triggers in, not at its limit", async () => {
    const spy = instrument("SPY");
    const result = await run(
      flat(spy, "1min", 100, 3),
      {
        onQuote(trader, quote, n) {
          if (n === 0) trader.buy(quote.instrument, 10, { stop: 100, limit: 105 });
        },
      },
      {
        quotes: [
          quotes(spy, [
            [60, 98.9, 99],
            [61, 98.9, 99],
            [62, 100.2, 100.3],
          ]),
        ],
      },
    );
    expect(fillsOf(result)).toEqual(["62s: buy 10 at 100.3"]);
  });

  it("quotes after the end of the range are not seen", async () => {
    const spy = instrument("SPY");
    let seen = 0;
    await run(
      flat(spy, "1min", 100, 1),
      { onQuote: () => void seen++ },
      {
        quotes: [
          quotes(spy, [
            [61, 99, 100],
            [62, 99, 100],
            [63, 99, 100],
          ]),
        ],
        to: OPEN + 62_000,
      },
    );
    expect(seen).toBe(2);
  });

  it("quotes out of order are refused in one sentence", async () => {
    const spy = instrument("SPY");
    const [series] = [
      quotes(spy, [
        [61, 99, 100],
        [62, 99, 100],
      ]),
    ];
    const unsorted = { ...series, time: Float64Array.of(series.time[1], series.time[0]) };
    await expect(run(flat(spy, "1min", 100, 1), {}, { quotes: [unsorted] })).rejects.toMatchObject({
      code: "TICKS_UNSORTED",
    });
  });
});

describe("a fill at this very close", () => {
  it("is not for an order for the opening", async () => {
    const rows: Row[] = [
      [100, 101, 99, 100],
      [110, 111, 109, 110],
    ];
    const fills = await fillsOfRun(
      bars("SPY", "1day", rows),
      { 0: (trader) => trader.buy("SPY", 1, { tif: "OPG" }) },
      { fill: "same-close" },
    );
    expect(fills).toEqual(["bar 1 open: buy 1 at 110"]);
  });
});

describe("a stop that is moved while orders take a second to arrive", () => {
  it("still meets the gap of the next open", async () => {
    const rows: Row[] = [
      [100, 101, 99, 100],
      [100, 101, 99, 100],
      [100, 101, 99, 100],
      [90, 91, 89, 90],
    ];
    let stop: Order;
    const fills = await fillsOfRun(
      bars("SPY", "1hour", rows),
      {
        0: (trader) => trader.buy("SPY", 10),
        1: (trader) => {
          stop = trader.sell("SPY", 10, { stop: 94, tif: "GTC" });
        },
        2: (trader) => trader.modify(stop, { stop: 95 }),
      },
      { latency: 1000 },
    );
    expect(fills.at(-1)).toBe("bar 3 open: sell 10 at 90");
  });
});

describe("orders whose options cannot be meant", () => {
  const refused = async (options: object): Promise<string> => {
    let code = "accepted";
    await run(flat("SPY", "1day", 100, 2), {
      0: (trader) => {
        try {
          trader.buy("SPY", 1, options);
        } catch (error) {
          ({ code } = error as { code: string });
        }
      },
    });
    return code;
  };

  it("a slip in the name of an option is an error and no market order", async () => {
    expect(await refused({ limt: 5 })).toBe("OPTION_UNKNOWN");
    expect(await refused({ Stop: 5 })).toBe("OPTION_UNKNOWN");
  });

  it("a price that the type does not use is an error", async () => {
    expect(await refused({ type: "market", limit: 1 })).toBe("PRICE_UNUSED");
    expect(await refused({ type: "limit", limit: 99, stop: 200 })).toBe("PRICE_UNUSED");
  });

  it("a trail of 2 where 0.02 is meant is an error", async () => {
    expect(await refused({ trailPercent: 2 })).toBe("PRICE_INVALID");
  });
});

describe("a bracket that enters at the market", () => {
  it.each([
    ["buy", { stopLoss: 200 }, "BRACKET_CROSSED: exit=200 price=100"],
    ["buy", { stopLoss: 90, takeProfit: 100 }, "BRACKET_CROSSED: exit=100 price=100"],
    ["sell", { stopLoss: 99 }, "BRACKET_CROSSED: exit=99 price=100"],
    ["sell", { stopLoss: 120, takeProfit: 110 }, "BRACKET_CROSSED: exit=110 price=100"],
  ] as const)(
    "and whose exit the market has passed is denied as one and counted: %s %j",
    async (side, options, why) => {
      let bracket: Bracket | undefined;
      const result = await run(flat("SPY", "1day", 100, 3), {
        0: (trader) => {
          bracket = trader.bracket("SPY", side, 1, options);
        },
      });
      const orders = [bracket?.entry, bracket?.stopLoss, bracket?.takeProfit].filter((one) => one !== undefined);
      expect(orders.map((one) => one.status)).toEqual(orders.map(() => "denied"));
      expect(orders.map((one) => one.denial && formatDenial(one.denial))).toEqual(orders.map(() => why));
      expect(result.denials).toMatchObject([{ code: "BRACKET_CROSSED", count: 1 }]);
      expect(fillsOf(result)).toEqual([]);
    },
  );
});

describe("what is denied as one", () => {
  it("of an oco both legs, when one of them is", async () => {
    let legs: Order[] = [];
    await run(
      flat("SPY", "1day", 100, 3),
      {
        0: (trader) => {
          legs = trader.oco([
            { instrument: "SPY", side: "buy", quantity: 1, limit: 120 },
            { instrument: "SPY", side: "buy", quantity: 1, stop: 105 },
          ]);
        },
      },
      { guards: {} },
    );
    expect(legs.map((order) => order.status)).toEqual(["denied", "denied"]);
  });

  it("a stop that is moved up beyond what the account carries stays where it was", async () => {
    let answer: unknown;
    let order: Order | undefined;
    await run(
      flat("SPY", "1day", 100, 3),
      {
        0: (trader) => {
          order = trader.buy("SPY", 100, { stop: 110, tif: "GTC" });
          answer = trader.modify(order, { stop: 400 });
        },
      },
      { cash: 12_000, margin: "cash", guards: { orderValue: 12_000 } },
    );
    expect(answer).toMatchObject({ code: "ORDER_VALUE" });
    expect(order?.stop).toBe(110);
  });
});

describe("larger bars", () => {
  it("that are no multiple of the smaller are refused", async () => {
    await expect(
      run(flat("SPY", "2min", 100, 10), { declare: (trader) => trader.subscribe("SPY", "5min") }),
    ).rejects.toMatchObject({ code: "SERIES_UNKNOWN" });
  });
});
