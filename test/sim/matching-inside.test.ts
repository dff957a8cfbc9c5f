import { describe, expect, it } from "vitest";
import type { BracketOptions, Order, OrderOptions } from "../../index.js";
import { bars, MINUTE, type Row } from "../bars.js";
import { fillsOf, run, type Settings } from "../scripted.js";

const BEFORE: Row = [100, 101, 99, 100];

describe("a trailing stop whose entry fills at the close", () => {
  /** The stop at the end of the entry's bar: a trail of 1.00, the entry filled 0.20 beyond the close of 100. */
  const stopAfter = async (
    side: "buy" | "sell",
    options: BracketOptions,
    settings: Settings = {},
  ): Promise<number | undefined> => {
    let stop: Order | undefined;
    let seen: number | undefined;
    await run(
      bars("X", "1day", [BEFORE, BEFORE, [100, 100, 100, 100]]),
      {
        onBar(trader, _bar, n) {
          if (n === 0) stop = trader.bracket("X", side, 10, { ...options, trailingStop: 1 }).stopLoss;
          if (n === 1) seen = stop?.stop;
        },
      },
      { slippage: "ticks:20", ...settings },
    );
    return seen;
  };

  it("starts behind the price its entry was filled at, not behind the close", async () => {
    expect(await stopAfter("buy", { type: "market-on-close" })).toBe(99.2);
    expect(await stopAfter("sell", { type: "market-on-close" })).toBe(100.8);
  });

  it("does so too where the entry takes the close because it came inside the bar", async () => {
    expect(await stopAfter("buy", {}, { latency: 30 * MINUTE })).toBe(99.2);
    expect(await stopAfter("sell", {}, { latency: 30 * MINUTE })).toBe(100.8);
  });
});

describe("a market order whose parent fills inside a bar", () => {
  const POLICIES = ["pessimistic", "optimistic", "ohlc"] as const;
  const fills = async (
    side: "buy" | "sell",
    entry: OrderOptions,
    child: OrderOptions,
    settings: Settings,
  ): Promise<string[]> => {
    const rows: Row[] = [BEFORE, [100, 103, 97, 99], [90, 91, 89, 90]];
    const result = await run(
      bars("X", "1day", rows),
      {
        0: (trader) => {
          const parent = trader.submit({ instrument: "X", side, quantity: 10, ...entry });
          trader.submit({
            instrument: "X",
            side: side === "buy" ? "sell" : "buy",
            quantity: 10,
            tif: "GTC",
            parent,
            ...child,
          });
        },
      },
      settings,
    );
    return fillsOf(result);
  };

  it.each(POLICIES)("takes that bar's close, the only price that certainly comes after it (%s)", async (intrabar) => {
    expect(await fills("buy", { limit: 98 }, {}, { intrabar })).toEqual([
      "bar 1: buy 10 at 98",
      "bar 1: sell 10 at 99",
    ]);
    expect(await fills("buy", { stop: 102 }, {}, { intrabar })).toEqual([
      "bar 1: buy 10 at 102",
      "bar 1: sell 10 at 99",
    ]);
    expect(await fills("sell", { limit: 102 }, {}, { intrabar })).toEqual([
      "bar 1: sell 10 at 102",
      "bar 1: buy 10 at 99",
    ]);
  });

  it("does not wait for the next bar where it is immediate-or-cancel either", async () => {
    expect(await fills("buy", { limit: 98 }, { tif: "IOC" }, {})).toEqual([
      "bar 1: buy 10 at 98",
      "bar 1: sell 10 at 99",
    ]);
  });

  it("takes the open where its parent does", async () => {
    expect(await fills("buy", { limit: 101 }, {}, {})).toEqual([
      "bar 1 open: buy 10 at 100",
      "bar 1 open: sell 10 at 100",
    ]);
  });
});
