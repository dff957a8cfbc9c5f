import { describe, expect, it } from "vitest";
import { conclude, type PreparedRun, prepare } from "../../backtest/backtest.js";
import type { Bracket, GuardSettings, Order } from "../../index.js";
import { bars, flat, instrument, quotes, type Row } from "../bars.js";
import { fillsOf, PLAIN, type Plan, run, type Settings, scripted, type Trader } from "../scripted.js";

const CALM: Row = [100, 100, 100, 100];
const at = (price: number): Row => [price, price, price, price];

/** Hourly bars, six a session: a price for each. */
function hours(prices: readonly number[]): ReturnType<typeof bars> {
  return bars("SPY", "1hour", prices.map(at));
}

describe("the daily loss", () => {
  // 1000 shares bought at 100; the limit is 2 % of 100,000.
  const limited: GuardSettings = { dailyLoss: { fraction: 0.02 }, priceBand: false, orderRate: false };
  const made = async (price: number, order: (trader: Trader) => Order): Promise<string | undefined> => {
    let reason: string | undefined;
    await run(
      hours([100, 100, price, price, price]),
      {
        0: (trader) => trader.buy("SPY", 1000),
        2: (trader) => {
          reason = order(trader).reason;
        },
      },
      { guards: limited },
    );
    return reason;
  };

  it("below its limit lets entries pass, at its limit denies them", async () => {
    expect(await made(98.01, (trader) => trader.buy("SPY", 1))).toBeUndefined();
    expect(await made(98, (trader) => trader.buy("SPY", 1))).toBe("DAILY_LOSS: loss=2000 limit=2000");
  });

  it("lets exits pass", async () => {
    expect(await made(90, (trader) => trader.sell("SPY", 1000))).toBeUndefined();
    expect(await made(90, (trader) => trader.sell("SPY", 1001))).toMatch(/^DAILY_LOSS: /);
  });

  it("takes the lesser of a fraction and an amount", async () => {
    let reason: string | undefined;
    await run(
      hours([100, 100, 99, 99]),
      {
        0: (trader) => trader.buy("SPY", 1000),
        2: (trader) => {
          reason = trader.buy("SPY", 1).reason;
        },
      },
      { guards: { ...limited, dailyLoss: { fraction: 0.02, amount: 1000 } } },
    );
    expect(reason).toBe("DAILY_LOSS: loss=1000 limit=1000");
  });

  it("begins anew with the next session", async () => {
    const reasons: (string | undefined)[] = [];
    await run(
      hours([100, 100, 97, 97, 97, 97, 97, 97]),
      {
        onBar(trader, _bar, n) {
          if (n === 0) trader.buy("SPY", 1000);
          if (n === 3 || n === 6) reasons.push(trader.buy("SPY", 1).reason);
        },
      },
      { guards: limited },
    );
    expect(reasons).toEqual(["DAILY_LOSS: loss=3000 limit=2000", undefined]);
  });

  it("told to flatten, closes everything at the next price, once, and denies all for the day", async () => {
    let late: string | undefined;
    let next: string | undefined;
    let stop!: Order;
    const result = await run(
      hours([100, 100, 97, 96, 96, 96, 96, 96, 96]),
      {
        0: (trader) => trader.buy("SPY", 1000),
        1: (trader) => {
          stop = trader.sell("SPY", 1000, { stop: 50, tif: "GTC" });
        },
        4: (trader) => {
          late = trader.buy("SPY", 1).reason;
        },
        6: (trader) => {
          next = trader.buy("SPY", 1).reason;
        },
      },
      { guards: { ...limited, dailyLoss: { fraction: 0.02, flatten: true } } },
    );
    expect(fillsOf(result).slice(0, 2)).toEqual(["bar 1 open: buy 1000 at 100", "bar 3 open: sell 1000 at 96"]);
    expect(stop.status).toBe("cancelled");
    expect(late).toBe("DAILY_LOSS: stopped=day");
    expect(next).toBeUndefined();
    expect([...result.orders.tags.values()]).toEqual(["daily loss"]);
  });
});

