import { describe, expect, it } from "vitest";
import { conclude, prepare } from "../../backtest/backtest.js";
import type { BacktestOptions } from "../../backtest/options.js";
import type { BacktestResult } from "../../backtest/result.js";
import { Instrument } from "../../core/market/instrument.js";
import { readBars } from "../../data/files/csv.js";
import { type Bar, Strategy, sma } from "../../index.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";
import { type BacktestingPyTrade, backtestingPyStats } from "../statistics/backtesting-py.js";
import { type GoldenName, goldenRun } from "../statistics/golden-runs.js";
import { expectClose } from "../statistics/tolerance.js";

/** The file's rule: strictly below one bar earlier, strictly above now. */
class TurnOnCross extends Strategy.with({ quantity: 10 }) {
  private readonly fast = this.indicator(sma(10));
  private readonly slow = this.indicator(sma(30));

  override onBar(bar: Bar): void {
    const above = this.fast.value > this.slow.value;
    const below = this.fast.value < this.slow.value;
    if (above && this.fast.previous < this.slow.previous) this.target(bar.instrument, this.params.quantity);
    else if (below && this.fast.previous > this.slow.previous) this.target(bar.instrument, -this.params.quantity);
  }
}

class BracketAboveAverage extends Strategy.with({ quantity: 10 }) {
  private readonly average = this.indicator(sma(20));

  override onBar(bar: Bar): void {
    if (!this.position(bar.instrument).isFlat || this.hasWorkingOrders(bar.instrument)) return;
    if (bar.close <= this.average.value) return;
    this.bracket(bar.instrument, "buy", this.params.quantity, {
      stopLoss: 0.95 * bar.close,
      takeProfit: 1.1 * bar.close,
    });
  }
}

interface Golden {
  readonly name: GoldenName;
  readonly prices: string;
  readonly options: Pick<BacktestOptions, "strategy" | "params" | "fees">;
  readonly commission: number;
}

const CROSS = { strategy: TurnOnCross, params: { quantity: 10 } };

const RUNS: readonly Golden[] = [
  { name: "goog-sma-cross-10units", prices: "goog-1day.csv", options: { ...CROSS, fees: "none" }, commission: 0 },
  {
    name: "goog-sma-cross-10units-commission",
    prices: "goog-1day.csv",
    options: { ...CROSS, fees: "rate:0.002" },
    commission: 0.002,
  },
  {
    name: "goog-bracket-10units",
    prices: "goog-1day.csv",
    options: { strategy: BracketAboveAverage, fees: "none" },
    commission: 0,
  },
  {
    name: "eurusd-sma-cross-100k",
    prices: "eurusd-1hour.csv",
    options: { strategy: TurnOnCross, params: { quantity: 100_000 }, fees: "none" },
    commission: 0,
  },
];

/** The same run on our engine, with the rules of the file: no guards, no margin, no slippage, any price allowed. */
function ours(golden: Golden): BacktestResult {
  const eurusd = golden.prices.startsWith("eurusd");
  const instrument = new Instrument({
    symbol: eurusd ? "EUR.USD" : "GOOG",
    assetClass: eurusd ? "forex" : "stock",
    tickSize: 0,
    timeZone: eurusd ? "UTC" : "America/New_York",
  });
  const options: BacktestOptions = {
    data: [readBars(sharedPath(`data/${golden.prices}`), { instrument })],
    cash: 1_000_000,
    guards: false,
    // The file's engine knows bars and no sessions.
    calendar: "bars",
    margin: "unlimited",
    slippage: "none",
    intrabar: "pessimistic",
    limitFill: "touch",
    ...golden.options,
  };
  const run = prepare(options);
  run.engine.drain(Infinity);
  run.engine.finish();
  return conclude(run, options);
}

/** Equity bar by bar from the first row of the data, and the open trade closed at the last open as the file does. */
function likeTheirs(result: BacktestResult, golden: Golden): { equity: number[]; trades: BacktestingPyTrade[] } {
  const bars = result.series[0];
  const offset = bars.length - result.equity.length;
  const equity = Array.from({ length: bars.length }, (_, row) => result.equity.value[Math.max(0, row - offset)]);
  const log = result.tradeLog;
  const trades: BacktestingPyTrade[] = Array.from({ length: log.length }, (_, t) => ({
    size: log.quantity[t],
    entryBar: log.entryRow[t],
    exitBar: log.exitRow[t],
    entryPrice: log.entryPrice[t],
    exitPrice: log.exitPrice[t],
    profit: log.profit[t],
    commission: log.fees[t],
  }));
  const last = bars.length - 1;
  for (const lot of log.openLots(0)) {
    const price = bars.open[last];
    const fee = Math.abs(lot.quantity) * price * golden.commission;
    trades.push({
      size: lot.quantity,
      entryBar: lot.row,
      exitBar: last,
      entryPrice: lot.price,
      exitPrice: price,
      profit: lot.quantity * (price - lot.price) - lot.fee - fee,
      commission: lot.fee + fee,
    });
    equity[last] += lot.quantity * (price - bars.close[last]) - fee;
  }
  return { equity, trades };
}

describe.skipIf(!hasShared)(`an established engine's runs, repeated on ours (${NO_SHARED})`, () => {
  for (const golden of RUNS) {
    describe(golden.name, () => {
      const theirs = goldenRun(golden.name);
      const result = ours(golden);
      const { equity, trades } = likeTheirs(result, golden);

      it("makes every trade at the same price in the same bar", () => {
        expect(trades.length).toBe(theirs.trades.length);
        for (const [t, trade] of theirs.trades.entries()) {
          const own = trades[t];
          expect([own.size, own.entryBar, own.exitBar], `trade ${t}`).toEqual([
            trade.size,
            trade.entryBar,
            trade.exitBar,
          ]);
          expectClose(own.entryPrice, trade.entryPrice, `entry of trade ${t}`);
          expectClose(own.exitPrice, trade.exitPrice, `exit of trade ${t}`);
          const tolerance = 1e-9 * Math.abs(trade.size * trade.entryPrice);
          expect(Math.abs(own.profit - trade.profit), `profit of trade ${t}`).toBeLessThanOrEqual(tolerance);
          expect(Math.abs(own.commission - trade.commission)).toBeLessThanOrEqual(tolerance);
        }
      });

      it("is worth the same at every bar", () => {
        expect(equity.length).toBe(theirs.equity.length);
        for (let row = 0; row < equity.length; row++)
          expectClose(equity[row], theirs.equity[row], `equity at row ${row}`);
      });

      it("has the same statistics, each by the other engine's own formula", () => {
        const stats = backtestingPyStats({ ...theirs, equity, trades });
        for (const [name, value] of Object.entries(theirs.stats)) expectClose(stats[name], value, name);
      });
    });
  }
});
