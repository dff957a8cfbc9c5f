import { type BacktestOptions, type BarSeries, type QuoteSeries, Random, type TradeSeries } from "../../index.js";
import { bars, instrument, MINUTE, newYork, quotes, type Row, SECOND, trades } from "../bars.js";
import { PLAIN, scripted } from "../scripted.js";
import { act, type Record, randomSettings } from "./random-run.js";

type QuoteRow = [at: number, bid: number, ask: number, bidSize: number, askSize: number];
type TradeRow = [at: number, price: number, size: number];

interface TickMarket {
  readonly symbols: readonly string[];
  readonly data: BarSeries[];
  readonly quotes: QuoteSeries[];
  readonly trades: TradeSeries[];
}

/** What a feed does to a price now and then: 0 keeps it, -1 and NaN stand for none. */
function perhapsNone(random: Random, price: number): number {
  if (random.int(40) > 0) return price;
  return random.int(2) === 0 ? -1 : Number.NaN;
}

const cents = (price: number): number => Math.round(price * 100) / 100;

/**
 * One or two stocks with quotes, with trades, or with both, for an hour or for most of a session: several at one instant,
 * crossed ones, wide ones, sides without a price, sizes that are small or not known. Bars beside them only inform.
 */
function randomTicks(seed: number): TickMarket {
  const random = new Random(seed, 300);
  const market: TickMarket = {
    symbols: Array.from({ length: 1 + random.int(2) }, (_, i) => `S${i}`),
    data: [],
    quotes: [],
    trades: [],
  };
  const seconds = random.int(3) === 0 ? 24_000 : 3_000;
  for (const symbol of market.symbols) {
    const of = instrument(symbol);
    const kind = ["quotes", "trades", "both"][random.int(3)];
    const quoted: QuoteRow[] = [];
    const traded: TradeRow[] = [];
    let last = 20 + random.int(100);
    for (let at = 1; at < seconds; at += random.int(4) === 0 ? 0 : 1 + random.int(40)) {
      last = Math.max(1, cents(last * (1 + random.normal() * 0.002)));
      const size = random.int(5) === 0 ? Number.NaN : 1 + random.int(60);
      if (kind !== "trades" && random.int(3) > 0) {
        const half = (random.int(20) === 0 ? 0.5 : random.int(4) / 100) * (random.int(30) === 0 ? -1 : 1);
        const [bid, ask] = [perhapsNone(random, cents(last - half)), perhapsNone(random, cents(last + half))];
        quoted.push([at, bid, ask, size, 1 + random.int(60)]);
      } else if (kind !== "quotes") traded.push([at, perhapsNone(random, last), size]);
    }
    if (kind !== "trades") market.quotes.push(quotes(of, quoted));
    if (kind !== "quotes") market.trades.push(trades(of, traded));
    const rows = Array.from(
      { length: Math.ceil((seconds * SECOND) / MINUTE) },
      (): Row => [last, last, last, last, 1000],
    );
    market.data.push(bars(of, "1min", rows));
  }
  return market;
}

/** The options of a random strategy that acts on quotes, trades and bars, and on some fills, over random ticks. */
export function randomTickRun(seed: number, record: Record): BacktestOptions {
  const { symbols, data, quotes: quoted, trades: traded } = randomTicks(seed);
  const random = new Random(seed, 301);
  const perhaps = (trader: Parameters<typeof act>[0], chance: number): void => {
    if (random.int(chance) === 0) act(trader, symbols[random.int(symbols.length)], random, record);
  };
  const strategy = scripted({
    onQuote: (trader) => perhaps(trader, 6),
    onTrade: (trader) => perhaps(trader, 6),
    onBar: (trader) => perhaps(trader, 6),
    ...(seed % 3 === 0 && { onFill: (trader) => perhaps(trader, 40) }),
  });
  return {
    ...PLAIN,
    ...randomSettings(seed),
    strategy,
    data,
    ...(quoted.length > 0 && { quotes: quoted }),
    ...(traded.length > 0 && { trades: traded }),
    sessions: Object.fromEntries(symbols.map((symbol) => [symbol, newYork(10)])),
  };
}
