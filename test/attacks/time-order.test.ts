import { describe, expect, it } from "vitest";
import { type Bar, type Order, sma } from "../../index.js";
import { bars, flat, instrument, MINUTE, OPEN, quotes, type Row, SECOND, SESSION, trades } from "../bars.js";
import { fillsOf, run, type Trader } from "../scripted.js";
import { crawl, Future, fingerprinted, type Leak } from "./future.js";

describe("a strategy that reads one instrument to trade another", () => {
  const spy = instrument("SPY");
  const qqq = instrument("QQQ");
  const iwm = instrument("IWM");
  // Sizes that end together, apart, and not at all in step.
  const data = [
    fingerprinted(spy, "1min", 300, 500),
    fingerprinted(qqq, "7min", 40, 700),
    fingerprinted(iwm, "1hour", 5, 900),
  ];
  const future = new Future(data);

  it("never finds a bar of another that ends later than now, whatever it asks", async () => {
    const leaks: Leak[] = [];
    let asked = 0;
    const ask = (trader: Trader): void => {
      const { now } = trader.clock;
      for (const symbol of ["SPY", "QQQ", "IWM"]) {
        const history = trader.history(symbol, 1e6);
        for (const end of history.end) expect(end).toBeLessThanOrEqual(now);
        const price = trader.price(symbol);
        asked++;
        leaks.push(
          ...crawl(
            { history, price, position: trader.position(symbol).value, equity: trader.account.equity },
            future,
            now,
          ).leaks,
        );
      }
    };
    await run(data, {
      onStart: ask,
      onBar(trader, bar, n) {
        ask(trader);
        if (n % 10 === 0) trader.buy(bar.instrument, 1);
      },
      onBars: ask,
      onFill: ask,
      onStop: ask,
    });
    expect(asked).toBeGreaterThan(1500);
    expect(leaks.slice(0, 3)).toEqual([]);
  });

  it("is handed the bars of all instruments in order of the time they ended", async () => {
    const ends: number[] = [];
    await run(data, {
      onBar(trader, bar) {
        ends.push(bar.end);
        expect(bar.end).toBe(trader.clock.now);
      },
    });
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    expect(ends).toHaveLength(345);
  });

  it("at the instant of a quote knows of others' quotes only those that came before", async () => {
    const seen: string[] = [];
    await run(
      [flat(spy, "1min", 100, 3), flat(qqq, "1min", 100, 3)],
      {
        onQuote(trader, quote) {
          const other = trader.quote(quote.instrument.symbol === "SPY" ? "QQQ" : "SPY");
          seen.push(`${quote.instrument.symbol} ${quote.bid}, other ${other.bid}`);
          expect(other.time > trader.clock.now).toBe(false);
        },
      },
      {
        quotes: [
          quotes(spy, [
            [61, 1, 2],
            [63, 3, 4],
          ]),
          quotes(qqq, [
            [62, 11, 12],
            [63, 13, 14],
          ]),
        ],
      },
    );
    expect(seen).toEqual(["SPY 1, other NaN", "QQQ 11, other 1", "SPY 3, other 11", "QQQ 13, other 3"]);
  });

  it("on a quote does not see the minute bar that is still open", async () => {
    await run(
      [fingerprinted(spy, "1min", 30, 500)],
      {
        onQuote(trader) {
          const { end } = trader.history("SPY", 1);
          expect(end[0]).toBeLessThanOrEqual(trader.clock.now);
          expect(trader.clock.now - end[0]).toBeLessThan(MINUTE);
        },
      },
      {
        quotes: [
          quotes(
            spy,
            Array.from({ length: 80 }, (_, i) => [60 + i * 20, 500, 501]),
          ),
        ],
      },
    );
  });
});

