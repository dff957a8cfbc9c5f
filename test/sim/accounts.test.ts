import { describe, expect, it } from "vitest";
import { type Order, Sessions } from "../../index.js";
import { bars, flat, HOUR, instrument, OPEN, type Row } from "../bars.js";
import { equityOf, fillsOf, run } from "../scripted.js";

const CALM: Row = [100, 100, 100, 100];

describe("a fill at this very close", () => {
  it("takes the close the order was made on", async () => {
    const result = await run(
      bars("SPY", "1day", [
        [100, 105, 95, 103],
        [110, 111, 109, 110],
      ]),
      {
        0: (trader) => trader.buy("SPY", 10),
      },
      { fill: "same-close" },
    );
    expect(fillsOf(result)).toEqual(["bar 0: buy 10 at 103"]);
    expect(equityOf(result).at(-1)).toBe(100_000 + 10 * 7);
  });

  it("is for market orders alone: limits and stops wait for the next bar", async () => {
    const result = await run(
      bars("SPY", "1day", [
        [100, 105, 95, 103],
        [104, 111, 102, 110],
      ]),
      {
        0: (trader) => {
          trader.buy("SPY", 1, { limit: 104 });
          trader.buy("SPY", 1, { stop: 101 });
        },
      },
      { fill: "same-close" },
    );
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 1 at 104", "bar 1 open: buy 1 at 104"]);
  });

  it("an order made on hearing of that fill waits for the next bar", async () => {
    const result = await run(
      bars("SPY", "1day", [CALM, [101, 102, 100, 101], [103, 104, 102, 103]]),
      {
        onBar: (trader, _bar, n) => void (n === 0 && trader.buy("SPY", 10)),
        onFill: (trader, _fill, n) => void (n === 0 && trader.sell("SPY", 10)),
      },
      { fill: "same-close" },
    );
    expect(fillsOf(result)).toEqual(["bar 0: buy 10 at 100", "bar 1 open: sell 10 at 101"]);
  });

  it("an order of another instrument whose bar does not end now waits for its own", async () => {
    const result = await run(
      [flat("SPY", "1day", 100, 3), flat("QQQ", "1hour", 50, 12)],
      {
        onBar: (trader, bar, n) => void (n === 0 && bar.instrument.symbol === "QQQ" && trader.buy("SPY", 1)),
      },
      { fill: "same-close" },
    );
    expect(fillsOf(result)).toHaveLength(1);
    expect(fillsOf(result)[0]).toMatch(/^bar 0: buy 1 SPY/);
  });

  it("costs its slippage at once and not one bar later", async () => {
    const result = await run(
      flat("SPY", "1day", 100, 3),
      { 0: (trader) => trader.buy("SPY", 100) },
      {
        fill: "same-close",
        slippage: "ticks:10",
      },
    );
    expect(equityOf(result)).toEqual([100_000, 99_990, 99_990, 99_990]);
  });

  it("is told before anything else in the report", async () => {
    const result = await run(
      flat("SPY", "1day", 100, 3),
      { 0: (trader) => trader.buy("SPY", 100) },
      { fill: "same-close" },
    );
    expect(result.caveats[0].level).toBe("warning");
    expect(result.caveats.some(({ text }) => text.includes("own close"))).toBe(true);
  });
});

