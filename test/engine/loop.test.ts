import { describe, expect, it } from "vitest";
import { conclude, prepare } from "../../backtest/backtest.js";
import { type Bar, backtest, Strategy, sma } from "../../index.js";
import {
  bars,
  DAY,
  flat,
  HOUR,
  instrument,
  MINUTE,
  OPEN,
  quotes,
  type Row,
  SESSION,
  sessionOpen,
  trades,
} from "../bars.js";
import { equityOf, fillsOf, PLAIN, type Plan, run, type Settings, scripted } from "../scripted.js";

const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, i): Row => [100 + i, 101 + i, 99 + i, 100.5 + i]);

describe("the warm-up", () => {
  const started = async (
    plan: Plan,
    settings: Settings = {},
    count = 30,
  ): Promise<{ seen: string[]; warmup: number; bars: number; from: number }> => {
    const seen: string[] = [];
    const result = await run(
      bars("SPY", "1day", rows(count)),
      {
        ...plan,
        onStart: (trader) => void seen.push(`start after ${trader.history("SPY", 1e3).length} bars`),
        onBar(trader, bar) {
          seen.push(`bar ${trader.history("SPY", 1e3).length}`);
          plan.onBar?.(trader, bar, 0);
        },
      },
      settings,
    );
    return { seen, warmup: result.warmupBars, bars: result.bars, from: result.from };
  };

  it("is none for a strategy that needs none: the first bar is handed out", async () => {
    const { seen, warmup, bars: taken, from } = await started({});
    expect(seen.slice(0, 2)).toEqual(["start after 0 bars", "bar 1"]);
    expect([warmup, taken, from]).toEqual([0, 30, OPEN]);
  });

  it("takes as many bars as its longest indicator needs, and calls no handler before", async () => {
    const {
      seen,
      warmup,
      bars: taken,
    } = await started({ declare: (trader) => void [trader.indicator(sma(3)), trader.indicator(sma(10))] });
    expect(seen.slice(0, 2)).toEqual(["start after 10 bars", "bar 11"]);
    expect([warmup, taken]).toEqual([10, 30]);
  });

  it("takes as many bars as the strategy asks for beside them", async () => {
    const { seen } = await started({
      declare(trader) {
        trader.indicator(sma(3));
        trader.warmUp(15);
      },
    });
    expect(seen[0]).toBe("start after 15 bars");
  });

  it("is taken from before `from` where there are bars enough", async () => {
    const from = sessionOpen(20);
    const {
      seen,
      warmup,
      from: begins,
    } = await started({ declare: (trader) => void trader.indicator(sma(5)) }, { from });
    // Only the five bars that are needed are kept in front of it.
    expect(seen.slice(0, 2)).toEqual(["start after 5 bars", "bar 6"]);
    expect([warmup, begins]).toEqual([5, from]);
  });

  it("goes on past `from` where there are too few bars in front of it", async () => {
    const { seen } = await started({ declare: (trader) => void trader.indicator(sma(10)) }, { from: sessionOpen(4) });
    expect(seen[0]).toBe("start after 10 bars");
  });

  it("that outlasts the data is an error that says how many bars are needed", async () => {
    await expect(started({ declare: (trader) => void trader.indicator(sma(31)) })).rejects.toMatchObject({
      code: "WARM_UP_TOO_LONG",
      details: { needed: 31 },
    });
    await expect(started({ declare: (trader) => void trader.indicator(sma(30)) })).rejects.toMatchObject({
      code: "WARM_UP_TOO_LONG",
    });
  });

  it("makes the first order on the first bar after it, and that fills on the next", async () => {
    const result = await run(bars("SPY", "1day", rows(20)), {
      declare: (trader) => void trader.indicator(sma(10)),
      onBar: (trader, bar, n) => void (n === 0 && trader.buy(bar.instrument, 1)),
    });
    expect(fillsOf(result)).toEqual(["bar 11 open: buy 1 at 111"]);
  });

  it("counts each of several instruments for itself", async () => {
    const starts: number[] = [];
    await run([flat("SPY", "1min", 100, 60), flat("QQQ", "5min", 100, 12)], {
      declare: (trader) => void trader.indicator(sma(4)),
      onStart: (trader) => void starts.push(trader.clock.now),
    });
    expect(starts).toEqual([OPEN + 20 * MINUTE]);
  });

  it("ends the run at `to`, the day of a bare date included", async () => {
    const taken = async (to: Settings["to"]): Promise<number> =>
      (await run(bars("SPY", "1day", rows(20)), {}, to === undefined ? {} : { to })).bars;
    expect(await taken(sessionOpen(3) + SESSION)).toBe(4);
    expect(await taken(sessionOpen(3) + SESSION - 1)).toBe(3);
    expect(await taken("2024-01-10")).toBe(3);
    expect(await taken("2024-01-10T12:00:00-05:00")).toBe(2);
  });

  it("a range without bars is an error that says what there is", async () => {
    await expect(run(bars("SPY", "1day", rows(5)), {}, { from: "2030-01-01" })).rejects.toMatchObject({
      code: "RANGE_EMPTY",
    });
  });
});

