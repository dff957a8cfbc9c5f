import { describe, expect, it } from "vitest";
import { type BacktestResult, type Bar, Instrument, type Order, sma } from "../../index.js";
import { bars, instrument, quotes, type Row } from "../bars.js";
import { type Plan, run, type Trader } from "../scripted.js";

type Loose = Record<string, unknown>;

const spy = instrument("SPY");

const wave = (base: number, tick: number): Row[] =>
  Array.from({ length: 120 }, (_, i): Row => {
    const at = (k: number): number => base + Math.round(Math.sin((i + k) / 5) * 8) * tick;
    return [at(0), at(0) + 12 * tick, at(0) - 12 * tick, at(1), 500 + i];
  });

/** Trades stocks and a future with costs, margin, latency and guards, so that every number it could touch matters. */
function trading(
  tamper: (trader: Trader, handed: Record<string, unknown>, n: number) => void,
): Promise<BacktestResult> {
  // Made anew for every run, so that what one of them breaks stays with it.
  const es = instrument({
    symbol: "ESH4",
    assetClass: "future",
    multiplier: 50,
    tickSize: 0.25,
    future: { expiry: "2024-03-15", initialMargin: 13_000, maintenanceMargin: 12_000 },
  });
  const qqq = instrument("QQQ");
  let held: Order | undefined;
  const plan: Plan = {
    declare(trader) {
      trader.state.average = trader.indicator(sma(3)) as never;
    },
    onBar(trader, bar, n) {
      const reading = trader.state.average;
      if (bar.instrument.symbol === "QQQ") return tamper(trader, { bar, reading }, n);
      if (n % 9 === 0) trader.buy(bar.instrument, 1);
      if (n % 9 === 5) trader.sell(bar.instrument, 1);
      if (n % 11 === 0 && bar.instrument.symbol === "SPY") {
        held = trader.buy("SPY", 3, { limit: bar.close - 0.05, tif: "GTC", tag: "held" });
        trader.bracket("SPY", "buy", 2, { stopLoss: bar.close - 0.1, takeProfit: bar.close + 0.1 });
      }
      if (n % 23 === 0) trader.buy(bar.instrument, 100_000);
      const history = trader.history(bar.instrument, 4);
      tamper(
        trader,
        { bar, order: held, history, reading, position: trader.position(bar.instrument), quote: trader.quote("QQQ") },
        n,
      );
    },
    onBars: (trader, all, n) => tamper(trader, { bars: all }, n),
    onFill: (trader, fill, n) => tamper(trader, { fill }, n),
    onOrder: (trader, order, n) => tamper(trader, { order }, n),
    onGuard: (trader, trip, n) => tamper(trader, { trip }, n),
    onQuote: (trader, quote, n) => tamper(trader, { quote }, n),
  };
  return run(
    [bars("SPY", "1min", wave(100, 0.01)), bars(es, "1min", wave(5000, 0.25)), bars(qqq, "1min", wave(50, 0.01))],
    plan,
    {
      fees: "ib-fixed",
      slippage: "ticks:1",
      margin: "reg-t",
      guards: {},
      latency: 500,
      volumeLimit: 0.1,
      quotes: [
        quotes(
          qqq,
          Array.from({ length: 200 }, (_, i) => [60 + i * 30, 50, 50.01]),
        ),
      ],
    },
  );
}

/** Does it, unless it throws. */
function attempt(work: () => unknown): void {
  try {
    work();
  } catch {
    // A refusal is what we want.
  }
}

/** Writes over every property of an object, own and inherited, with something a cheat would like. */
function overwrite(target: unknown, value: unknown): void {
  if (typeof target !== "object" || target === null) return;
  for (
    let holder: object | null = target;
    holder !== null && holder !== Object.prototype;
    holder = Object.getPrototypeOf(holder)
  ) {
    for (const key of Reflect.ownKeys(holder)) {
      if (key !== "constructor") attempt(() => Reflect.set(target, key, value));
    }
  }
}