describe("a strategy that reads a larger bar before it is complete", () => {
  const data = fingerprinted("SPY", "1min", 390, 500);

  it("finds only complete ones, in history, in handlers and in indicators", async () => {
    const complete: number[] = [];
    let readings = 0;
    await run(
      data,
      {
        declare(trader) {
          trader.subscribe("SPY", "5min");
          trader.subscribe("SPY", "1day");
          trader.state.average = trader.indicator(sma(1), { of: "SPY", bar: "5min" }) as never;
        },
        onBar(trader, bar) {
          if (bar.size.label === "5min") complete.push(bar.end);
          const { now } = trader.clock;
          const { end, close } = trader.history("SPY", 3, "5min");
          for (const one of end) expect(one).toBeLessThanOrEqual(now);
          const value = (trader.state.average as unknown as { value: number }).value;
          expect(value).toBe(close.at(-1));
          readings++;
          for (const one of trader.history("SPY", 3, "1day").end) expect(one).toBeLessThanOrEqual(now);
        },
      },
      { from: OPEN + 10 * MINUTE },
    );
    expect(readings).toBeGreaterThan(300);
    expect(complete).toEqual(complete.map((_, i) => OPEN + (i + 3) * 5 * MINUTE));
  });

  it("finds the day only after its last minute", async () => {
    const days: number[] = [];
    await run(data, {
      declare: (trader) => trader.subscribe("SPY", "1day"),
      onBar(trader, bar) {
        if (bar.size.label === "1day") days.push(trader.clock.now);
        else expect(trader.history("SPY", 1, "1day").length).toBe(trader.clock.now >= OPEN + SESSION ? 1 : 0);
      },
    });
    expect(days).toEqual([OPEN + SESSION]);
  });
});

describe("a strategy that acts on what has just happened", () => {
  const wild = bars(
    "SPY",
    "1day",
    Array.from({ length: 40 }, (_, i): Row => [100 + (i % 7), 130, 70, 100 + ((i * 3) % 5)]),
  );

  /** Every fill happened in a bar that ended after its order was made, and at no price before that moment. */
  const expectCausal = (result: Awaited<ReturnType<typeof run>>): void => {
    const { fills, orders, series, finest } = result;
    expect(fills.length).toBeGreaterThan(10);
    for (let f = 0; f < fills.length; f++) {
      const made = orders.createdAt[fills.order[f]];
      const bar = series[finest[fills.instrument[f]]];
      expect(fills.time[f]).toBeGreaterThanOrEqual(made);
      expect(bar.end[fills.row[f]]).toBeGreaterThan(made);
      if (fills.time[f] === bar.start[fills.row[f]]) expect(bar.start[fills.row[f]]).toBeGreaterThanOrEqual(made);
    }
  };

  it("an order made on hearing of a fill does not fill in that fill's bar", async () => {
    const result = await run(
      wild,
      {
        onBar: (trader, bar, n) => void (n % 4 === 0 && trader.buy(bar.instrument, 1, { limit: 95, tif: "GTC" })),
        onFill(trader, fill) {
          // The bar went to 130 and to 70: a scalper would love to sell into it.
          trader.sell(fill.instrument, 1, { limit: 125, tif: "GTC" });
        },
      },
      { limitFill: "touch" },
    );
    expectCausal(result);
    for (let f = 1; f < result.fills.length; f++)
      expect(result.fills.row[f]).toBeGreaterThanOrEqual(result.fills.row[f - 1]);
    const [first, second] = [0, 1].map((f) => result.fills.row[f]);
    expect(second).toBeGreaterThan(first);
  });

  it("a chain of orders, each made on hearing of the one before, takes a bar for each", async () => {
    const result = await run(wild, {
      onBar: (trader, bar, n) => void (n === 0 && trader.buy(bar.instrument, 1)),
      onFill: (trader, fill, n) => void (n < 20 && trader[n % 2 === 0 ? "sell" : "buy"](fill.instrument, 1)),
    });
    expectCausal(result);
    expect(Array.from(result.fills.row.subarray(0, result.fills.length))).toEqual(
      Array.from({ length: 21 }, (_, i) => i + 1),
    );
  });

  it("a chain through order states fills no sooner", async () => {
    const result = await run(wild, {
      onBar: (trader, bar, n) => void (n % 3 === 0 && trader.buy(bar.instrument, 1)),
      onOrder(trader, order, n) {
        if (order.status === "filled" && n < 60) trader.sell(order.instrument, 1, { stop: 99, tif: "GTC" });
      },
    });
    expectCausal(result);
  });

  it("on quotes, an order made on hearing of a fill does not fill on the quote of that fill", async () => {
    const spy = instrument("SPY");
    const result = await run(
      flat(spy, "1min", 100, 10),
      {
        onQuote: (trader, quote, n) => void (n === 0 && trader.buy(quote.instrument, 1)),
        onFill: (trader, fill, n) => void (n < 3 && trader[n % 2 === 0 ? "sell" : "buy"](fill.instrument, 1)),
      },
      {
        quotes: [
          quotes(spy, [
            [60, 99, 100],
            [61, 100, 101],
            [61, 105, 106],
            [62, 101, 102],
            [63, 102, 103],
          ]),
        ],
      },
    );
    expect(fillsOf(result)).toEqual(["61s: buy 1 at 101", "62s: sell 1 at 101", "63s: buy 1 at 103"]);
  });

  it("an order moved to where the bar has just been does not fill there", async () => {
    let order!: Order;
    const result = await run(
      bars("SPY", "1day", [
        [100, 101, 99, 100],
        [100, 110, 80, 100],
        [100, 101, 99, 100],
        [100, 101, 99, 100],
      ]),
      {
        onBar(trader, bar, n) {
          if (n === 0) order = trader.buy(bar.instrument, 1, { limit: 50, tif: "GTC" });
          if (n === 1) trader.modify(order, { limit: 81 });
          if (n === 2) trader.modify(order, { limit: 99.5 });
        },
      },
    );
    expect(fillsOf(result)).toEqual(["bar 3: buy 1 at 99.5"]);
  });

  it("cancelling or modifying what the bar has already filled changes nothing", async () => {
    const orders: Order[] = [];
    const refused: unknown[] = [];
    const result = await run(
      bars("SPY", "1day", [
        [100, 101, 99, 100],
        [100, 110, 80, 81],
        [81, 82, 70, 71],
      ]),
      {
        onBar(trader, bar, n) {
          if (n === 0)
            for (const limit of [95, 90, 85]) orders.push(trader.buy(bar.instrument, 1, { limit, tif: "GTC" }));
        },
        onFill(trader, _fill, n) {
          if (n > 0) return;
          // Told of the first fill, it wants the two others undone: the bar has closed far below.
          for (const order of orders) {
            trader.cancel(order);
            try {
              trader.modify(order, { limit: 70 });
            } catch (error) {
              refused.push((error as { code: string }).code);
            }
          }
          trader.cancelAll();
        },
      },
    );
    expect(fillsOf(result)).toEqual(["bar 1: buy 1 at 95", "bar 1: buy 1 at 90", "bar 1: buy 1 at 85"]);
    expect(refused).toEqual(["NOT_MODIFIABLE", "NOT_MODIFIABLE", "NOT_MODIFIABLE"]);
    expect(orders.map((order) => order.averagePrice)).toEqual([95, 90, 85]);
  });
});

