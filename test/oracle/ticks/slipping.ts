import type { SimOrder } from "../model.js";
import type { TickStory } from "./story.js";

/** "The price moves against the order and ends on a tick, rounded against the order." Ticks are 1. */
export function slipped({ rules, markets }: TickStory, { buy, instrument }: SimOrder, price: number): number {
  const by = ((): number => {
    switch (rules.slippage) {
      case "none":
        return 0;
      case "ticks:2":
        return 2;
      case "bps:100":
        return price / 100;
      case "volume:0.1":
        // "Without a volume the share counts as the limit; forex without volume does not slip."
        return markets[instrument].assetClass === "forex" ? 0 : price * 0.1 * 0.025 ** 2;
    }
  })();
  if (by === 0) return price;
  return buy ? Math.ceil(price + by - 1e-6) : Math.floor(price - by + 1e-6);
}
