/** What `seatrial new` writes: a strategy that runs as it is, small enough to be changed at once. */
export function newStrategy(className: string): string {
  return `import { type Bar, int, rsi, Strategy, sma } from "seatrial";

/** Buys a dip in a rising market and sells once the dip is over. */
export default class ${className} extends Strategy.with({
  // Settings of the strategy: on the command line --dip 25, in code this.params.dip.
  trend: int(100, { min: 20, max: 300 }),
  dip: int(35, { min: 5, max: 50 }),
}) {
  // Indicators are declared as fields. They are warmed up before the first bar, and drawn in the report.
  private readonly average = this.indicator(sma(this.params.trend));
  private readonly strength = this.indicator(rsi(5));

  // Called once a bar is complete. What is ordered here fills on the next bar at the earliest.
  override onBar(bar: Bar): void {
    const { instrument } = bar;
    const rising = bar.close > this.average.value;
    if (this.position(instrument).isFlat) {
      if (rising && this.strength.value < this.params.dip) this.targetPercent(instrument, 0.95);
    } else if (!rising || this.strength.value > 100 - this.params.dip) {
      this.closePosition(instrument);
    }
  }
}
`;
}

/** The test beside it. */
export function newTest(className: string, file: string): string {
  return `import { backtest } from "seatrial";
import { describe, expect, it } from "vitest";
import ${className} from "./${file}.js";

describe("${className}", () => {
  it("buys and sells on the bundled prices, and only ever holds what it has bought", async () => {
    const { trades } = await backtest({ strategy: ${className}, data: "sample" });
    expect(trades.length).toBeGreaterThan(50);
    expect(Math.min(...trades.quantity.subarray(0, trades.length))).toBeGreaterThan(0);
  });

  it("trades more often when smaller dips will do", async () => {
    const data = "synthetic:seed=7,bars=3000,bar=1day";
    const deep = await backtest({ strategy: ${className}, data, params: { dip: 20 } });
    const small = await backtest({ strategy: ${className}, data, params: { dip: 45 } });
    expect(deep.trades.length).toBeGreaterThan(0);
    expect(small.trades.length).toBeGreaterThan(deep.trades.length);
  });

  it("comes to the same result again, to the last digit", async () => {
    const run = { strategy: ${className}, data: "sample", from: "2015-01-01" } as const;
    expect((await backtest(run)).outcomeHash).toBe((await backtest(run)).outcomeHash);
  });

  it("ends with what it began with and what its trades brought, fees paid", async () => {
    const { trades, startCash, statistics } = await backtest({ strategy: ${className}, data: "sample" });
    let profit = 0;
    for (let trade = 0; trade < trades.length; trade++) profit += trades.profit[trade];
    expect(statistics.endEquity).toBeCloseTo(startCash + profit, 6);
  });
});
`;
}
