import type { Bar } from "../core/market/bar.js";
import { Strategy } from "../core/strategy.js";
import { engineWorkload } from "./engine-workload.js";
import { TWELVE } from "./twelve.js";
import type { Workload } from "./workload.js";

/**
 * Reads twelve indicators at every bar and goes with their majority, always inside a bracket: as soon as one exit has
 * filled, the next bracket is entered.
 */
class TwelveIndicators extends Strategy.with({ quantity: 100, distance: 4 }) {
  private readonly sma = this.indicator(TWELVE["SMA(20)"]());
  private readonly ema = this.indicator(TWELVE["EMA(20)"]());
  private readonly rsi = this.indicator(TWELVE["RSI(14)"]());
  private readonly macd = this.indicator(TWELVE["MACD(12, 26, 9)"]());
  private readonly bollinger = this.indicator(TWELVE["Bollinger(20, 2)"]());
  private readonly atr = this.indicator(TWELVE["ATR(14)"]());
  private readonly adx = this.indicator(TWELVE["ADX(14)"]());
  private readonly stochastic = this.indicator(TWELVE["Stochastic(14, 3, 3)"]());
  private readonly donchian = this.indicator(TWELVE["Donchian(20)"]());
  private readonly stdev = this.indicator(TWELVE["StDev(20)"]());
  private readonly cci = this.indicator(TWELVE["CCI(20)"]());
  private readonly obv = this.indicator(TWELVE.OBV());

  override onBar(bar: Bar): void {
    const { close } = bar;
    let votes = 0;
    votes += close > this.sma.value ? 1 : -1;
    votes += close > this.ema.value ? 1 : -1;
    votes += this.rsi.value > 50 ? 1 : -1;
    votes += this.macd.value > this.macd.get("signal") ? 1 : -1;
    votes += close > this.bollinger.value ? 1 : -1;
    votes += this.adx.value > 20 ? 1 : -1;
    votes += this.stochastic.value > this.stochastic.get("d") ? 1 : -1;
    votes += close > this.donchian.value ? 1 : -1;
    votes += this.cci.value > 0 ? 1 : -1;
    votes += this.obv.value > this.obv.previous ? 1 : -1;
    const reach = this.params.distance * Math.max(this.atr.value, this.stdev.value / 2, 0.01);
    if (this.hasWorkingOrders(bar.instrument)) return;
    const sign = votes > 0 ? 1 : -1;
    this.bracket(bar.instrument, sign > 0 ? "buy" : "sell", this.params.quantity, {
      stopLoss: close - sign * reach,
      takeProfit: close + sign * reach,
    });
  }
}

export function workload(bars: number): Workload {
  return engineWorkload(TwelveIndicators, bars);
}
