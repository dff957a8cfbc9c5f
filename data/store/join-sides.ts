import { BarSeries, type PriceColumns } from "../../core/market/bar-series.js";

/**
 * Bid bars and ask bars of one instrument and size as quote bars: those that both have, with open to close in the
 * middle of the two. A bar ends where the later of the two ends.
 */
export function joinSides(bid: BarSeries, ask: BarSeries): BarSeries {
  const most = Math.min(bid.length, ask.length);
  const bidRows = new Int32Array(most);
  const askRows = new Int32Array(most);
  let length = 0;
  for (let b = 0, a = 0; b < bid.length && a < ask.length; ) {
    const ahead = bid.start[b] - ask.start[a];
    if (ahead === 0) {
      bidRows[length] = b++;
      askRows[length++] = a++;
    } else if (ahead < 0) b++;
    else a++;
  }
  const pick = (column: Float64Array, rows: Int32Array): Float64Array => {
    const picked = new Float64Array(length);
    for (let i = 0; i < length; i++) picked[i] = column[rows[i]];
    return picked;
  };
  const side = (prices: PriceColumns, rows: Int32Array): PriceColumns => ({
    open: pick(prices.open, rows),
    high: pick(prices.high, rows),
    low: pick(prices.low, rows),
    close: pick(prices.close, rows),
  });
  const bids = side(bid, bidRows);
  const asks = side(ask, askRows);
  const middle = (field: keyof PriceColumns): Float64Array =>
    bids[field].map((price, i) => (price + asks[field][i]) / 2);
  const bidEnd = pick(bid.end, bidRows);
  const askEnd = pick(ask.end, askRows);
  return new BarSeries(
    bid.instrument,
    bid.size,
    {
      start: pick(bid.start, bidRows),
      end: bidEnd.map((end, i) => Math.max(end, askEnd[i])),
      open: middle("open"),
      high: middle("high"),
      low: middle("low"),
      close: middle("close"),
      volume: new Float64Array(length),
      bid: bids,
      ask: asks,
    },
    "midpoint",
  );
}
