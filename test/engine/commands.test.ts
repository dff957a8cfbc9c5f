import { describe, expect, it } from "vitest";
import {
  backtest,
  bool,
  choice,
  float,
  int,
  type Order,
  type OrderRequest,
  Strategy,
  type StrategyClass,
} from "../../index.js";
import { bars, flat, instrument, type Row } from "../bars.js";
import { fillsOf, fillsOfRun, PLAIN, run, type Settings, type Trader } from "../scripted.js";

const at = (price: number): Row => [price, price, price, price];
const prices = (...all: number[]): ReturnType<typeof bars> => bars("SPY", "1day", all.map(at));

/** The error that a command throws. */
async function refused(
  work: (trader: Trader) => unknown,
  data = flat("SPY", "1day", 100, 4),
  settings: Settings = {},
): Promise<unknown> {
  const error = await run(data, { 1: (trader) => void work(trader) }, settings).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as Error | undefined)?.cause;
}

describe("target", () => {
  it("buys, adds, reduces, turns and closes by one order for the difference", async () => {
    const fills = await fillsOfRun(flat("SPY", "1day", 100, 8), {
      0: (trader) => trader.target("SPY", 100),
      1: (trader) => trader.target("SPY", 150),
      2: (trader) => trader.target("SPY", 30),
      3: (trader) => trader.target("SPY", -20),
      4: (trader) => trader.target("SPY", 0),
    });
    expect(fills.map((fill) => fill.replace(/^bar (\d) open: | at 100$/g, ""))).toEqual([
      "buy 100",
      "buy 50",
      "sell 120",
      "sell 50",
      "buy 20",
    ]);
  });

  it("does nothing where the position is there already", async () => {
    const answers: unknown[] = [];
    await run(flat("SPY", "1day", 100, 5), {
      0: (trader) => answers.push(trader.target("SPY", 0)),
      1: (trader) => void trader.target("SPY", 10),
      3: (trader) => answers.push(trader.target("SPY", 10)),
    });
    expect(answers).toEqual([undefined, undefined]);
  });

  it("repeated while one is working, orders no more than what is missing", async () => {
    const fills = await fillsOfRun(flat("SPY", "1day", 100, 6), {
      0: (trader) => {
        trader.target("SPY", 100);
        expect(trader.target("SPY", 100)).toBeUndefined();
        trader.target("SPY", 120);
      },
    });
    expect(fills).toEqual(["bar 1 open: buy 100 at 100", "bar 1 open: buy 20 at 100"]);
  });

  it("on every bar, with a limit that does not fill, leaves one order working", async () => {
    const working: number[] = [];
    await run(flat("SPY", "1day", 100, 6), {
      onBar(trader) {
        trader.target("SPY", 100, { limit: 90, tif: "GTC" });
        working.push(trader.workingOrders().length);
      },
    });
    expect(working).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("counts what is left of a target that has partly filled", async () => {
    const fills = await fillsOfRun(
      bars("SPY", "1day", [at(100), [100, 100, 100, 100, 300], at(100), at(100)]),
      {
        0: (trader) => trader.target("SPY", 100, { tif: "GTC" }),
        1: (trader) => expect(trader.target("SPY", 100)).toBeUndefined(),
      },
      { volumeLimit: 0.1 },
    );
    expect(fills).toEqual(["bar 1 open: buy 30 at 100", "bar 2 open: buy 70 at 100"]);
  });

  it("does not count orders that are not targets", async () => {
    const fills = await fillsOfRun(flat("SPY", "1day", 100, 4), {
      0: (trader) => {
        trader.buy("SPY", 10, { limit: 50 });
        trader.target("SPY", 100);
      },
    });
    expect(fills).toEqual(["bar 1 open: buy 100 at 100"]);
  });

  it("taken back before it has filled, sells what is on its way", async () => {
    const result = await run(flat("SPY", "1day", 100, 4), {
      0: (trader) => {
        trader.target("SPY", 100);
        trader.target("SPY", 0);
      },
    });
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 100 at 100", "bar 1 open: sell 100 at 100"]);
  });

  it("of nothing that is a number is refused", async () => {
    for (const target of [Number.NaN, Infinity, -Infinity]) {
      expect(await refused((trader) => trader.target("SPY", target))).toMatchObject({ code: "TARGET_INVALID" });
      expect(await refused((trader) => trader.targetValue("SPY", target))).toMatchObject({ code: "TARGET_INVALID" });
    }
  });

  it("takes a quantity of many steps, and a difference that many fills have left a hair off one", async () => {
    // Seen as: QUANTITY_STEP for 13604.943, "round it, for example to 13604.943".
    const fine = instrument({ symbol: "FND", quantityStep: 0.001 });
    const orders: (Order | undefined)[] = [];
    await run(flat(fine, "1day", 100, 4), {
      onBar(trader, _bar, n) {
        if (n < 3) orders.push(trader.target("FND", [13_604.943, 6795.387000001, 6795.387][n]));
      },
    });
    expect(orders.map((order) => order?.quantity)).toEqual([13_604.943, 6809.556, undefined]);
  });

  it("keeps to the instrument's step without a binary tail", async () => {
    const btc = instrument({ symbol: "BTC", quantityStep: 0.1 });
    const quantities: number[] = [];
    await run(flat(btc, "1day", 100, 5), {
      onBar(trader, _bar, n) {
        trader.target("BTC", [0.3, 0.1, 0.7][n] ?? 0);
        quantities.push(trader.position("BTC").quantity);
      },
    });
    expect(quantities.slice(1, 4).map((quantity) => Number(quantity.toFixed(9)))).toEqual([0.3, 0.1, 0.7]);
  });
});

describe("targetValue and targetPercent", () => {
  it("buy as many whole units as the value pays, rounded towards zero", async () => {
    const bought = async (work: (trader: Trader) => unknown): Promise<string | undefined> =>
      (await fillsOfRun(prices(60, 60, 60), { 0: work }))[0];
    expect(await bought((trader) => trader.targetValue("SPY", 10_000))).toBe("bar 1 open: buy 166 at 60");
    expect(await bought((trader) => trader.targetValue("SPY", -10_000))).toBe("bar 1 open: sell 166 at 60");
    expect(await bought((trader) => trader.targetValue("SPY", 59))).toBeUndefined();
    expect(await bought((trader) => trader.targetPercent("SPY", 0.5))).toBe("bar 1 open: buy 833 at 60");
    expect(await bought((trader) => trader.targetPercent("SPY", -1))).toBe("bar 1 open: sell 1666 at 60");
  });

  it("count the multiplier of a future and the rate of its currency", async () => {
    const fesx = instrument({
      symbol: "FESX",
      assetClass: "future",
      multiplier: 10,
      currency: "EUR",
      tickSize: 1,
      exchange: "EUREX",
      future: { expiry: "2024-03-15" },
    });
    const fills = await fillsOfRun(
      flat(fesx, "1day", 4000, 3),
      { 0: (trader) => trader.targetValue("FESX", 500_000) },
      { rates: { EUR: 1.25 } },
    );
    expect(fills).toEqual(["bar 1 open: buy 10 at 4000"]);
  });

  it("follow equity as it changes", async () => {
    const fills = await fillsOfRun(prices(100, 100, 200, 200, 200), {
      0: (trader) => trader.targetPercent("SPY", 1),
      2: (trader) => trader.targetPercent("SPY", 0.5),
    });
    // 1000 bought at 100; at 200 equity is 200,000 and half of it is 500 shares.
    expect(fills).toEqual(["bar 1 open: buy 1000 at 100", "bar 3 open: sell 500 at 200"]);
  });

  it("before the first price are refused", async () => {
    const error = await run(flat("SPY", "1day", 100, 3), {
      onStart: (trader) => void trader.targetValue("SPY", 1000),
    }).then(
      () => undefined,
      (reason: Error) => reason.cause,
    );
    expect(error).toMatchObject({ code: "NO_PRICE" });
  });
});

describe("closePosition", () => {
  it("cancels what works for the instrument and closes what is held, long or short", async () => {
    for (const side of ["buy", "sell"] as const) {
      let stop!: Order;
      const result = await run(flat("SPY", "1day", 100, 5), {
        0: (trader) => trader[side]("SPY", 10),
        1: (trader) => {
          stop = trader.buy("SPY", 5, { limit: 50, tif: "GTC" });
        },
        2: (trader) => trader.closePosition("SPY"),
      });
      expect(stop.status).toBe("cancelled");
      expect(result.fills.quantity.subarray(0, 2)).toEqual(
        Float64Array.of(side === "buy" ? 10 : -10, side === "buy" ? -10 : 10),
      );
    }
  });

  it("asked twice before it fills, still closes once", async () => {
    const fills = await fillsOfRun(flat("SPY", "1day", 100, 5), {
      0: (trader) => trader.buy("SPY", 10),
      2: (trader) => {
        trader.closePosition("SPY");
        trader.closePosition("SPY");
      },
    });
    expect(fills).toEqual(["bar 1 open: buy 10 at 100", "bar 3 open: sell 10 at 100"]);
  });

  it("with nothing held only cancels, and leaves other instruments alone", async () => {
    const orders: Order[] = [];
    await run([flat("SPY", "1day", 100, 4), flat("QQQ", "1day", 100, 4)], {
      onBars(trader, _bars, n) {
        if (n !== 0) return;
        for (const symbol of ["SPY", "QQQ"]) orders.push(trader.buy(symbol, 1, { limit: 50, tif: "GTC" }));
        expect(trader.closePosition("SPY")).toBeUndefined();
      },
    });
    expect(orders.map((order) => order.status)).toEqual(["cancelled", "accepted"]);
  });

  it("may close at a limit or at the close", async () => {
    const fills = await fillsOfRun(prices(100, 100, 100, 105, 106), {
      0: (trader) => trader.buy("SPY", 10),
      2: (trader) => trader.closePosition("SPY", { type: "market-on-close" }),
    });
    expect(fills).toEqual(["bar 1 open: buy 10 at 100", "bar 3: sell 10 at 105"]);
  });
});

describe("working orders", () => {
  it("are listed oldest first, by instrument or all, and leave the list when they end", async () => {
    const counts: number[][] = [];
    await run([flat("SPY", "1day", 100, 3), flat("QQQ", "1day", 100, 3)], {
      onBars(trader, _bars, n) {
        if (n === 0) for (const symbol of ["SPY", "QQQ", "SPY"]) trader.buy(symbol, 1, { limit: 50 });
        counts.push([
          trader.workingOrders("SPY").length,
          trader.workingOrders("QQQ").length,
          trader.workingOrders().length,
        ]);
        const ids = trader.workingOrders("SPY").map((order) => order.id);
        expect(ids).toEqual(ids.toSorted((a, b) => a - b));
        expect(trader.hasWorkingOrders("QQQ")).toBe(trader.workingOrders("QQQ").length > 0);
      },
    });
    expect(counts).toEqual([
      [2, 1, 3],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("cancelAll takes those of one instrument or all", async () => {
    const left: number[] = [];
    await run([flat("SPY", "1day", 100, 3), flat("QQQ", "1day", 100, 3)], {
      onBars(trader, _bars, n) {
        if (n > 0) return;
        for (const symbol of ["SPY", "QQQ", "SPY"]) trader.buy(symbol, 1, { limit: 50 });
        trader.cancelAll("SPY");
        left.push(trader.workingOrders().length);
        trader.cancelAll();
        left.push(trader.workingOrders().length);
      },
    });
    expect(left).toEqual([1, 0]);
  });

  it("a modified order keeps its fills and loses its place", async () => {
    let first!: Order;
    const fills = await fillsOfRun(
      bars("SPY", "1day", [at(100), [100, 100, 100, 100, 300], at(100), at(100)]),
      {
        0: (trader) => {
          first = trader.buy("SPY", 100, { tif: "GTC" });
        },
        1: (trader) => void trader.modify(first, { quantity: 50 }),
      },
      { volumeLimit: 0.1 },
    );
    expect(fills).toEqual(["bar 1 open: buy 30 at 100", "bar 2 open: buy 20 at 100"]);
    expect([first.status, first.quantity, first.filled]).toEqual(["filled", 50, 50]);
  });

  it("modified to no more than it has filled, an order is done", async () => {
    let order!: Order;
    await run(
      bars("SPY", "1day", [at(100), [100, 100, 100, 100, 300], at(100), at(100)]),
      {
        0: (trader) => {
          order = trader.buy("SPY", 100, { tif: "GTC" });
        },
        1: (trader) => void trader.modify(order, { quantity: 20 }),
      },
      { volumeLimit: 0.1 },
    );
    expect([order.isWorking, order.filled]).toEqual([false, 30]);
  });

  it("a trailing stop can be given another distance", async () => {
    let order!: Order;
    const fills = await fillsOfRun(bars("SPY", "1day", [at(100), at(100), at(110), [110, 110, 106, 107]]), {
      0: (trader) => {
        order = trader.sell("SPY", 1, { trail: 10, tif: "GTC" });
      },
      1: (trader) => void trader.modify(order, { trail: 3 }),
    });
    expect(fills).toEqual(["bar 3: sell 1 at 107"]);
  });
});

describe("orders that cannot be meant", () => {
  const order = (more: Partial<OrderRequest>): OrderRequest => ({
    instrument: "SPY",
    side: "buy",
    quantity: 1,
    ...more,
  });

  it.each([
    ["a size of 0", { quantity: 0 }, "QUANTITY_INVALID"],
    ["a negative size", { quantity: -5 }, "QUANTITY_INVALID"],
    ["a size that is no number", { quantity: Number.NaN }, "QUANTITY_INVALID"],
    ["an infinite size", { quantity: Infinity }, "QUANTITY_INVALID"],
    ["a size that is a text", { quantity: "5" as never }, "QUANTITY_INVALID"],
    ["a side nobody knows", { side: "by" as never }, "SIDE_UNKNOWN"],
    ["no side at all", { side: undefined as never }, "SIDE_UNKNOWN"],
    ["an instrument that is left out", { instrument: undefined as never }, "INSTRUMENT_UNKNOWN"],
    ["half a share", { quantity: 1.5 }, "QUANTITY_STEP"],
    ["a limit order without a limit", { type: "limit" }, "PRICE_MISSING"],
    ["a stop order without a stop", { type: "stop" }, "PRICE_MISSING"],
    ["a stop-limit order without a limit", { type: "stop-limit", stop: 100 }, "PRICE_MISSING"],
    ["a trailing stop without a distance", { type: "trailing-stop" }, "PRICE_MISSING"],
    ["a market-if-touched order without its price", { type: "market-if-touched" }, "PRICE_MISSING"],
    ["a limit of 0", { limit: 0 }, "PRICE_INVALID"],
    ["a negative limit", { limit: -1 }, "PRICE_INVALID"],
    ["a limit that is no number", { limit: Number.NaN }, "PRICE_INVALID"],
    ["a stop that is no number", { stop: Number.NaN }, "PRICE_INVALID"],
    ["a trail of 0", { trail: 0 }, "PRICE_INVALID"],
    ["a type nobody knows", { type: "markt" as never }, "ORDER_TYPE_UNKNOWN"],
    ["a time in force nobody knows", { tif: "FOREVER" as never }, "TIF_UNKNOWN"],
    ["a date order without its date", { tif: "GTD" }, "GOOD_TILL_MISSING"],
    ["a date order whose date is past", { tif: "GTD", goodTill: 1 }, "GOOD_TILL_MISSING"],
    ["a stop for the opening", { stop: 100, tif: "OPG" }, "TIF_UNFIT"],
    ["an order for the close that is good till cancelled", { type: "market-on-close", tif: "GTC" }, "TIF_UNFIT"],
    ["an instrument the run does not have", { instrument: "QQQ" }, "INSTRUMENT_UNKNOWN"],
  ] as const)("%s is an error", async (_name, more, code) => {
    expect(await refused((trader) => trader.submit(order(more as Partial<OrderRequest>)))).toMatchObject({ code });
  });

  it("the error names the nearest word", async () => {
    expect(await refused((trader) => trader.submit(order({ type: "markt" as never })))).toMatchObject({
      message: expect.stringContaining('Did you mean "market"?'),
    });
    expect(await refused((trader) => trader.buy("SPX", 1))).toMatchObject({
      message: expect.stringContaining('"SPY"'),
    });
    expect(await refused((trader) => trader.buy("SPY", 1.5))).toMatchObject({ message: expect.stringContaining("2") });
  });

  it("an order that is refused leaves nothing in the book", async () => {
    const result = await run(flat("SPY", "1day", 100, 3), {
      0: (trader) => {
        for (const quantity of [0, -1, 1.5, Number.NaN]) expect(() => trader.buy("SPY", quantity)).toThrow();
        expect(() => trader.buy("SPY", 1, { limit: -1 })).toThrow();
        expect(() =>
          trader.oco([
            { instrument: "SPY", side: "buy", quantity: 1 },
            { instrument: "SPY", side: "buy", quantity: 0 },
          ]),
        ).toThrow();
        expect(() => trader.bracket("SPY", "buy", 1, { stopLoss: 90, takeProfit: -5 })).toThrow();
        expect(() => trader.bracket("SPY", "long" as never, 1, { stopLoss: 90 })).toThrow(/side "long"/);
        expect(() =>
          trader.oco([
            { instrument: "SPY", side: "buy", quantity: 1 },
            { instrument: "SPY", side: "short" as never, quantity: 1 },
          ]),
        ).toThrow(/side "short"/);
      },
    });
    expect(result.orders.length).toBe(0);
    expect(fillsOf(result)).toEqual([]);
  });

  it("brackets whose exits lie on the wrong side are errors", async () => {
    for (const [side, options] of [
      ["buy", {}],
      ["buy", { stopLoss: 105, takeProfit: 95 }],
      ["sell", { stopLoss: 95, takeProfit: 105 }],
      ["buy", { limit: 100, stopLoss: 101 }],
      ["buy", { limit: 100, takeProfit: 99 }],
      ["sell", { stop: 100, stopLoss: 99 }],
    ] as const) {
      expect(await refused((trader) => trader.bracket("SPY", side, 1, options))).toMatchObject({
        code: "BRACKET_INVALID",
      });
    }
  });

  it("a child of an order that has ended is an error", async () => {
    expect(
      await refused((trader) => {
        const parent = trader.buy("SPY", 1, { limit: 50 });
        trader.cancel(parent);
        trader.submit(order({ parent }));
      }),
    ).toMatchObject({ code: "PARENT_INVALID" });
  });

  it("modifying an order that has ended is an error, cancelling it is not", async () => {
    expect(
      await refused((trader) => {
        const ended = trader.buy("SPY", 1);
        trader.cancel(ended);
        trader.cancel(ended);
        trader.modify(ended, { quantity: 2 });
      }),
    ).toMatchObject({ code: "NOT_MODIFIABLE" });
  });

  it("modifying to a price or size that cannot be is an error, and the order stays as it was", async () => {
    let kept!: Order;
    await run(flat("SPY", "1day", 100, 3), {
      0: (trader) => {
        kept = trader.buy("SPY", 5, { limit: 50 });
        for (const change of [
          { limit: -1 },
          { limit: Number.NaN },
          { stop: 0 },
          { quantity: 0 },
          { quantity: 1.5 },
          { trail: -2 },
        ]) {
          expect(() => trader.modify(kept, change)).toThrow();
        }
      },
    });
    expect([kept.limit, kept.quantity]).toEqual([50, 5]);
  });

  it("where prices can be negative, negative limits are meant", async () => {
    const cl = instrument({ symbol: "CLK0", negativePrices: true });
    const fills = await fillsOfRun(
      bars(cl, "1day", [
        [10, 10, -40, -37],
        [-38, -30, -41, -35],
      ]),
      { 0: (trader) => trader.buy("CLK0", 1, { limit: -40 }) },
    );
    expect(fills).toEqual(["bar 1: buy 1 at -40"]);
  });

  it("an instrument of another run is not taken for this one's", async () => {
    const stranger = instrument("SPY");
    const inRun: unknown[] = [];
    await run([flat("QQQ", "1day", 100, 3), flat("SPY", "1day", 100, 3)], {
      onBar(trader, bar) {
        inRun.push(trader.position(bar.instrument).quantity);
        expect(() => trader.buy(stranger, 1)).toThrow(/SPY/);
      },
    });
    expect(inRun).toHaveLength(6);
  });
});

describe("parameters", () => {
  class Tuned extends Strategy.with({
    fast: int(10, { min: 2, max: 200 }),
    ratio: float(0.5, { min: 0, max: 1 }),
    mode: choice(["long", "short"]),
    on: bool(true),
    word: "x",
  }) {
    static seen: unknown;
    override onStart(): void {
      Tuned.seen = { ...this.params };
    }
  }
  const withParams = async (params: Settings["params"]): Promise<unknown> => {
    await backtest({
      ...PLAIN,
      strategy: Tuned as StrategyClass,
      data: [flat("SPY", "1day", 100, 2)],
      ...(params && { params }),
    });
    return Tuned.seen;
  };

  it("take their defaults, and what is given over them; text is read as the parameter's own kind", async () => {
    expect(await withParams(undefined)).toEqual({ fast: 10, ratio: 0.5, mode: "long", on: true, word: "x" });
    expect(await withParams({ fast: "20", ratio: "0.25", mode: "short", on: "false", word: "y" })).toEqual({
      fast: 20,
      ratio: 0.25,
      mode: "short",
      on: false,
      word: "y",
    });
  });

  it.each([
    ["an unknown name", { fats: 3 }, "PARAM_UNKNOWN", '"fast"'],
    ["a value below its range", { fast: 1 }, "PARAM_INVALID", "2"],
    ["a value above its range", { ratio: 1.5 }, "PARAM_INVALID", "1"],
    ["a fraction for a whole number", { fast: 3.7 }, "PARAM_INVALID", "4"],
    ["an unknown choice", { mode: "shrt" }, "PARAM_INVALID", "short"],
    ["a word for a number", { fast: "many" }, "PARAM_TYPE", "whole number"],
    ["a number for a flag", { on: 3 }, "PARAM_TYPE", "true or false"],
  ] as const)("%s is an error that names the nearest right one", async (_name, params, code, hint) => {
    await expect(withParams(params)).rejects.toMatchObject({ code, message: expect.stringContaining(hint) });
  });

  it("cannot be changed while the run lasts", async () => {
    class Writer extends Strategy.with({ fast: 3 }) {
      override onBar(): void {
        (this.params as { fast: number }).fast = 4;
      }
    }
    await expect(backtest({ ...PLAIN, strategy: Writer, data: [flat("SPY", "1day", 100, 2)] })).rejects.toMatchObject({
      code: "HANDLER_FAILED",
    });
  });
});

describe("settings of a run", () => {
  it.each([
    [{ cash: 0 }, "CASH_INVALID"],
    [{ cash: Number.NaN }, "CASH_INVALID"],
    [{ latency: -1 }, "SETTING_INVALID"],
    [{ volumeLimit: 2 }, "SETTING_INVALID"],
    [{ baseCurrency: "usd" }, "SETTING_INVALID"],
    [{ fill: "next-close" }, "SETTING_UNKNOWN"],
    [{ limitFill: "throu" }, "SETTING_UNKNOWN"],
    [{ intrabar: "optimist" }, "SETTING_UNKNOWN"],
    [{ fees: "ib-fixd" }, "FEES_UNKNOWN"],
    [{ slippage: "tick:1" }, "SLIPPAGE_UNKNOWN"],
    [{ margin: "regt" }, "MARGIN_UNKNOWN"],
    [{ from: "soon" }, "TIME_UNREADABLE"],
    [{ benchmark: "QQQ" }, "BENCHMARK_UNKNOWN"],
  ])("%o is refused", async (settings, code) => {
    await expect(run(flat("SPY", "1day", 100, 3), {}, settings as Settings)).rejects.toMatchObject({ code });
  });

  it("a run without data, and a class that is no strategy, are refused", async () => {
    await expect(run([], {})).rejects.toMatchObject({ code: "DATA_MISSING" });
    await expect(
      backtest({ ...PLAIN, strategy: class {} as unknown as StrategyClass, data: [flat("SPY", "1day", 100, 2)] }),
    ).rejects.toMatchObject({ code: "CONSTRUCTOR_MISSING" });
  });

  it("bars that cannot be are refused with the row", async () => {
    await expect(run(bars("SPY", "1day", [at(100), [100, 99, 98, 100]]), {})).rejects.toMatchObject({
      code: "BAR_RANGE_INVALID",
      details: { row: 1 },
    });
    await expect(run(bars("SPY", "1day", [at(100), at(Number.NaN)]), {})).rejects.toMatchObject({
      code: "BAR_PRICE_INVALID",
    });
    await expect(run(bars("SPY", "1day", [at(100), [100, 100, 100, 100, -1]]), {})).rejects.toMatchObject({
      code: "BAR_VOLUME_INVALID",
    });
  });

  it("a strategy whose constructor throws is told with its cause", async () => {
    const cause = new Error("no file");
    await expect(
      run(flat("SPY", "1day", 100, 3), {
        declare() {
          throw cause;
        },
      }),
    ).rejects.toMatchObject({ code: "CONSTRUCTOR_FAILED", cause });
  });
});
