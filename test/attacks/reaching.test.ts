import { describe, expect, it } from "vitest";
import { type Bar, backtest, customIndicator, macd, Strategy, sma } from "../../index.js";
import { instrument, OPEN, quotes, SECOND, trades } from "../bars.js";
import { PLAIN, type Plan, run, scripted, type Trader } from "../scripted.js";
import { crawl, Future, fingerprinted, type Leak } from "./future.js";

const spy = instrument("SPY");
const qqq = instrument({ symbol: "QQQ", future: { expiry: "2024-03-15" } });
const data = [fingerprinted(spy, "1min", 400, 500), fingerprinted(qqq, "1min", 400, 700)];
const future = new Future(data);

/** Everything a strategy can get hold of, and what its commands hand back. */
function roots(trader: Trader, more: Record<string, unknown>): Record<string, unknown> {
  return {
    this: trader,
    account: trader.account,
    clock: trader.clock,
    random: trader.random,
    log: trader.log,
    instruments: trader.instruments,
    spy: trader.instrument("SPY"),
    position: trader.position("SPY"),
    price: trader.price("SPY"),
    quote: trader.quote("SPY"),
    orders: trader.workingOrders(),
    params: trader.params,
    history: trader.history("SPY", 3),
    larger: trader.history("SPY", 3, "5min"),
    all: trader.history("QQQ", 1e9),
    ...more,
  };
}

describe("a strategy that walks through everything it is handed", () => {
  for (const strict of [false, true]) {
    it(`finds no number of a bar that has not ended${strict ? ", with bars that die" : ""}`, async () => {
      const leaks: Leak[] = [];
      const handlers = new Set<string>();
      let seen = 0;
      const look = (handler: string, trader: Trader, more: Record<string, unknown>): void => {
        const { now } = trader.clock;
        // Early in the run, when nearly everything lies ahead.
        if (now > OPEN + 40 * 60 * SECOND) return;
        handlers.add(handler);
        const found = crawl(roots(trader, { ...more, kept }), future, now);
        seen = Math.max(seen, found.seen);
        for (const { path, value } of found.leaks) leaks.push({ path: `${handler}: ${path}`, value });
      };
      const kept: unknown[] = [];
      const plan: Plan = {
        declare(trader) {
          trader.subscribe("SPY", "5min");
          const readings = [
            trader.indicator(sma(3)),
            trader.indicator(macd(), { of: "SPY", bar: "1min" }),
            trader.indicator(
              customIndicator({
                name: "Kept",
                warmup: 1,
                create: () => ({
                  next(bar) {
                    kept.push(this, bar);
                    return bar.close;
                  },
                }),
              }),
            ),
          ];
          kept.push(...readings, ...readings.map((reading) => reading.spec));
        },
        onStart: (trader) => look("onStart", trader, {}),
        onBar(trader, bar, n) {
          kept.push(bar);
          const order = n % 5 === 0 ? trader.buy(bar.instrument, 1) : undefined;
          const denied = n % 7 === 0 ? trader.buy(bar.instrument, 1e9) : undefined;
          const bracket =
            n % 6 === 0
              ? trader.bracket(bar.instrument, "buy", 1, { stopLoss: 1, trailingStop: 2, takeProfit: 9e5 })
              : undefined;
          look("onBar", trader, { bar, order, denied, bracket });
        },
        onBars: (trader, all) => look("onBars", trader, { all }),
        onQuote: (trader, quote) => look("onQuote", trader, { quote }),
        onTrade: (trader, trade) => look("onTrade", trader, { trade }),
        onOrder: (trader, order) => look("onOrder", trader, { order }),
        onFill: (trader, fill) => look("onFill", trader, { fill }),
        onGuard: (trader, trip) => look("onGuard", trader, { trip }),
      };
      const at = Array.from({ length: 60 }, (_, i) => 60 + i * 45);
      await run(data, plan, {
        strict,
        guards: { orderSize: 1e6 },
        quotes: [
          quotes(
            qqq,
            at.map((second) => [second, 700.1, 700.2]),
          ),
        ],
        trades: [
          trades(
            qqq,
            at.map((second) => [second, 700.15, 10]),
          ),
        ],
      });
      expect([...handlers].sort()).toEqual([
        "onBar",
        "onBars",
        "onFill",
        "onGuard",
        "onOrder",
        "onQuote",
        "onStart",
        "onTrade",
      ]);
      expect(seen).toBeGreaterThan(100);
      expect(leaks.slice(0, 5)).toEqual([]);
    });
  }

  it("would have found it: the walk sees a column that lies open", () => {
    class Careless {
      readonly inner = { column: data[0].close.subarray(0, 2) };
    }
    const { leaks } = crawl({ careless: new Careless() }, future, OPEN + 5 * 60 * SECOND);
    expect(leaks.length).toBeGreaterThan(100);
  });
});