const TAMPERING: readonly (readonly [
  name: string,
  work: (trader: Trader, handed: Record<string, unknown>, n: number) => void,
])[] = [
  ["the bar", (_trader, { bar }) => overwrite(bar, 1)],
  [
    "the list of the instant's bars",
    (_trader, { bars: all }) => {
      for (const work of [
        () => (all as Bar[]).reverse(),
        () => (all as Bar[]).push((all as Bar[])[0]),
        () => void ((all as Bar[]).length = 0),
        () => Object.freeze(all),
      ])
        attempt(work);
    },
  ],
  ["the size of the bar", (_trader, { bar }) => overwrite((bar as Bar | undefined)?.size, 1)],
  ["the instrument", (_trader, { bar }) => overwrite((bar as Bar | undefined)?.instrument, 0)],
  ["the margin of a future", (_trader, { bar }) => overwrite((bar as Bar | undefined)?.instrument.future, 0.01)],
  [
    "the list of instruments",
    (trader) => {
      const list = trader.instruments as Instrument[];
      const cheap = new Instrument(
        { symbol: "SPY", assetClass: "forex", currency: "USD", tickSize: 0, multiplier: 1000 },
        0,
      );
      for (const work of [
        () => void (list[0] = cheap),
        () => list.push(cheap),
        () => void (list.length = 1),
        () => list.reverse(),
      ])
        attempt(work);
    },
  ],
  [
    "an order's own fields",
    (_trader, { order }) => {
      if (order === undefined) return;
      attempt(() => void ((order as Loose).id = 0));
      attempt(() => void ((order as Loose).instrument = spy));
      overwrite(order, 1);
    },
  ],
  [
    "the history of an order",
    (_trader, { order }) => {
      if (order !== undefined) for (const state of (order as Order).history) overwrite(state, "filled");
    },
  ],
  ["a fill", (_trader, { fill }) => overwrite(fill, 0)],
  [
    "a guard's trip and its denial",
    (_trader, { trip }) => {
      overwrite(trip, "x");
      overwrite((trip as Loose | undefined)?.denial, "x");
      overwrite(((trip as Loose | undefined)?.denial as Loose | undefined)?.details, 0);
    },
  ],
  [
    "an order's denial",
    (_trader, { trip }) => {
      const denial = (trip as { order?: Order } | undefined)?.order?.denial;
      overwrite(denial, "x");
      overwrite(denial?.details, 0);
    },
  ],
  [
    "the clock",
    (trader, _handed, n) =>
      attempt(() => void ((trader.clock as { now: number }).now += n % 2 === 0 ? -3_600_000 : 3_600_000)),
  ],
  ["the account", (trader) => overwrite(trader.account, 1e9)],
  ["a position", (_trader, { position }) => overwrite(position, 1e9)],
  ["a quote", (_trader, { quote }) => overwrite(quote, 1)],
  ["the parameters", (trader) => overwrite(trader.params, 1)],
  [
    "a copy of history",
    (_trader, { history }) => {
      if (history === undefined) return;
      for (const column of Object.values(history as object)) if (column instanceof Float64Array) column.fill(1);
      overwrite(history, 1);
    },
  ],
  [
    "the list of working orders",
    (trader) => {
      const list = trader.workingOrders();
      list.length = 0;
    },
  ],
  ["the log", (trader) => overwrite(trader.log, () => undefined)],
];

describe("a strategy that writes over what it is handed", () => {
  let honest = "";

  it("(the honest one trades, pays, is denied and quoted, so that there is something to gain)", async () => {
    const result = await trading(() => undefined);
    honest = result.outcomeHash;
    expect(result.fills.length).toBeGreaterThan(60);
    expect(result.denials.length).toBeGreaterThan(0);
    expect(result.statistics.fees).toBeGreaterThan(0);
    expect((await trading(() => undefined)).outcomeHash).toBe(honest);
  });

  it.each(TAMPERING)("gains nothing from %s: it throws or has no effect", async (_name, work) => {
    let touched = 0;
    const result = await trading((trader, handed, n) => {
      touched++;
      work(trader, handed, n);
    });
    expect(touched).toBeGreaterThan(300);
    expect(result.outcomeHash).toBe(honest);
  });
});