describe("the drawdown", () => {
  const limited: GuardSettings = { drawdown: { fraction: 0.1 }, priceBand: false, orderRate: false };

  it("is taken from the highest equity so far, at its limit denies entries and lets exits pass", async () => {
    const reasons: (string | undefined)[] = [];
    // Equity 100,000, then 120,000 at the top; a tenth of it is 12,000: reached at 108.
    await run(
      hours([100, 100, 120, 108.01, 108, 108]),
      {
        onBar(trader, _bar, n) {
          if (n === 0) trader.buy("SPY", 1000);
          if (n === 3 || n === 4) reasons.push(trader.buy("SPY", 1).reason);
          if (n === 4) reasons.push(trader.sell("SPY", 500).reason);
        },
      },
      { guards: limited },
    );
    expect(reasons[0]).toBeUndefined();
    expect(reasons[1]).toBe("DRAWDOWN: loss=12000 limit=12000");
    expect(reasons[2]).toBeUndefined();
  });

  it("lasts until equity has come back, over days", async () => {
    const reasons: (string | undefined)[] = [];
    await run(
      hours([100, 100, 85, 85, 85, 85, 85, 95, 95]),
      {
        onBar(trader, _bar, n) {
          if (n === 0) trader.buy("SPY", 1000);
          if (n === 6 || n === 8) reasons.push(trader.buy("SPY", 1).reason);
        },
      },
      { guards: limited },
    );
    expect(reasons[0]).toMatch(/^DRAWDOWN: /);
    expect(reasons[1]).toBeUndefined();
  });

  it("told to flatten, closes everything and stops for the run", async () => {
    const reasons: (string | undefined)[] = [];
    const result = await run(
      hours([100, 100, 85, 84, 84, 84, 120, 120, 120]),
      {
        onBar(trader, _bar, n) {
          if (n === 0) trader.buy("SPY", 1000);
          if (n > 3) reasons.push(trader.buy("SPY", n).reason);
        },
      },
      { guards: { ...limited, drawdown: { fraction: 0.1, flatten: true } } },
    );
    expect(fillsOf(result)).toEqual(["bar 1 open: buy 1000 at 100", "bar 3 open: sell 1000 at 84"]);
    expect(reasons.every((reason) => reason?.startsWith("DRAWDOWN: stopped="))).toBe(true);
  });

  it("told to flatten inside a bar, closes no more than is left when a stop it cancels had filled before", async () => {
    // SPY falls by 30 % at noon of the third day; on that day QQQ, of daily bars, goes through its stop at 95.
    const prices = Array.from({ length: 30 }, (_, hour) => (hour < 14 ? 100 : 70));
    const daily = bars("QQQ", "1day", [CALM, CALM, [100, 100, 94, 97], at(97), at(97)]);
    const result = await run(
      [daily, hours(prices)],
      {
        onBars(trader) {
          if (trader.clock.now !== daily.end[0]) return;
          trader.bracket("QQQ", "buy", 100, { stopLoss: 95 });
          trader.buy("SPY", 200);
        },
      },
      { guards: { drawdown: { fraction: 0.05, flatten: true } } },
    );
    expect(fillsOf(result).slice(2)).toEqual(["bar 15 open: sell 200 SPY at 70", "bar 2: sell 100 QQQ at 95"]);
  });

  it("of an account that has made nothing but money never trips", async () => {
    const result = await run(
      hours([100, 100, 101, 102, 103, 104]),
      { onBar: (trader) => void trader.buy("SPY", 10) },
      { guards: { ...limited, drawdown: { amount: 1 } } },
    );
    expect(result.denials).toEqual([]);
  });
});

