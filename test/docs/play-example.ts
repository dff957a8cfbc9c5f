import {
  type BacktestOptions,
  type BacktestResult,
  type Bar,
  BarSeries,
  backtest,
  barSize,
  Instrument,
  type Order,
  type OrderOptions,
  type OrderRequest,
  Sessions,
  Strategy,
} from "../../index.js";
import { BEHIND_UTC, DAY, OPENING, SESSION, type WorkedExample } from "./worked-example.js";

/** Prices as they are written; fees and slippage only where the example asks for them. */
const PLAIN = {
  cash: 1_000_000,
  fees: "none",
  slippage: "none",
  margin: "unlimited",
  guards: false,
  calendar: "bars",
} as const;

/** Runs an example and says what came of it in the words of the page. */
export async function outcomeOf(example: WorkedExample): Promise<string[]> {
  const placed: Order[] = [];
  class Trader extends Strategy {
    override onBar(bar: Bar): void {
      this.act(bar.end);
    }
    override onQuote(): void {
      this.act(this.clock.now);
    }
    override onTrade(): void {
      this.act(this.clock.now);
    }
    private act(now: number): void {
      for (const text of example.orders.get(now) ?? []) placed.push(...this.place(text));
    }
    private place(text: string): Order[] {
      const [verb, ...rest] = text.split(" ");
      if (verb === "oco") return this.oco(rest.join(" ").split(" / ").map(requestOf));
      if (verb !== "bracket") return [this.submit(withParent(requestOf(text), placed))];
      const { instrument, side, quantity, ...options } = requestOf(rest.join(" "));
      const { entry, stopLoss, takeProfit } = this.bracket(instrument, side, quantity, options);
      return [entry, stopLoss, takeProfit].filter((order) => order !== undefined);
    }
  }
  const result = await backtest({ ...PLAIN, ...example.settings, strategy: Trader, ...dataOf(example) });
  return describe(example, result, placed);
}

/** "buy 10 limit 99.5 tif GTC" as a request. */
function requestOf(text: string): OrderRequest {
  const [side, quantity, ...words] = text.split(" ");
  const options: Record<string, unknown> = {};
  for (let i = 0; i < words.length; i += 2) {
    const value = Number(words[i + 1]);
    options[words[i]] = Number.isNaN(value) ? words[i + 1] : value;
  }
  return { instrument: "ABC", side: side as "buy" | "sell", quantity: Number(quantity), ...(options as OrderOptions) };
}

/** "parent 1" as the first order of the example. */
function withParent(request: OrderRequest, placed: readonly Order[]): OrderRequest {
  const { parent } = request;
  return typeof parent === "number" ? { ...request, parent: placed[parent - 1] } : request;
}

type Data = Partial<BacktestOptions> & Pick<BacktestOptions, "data">;

function dataOf(example: WorkedExample): Data {
  const instrument = new Instrument({ symbol: "ABC" });
  return example.bars.length > 0 ? barsOf(example, instrument) : ticksOf(example, instrument);
}

function column<T>(rows: readonly T[], of: (row: T) => number): Float64Array {
  return Float64Array.from(rows, of);
}

function barsOf(example: WorkedExample, instrument: Instrument): Data {
  const { bars, spread } = example;
  const prices = (by: number) => ({
    open: column(bars, (bar) => bar.prices[0] + by),
    high: column(bars, (bar) => bar.prices[1] + by),
    low: column(bars, (bar) => bar.prices[2] + by),
    close: column(bars, (bar) => bar.prices[3] + by),
  });
  const series = new BarSeries(instrument, example.hourly ? barSize(1, "hour") : barSize(1, "day"), {
    start: column(bars, (bar) => bar.start),
    end: column(bars, (bar) => bar.end),
    volume: column(bars, (bar) => bar.volume),
    ...prices(0),
    ...(spread > 0 && { bid: prices(-spread / 2), ask: prices(spread / 2) }),
  });
  return { data: [series] };
}

function ticksOf({ quotes, trades }: WorkedExample, instrument: Instrument): Data {
  // Ticks alone tell no sessions: the day before, with a bar of its own, and the day of the example.
  const before = new BarSeries(instrument, barSize(1, "day"));
  before.append(OPENING - DAY, OPENING - DAY + SESSION, 100, 100, 100, 100, 0);
  const opens = Float64Array.of(OPENING - DAY, OPENING);
  const quoteSeries = {
    kind: "quotes" as const,
    instrument,
    length: quotes.length,
    time: column(quotes, (quote) => quote.time),
    bid: column(quotes, (quote) => quote.bid),
    ask: column(quotes, (quote) => quote.ask),
    bidSize: column(quotes, (quote) => quote.bidSize),
    askSize: column(quotes, (quote) => quote.askSize),
  };
  const tradeSeries = {
    kind: "trades" as const,
    instrument,
    length: trades.length,
    time: column(trades, (trade) => trade.time),
    price: column(trades, (trade) => trade.price),
    size: column(trades, (trade) => trade.size),
  };
  return {
    data: [before.slice(0, 1)],
    sessions: {
      ABC: new Sessions(
        opens,
        opens.map((open) => open + SESSION),
      ),
    },
    ...(quotes.length > 0 && { quotes: [quoteSeries] }),
    ...(trades.length > 0 && { trades: [tradeSeries] }),
  };
}

function describe(example: WorkedExample, result: BacktestResult, placed: readonly Order[]): string[] {
  const { fills } = result;
  const lines: string[] = [];
  for (let f = 0; f < fills.length; f++) {
    const side = fills.quantity[f] > 0 ? "buy" : "sell";
    const units = Math.abs(fills.quantity[f]);
    const where = whereOf(example, fills.row[f], fills.time[f]);
    lines.push(`fill ${where}: ${side} ${units} at ${fills.price[f].toFixed(2)}`);
  }
  if (fills.length === 0) lines.push("no fill");
  // What an example does not speak of is not compared.
  const speaksOf = (what: string): boolean => example.outcome.some((line) => line.startsWith(what));
  const denied = placed.filter((order) => order.status === "denied");
  if (speaksOf("denied: ")) lines.push(...denied.map((order) => `denied: ${order.reason}`));
  if (speaksOf("ends: ")) lines.push(`ends: ${placed.map((order) => order.status).join(", ")}`);
  if (speaksOf("ambiguous bars: ")) lines.push(`ambiguous bars: ${result.ambiguousBars}`);
  return lines;
}

/** "at the open of bar 2", "in bar 2" (known at its end), "at 10:00:05". */
function whereOf(example: WorkedExample, row: number, time: number): string {
  if (row < 0) return `at ${new Date(time - BEHIND_UTC).toISOString().slice(11, 19)}`;
  return time === example.bars[row].start ? `at the open of bar ${row + 1}` : `in bar ${row + 1}`;
}
