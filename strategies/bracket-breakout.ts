import { atr, type Bar, float, highest, int, Strategy } from "seatrial";

/** Buys a close above the highest high of many bars, with a stop loss and a take profit so many average ranges away. */
export default class BracketBreakout extends Strategy.with({
  lookback: int(50, { min: 5, max: 250 }),
  stop: float(2, { min: 0.5, max: 10 }),
  target: float(4, { min: 0.5, max: 20 }),
  risk: float(0.01, { min: 0.001, max: 0.05 }),
}) {
  private readonly highest = this.indicator(highest(this.params.lookback));
  private readonly range = this.indicator(atr(20));

  override onBar(bar: Bar): void {
    const { instrument, close } = bar;
    // Before this bar: with it, a close could never be above.
    const isBreakout = close > this.highest.previous;
    if (!isBreakout || !this.position(instrument).isFlat || this.hasWorkingOrders(instrument)) return;
    const { stop, target, risk } = this.params;
    const distance = stop * this.range.value;
    // So many units that the stop loss costs this fraction of equity.
    const quantity = Math.floor((risk * this.account.equity) / distance);
    const stopLoss = close - distance;
    const takeProfit = close + target * this.range.value;
    // In a session the price may have left the bar's close, beyond one of the two.
    const price = this.price(instrument);
    if (quantity === 0 || price <= stopLoss || price >= takeProfit) return;
    this.bracket(instrument, "buy", quantity, { stopLoss, takeProfit });
  }
}