describe("what a limit that flattens takes a position to be worth", () => {
  const SPY = instrument("SPY");
  const fraction = 0.03;
  type Quotes = Parameters<typeof quotes>[1];
  const GOOD: Quotes = [
    [60, 100, 100.02],
    [75, 100, 100.02],
  ];

  /** 500 shares are bought at 100.02: of 100,000 the limit of 3,000 is reached at 94.02. */
  const after = async (
    rows: Quotes,
    guards: GuardSettings = { dailyLoss: { fraction, flatten: true } },
    data = flat(SPY, "1min", 100, 20),
  ) => {
    const result = await run(
      data,
      { onQuote: (trader, _quote, n) => n === 0 && trader.buy("SPY", 500) },
      { guards, quotes: [quotes(SPY, [...GOOD, ...rows])] },
    );
    return fillsOf(result).slice(1);
  };

  it("is not one quote whose sides lie far apart", async () => {
    expect(
      await after([
        [90, 0.01, 100.02],
        [92, 100, 100.02],
        [94, 100, 100.02],
      ]),
    ).toEqual([]);
  });

  it("is not a quote that is crossed, however shortly", async () => {
    const crossed = { priceJump: { update: 0.9, day: 0.9 }, dailyLoss: { fraction, flatten: true } };
    expect(
      await after(
        [
          [90, 90, 60],
          [92, 100, 100.02],
          [94, 100, 100.02],
        ],
        crossed,
      ),
    ).toEqual([]);
  });

  it("is not a jump that nothing confirms, with the guard against jumps taken out as well", async () => {
    const rows: Quotes = [
      [90, 50, 50.02],
      [92, 50, 50.02],
      [94, 100, 100.02],
      [96, 100, 100.02],
    ];
    expect(await after(rows)).toEqual([]);
    expect(await after(rows, { priceJump: false, dailyLoss: { fraction, flatten: true } })).toEqual([]);
  });

  it("is a jump once three more quotes agree with it", async () => {
    const rows: Quotes = [90, 92, 94, 96, 98].map((time) => [time, 50, 50.02]);
    expect(await after(rows)).toEqual(["98s: sell 500 at 50"]);
  });

  it("is what it falls to in steps", async () => {
    const rows: Quotes = [97, 95, 93, 92].map((bid, i) => [90 + i, bid, bid + 0.02]);
    expect(await after(rows)).toEqual(["93s: sell 500 at 92"]);
  });

  it("is what wide quotes say where the guard against them was taken out", async () => {
    const rows: Quotes = [
      [90, 90, 94],
      [92, 90, 94],
    ];
    expect(await after(rows, { crossedQuote: false, dailyLoss: { fraction, flatten: true } })).toEqual([
      "92s: sell 500 at 90",
    ]);
  });

  it("is not what is quoted while the market is closed", async () => {
    const evening: Quotes = [25_210, 25_212, 25_214, 25_216].map((time) => [time, 93, 93.02]);
    const morning: Quotes = [86_410, 86_412, 86_414].map((time) => [time, 100, 100.02]);
    const guards = { dailyLoss: { fraction, flatten: true } };
    expect(await after([...evening, ...morning], guards, hours(Array.from({ length: 12 }, () => 100)))).toEqual([]);
  });

  it("leaves the peak alone that a bad quote would have made", async () => {
    const rows: Quotes = [
      [90, 100, 180],
      [92, 100, 100.02],
      [94, 100, 100.02],
    ];
    expect(await after(rows, { drawdown: { fraction: 0.05, flatten: true } })).toEqual([]);
  });

  it("counts what another instrument loses while the price of one is in doubt", async () => {
    const QQQ = instrument("QQQ");
    const falling: Quotes = [97, 95, 93, 92].map((bid, i) => [91 + i, bid, bid + 0.02]);
    const result = await run(
      [flat(SPY, "1min", 100, 20), flat(QQQ, "1min", 100, 20)],
      { onQuote: (trader, quote, n) => n < 2 && trader.buy(quote.instrument, 500) },
      {
        guards: { dailyLoss: { fraction, flatten: true } },
        quotes: [quotes(SPY, [...GOOD, [90, 0.01, 100.02], [99, 100, 100.02]]), quotes(QQQ, [...GOOD, ...falling])],
      },
    );
    expect(fillsOf(result).slice(2)).toEqual(["94s: sell 500 QQQ at 92", "99s: sell 500 SPY at 100"]);
  });
});

interface Driven {
  readonly fills: string[];
  readonly run: PreparedRun;
}

