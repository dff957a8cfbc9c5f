import { type Order, Strategy } from "../../index.js";

/**
 * Lives by the day: buys in the morning with a limit far away for the day beside it, later by a bracket, and is out of
 * everything before the close.
 */
export class DailyOrders extends Strategy {
  private exits: (Order | undefined)[] = [];

  override onStart(): void {
    const [{ symbol }] = this.instruments;
    const near = (fraction: number): number => Math.round(this.price(symbol) * fraction * 100) / 100;
    this.schedule({ afterOpen: 5 }, () => {
      this.buy(symbol, 100);
      this.buy(symbol, 100, { limit: near(0.8), tif: "DAY" });
    });
    this.schedule({ afterOpen: 60 }, () => {
      const { stopLoss, takeProfit } = this.bracket(symbol, "buy", 50, {
        stopLoss: near(0.95),
        takeProfit: near(1.05),
      });
      this.exits = [stopLoss, takeProfit];
    });
    this.schedule({ beforeClose: 10 }, () => {
      for (const exit of this.exits) if (exit !== undefined) this.cancel(exit);
      this.exits = [];
      this.closePosition(symbol);
    });
  }
}
