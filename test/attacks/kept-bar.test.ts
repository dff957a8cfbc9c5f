import { describe, expect, it } from "vitest";
import { Bar, backtest, Strategy } from "../../index.js";
import { DAY, instrument } from "../bars.js";
import { PLAIN, run, type Trader } from "../scripted.js";
import { Future, fingerprinted } from "./future.js";

const FIELDS = ["start", "end", "open", "high", "low", "close", "volume", "bid", "ask"] as const;
const spy = instrument("SPY");
const data = [fingerprinted(spy, "1min", 100, 500), fingerprinted("QQQ", "1min", 100, 700)];
const future = new Future(data);

describe("a strategy that keeps a bar beyond its handler", () => {
  it("finds in it at any later time only what is known by then", async () => {
    const kept = new Set<Bar>();
    let reads = 0;
    const look = (trader: Trader): void => {
      for (const bar of kept) {
        reads++;
        expect(bar.end).toBeLessThanOrEqual(trader.clock.now);
        for (const field of FIELDS) expect(future.has(bar[field], trader.clock.now)).toBe(false);
      }
    };
    await run(data, {
      declare: (trader) => trader.subscribe("SPY", "5min"),
      onBar(trader, bar, n) {
        look(trader);
        kept.add(bar);
        if (n % 3 === 0) trader.buy(bar.instrument, 1);
      },
      onBars(trader, all) {
        look(trader);
        for (const bar of all) kept.add(bar);
      },
      onOrder: look,
      onFill: look,
      onStop: look,
    });
    expect(reads).toBeGreaterThan(500);
  });

  it("is caught by name at its next read where bars are watched", async () => {
    for (const field of FIELDS) {
      let kept: Bar | undefined;
      const caught = run(
        data[0],
        {
          onBar(_trader, bar, n) {
            if (n === 1) void kept?.[field];
            kept ??= bar;
          },
        },
        { strict: true },
      );
      await expect(caught).rejects.toMatchObject({ code: "HANDLER_FAILED", cause: { code: "KEPT_BAR" } });
      await expect(caught).rejects.toThrow(`read ${field} of a bar of SPY`);
    }
  });

  it("is caught when the bar came with the others of its instant, or is read in another handler", async () => {
    let kept: readonly Bar[] = [];
    const later = { onBars: (_trader: Trader, all: readonly Bar[]) => void (kept = [...all]) };
    await expect(run(data, { ...later, onBar: () => void kept[0]?.close }, { strict: true })).rejects.toMatchObject({
      cause: { code: "KEPT_BAR" },
    });
    kept = [];
    await expect(run(data, { ...later, onStop: () => void kept[0].high }, { strict: true })).rejects.toMatchObject({
      cause: { code: "KEPT_BAR" },
    });
  });

  it("is not caught for what it may: reading inside the handler, and numbers it copied", async () => {
    let last = 0;
    const closes: number[] = [];
    await run(
      data[0],
      {
        onBar(_trader, bar) {
          for (const field of FIELDS) void bar[field];
          expect(bar.close).toBeGreaterThan(last);
          last = bar.close;
          closes.push(last);
        },
      },
      { strict: true },
    );
    expect(closes).toHaveLength(100);
  });

  it("finds with a borrowed getter no later bar than its own", async () => {
    const getter = Object.getOwnPropertyDescriptor(Bar.prototype, "close")?.get as (this: Bar) => number;
    let kept: Bar | undefined;
    const first = data[0].close[0];
    await run(
      data[0],
      {
        onBar(_trader, bar) {
          if (kept !== undefined) expect(getter.call(kept)).toBe(first);
          kept ??= bar;
        },
      },
      { strict: true },
    );
  });

  it("cannot make a bar of its own that looks anywhere", async () => {
    for (const strict of [false, true]) {
      let made = 0;
      await run(
        data[0],
        {
          onBar(trader, bar, n) {
            const type = bar.constructor as new (...all: unknown[]) => Bar;
            for (const argument of [bar, trader, bar.instrument, undefined, {}]) {
              try {
                const forged = new type(argument, n + 1, "");
                if (future.has(forged.close, trader.clock.now)) made++;
              } catch {
                // It refuses, which is as good.
              }
            }
          },
        },
        { strict },
      );
      expect(made).toBe(0);
    }
  });
});

describe("a strategy that waits for the end", () => {
  it("is not told of the run's last bar before it ends", async () => {
    const ends: number[] = [];
    class Waiter extends Strategy {
      override onBar(bar: Bar): void {
        ends.push(bar.end);
        expect((this as unknown as Trader).clock.now).toBe(bar.end);
      }
    }
    await backtest({ ...PLAIN, strategy: Waiter, data: [fingerprinted("SPY", "1day", 10, 50)] });
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(ends[1] - ends[0]).toBe(DAY);
  });
});