describe("a cash account", () => {
  it("denies a purchase that cash does not pay, and says what was needed", async () => {
    let order!: Order;
    const result = await run(
      flat("SPY", "1day", 100, 3),
      {
        0: (trader) => {
          order = trader.buy("SPY", 1001);
        },
      },
      { margin: "cash" },
    );
    expect(order.status).toBe("denied");
    expect(order.reason).toBe("CASH: needed=100100.00 available=100000.00 currency=USD");
    expect(result.denials).toMatchObject([{ code: "CASH", count: 1 }]);
  });

  it("pays the last cent, fee included", async () => {
    const made = async (cash: number): Promise<number> =>
      (
        await run(
          flat("SPY", "1day", 100, 3),
          { 0: (trader) => trader.buy("SPY", 100) },
          { margin: "cash", fees: "per-order:1", cash },
        )
      ).fills.length;
    expect(await made(10_001)).toBe(1);
    expect(await made(10_000.99)).toBe(0);
  });

  it("counts what working orders may still cost", async () => {
    let second!: Order;
    await run(
      flat("SPY", "1day", 100, 3),
      {
        0: (trader) => {
          trader.buy("SPY", 600, { limit: 99 });
          second = trader.buy("SPY", 600, { limit: 99 });
        },
      },
      { margin: "cash" },
    );
    expect(second.reason).toBe("CASH: needed=59400.00 available=40600.00 currency=USD");
  });

  it("counts a working order at what it has been raised to", async () => {
    const made = async (change: { limit?: number; quantity?: number }): Promise<string[]> => {
      let second = "";
      let denied: string | undefined;
      await run(
        flat("SPY", "1day", 100, 3),
        {
          0: (trader) => {
            const first = trader.buy("SPY", 500, { limit: 50 });
            denied = trader.modify(first, change)?.code;
            second = trader.buy("SPY", 600, { limit: 99 }).status;
          },
        },
        { margin: "cash" },
      );
      return [denied ?? "done", second];
    };
    expect(await made({ limit: 80 })).toEqual(["done", "held"]);
    expect(await made({ limit: 90 })).toEqual(["done", "denied"]);
    expect(await made({ quantity: 800 })).toEqual(["done", "held"]);
    expect(await made({ quantity: 900 })).toEqual(["done", "denied"]);
    expect(await made({ quantity: 2100 })).toEqual(["CASH", "held"]);
  });

  it("a change that is denied leaves the order as it was, with its money still set aside", async () => {
    let order!: Order;
    let second!: Order;
    await run(
      flat("SPY", "1day", 100, 3),
      {
        0: (trader) => {
          order = trader.buy("SPY", 900, { limit: 99 });
          expect(trader.modify(order, { quantity: 1100 })?.code).toBe("CASH");
          second = trader.buy("SPY", 200, { limit: 99 });
        },
      },
      { margin: "cash" },
    );
    expect([order.quantity, order.status, second.status]).toEqual([900, "expired", "denied"]);
  });

  it("never sells short", async () => {
    let order!: Order;
    await run(
      flat("SPY", "1day", 100, 3),
      {
        0: (trader) => {
          order = trader.sell("SPY", 1);
        },
      },
      { margin: "cash" },
    );
    expect(order.reason).toMatch(/^SHORT_SALE: /);
  });

  it("sells what it holds, as two exits of which one cancels the other", async () => {
    let orders: Order[] = [];
    const result = await run(
      bars("SPY", "1day", [CALM, CALM, [100, 106, 99, 105]]),
      {
        0: (trader) => trader.buy("SPY", 100),
        1: (trader) => {
          orders = trader.oco([
            { instrument: "SPY", side: "sell", quantity: 100, limit: 105 },
            { instrument: "SPY", side: "sell", quantity: 100, stop: 95 },
          ]);
        },
      },
      { margin: "cash" },
    );
    expect(orders.map((order) => order.status)).toEqual(["filled", "cancelled"]);
    expect(fillsOf(result)).toHaveLength(2);
  });

  it("takes an exit that waits for its entry", async () => {
    const result = await run(
      bars("SPY", "1day", [CALM, CALM, [100, 106, 99, 105]]),
      {
        0: (trader) => {
          const parent = trader.buy("SPY", 100);
          trader.submit({ instrument: "SPY", side: "sell", quantity: 100, limit: 105, tif: "GTC", parent });
        },
      },
      { margin: "cash" },
    );
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 100 at 100", "bar 2: sell 100 at 105"]);
  });

  it("sets money aside for an entry that waits for another order", async () => {
    let orders: Order[] = [];
    await run(
      [flat("SPY", "1day", 100, 3), flat("QQQ", "1day", 100, 3)],
      {
        onBar(trader, _bar, n) {
          if (n !== 1) return;
          const parent = trader.buy("SPY", 400);
          orders = [
            parent,
            trader.submit({ instrument: "QQQ", side: "buy", quantity: 400, parent }),
            trader.buy("SPY", 400),
          ];
        },
      },
      { margin: "cash" },
    );
    expect(orders.map((order) => order.status)).toEqual(["filled", "filled", "denied"]);
  });
});

