import type { OrderChanges, OrderOptions } from "../../index.js";
import { HOUR } from "../bars.js";
import type { Deed, Terms } from "./deed.js";

/** Orders that trail by a part of the price say so, for a live order does not tell. */
export const IN_PERCENT = "trails in percent";

/** The terms of an order as prices, such as a command of a strategy takes them. */
export function optionsOf(terms: Terms, price: number, now: number): OrderOptions {
  const { type, limit, stop, trail, trailPercent, limitOffset, tif, lasts, outsideRth } = terms;
  return {
    type,
    ...(limit !== undefined && { limit: price + limit }),
    ...(stop !== undefined && { stop: price + stop }),
    ...(trail !== undefined && { trail }),
    ...(trailPercent !== undefined && { trailPercent: trailPercent / 100, tag: IN_PERCENT }),
    ...(limitOffset !== undefined && { limitOffset }),
    ...(tif !== undefined && { tif }),
    ...(outsideRth === true && { outsideRth }),
    ...(tif === "GTD" && { goodTill: now + ((lasts ?? 1) * HOUR) / 2 }),
  };
}

export interface ExitPrices {
  readonly stopLoss?: number;
  readonly takeProfit?: number;
  readonly trailingStop?: number;
}

/** Where a bracket gets out: so many ticks from its entry's price, which at the market is where it stands. */
export function exitsOf({ terms, loss, profit, exits }: Deed & { does: "bracket" }, price: number): ExitPrices {
  const sign = terms.side === "buy" ? 1 : -1;
  const entry = price + (terms.limit ?? terms.stop ?? 0);
  return {
    ...((exits === "both" || exits === "loss") && { stopLoss: entry - sign * loss }),
    ...(exits === "trailing and profit" && { trailingStop: loss }),
    ...(exits !== "loss" && { takeProfit: entry + sign * profit }),
  };
}

/** What of a change an order of this type can be asked for; undefined where nothing is left of it. */
export function changesOf(
  deed: Deed & { does: "modify" },
  order: { readonly type: string; readonly triggered: boolean; readonly inPercent: boolean },
  price: number,
): OrderChanges | undefined {
  const { type, triggered, inPercent } = order;
  const hasLimit = ["limit", "stop-limit", "limit-if-touched", "limit-on-open", "limit-on-close"].includes(type);
  const hasStop = ["stop", "stop-limit", "market-if-touched", "limit-if-touched"].includes(type) && !triggered;
  const hasTrail = ["trailing-stop", "trailing-stop-limit"].includes(type) && !triggered;
  const changes = {
    ...(deed.quantity !== undefined && { quantity: deed.quantity }),
    ...(deed.limit !== undefined && hasLimit && { limit: price + deed.limit }),
    ...(deed.stop !== undefined && hasStop && { stop: price + deed.stop }),
    ...(deed.trail !== undefined &&
      hasTrail &&
      (inPercent ? { trailPercent: deed.trail / 100 } : { trail: deed.trail })),
  };
  return Object.keys(changes).length === 0 ? undefined : changes;
}
