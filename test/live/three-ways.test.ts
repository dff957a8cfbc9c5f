import { describe, expect, it } from "vitest";
import { backtest } from "../../backtest/backtest.js";
import type { BacktestResult } from "../../backtest/result.js";
import { sma } from "../../core/indicators/index.js";
import type { Bar } from "../../core/market/bar.js";
import { ticksFromBars } from "../../core/market/bar-ticks.js";
import { Strategy, type StrategyClass } from "../../core/strategy.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { sessionAt } from "./sessions.js";

const DATA = gatewayData(TWO_STOCKS);
const TICKS = { every: 15_000, spread: 2 };
const FROM = DATA.sessions[0].open[18];

class Cross extends Strategy.with({ fast: 5, slow: 20, quantity: 100 }) {
  private readonly fast = this.indicator(sma(this.params.fast));
  private readonly slow = this.indicator(sma(this.params.slow));

  override onBar(bar: Bar): void {
    if (this.fast.crossedAbove(this.slow)) this.target(bar.instrument, this.params.quantity);
    if (this.fast.crossedBelow(this.slow)) this.target(bar.instrument, -this.params.quantity);
  }
}

interface Seen {
  readonly symbol: string;
  readonly quantity: number;
  readonly price: number;
}

async function inProcess(type: StrategyClass): Promise<Seen[]> {
  const ticks = DATA.series.map((series) => ticksFromBars(series, TICKS));
  const result: BacktestResult = await backtest({
    strategy: type,
    data: DATA.series,
    quotes: ticks.map(({ quotes }) => quotes),
    trades: ticks.flatMap(({ trades }) => (trades === undefined ? [] : [trades])),
    sessions: Object.fromEntries(DATA.instruments.map(({ symbol }, i) => [symbol, DATA.sessions[i]])),
    from: FROM,
    cash: 1_000_000,
    fees: "ib-fixed",
    slippage: "none",
    margin: "reg-t",
  });
  const { fills } = result;
  return Array.from({ length: fills.length }, (_, i) => ({
    symbol: DATA.instruments[fills.instrument[i]].symbol,
    quantity: fills.quantity[i],
    price: fills.price[i],
  }));
}

describe("one run, in a backtest and through the gateway", () => {
  it("gives the same fills", async () => {
    const expected = await inProcess(Cross);
    expect(expected.length).toBeGreaterThan(20);
    const { session, over } = await sessionAt({ data: DATA, ticks: TICKS, from: FROM, strategy: Cross });
    await over;
    const { fills } = session.parts.engine;
    const got = Array.from({ length: fills.length }, (_, i) => ({
      symbol: DATA.instruments[fills.instrument[i]].symbol,
      quantity: fills.quantity[i],
      price: fills.price[i],
    }));
    expect(got).toEqual(expected);
  }, 60_000);
});