describe("a strategy that reaches before its run", () => {
  it("gets nothing in its constructor but declarations", () => {
    const answers: string[] = [];
    class Early extends Strategy {
      constructor() {
        super();
        const self = this as unknown as Trader;
        const attempts: Record<string, () => unknown> = {
          history: () => self.history("SPY", 10),
          price: () => self.price("SPY"),
          account: () => self.account,
          clock: () => self.clock,
          random: () => self.random,
          instruments: () => self.instruments,
          quote: () => self.quote("SPY"),
          position: () => self.position("SPY"),
          buy: () => self.buy("SPY", 1),
          orders: () => self.workingOrders(),
        };
        for (const [name, attempt] of Object.entries(attempts)) {
          try {
            attempt();
            answers.push(name);
          } catch (error) {
            if ((error as { code?: string }).code !== "NOT_IN_A_RUN") answers.push(`${name}: ${String(error)}`);
          }
        }
      }
    }
    return backtest({ ...PLAIN, strategy: Early, data }).then(() => expect(answers).toEqual([]));
  });

  it("cannot declare indicators or bar sizes once the run has begun", async () => {
    for (const late of [
      (trader: Trader) => trader.indicator(sma(3)),
      (trader: Trader) => trader.subscribe("SPY", "5min"),
      (trader: Trader) => trader.warmUp(5),
    ]) {
      await expect(run(data, { 3: (trader) => void late(trader) })).rejects.toMatchObject({
        code: "HANDLER_FAILED",
        cause: { code: "TOO_LATE" },
      });
    }
  });
});