describe("a strategy that watches a day by the minute and takes back its daily order", () => {
  // DAY and MINUTE are the same market; the order in DAY belongs to the open of its daily bar.
  const days: Row[] = [
    [100, 100, 100, 100],
    [100, 101, 79, 80],
    [80, 80, 80, 80],
  ];
  const falling = bars(
    "MINUTES",
    "1min",
    Array.from({ length: 1170 }, (_, i): Row => {
      const price = i < 390 ? 100 : i < 780 ? 100 - ((i - 390) * 20) / 390 : 80;
      return [price, price, price, price];
    }),
  );
  const made = (change: (trader: Trader, order: Order) => void): Promise<string[]> => {
    let order: Order | undefined;
    const noon = OPEN + 24 * 60 * MINUTE + SESSION / 2;
    return run([bars("DAYS", "1day", days), falling], {
      onBar(trader, bar: Bar) {
        if (bar.instrument.symbol === "DAYS") order ??= trader.buy("DAYS", 100, { tif: "GTC" });
        else if (bar.end === noon && order?.isWorking === true) change(trader, order);
      },
    }).then(fillsOf);
  };

  it("keeps the fill that the day's open has given it", async () => {
    expect(await made(() => undefined)).toEqual(["bar 1 open: buy 100 DAYS at 100"]);
    expect(await made((trader, order) => trader.cancel(order))).toEqual(["bar 1 open: buy 100 DAYS at 100"]);
  });

  it("keeps it too when it modifies the order instead", async () => {
    expect(await made((trader, order) => void trader.modify(order, { quantity: 1 }))).toEqual([
      "bar 1 open: buy 100 DAYS at 100",
    ]);
  });
});