describe("the order of events within an instant", () => {
  it("is fills, then each bar, then all bars together, then orders for this very close", async () => {
    const seen: string[] = [];
    await run(
      [flat("SPY", "1day", 100, 4), flat("QQQ", "1day", 50, 4)],
      {
        onStart: () => void seen.push("start"),
        onBar(trader, bar, n) {
          seen.push(`${bar.instrument.symbol} bar ${Math.floor(n / 2)}`);
          if (n === 0) trader.buy("QQQ", 1, { limit: 60 });
          if (n === 2) trader.buy("SPY", 1);
        },
        onBars: (_trader, all, n) => void seen.push(`bars ${n}: ${all.map((bar) => bar.instrument.symbol)}`),
        onFill: (_trader, fill) => void seen.push(`fill of ${fill.instrument.symbol}`),
        onStop: () => void seen.push("stop"),
      },
      { fill: "same-close" },
    );
    expect(seen).toEqual([
      "start",
      "SPY bar 0",
      "QQQ bar 0",
      "bars 0: SPY,QQQ",
      "fill of QQQ",
      "SPY bar 1",
      "QQQ bar 1",
      "bars 1: SPY,QQQ",
      "fill of SPY",
      "SPY bar 2",
      "QQQ bar 2",
      "bars 2: SPY,QQQ",
      "SPY bar 3",
      "QQQ bar 3",
      "bars 3: SPY,QQQ",
      "stop",
    ]);
  });

  it("hands a larger bar out after the smaller one that completes it, and both once in onBars", async () => {
    const seen: string[] = [];
    await run(flat("SPY", "1min", 100, 10), {
      declare: (trader) => trader.subscribe("SPY", "5min"),
      onBar: (_trader, bar) => void seen.push(bar.size.label),
      onBars: (_trader, all) => void seen.push(`[${all.map((bar) => bar.size.label)}]`),
    });
    const five = [
      "1min",
      "[1min]",
      "1min",
      "[1min]",
      "1min",
      "[1min]",
      "1min",
      "[1min]",
      "1min",
      "5min",
      "[1min,5min]",
    ];
    expect(seen).toEqual([...five, ...five]);
  });

  it("bars of different ends are instants of their own", async () => {
    const together: number[] = [];
    await run([flat("SPY", "1min", 100, 14), flat("QQQ", "7min", 100, 2)], {
      onBars: (_trader, all) => void together.push(all.length),
    });
    expect(together).toEqual([1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2]);
  });

  it("marks equity once an instant", async () => {
    const result = await run([flat("SPY", "1min", 100, 14), flat("QQQ", "7min", 100, 2)], { onBar: () => undefined });
    expect(result.equity.length).toBe(15);
    const times = Array.from(result.equity.time.subarray(0, result.equity.length));
    expect(times).toEqual([OPEN, ...Array.from({ length: 14 }, (_, i) => OPEN + (i + 1) * MINUTE)]);
  });

  it("a bar comes before quotes and trades of the instant it ends at", async () => {
    const spy = instrument("SPY");
    const seen: string[] = [];
    await run(
      flat(spy, "1min", 100, 2),
      {
        onQuote: (trader) => void seen.push(`quote after ${trader.history("SPY", 9).length}`),
        onTrade: (trader) => void seen.push(`trade after ${trader.history("SPY", 9).length}`),
      },
      {
        quotes: [
          quotes(spy, [
            [61, 99, 100],
            [120, 99, 100],
          ]),
        ],
        trades: [
          trades(spy, [
            [90, 100, 1],
            [120, 100, 1],
          ]),
        ],
      },
    );
    expect(seen).toEqual(["quote after 1", "trade after 1", "quote after 2", "trade after 2"]);
  });

  it("a run may begin with a quote or a trade, before the first bar has ended", async () => {
    const spy = instrument("SPY");
    for (const ticks of [
      {
        quotes: [
          quotes(spy, [
            [10, 99, 101],
            [70, 99, 101],
          ]),
        ],
      },
      {
        trades: [
          trades(spy, [
            [10, 100, 1],
            [70, 100, 1],
          ]),
        ],
      },
    ]) {
      const starts: number[] = [];
      const result = await run(
        flat(spy, "1min", 100, 3),
        { onStart: (trader) => void starts.push(trader.clock.now), onBar: () => undefined },
        ticks,
      );
      expect(starts).toHaveLength(1);
      expect(starts[0]).toBeGreaterThanOrEqual(OPEN);
      expect(starts[0]).toBeLessThanOrEqual(OPEN + 10_000);
      expect(result.from).toBe(starts[0]);
    }
  });

  it("a run of quotes alone, without any bar, runs", async () => {
    const spy = instrument("SPY");
    const result = await run(
      [],
      { onQuote: (trader, _quote, n) => void (n === 0 && trader.buy("SPY", 1)) },
      {
        quotes: [
          quotes(spy, [
            [10, 99, 100],
            [20, 99, 101],
            [30, 103, 105],
          ]),
        ],
      },
    );
    expect(fillsOf(result)).toEqual(["20s: buy 1 at 101"]);
    expect(equityOf(result).at(-1)).toBe(100_000 - 101 + 104);
  });
});

