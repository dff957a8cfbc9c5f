import { describe, expect, it } from "vitest";
import type { Order, OrderOptions } from "../../index.js";
import { bars, type Row } from "../bars.js";
import { fillsOf, fillsOfRun, run } from "../scripted.js";

const POLICIES = ["pessimistic", "optimistic", "ohlc"] as const;
type Policy = (typeof POLICIES)[number];

const DAY_BEFORE: Row = [100, 101, 99, 100];
const CALM: Row = [100, 100, 100, 100];

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
