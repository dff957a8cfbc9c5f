import type { QuoteWatch } from "../guards/quote-watch.js";
import { isPrice } from "../guards/sentinel-prices.js";
import type { Market } from "./market.js";
import type { QuoteRecord } from "./quote.js";
import type { TradeRecord } from "./trade.js";

/** Takes quotes and trades into the market: what is no price becomes a missing one, and the guards' watch sees it all. */
export class TickIntake {
  private readonly market: Market;
  private readonly watch: QuoteWatch;

  constructor(market: Market, watch: QuoteWatch) {
    this.market = market;
    this.watch = watch;
  }

  /** The price the instrument is worth by this quote: its middle, or NaN while a side is missing. */
  quote(quote: QuoteRecord, now: number): number {
    const { index, negativePrices } = quote.instrument;
    const record = this.market.quotes[index];
    record.time = now;
    record.bid = isPrice(quote.bid, quote.bidSize, negativePrices) ? quote.bid : Number.NaN;
    record.ask = isPrice(quote.ask, quote.askSize, negativePrices) ? quote.ask : Number.NaN;
    record.bidSize = quote.bidSize;
    record.askSize = quote.askSize;
    this.watch.quote(index, now);
    const { mid } = record;
    if (mid === mid) record.midTime = now;
    return mid;
  }

  /** Whether the trade has a price; one without is passed over. */
  trade(trade: TradeRecord, now: number): boolean {
    const { index, negativePrices } = trade.instrument;
    if (!isPrice(trade.price, trade.size, negativePrices)) return false;
    const record = this.market.trades[index];
    record.time = now;
    record.price = trade.price;
    record.size = trade.size;
    this.watch.trade(index, trade.price, now);
    return true;
  }
}