describe("a strategy that brings an indicator of its own", () => {
  it("cannot pass off an object as one of the library's, which are handed whole columns", async () => {
    const stolen: unknown[] = [];
    const kernel = { out: new Float64Array(1), update: (series: unknown) => void stolen.push(series) };
    const forged = { name: "Forged", outputs: ["value"], warmup: 1, pane: "own", create: () => kernel };
    for (const spec of [
      forged,
      Object.assign(Object.create(Object.getPrototypeOf(sma(3))), forged),
      { ...sma(3), create: () => kernel },
    ]) {
      await run(data, { declare: (trader) => void trader.indicator(spec as never), onBar: () => undefined }).catch(
        () => undefined,
      );
      await run(data, {
        declare: (trader) => void trader.indicator(sma(3, { source: spec as never })),
        onBar: () => undefined,
      }).catch(() => undefined);
    }
    expect(crawl({ stolen }, future, OPEN).leaks).toEqual([]);
  });

  it("gets no column by replacing parts of a reading", async () => {
    const stolen: unknown[] = [];
    const kernel = { out: new Float64Array(1), update: (...all: unknown[]) => void stolen.push(...all) };
    const listen = (...all: unknown[]): unknown => {
      stolen.push(...all);
      for (const one of all) {
        if (typeof one === "object" && one !== null && "update" in one) {
          (one as { update: unknown }).update = (...more: unknown[]) => void stolen.push(...more);
        }
      }
      return new Float64Array(1);
    };
    const heard = (list: unknown[]): unknown[] =>
      new Proxy(list, {
        set(target, key, value) {
          listen(value);
          return Reflect.set(target, key, value);
        },
      });
    const leaks: Leak[] = [];
    for (const part of [
      "attach",
      "spec",
      "of",
      "settle",
      "current",
      "lookUp",
      "cursor",
      "ofSymbol",
      "outs",
      "before",
    ]) {
      stolen.length = 0;
      await run(data, {
        declare(trader) {
          const reading = trader.indicator(sma(3)) as unknown as Record<string, unknown>;
          const spec = reading.spec as object;
          reading[part] =
            part === "spec"
              ? { ...spec, create: () => kernel }
              : part === "outs" || part === "before"
                ? heard([])
                : listen;
        },
        onBar: (trader, _bar, n) => void (n === 5 && leaks.push(...crawl({ stolen }, future, trader.clock.now).leaks)),
      }).catch(() => undefined);
    }
    expect(leaks.slice(0, 3)).toEqual([]);
  });

  it("sees one bar at a time, and a view it keeps is never ahead", async () => {
    const leaks: Leak[] = [];
    let view: Bar | undefined;
    await run(data, {
      declare(trader) {
        trader.indicator(
          customIndicator({
            name: "Keeper",
            warmup: 1,
            create: () => ({
              next(bar) {
                view ??= bar;
                return bar.close;
              },
            }),
          }),
        );
      },
      onBar(trader) {
        leaks.push(...crawl({ view, close: view?.close, end: view?.end }, future, trader.clock.now).leaks);
        expect(view?.end).toBeLessThanOrEqual(trader.clock.now);
      },
    });
    expect(view).toBeDefined();
    expect(leaks).toEqual([]);
  });
});

describe("a strategy that tampers with the machine it shares with the engine", () => {
  /** Replaces methods by ones that look at what they are called on and with; returns what puts them back. */
  function tap(owner: object, stolen: Set<unknown>): () => void {
    const before = Object.getOwnPropertyDescriptors(owner);
    for (const [name, descriptor] of Object.entries(before)) {
      const { value: method } = descriptor;
      if (typeof method !== "function" || name === "constructor" || descriptor.configurable !== true) continue;
      Object.defineProperty(owner, name, {
        ...descriptor,
        value(this: unknown, ...all: unknown[]): unknown {
          for (const one of [this, ...all]) if (one instanceof Float64Array) stolen.add(one);
          return Reflect.apply(method as (...all: unknown[]) => unknown, this, all);
        },
      });
    }
    return () => void Object.defineProperties(owner, before);
  }

  const columns = Object.getPrototypeOf(Float64Array.prototype) as object;

  it("finds no column by replacing the methods of typed arrays while the run lasts", async () => {
    const stolen = new Set<unknown>();
    const leaks: Leak[] = [];
    let restore = (): void => undefined;
    try {
      await run(data, {
        declare: (trader) => trader.subscribe("SPY", "5min"),
        onBar(trader, bar, n) {
          if (n === 0) restore = tap(columns, stolen);
          trader.history("SPY", 3);
          trader.history("SPY", 2, "5min");
          if (n % 9 === 0) trader.buy(bar.instrument, 1);
          if (n !== 40) return;
          restore();
          leaks.push(...crawl({ stolen }, future, trader.clock.now).leaks);
        },
      });
    } finally {
      restore();
    }
    expect(leaks.slice(0, 3)).toEqual([]);
  });
});

// Kept apart: `scripted` gives classes whose handlers a later hand may replace.
describe("a strategy that is not what its class says", () => {
  it("may replace its own handlers while it runs and still sees only the present", async () => {
    const leaks: Leak[] = [];
    await run(data.slice(0, 1), {
      onBar(trader, _bar, n) {
        if (n !== 3) return;
        (trader as unknown as Record<string, unknown>).onBar = (next: Bar) => {
          leaks.push(...crawl({ next }, future, next.end).leaks);
          expect(next.end).toBe(trader.clock.now);
        };
      },
    });
    expect(leaks).toEqual([]);
    expect(scripted({}).name).toBe("Scripted");
  });
});