describe("a margin account", () => {
  it("buys twice its equity and no more", async () => {
    const made = async (quantity: number): Promise<string> => {
      let order!: Order;
      await run(
        flat("SPY", "1day", 100, 3),
        {
          0: (trader) => {
            order = trader.buy("SPY", quantity);
          },
        },
        { margin: "reg-t" },
      );
      return order.status;
    };
    expect([await made(2000), await made(2001)]).toEqual(["filled", "denied"]);
  });

  it("liquidates at the next open when equity falls under maintenance, only what is needed, and says so", async () => {
    const result = await run(
      bars("SPY", "1day", [CALM, CALM, [70, 70, 60, 60], [60, 60, 60, 60], [60, 60, 60, 60]]),
      {
        0: (trader) => trader.buy("SPY", 2000),
      },
      { margin: "reg-t" },
    );
    // At 60: equity 100,000 - 80,000 = 20,000 against 25 % of 120,000 = 30,000; a share frees 15.
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 2000 at 100", "bar 3 open: sell 667 at 60"]);
    expect([...result.orders.tags.values()]).toEqual(["margin call"]);
    expect(result.caveats.some(({ text }) => text.includes("margin call"))).toBe(true);
  });

  it("liquidates again when the open of the liquidation was not enough", async () => {
    const result = await run(
      bars("SPY", "1day", [CALM, CALM, [70, 70, 60, 60], [58, 59, 54, 54], [54, 54, 54, 54]]),
      {
        0: (trader) => trader.buy("SPY", 2000),
      },
      { margin: "reg-t" },
    );
    expect(fillsOf(result).slice(0, 2)).toEqual(["bar 1 open: buy 2000 at 100", "bar 3 open: sell 667 at 58"]);
    expect(fillsOf(result)[2]).toMatch(/^bar 4 open: sell/);
  });

  it("cancels the working orders of what it liquidates", async () => {
    let stop!: Order;
    await run(
      bars("SPY", "1day", [CALM, CALM, [70, 70, 60, 60], [58, 59, 57, 58]]),
      {
        0: (trader) => trader.buy("SPY", 2000),
        1: (trader) => {
          stop = trader.sell("SPY", 2000, { stop: 10, tif: "GTC" });
        },
      },
      { margin: "reg-t" },
    );
    expect(stop.status).toBe("cancelled");
  });

  it("calls a short position that has risen", async () => {
    const result = await run(
      bars("SPY", "1day", [CALM, CALM, [150, 160, 150, 160], [165, 166, 164, 165]]),
      {
        0: (trader) => trader.sell("SPY", 1000),
      },
      { margin: "reg-t", cash: 100_000 },
    );
    // Equity 40,000 against 30 % of 160,000 = 48,000.
    expect(fillsOf(result)[1]).toMatch(/^bar 3 open: buy \d+ at 165$/);
  });

  it("the proceeds of a short sale are cash, the position is owed", async () => {
    const seen: number[][] = [];
    await run(
      flat("SPY", "1day", 100, 4),
      {
        onBar(trader, _bar, n) {
          if (n === 0) trader.sell("SPY", 100);
          seen.push([
            trader.account.cash,
            trader.account.equity,
            trader.account.exposure,
            trader.position("SPY").value,
          ]);
        },
      },
      { margin: "reg-t" },
    );
    expect(seen[0]).toEqual([100_000, 100_000, 0, 0]);
    expect(seen[2]).toEqual([110_000, 100_000, 10_000, -10_000]);
  });

  it("with looser rates inside the day, closes before the night what the night's rate does not carry", async () => {
    // 400,000 of stock on 100,000 of equity needs 25 % inside the day and 50 % over the night.
    const result = await run(
      flat("SPY", "1min", 100, 780),
      { 5: (trader) => trader.buy("SPY", 4000, { tif: "GTC" }) },
      { margin: "reg-t-intraday" },
    );
    const heldOvernight = Array.from({ length: result.fills.length }, (_, f) => f)
      .filter((f) => result.fills.time[f] <= result.series[0].end[389])
      .reduce((sum, f) => sum + result.fills.quantity[f], 0);
    expect(result.fills.length).toBeGreaterThan(0);
    expect(heldOvernight).toBeLessThanOrEqual(2000);
  });

  it("closes it before the night of what is held, also where another instrument goes on trading", async () => {
    const day = 24 * HOUR;
    const midnight = OPEN - 14.5 * HOUR;
    const aroundTheClock = new Sessions(
      Float64Array.of(midnight, midnight + day),
      Float64Array.of(midnight + day, midnight + 2 * day),
    );
    const result = await run(
      [flat("CLOCK", "1min", 100, 780), flat("SPY", "1min", 100, 780)],
      { onBars: (trader, _bars, n) => void (n === 5 && trader.buy("SPY", 4000, { tif: "GTC" })) },
      { margin: "reg-t-intraday", sessions: { CLOCK: aroundTheClock } },
    );
    expect(fillsOf(result)).toEqual(["bar 6 open: buy 4000 SPY at 100", "bar 380 open: sell 2000 SPY at 100"]);
  });

  it("calls as soon as a rate makes a debt in another currency too large, whatever equity does", async () => {
    const hour = (price: number): Row => [price, price, price, price];
    const pair = { symbol: "EUR.USD", assetClass: "forex", currency: "USD", tickSize: 0.00005 } as const;
    const result = await run(
      [
        bars(pair, "1hour", [1, 1, 2.2, 2.2, 2.2, 2.2].map(hour)),
        bars({ symbol: "SAP", currency: "EUR" }, "1hour", [100, 100, 100, 100, 100, 100].map(hour)),
      ],
      { onBars: (trader, _bars, n) => void (n === 0 && trader.buy("SAP", 190)) },
      { margin: "reg-t", cash: 10_000 },
    );
    // 19,000 EUR of stock on as much debt need 4,750 EUR, which are 10,450 of the 10,000 there are.
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 190 SAP at 100", "bar 3 open: sell 9 SAP at 100"]);
  });
});