describe("a strategy that knows how the day went before it lets go of an order that the day has met", () => {
  const MINUTES = 390;
  const dayOf = (path: readonly (readonly [minute: number, price: number])[]): number[] =>
    Array.from({ length: MINUTES }, (_, i) => {
      const k = path.findLastIndex(([minute]) => minute <= i);
      const [from, price] = path[k];
      const next = path[k + 1] ?? [MINUTES - 1, price];
      return price + ((next[1] - price) * (i - from)) / Math.max(1, next[0] - from);
    });
  // Each begins at 100: one falls to 90 before it rises to 112, the other rises to 110 before it falls to 88.
  const REBOUND: (readonly [number, number])[] = [
    [0, 100],
    [120, 90],
    [389, 112],
  ];
  const FADE: (readonly [number, number])[] = [
    [0, 100],
    [120, 110],
    [389, 88],
  ];
  const RALLY: (readonly [number, number])[] = [
    [0, 100],
    [389, 120],
  ];

  /** A day that stands still, then the day of the attack, by the minute and as one bar; 100 held since the first open. */
  async function attacked(
    path: readonly (readonly [number, number])[],
    protect: (trader: Trader) => Order,
    late: (trader: Trader, order: Order) => void,
    from = 1,
  ): Promise<string[]> {
    const minutes = [...Array.from({ length: MINUTES * 2 }, () => 100), ...dayOf(path)];
    const daily = [0, 1, 2].map((day): Row => {
      const own = minutes.slice(day * MINUTES, (day + 1) * MINUTES);
      return [own[0], Math.max(...own), Math.min(...own), own.at(-1) as number];
    });
    let order: Order | undefined;
    const result = await run(
      [
        bars("DAYS", "1day", daily),
        bars(
          "MINUTES",
          "1min",
          minutes.map((price): Row => [price, price, price, price]),
        ),
      ],
      {
        onBar(trader, bar) {
          if (bar.instrument.symbol === "DAYS") {
            if (bar.start === OPEN && from === 1) trader.buy("DAYS", 100);
            if (bar.start > OPEN) order ??= protect(trader);
          } else if (
            order?.isWorking === true &&
            bar.end % (24 * 60 * MINUTE) === (OPEN + 388 * MINUTE) % (24 * 60 * MINUTE)
          ) {
            late(trader, order);
          }
        },
      },
    );
    return fillsOf(result).filter((fill) => fill.startsWith("bar 2"));
  }

  const stop = (trader: Trader): Order => trader.sell("DAYS", 100, { stop: 95, tif: "GTC" });
  const target = (trader: Trader): Order => trader.sell("DAYS", 100, { limit: 105, tif: "GTC" });

  it("does not get out of a stop that a rebound has made regrettable, by a cancel", async () => {
    expect(await attacked(REBOUND, stop, (trader, order) => trader.cancel(order))).toEqual([
      "bar 2: sell 100 DAYS at 95",
    ]);
  });

  it("does not get out of it by moving it", async () => {
    expect(await attacked(REBOUND, stop, (trader, order) => void trader.modify(order, { stop: 1 }))).toEqual([
      "bar 2: sell 100 DAYS at 95",
    ]);
  });

  it("does not get out of a target that a rally has left far below, by a cancel", async () => {
    expect(await attacked(RALLY, target, (trader, order) => trader.cancel(order))).toEqual([
      "bar 2: sell 100 DAYS at 105",
    ]);
  });

  it("does not get out of it by moving it", async () => {
    expect(await attacked(RALLY, target, (trader, order) => void trader.modify(order, { limit: 500 }))).toEqual([
      "bar 2: sell 100 DAYS at 105",
    ]);
  });

  it("does not keep a buy that it would rather not have made after a fade", async () => {
    const entry = (trader: Trader): Order => trader.buy("DAYS", 100, { stop: 105, tif: "GTC" });
    expect(await attacked(FADE, entry, (trader, order) => trader.cancel(order))).toEqual([
      "bar 2: buy 100 DAYS at 105",
    ]);
    expect(await attacked(FADE, entry, (trader, order) => void trader.modify(order, { quantity: 1 }))).toEqual([
      "bar 2: buy 100 DAYS at 105",
    ]);
  });

  it("does not get out of the stop of an entry that the same day has filled", async () => {
    let loss!: Order;
    const bracket = (trader: Trader): Order => {
      const made = trader.bracket("DAYS", "buy", 100, { stopLoss: 95, takeProfit: 300, tif: "GTC" });
      loss = made.stopLoss as Order;
      return loss;
    };
    for (const late of [
      (trader: Trader) => trader.cancel(loss),
      (trader: Trader) => void trader.modify(loss, { stop: 1 }),
    ]) {
      expect(await attacked(REBOUND, bracket, late, 0)).toEqual([
        "bar 2 open: buy 100 DAYS at 100",
        "bar 2: sell 100 DAYS at 95",
      ]);
    }
  });

  it("may take back an order for the close before the close", async () => {
    const late = (trader: Trader): Order => trader.sell("DAYS", 100, { type: "market-on-close" });
    expect(await attacked(RALLY, late, (trader, order) => trader.cancel(order))).toEqual([]);
  });

  it("may take back an order that the day has not met", async () => {
    const far = (trader: Trader): Order => trader.sell("DAYS", 100, { stop: 50, tif: "GTC" });
    let order!: Order;
    expect(
      await attacked(
        REBOUND,
        (trader) => (order = far(trader)),
        (trader) => trader.cancel(order),
      ),
    ).toEqual([]);
    expect(order.status).toBe("cancelled");
  });

  it("does not get a free look at the first bar of a session either", async () => {
    // Seven bars of fifty minutes a session. From the last bar's end to ten minutes after the next open it is a multiple
    // of fifty minutes, and no bar ends there all the same.
    const perSession = 7;
    const falling = (minute: number): number => 100 - Math.max(0, minute - 390) / 10;
    const coarse = Array.from({ length: 2 * perSession }, (_, k): Row => {
      const first = Math.floor(k / perSession) * 390 + (k % perSession) * 50;
      return [falling(first), falling(first), falling(first + 49), falling(first + 49)];
    });
    let order: Order | undefined;
    const result = await run(
      [
        bars("COARSE", "50min", coarse),
        bars(
          "MINUTES",
          "1min",
          Array.from({ length: 780 }, (_, i): Row => [falling(i), falling(i), falling(i), falling(i)]),
        ),
      ],
      {
        onBar(trader, bar) {
          if (bar.instrument.symbol === "COARSE" && bar.end === OPEN + 350 * MINUTE)
            order = trader.buy("COARSE", 100, { tif: "GTC" });
          if (order?.isWorking === true && bar.end === OPEN + (24 * 60 + 10) * MINUTE) trader.cancel(order);
        },
      },
    );
    expect(fillsOf(result)).toEqual(["bar 7 open: buy 100 COARSE at 100"]);
  });
});

