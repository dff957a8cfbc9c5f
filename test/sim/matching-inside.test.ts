import { describe, expect, it } from "vitest";
import type { BracketOptions, Order } from "../../index.js";
import { bars, MINUTE, type Row } from "../bars.js";
import { run, type Settings } from "../scripted.js";

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