describe("futures", () => {
  const es = instrument({
    symbol: "ESH4",
    assetClass: "future",
    multiplier: 50,
    tickSize: 0.25,
    future: { expiry: "2024-03-15", initialMargin: 13_000, maintenanceMargin: 12_000 },
  });

  it("move cash only by realised profit and fees", async () => {
    const seen: number[][] = [];
    await run(
      bars(es, "1day", [
        [5000, 5000, 5000, 5000],
        [5000, 5010, 4990, 5005],
        [5010, 5020, 5010, 5020],
        [5020, 5020, 5020, 5020],
      ]),
      {
        onBar(trader, _bar, n) {
          if (n === 0) trader.buy("ESH4", 2);
          if (n === 2) trader.sell("ESH4", 1);
          seen.push([trader.account.cash, trader.account.equity, trader.position("ESH4").value]);
        },
      },
      { margin: "reg-t", fees: "per-order:2" },
    );
    expect(seen).toEqual([
      [100_000, 100_000, 0],
      [99_998, 99_998 + 2 * 50 * 5, 2 * 50 * 5005],
      [99_998, 99_998 + 2 * 50 * 20, 2 * 50 * 5020],
      [99_996 + 50 * 20, 99_996 + 2 * 50 * 20, 50 * 5020],
    ]);
  });

  it("need their margin in an account that borrows and in one that does not", async () => {
    for (const margin of ["reg-t", "cash"]) {
      const statuses: string[] = [];
      await run(
        flat(es, "1day", 5000, 3),
        {
          0: (trader) => {
            statuses.push(trader.buy("ESH4", 7).status, trader.buy("ESH4", 1).status);
          },
        },
        { margin },
      );
      expect(statuses).toEqual(["held", "denied"]);
    }
  });

  it("are liquidated when their losses eat the margin", async () => {
    const result = await run(
      bars(es, "1day", [
        [5000, 5000, 5000, 5000],
        [5000, 5000, 5000, 5000],
        [4900, 4900, 4900, 4900],
        [4890, 4890, 4890, 4890],
      ]),
      {
        0: (trader) => trader.buy("ESH4", 4),
      },
      { margin: "reg-t", cash: 60_000 },
    );
    // Equity 60,000 - 4 x 50 x 100 = 40,000 against 48,000.
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 4 at 5000", "bar 3 open: sell 1 at 4890"]);
  });

  it("sold short gain as the price falls", async () => {
    const result = await run(
      bars(es, "1day", [
        [5000, 5000, 5000, 5000],
        [5000, 5000, 5000, 5000],
        [4990, 4990, 4990, 4990],
        [4980, 4980, 4980, 4980],
      ]),
      {
        0: (trader) => trader.sell("ESH4", 1),
        2: (trader) => trader.buy("ESH4", 1),
      },
    );
    expect(equityOf(result)).toEqual([100_000, 100_000, 100_000, 100_500, 101_000]);
  });
});

describe("several instruments", () => {
  it("each order fills on the bars of its own instrument alone", async () => {
    const result = await run(
      [
        bars("SPY", "1day", [CALM, [101, 102, 100, 101], CALM]),
        bars("QQQ", "1day", [
          [50, 50, 50, 50],
          [51, 60, 40, 51],
          [50, 50, 50, 50],
        ]),
      ],
      {
        onBar(trader, _bar, n) {
          if (n !== 1) return;
          trader.buy("QQQ", 1, { limit: 45 });
          trader.buy("SPY", 1, { limit: 45 });
          trader.buy("SPY", 2);
        },
      },
    );
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 2 SPY at 101", "bar 1: buy 1 QQQ at 45"]);
  });

  it("an order of a daily instrument made inside the day joins its bar inside: it fills at that close", async () => {
    const result = await run([bars("SPY", "1day", [CALM, [101, 105, 95, 103], CALM]), flat("QQQ", "1hour", 50, 18)], {
      onBar: (trader, bar, n) => void (bar.instrument.symbol === "QQQ" && n === 9 && trader.buy("SPY", 1)),
    });
    expect(fillsOf(result)).toEqual(["bar 1: buy 1 SPY at 103"]);
  });

  it("only the finest series of an instrument fills its orders", async () => {
    const spy = instrument("SPY");
    const coarse = bars(spy, "1day", [
      [1, 1000, 1, 100],
      [1, 1000, 1, 100],
    ]);
    const result = await run([coarse, flat(spy, "1hour", 100, 12)], {
      onBar: (trader, _bar, n) => {
        if (n > 0) return;
        trader.buy("SPY", 1, { limit: 50, tif: "GTC" });
        trader.buy("SPY", 2, { stop: 150, tif: "GTC" });
        trader.buy("SPY", 3);
      },
    });
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 3 at 100"]);
  });
});