describe("a strategy that beats its latency", () => {
  it("does not by turning the clock back", async () => {
    const result = await run(
      bars(
        "SPY",
        "1min",
        Array.from({ length: 6 }, (_, i): Row => [100 + i, 100 + i, 100 + i, 100 + i]),
      ),
      {
        onBar(trader, bar, n) {
          if (n !== 1) return;
          try {
            (trader.clock as { now: number }).now -= 10 * MINUTE;
          } catch {
            // Better still.
          }
          trader.buy(bar.instrument, 1);
        },
      },
      { latency: 90 * SECOND },
    );
    expect(fillsOf(result)).toEqual(["bar 3: buy 1 at 103"]);
  });

  it("does not by making the order on the quote of another instrument", async () => {
    const [spy, qqq] = [instrument("SPY"), instrument("QQQ")];
    const result = await run(
      [flat(spy, "1min", 100, 5), flat(qqq, "1min", 100, 5)],
      {
        onTrade: (trader, _trade, n) => void (n === 0 && trader.buy("QQQ", 1)),
      },
      {
        latency: 2000,
        trades: [
          trades(spy, [[61, 100, 10]]),
          trades(qqq, [
            [62, 101, 10],
            [63, 102, 10],
            [64, 103, 10],
          ]),
        ],
      },
    );
    expect(fillsOf(result)).toEqual(["64s: buy 1 QQQ at 103"]);
  });
});
