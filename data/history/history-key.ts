import type { BarSize } from "../../core/market/bar-size.js";
import type { Adjustment } from "../../core/market/corporate-actions.js";
import type { SeriesKey } from "../store/series-key.js";
import type { HistorySource, HistorySubject } from "./history-source.js";

/**
 * Where the store keeps history of a kind. Shares come adjusted as their source adjusts them; what is never split or
 * paid a dividend is raw.
 */
export function historyKey(subject: HistorySubject, size: BarSize, source: HistorySource): SeriesKey {
  const { instrument, what, hours } = subject;
  return { symbol: instrument.symbol, size: size.label, what, hours, adjustment: adjustmentOf(subject, source) };
}

function adjustmentOf({ instrument, what }: HistorySubject, source: HistorySource): Adjustment {
  if (what === "adjusted-last") return "all";
  const isShare = instrument.assetClass === "stock" || instrument.assetClass === "etf";
  return isShare ? source.adjustment : "raw";
}