/** Runs a script that can throw the switch itself, by its `kill`. */
function driven(
  script: (kill: (flatten?: boolean) => void, engine: () => PreparedRun["engine"]) => Plan,
  rows: readonly Row[],
  guards: GuardSettings | false = false,
  settings: Settings = {},
): Driven {
  const holder: { prepared?: PreparedRun } = {};
  const engine = (): PreparedRun["engine"] => (holder.prepared as PreparedRun).engine;
  const plan = script((flatten) => engine().kill("operator", flatten), engine);
  const options = { ...PLAIN, strategy: scripted(plan), data: [bars("SPY", "1day", rows)], guards, ...settings };
  const prepared = prepare(options);
  holder.prepared = prepared;
  prepared.engine.drain(Infinity);
  prepared.engine.finish();
  return { fills: fillsOf(conclude(prepared, options)), run: prepared };
}

describe("the kill switch", () => {
  it("denies every new order, reducing ones too, and says why", () => {
    const reasons: (string | undefined)[] = [];
    driven(
      (kill) => ({
        onBar(trader, _bar, n) {
          if (n === 0) trader.buy("SPY", 100);
          if (n === 2) kill();
          if (n === 3) reasons.push(trader.buy("SPY", 1).reason, trader.sell("SPY", 100).reason);
        },
      }),
      [CALM, CALM, CALM, CALM, CALM],
    );
    expect(reasons).toEqual(["KILL_SWITCH: reason=operator", "KILL_SWITCH: reason=operator"]);
  });

  it("stands even where all guards are off, and lets cancels pass", () => {
    let order!: Order;
    driven(
      (kill) => ({
        onBar(trader, _bar, n) {
          if (n === 0) trader.buy("SPY", 100);
          if (n === 1) order = trader.sell("SPY", 100, { limit: 200, tif: "GTC" });
          if (n === 2) kill();
          if (n === 3) {
            expect(order.status).toBe("accepted");
            trader.cancel(order);
          }
        },
      }),
      [CALM, CALM, CALM, CALM, CALM],
    );
    expect(order.status).toBe("cancelled");
  });

  it("cancels what could increase a position and keeps the exits that protect it", () => {
    let bracket!: Bracket;
    let add!: Order;
    const { fills } = driven(
      (kill) => ({
        onBar(trader, _bar, n) {
          if (n === 0) bracket = trader.bracket("SPY", "buy", 100, { stopLoss: 90, takeProfit: 110 });
          if (n === 2) add = trader.buy("SPY", 50, { limit: 95, tif: "GTC" });
          if (n === 3) kill();
        },
      }),
      [CALM, CALM, CALM, CALM, [100, 100, 85, 86]],
    );
    expect(add.status).toBe("cancelled");
    expect(bracket.takeProfit?.status).toBe("cancelled");
    expect(fills).toEqual(["bar 1 open: buy 100 at 100", "bar 4: sell 100 at 90"]);
  });

  it("keeps the exits of an entry that has filled in part, for that part", () => {
    const { fills } = driven(
      (kill) => ({
        onBar(trader, _bar, n) {
          if (n === 0) trader.bracket("SPY", "buy", 150, { limit: 101, stopLoss: 90, takeProfit: 110, tif: "GTC" });
          if (n === 1) kill();
        },
      }),
      [CALM, [100, 101, 99, 100, 1000], CALM, [100, 100, 85, 86]],
      false,
      { volumeLimit: 0.1 },
    );
    expect(fills).toEqual(["bar 1 open: buy 100 at 100", "bar 3: sell 100 at 90"]);
  });

  it("cancels an entry that has not filled, and its exits with it", () => {
    let bracket!: Bracket;
    const { fills } = driven(
      (kill) => ({
        onBar(trader, _bar, n) {
          if (n === 0)
            bracket = trader.bracket("SPY", "buy", 100, { limit: 95, stopLoss: 90, takeProfit: 110, tif: "GTC" });
          if (n === 1) kill();
        },
      }),
      [CALM, CALM, CALM, [100, 120, 80, 100]],
    );
    expect([bracket.entry, bracket.stopLoss, bracket.takeProfit].map((order) => order?.status)).toEqual([
      "cancelled",
      "cancelled",
      "cancelled",
    ]);
    expect(fills).toEqual([]);
  });

  it.each([
    ["an entry that had filled by then keeps its exits", at(94), ["filled", "filled", "cancelled"], 2],
    ["one that had not ends with them", CALM, ["cancelled", "cancelled", "cancelled"], 0],
  ])("inside a bar cancels the entry alone: %s", (_, bar, statuses, fills) => {
    let bracket!: Bracket;
    const ran = driven(
      (kill) => ({
        declare: (trader) => trader.schedule({ beforeClose: 60 }, () => void (bracket && kill())),
        onBar(trader, _bar, n) {
          if (n === 0)
            bracket = trader.bracket("SPY", "buy", 100, { limit: 95, stopLoss: 90, takeProfit: 110, tif: "GTC" });
        },
      }),
      [CALM, bar, CALM, at(85), at(120)],
    );
    expect([bracket.entry, bracket.stopLoss, bracket.takeProfit].map((order) => order?.status)).toEqual(statuses);
    expect(ran.fills).toHaveLength(fills);
    expect(ran.run.engine.working.total).toBe(0);
  });

  it("where exits together would turn the position, keeps those that protect it and cancels the others", () => {
    let bracket!: Bracket;
    let extra!: Order;
    driven(
      (kill) => ({
        onBar(trader, _bar, n) {
          if (n === 0) bracket = trader.bracket("SPY", "buy", 100, { stopLoss: 90, takeProfit: 110 });
          if (n === 2) extra = trader.sell("SPY", 100, { limit: 130, tif: "GTC" });
          if (n === 3) kill();
        },
      }),
      [CALM, CALM, CALM, CALM, CALM],
    );
    expect([bracket.stopLoss?.status, bracket.takeProfit?.status, extra.status]).toEqual([
      "accepted",
      "accepted",
      "cancelled",
    ]);
  });

  it("told to flatten, closes every position past itself and all other guards, and cancels everything", () => {
    let stop!: Order;
    const { fills, run: after } = driven(
      (kill) => ({
        onBar(trader, _bar, n) {
          if (n === 0) for (let i = 0; i < 2; i++) trader.sell("SPY", 100);
          if (n === 2) stop = trader.buy("SPY", 100, { stop: 105, tif: "GTC" });
          if (n === 3) kill(true);
        },
      }),
      [CALM, CALM, CALM, CALM, at(101)],
      { orderSize: 100, orderValue: 11_000 },
    );
    expect(stop.status).toBe("cancelled");
    expect(fills).toEqual(["bar 1 open: sell 100 at 100", "bar 1 open: sell 100 at 100", "bar 4 open: buy 200 at 101"]);
    expect(after.engine.portfolio.quantity[0]).toBe(0);
  });

  it("turned off lets orders pass again", () => {
    const statuses: string[] = [];
    driven(
      (kill, engine) => ({
        onBar(trader, _bar, n) {
          statuses.push(trader.buy("SPY", n + 1).status);
          if (n === 0) kill();
          if (n === 1) engine().guards.killSwitch.turnOff();
        },
      }),
      [CALM, CALM, CALM, CALM],
    );
    expect(statuses).toEqual(["held", "denied", "held", "held"]);
  });

  it("lets an order be made smaller, and not larger", () => {
    let order!: Order;
    const answers: unknown[] = [];
    driven(
      (kill) => ({
        onBar(trader, _bar, n) {
          if (n === 0) trader.buy("SPY", 100);
          if (n === 1) order = trader.sell("SPY", 50, { limit: 150, tif: "GTC" });
          if (n === 2) kill();
          if (n === 3)
            answers.push(trader.modify(order, { quantity: 60 })?.code, trader.modify(order, { quantity: 40 })?.code);
        },
      }),
      [CALM, CALM, CALM, CALM, CALM],
    );
    expect(answers).toEqual(["KILL_SWITCH", undefined]);
    expect(order.quantity).toBe(40);
  });

  it("a flattening with nothing held does nothing", () => {
    const { fills } = driven(
      (kill) => ({ onBar: (_trader, _bar, n) => void (n === 1 && kill(true)) }),
      [CALM, CALM, CALM],
    );
    expect(fills).toEqual([]);
  });
});
