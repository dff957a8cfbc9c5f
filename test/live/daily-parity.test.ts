import { describe, expect, it } from "vitest";
import { Random } from "../../core/random.js";
import { type Bar, Strategy, type StrategyClass, sma } from "../../index.js";
import { inBacktest, inOneProcess, type OneRun } from "./one-run.js";
import { marketOf } from "./wanted-market.js";

const SOURCE = "synthetic:symbols=2,bars=60,bar=1day,start=2020-01-06,seed=11";
const data = marketOf({ source: SOURCE, end: Infinity });
const from = data.sessions[0].open[20];

/** Makes orders at closes, for which the next session is the first: they are held until it opens, or are for its auctions. */
function daily(seed: number): StrategyClass {
  const random = new Random(seed);
  const one = <T>(choices: readonly T[]): T => choices[random.int(choices.length)];
  return class Daily extends Strategy {
    // It begins behind a warm-up.
    readonly average = this.indicator(sma(3));

    override onBar({ instrument, close }: Bar): void {
      const at = (away: number): number => Math.round(close * (1 + away) * 100) / 100;
      const side = one(["buy", "sell"] as const);
      const sign = side === "buy" ? 1 : -1;
      const order = { instrument, side, quantity: 30 };
      const [some] = this.workingOrders(instrument);
      const exits = { stopLoss: at(-sign * 0.015), takeProfit: at(sign * 0.01) };
      const deeds: readonly (() => unknown)[] = [
        () => this.target(instrument, one([-50, 0, 50, 100])),
        () => this.target(instrument, one([-50, 0, 50, 100])),
        () => this.bracket(instrument, side, 40, exits),
        () => this.bracket(instrument, side, 40, { ...exits, limit: at(-sign * 0.003) }),
        () => this.submit({ ...order, limit: at(-sign * 0.003) }),
        () => this.submit({ ...order, limit: at(-sign * 0.006), tif: "GTC" }),
        () => this.submit({ ...order, stop: at(sign * 0.006) }),
        () => this.submit({ ...order, type: "market-on-open" }),
        () => this.submit({ ...order, type: "limit-on-open", limit: at(sign * 0.002) }),
        () => this.submit({ ...order, type: "market-on-close" }),
        () => this.submit({ ...order, trail: Math.round(close) / 100 }),
        () =>
          this.oco([
            { ...order, side: "sell", limit: at(0.01), tif: "GTC" },
            { ...order, side: "sell", stop: at(-0.01), tif: "GTC" },
          ]),
        () => some && this.cancel(some),
        () => some?.type === "limit" && this.modify(some, { limit: at(-0.001) }),
      ];
      // On every third bar nothing is done.
      deeds[random.int(21)]?.();
    }
  };
}

describe("a strategy on daily bars", () => {
  it("does the same in a session as in a backtest, with what it orders at a close for the next session", async () => {
    const seeds = [1, 2, 3];
    let fills = 0;
    for (const seed of seeds) {
      const run = (): OneRun => ({ strategy: daily(seed), data, from });
      const expected = await inBacktest(run());
      fills += expected.fills.length;
      expect(await inOneProcess(run()), `seed ${seed}`).toEqual(expected);
    }
    expect(fills).toBeGreaterThan(90);
  });
});