describe("handlers", () => {
  it("that a class does not have are not called, and the run is the same", async () => {
    class Silent extends Strategy {}
    const called: string[] = [];
    const spied = class extends Strategy {};
    for (const name of ["onBar", "onBars", "onQuote", "onTrade", "onOrder", "onFill", "onGuard"] as const) {
      expect(Object.hasOwn(Silent.prototype, name)).toBe(false);
    }
    const base = Strategy.prototype as unknown as Record<string, (this: unknown, ...all: unknown[]) => void>;
    const kept = base.onBar;
    try {
      // The base class's own handler is what would be called if the engine did not look.
      base.onBar = function (this: unknown) {
        called.push("onBar");
      };
      await backtest({ ...PLAIN, strategy: spied, data: [flat("SPY", "1day", 100, 5)] });
    } finally {
      base.onBar = kept;
    }
    expect(called).toEqual([]);
    const one = await backtest({ ...PLAIN, strategy: Silent, data: [flat("SPY", "1day", 100, 5)] });
    const two = await run(flat("SPY", "1day", 100, 5), { onBar: () => undefined });
    expect(one.outcomeHash).toBe(two.outcomeHash);
  });

  it.each(["onStart", "onBar", "onBars", "onFill", "onOrder", "onGuard", "onQuote", "onTrade", "onStop"] as const)(
    "an exception in %s ends the run with its name, the moment and the cause",
    async (handler) => {
      const spy = instrument("SPY");
      const cause = new RangeError("something the strategy got wrong");
      const failing = run(
        flat(spy, "1hour", 100, 5),
        {
          onBar(trader) {
            trader.buy("SPY", 1e7);
            trader.buy("SPY", 1);
          },
          [handler](): void {
            throw cause;
          },
          ...(["onFill", "onOrder", "onGuard"].includes(handler) && {
            onBar(trader: Parameters<NonNullable<Plan["onBar"]>>[0]) {
              trader.buy("SPY", 1e7);
              trader.buy("SPY", 1);
            },
          }),
        },
        {
          guards: { orderSize: 1000 },
          ...((handler === "onQuote" || handler === "onTrade") && {
            quotes: [quotes(spy, [[3700, 99, 100]])],
            trades: [trades(spy, [[3700, 100, 1]])],
          }),
        },
      );
      const error = await failing.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({
        code: "HANDLER_FAILED",
        details: { handler, strategy: "Scripted", message: cause.message },
      });
      expect((error as Error).cause).toBe(cause);
      expect((error as Error).message).toMatch(/at 2024-01-08T1\d:/);
    },
  );

  it("an exception says which bar was being handled", async () => {
    const failing = run(flat("SPY", "1hour", 100, 5), {
      2: () => {
        throw new Error("no");
      },
    });
    await expect(failing).rejects.toThrow(
      "onBar of Scripted failed at 2024-01-08T17:30:00.000Z (SPY 1hour bar of 2024-01-08T16:30:00.000Z): no",
    );
  });

  it("something thrown that is no error is told too", async () => {
    await expect(
      run(flat("SPY", "1day", 100, 3), {
        1: () => {
          throw "a word";
        },
      }),
    ).rejects.toMatchObject({ code: "HANDLER_FAILED", details: { message: "a word" } });
  });

  it("an error of the library's own inside a handler keeps its code as the cause", async () => {
    await expect(run(flat("SPY", "1day", 100, 3), { 1: (trader) => trader.buy("SPY", -1) })).rejects.toMatchObject({
      code: "HANDLER_FAILED",
      cause: { code: "QUANTITY_INVALID" },
    });
  });

  it.each(["onStart", "onBar", "onBars", "onStop"] as const)("a promise from %s is refused", async (handler) => {
    await expect(run(flat("SPY", "1day", 100, 3), { [handler]: () => Promise.resolve() })).rejects.toMatchObject({
      code: "HANDLER_PROMISE",
      details: { handler },
    });
  });

  it("a promise that would reject does not end the process", async () => {
    await expect(
      run(flat("SPY", "1day", 100, 3), { onBar: () => Promise.reject(new Error("late")) }),
    ).rejects.toMatchObject({ code: "HANDLER_PROMISE" });
    await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it("anything else that a handler returns is let be", async () => {
    expect((await run(flat("SPY", "1day", 100, 3), { onBar: () => 42 })).bars).toBe(3);
    expect((await run(flat("SPY", "1day", 100, 3), { onBar: () => ({ then: 1 }) })).bars).toBe(3);
    expect((await run(flat("SPY", "1day", 100, 3), { onBar: () => null })).bars).toBe(3);
  });

  it("onOrder hears of every state an order reaches after it was made", async () => {
    const states: string[] = [];
    await run(
      bars("SPY", "1day", [
        [100, 101, 99, 100],
        [100, 103, 99, 102],
        [102, 103, 101, 102],
      ]),
      {
        onBar: (trader, _bar, n) => void (n === 0 && trader.buy("SPY", 1, { stop: 102 })),
        onOrder: (_trader, order) => void states.push(order.status),
      },
    );
    expect(states).toHaveLength(4);
    expect(states.at(-1)).toBe("filled");
  });

  it("onFill is told price, fee, side, quantity and the moment it happened", async () => {
    const fills: unknown[] = [];
    await run(
      bars("SPY", "1day", [
        [100, 101, 99, 100],
        [104, 105, 103, 104],
      ]),
      {
        onBar: (trader, _bar, n) => void (n === 0 && trader.sell("SPY", 5, { tag: "first" })),
        onFill(trader, fill) {
          const { instrument: what, side, quantity, price, fee, time } = fill;
          fills.push({
            symbol: what.symbol,
            side,
            quantity,
            price,
            fee,
            time,
            tag: fill.order.tag,
            now: trader.clock.now,
          });
        },
      },
      { fees: "per-order:2", slippage: "ticks:3" },
    );
    expect(fills).toEqual([
      {
        symbol: "SPY",
        side: "sell",
        quantity: 5,
        price: 103.97,
        fee: 2,
        time: sessionOpen(1),
        tag: "first",
        now: sessionOpen(1) + SESSION,
      },
    ]);
  });
});

describe("a run driven in slices", () => {
  const plan: Plan = {
    declare: (trader) => void trader.indicator(sma(3)),
    onBar(trader, bar, n) {
      if (n % 3 === 0) trader.bracket(bar.instrument, "buy", 2, { stopLoss: bar.close - 1, takeProfit: bar.close + 1 });
      if (n % 5 === 0) trader.cancelAll();
    },
  };
  const wavy = (symbol: string): ReturnType<typeof bars> =>
    bars(
      symbol,
      "1hour",
      Array.from({ length: 100 }, (_, i): Row => {
        const price = 100 + Math.round(Math.sin(i) * 200) / 100;
        return [price, price + 1.5, price - 1.5, price + 0.5];
      }),
    );

  it.each([
    ["one series", ["SPY"]],
    ["two series", ["SPY", "QQQ"]],
  ] as const)("comes to the same end whatever the slices (%s)", (_name, symbols) => {
    const outcome = (slice: number): string => {
      const options = {
        ...PLAIN,
        strategy: scripted(plan),
        data: symbols.map(wavy),
        margin: "reg-t",
        fees: "ib-fixed",
      };
      const prepared = prepare(options);
      for (let taken = slice; taken > 0; ) taken = prepared.engine.drain(slice);
      prepared.engine.finish();
      return conclude(prepared, options).outcomeHash;
    };
    const whole = outcome(Infinity);
    for (const slice of [1, 2, 3, 7, 64]) expect(outcome(slice)).toBe(whole);
  });

  it("a lone series comes to the same end as one beside an instrument that does nothing", async () => {
    const alone = await run(wavy("SPY"), plan, { margin: "reg-t", fees: "ib-fixed", slippage: "ticks:1", guards: {} });
    const beside = await run(
      [wavy("SPY"), flat("IDLE", "1hour", 1, 100)],
      {
        ...plan,
        onBar: (trader, bar) =>
          void (bar.instrument.symbol === "SPY" && plan.onBar?.(trader, bar, trader.history("SPY", 1e3).length - 4)),
      },
      { margin: "reg-t", fees: "ib-fixed", slippage: "ticks:1", guards: {} },
    );
    expect(fillsOf(beside)).toEqual(fillsOf(alone).map((fill) => fill.replace(" at ", " SPY at ")));
    expect(equityOf(beside)).toEqual(equityOf(alone));
    expect(alone.fills.length).toBeGreaterThan(20);
  });

  it("can be stopped from outside, and reports how far it has come", async () => {
    const stop = new AbortController();
    const steps: number[] = [];
    const running = run(
      flat("SPY", "1sec", 100, 600_000),
      {},
      {
        signal: stop.signal,
        progress(done, total) {
          steps.push(done / total);
          if (done > 0) stop.abort();
        },
      },
    );
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(steps.length).toBe(2);
    expect(steps[0]).toBe(0);
    expect(steps[1]).toBeLessThan(0.5);
  });
});

describe("time, chance, log and state", () => {
  it("the clock stands at the end of the bar that is handled", async () => {
    await run(flat("SPY", "1hour", 100, 12), { onBar: (trader, bar) => expect(trader.clock.now).toBe(bar.end) });
  });

  it("random numbers come from the seed: the same in every run of it, others with another", async () => {
    const drawn = async (seed?: number): Promise<number[]> => {
      const numbers: number[] = [];
      await run(
        flat("SPY", "1day", 100, 5),
        { onBar: (trader) => void numbers.push(trader.random.next()) },
        seed === undefined ? {} : { seed },
      );
      return numbers;
    };
    expect(await drawn(7)).toEqual(await drawn(7));
    expect(await drawn(7)).not.toEqual(await drawn(8));
    expect(await drawn()).toEqual(await drawn(1));
  });

  it("log lines carry the strategy's time", async () => {
    const lines: unknown[][] = [];
    await run(
      flat("SPY", "1day", 100, 2),
      {
        onBar: (trader, _bar, n) => void trader.log.info(`bar ${n}`, { n }),
        onStop: (trader) => void trader.log.warn("done"),
      },
      { log: (...line) => void lines.push(line) },
    );
    expect(lines).toEqual([
      ["info", OPEN + SESSION, "bar 0", { n: 0 }],
      ["info", OPEN + DAY + SESSION, "bar 1", { n: 1 }],
      ["warn", OPEN + DAY + SESSION, "done", undefined],
    ]);
  });

  it("state begins empty and lasts through the run", async () => {
    const seen: unknown[] = [];
    await run(flat("SPY", "1day", 100, 3), {
      onBar(trader) {
        seen.push(trader.state.count);
        trader.state.count = ((trader.state.count as number | undefined) ?? 0) + 1;
      },
    });
    expect(seen).toEqual([undefined, 1, 2]);
  });

  it("a bar carries its instrument, its size, and NaN for a bid and ask it does not have", async () => {
    let checked = 0;
    await run(flat("SPY", "1hour", 100, 2), {
      onBar(_trader, bar: Bar) {
        checked++;
        expect([bar.instrument.symbol, bar.size.label, bar.bid, bar.ask]).toEqual([
          "SPY",
          "1hour",
          Number.NaN,
          Number.NaN,
        ]);
        expect(bar.end - bar.start).toBe(HOUR);
      },
    });
    expect(checked).toBe(2);
  });
});

describe("bars of one instrument and quotes of another", () => {
  it("are each handed out as what they are, in order of time, also where the bars are the only series", async () => {
    const told: string[] = [];
    const other = instrument("QQQ");
    const result = await run(
      bars("SPY", "1min", [
        [100, 101, 99, 100],
        [100, 101, 99, 100.5],
        [100, 101, 99, 101],
      ]),
      {
        onBar: (trader, bar) => void told.push(`${bar.instrument} ${bar.close} at ${(trader.clock.now - OPEN) / 1000}`),
        onQuote: (trader, quote) =>
          void told.push(`${quote.instrument} ${quote.bid} at ${(trader.clock.now - OPEN) / 1000}`),
      },
      {
        quotes: [
          quotes(other, [
            [70, 50, 50.02],
            [130, 51, 51.02],
          ]),
        ],
      },
    );
    expect(told).toEqual(["SPY 100 at 60", "QQQ 50 at 70", "SPY 100.5 at 120", "QQQ 51 at 130", "SPY 101 at 180"]);
    expect(result.bars).toBe(3);
  });
});