describe("what a strategy is handed says the same after it has been written over", () => {
  /** Every plain value that can be read from an object. */
  function readable(target: object): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (
      let holder: object | null = target;
      holder !== null && holder !== Object.prototype;
      holder = Object.getPrototypeOf(holder)
    ) {
      for (const key of Object.getOwnPropertyNames(holder)) {
        const value = Reflect.get(target, key, target) as unknown;
        if (typeof value !== "object" && typeof value !== "function") values[key] = value;
        else if (value instanceof Instrument) values[key] = value.symbol;
      }
    }
    return values;
  }

  const PARTS: Readonly<Record<string, (trader: Trader, bar: Bar) => object>> = {
    bar: (_trader, bar) => bar,
    "the bar's size": (_trader, bar) => bar.size,
    instrument: (_trader, bar) => bar.instrument,
    order: (trader, bar) => trader.buy(bar.instrument, 1, { limit: 1 }),
    position: (trader, bar) => trader.position(bar.instrument),
    account: (trader) => trader.account,
    quote: (trader, bar) => trader.quote(bar.instrument),
    clock: (trader) => trader.clock,
    parameters: (trader) => trader.params,
  };

  it.each(Object.keys(PARTS))("%s", async (name) => {
    const before: unknown[] = [];
    const after: unknown[] = [];
    await run(bars("SPY", "1min", wave(100, 0.01)), {
      3: (trader, bar) => {
        trader.buy(bar.instrument, 2);
        const part = PARTS[name](trader, bar);
        before.push(readable(part));
        overwrite(part, 1);
        after.push(readable(part));
        // Put back what may have been broken, for the sake of the run.
        for (const [key, value] of Object.entries(before[0] as object)) attempt(() => Reflect.set(part, key, value));
      },
    }).catch(() => undefined);
    expect(after).toHaveLength(1);
    expect(after).toEqual(before);
  });
});

describe("a strategy that throws away the framework's objects", () => {
  const thrown: readonly (readonly [string, (trader: Loose) => void])[] = [
    ["its parameters", (trader) => void delete trader.params],
    ["its state", (trader) => void (trader.state = null)],
    [
      "its commands",
      (trader) => {
        for (const name of ["sell", "cancel", "history"]) trader[name] = undefined;
      },
    ],
    ["its own fields, frozen", (trader) => Object.freeze(trader)],
  ];

  it.each(thrown)("hurts nobody but itself: %s", async (_name, work) => {
    const result = await run(bars(spy, "1min", wave(100, 0.01)), {
      onBar(trader, bar, n) {
        if (n === 3) trader.buy(bar.instrument, 1);
        if (n === 5) work(trader as unknown as Loose);
      },
    });
    expect(result.bars).toBe(120);
    expect(result.fills.length).toBe(1);
  });
});

describe("a strategy that comes back between the bars", () => {
  const data = bars(spy, "1min", wave(100, 0.01));
  const plain: Plan = { onBar: (trader, bar, n) => void (n % 10 === 0 && trader.buy(bar.instrument, 1)) };

  it("learns and gains nothing in timers and microtasks, which come too late", async () => {
    const honest = await run(data, plain);
    const early: number[] = [];
    let called = 0;
    const result = await run(data, {
      onBar(trader, bar, n) {
        plain.onBar?.(trader, bar, n);
        const { now } = trader.clock;
        const sneak = (): void => {
          called++;
          const { end } = trader.history("SPY", 1);
          if (end[0] > trader.clock.now) early.push(now);
        };
        queueMicrotask(sneak);
        void Promise.resolve().then(sneak);
        setImmediate(sneak);
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(called).toBe(360);
    expect(early).toEqual([]);
    expect(result.outcomeHash).toBe(honest.outcomeHash);
  });

  it("adds nothing to the record of a run that has ended", async () => {
    const honest = await run(data, plain);
    let refused = 0;
    const result = await run(data, {
      onBar(trader, bar, n) {
        plain.onBar?.(trader, bar, n);
        if (n === 100) {
          queueMicrotask(() => {
            try {
              if (trader.buy("SPY", 1).status === "denied") refused++;
            } catch {
              refused++;
            }
          });
        }
      },
    });
    expect(refused).toBe(1);
    expect(result.outcomeHash).toBe(honest.outcomeHash);
  });
});
