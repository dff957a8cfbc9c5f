import type { BarSeries, PriceColumns } from "../../core/market/bar-series.js";
import { CsvBytes } from "./csv-bytes.js";

const PRICES = ["open", "high", "low", "close"] as const;

/**
 * Bars as CSV that reads back as the same bars: start and end in UTC, every number with as many digits as it takes.
 * Quote bars have columns for bid and ask as well. Yields each time the buffer is full, and at the end.
 *
 * @param pieces series of the same kind, one after the other
 */
export function* barRows(pieces: Iterable<BarSeries>, quotes: boolean): Generator<CsvBytes> {
  const bytes = new CsvBytes();
  const sides = quotes ? [...PRICES.map((name) => `bid_${name}`), ...PRICES.map((name) => `ask_${name}`)] : [];
  bytes.text(["time", "end", ...PRICES, "volume", ...sides].join(",")).endRow();
  for (const series of pieces) {
    for (let row = 0; row < series.length; row++) {
      bytes.instant(series.start[row]).comma().instant(series.end[row]);
      addPrices(bytes, series, row);
      bytes.comma().exact(series.volume[row]);
      if (quotes && series.bid !== undefined && series.ask !== undefined) {
        addPrices(bytes, series.bid, row);
        addPrices(bytes, series.ask, row);
      }
      bytes.endRow();
      if (bytes.full) yield bytes;
    }
  }
  yield bytes;
}

function addPrices(bytes: CsvBytes, prices: PriceColumns, row: number): void {
  bytes.comma().exact(prices.open[row]);
  bytes.comma().exact(prices.high[row]);
  bytes.comma().exact(prices.low[row]);
  bytes.comma().exact(prices.close[row]);
}
