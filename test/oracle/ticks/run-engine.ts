import {
  BarSeries,
  Instrument,
  type Order,
  parseBarSize,
  type QuoteSeries,
  Sessions,
  type TradeSeries,
} from "../../../index.js";
import { run, type Trader } from "../../scripted.js";
import { command, endsOf } from "../command.js";
import { type Deed, instrumentNamed, symbolOf } from "../deed.js";
import type { TickOutcome } from "./outcome.js";
import { deedsAt, deedsOnFill, isPrice, levelAt, type StoryTick, type TickStory } from "./story.js";

/** What the framework makes of a story of quotes and trades, through the public `backtest()`. */
export async function runEngine(story: TickStory): Promise<TickOutcome> {
  const { markets, rules } = story;
  const made: Order[] = [];
  const act = (trader: Trader, deeds: readonly Deed[]): void => {
    const { now } = trader.clock;
    for (const deed of deeds) command(trader, made, deed, (instrument) => levelAt(story, instrument, now));
  };
  const seen = markets.map(() => ({ quotes: 0, trades: 0, bars: 0 }));
  // Which of an instrument's ticks each quote and each trade is that a handler hears of.
  const quoteTicks = markets.map(({ ticks }) => numbersOf(ticks, ({ kind }) => kind === "quote"));
  const tradeTicks = markets.map(({ ticks }) =>
    numbersOf(ticks, (tick) => tick.kind === "trade" && isPrice(tick.price)),
  );
  const instruments = markets.map(
    ({ assetClass }, i) => new Instrument({ symbol: symbolOf(i), tickSize: 1, assetClass }),
  );
  const quotes = instruments.map((of, i) => quotesOf(of, markets[i].ticks)).filter(({ length }) => length > 0);
  const trades = instruments.map((of, i) => tradesOf(of, markets[i].ticks)).filter(({ length }) => length > 0);
  const { fills } = await run(
    instruments.map((of, i) => barsOf(of, story, i)),
    {
      onQuote: (trader, { instrument }) => {
        const i = instrumentNamed(instrument.symbol);
        act(trader, deedsAt(story, "tick", i, quoteTicks[i][seen[i].quotes++]));
      },
      onTrade: (trader, { instrument }) => {
        const i = instrumentNamed(instrument.symbol);
        act(trader, deedsAt(story, "tick", i, tradeTicks[i][seen[i].trades++]));
      },
      onBar: (trader, { instrument }) => {
        const i = instrumentNamed(instrument.symbol);
        act(trader, deedsAt(story, "bar", i, seen[i].bars++));
      },
      onFill: (trader, _fill, n) => act(trader, deedsOnFill(story, n)),
    },
    {
      ...rules,
      ...(quotes.length > 0 && { quotes }),
      ...(trades.length > 0 && { trades }),
      sessions: Object.fromEntries(markets.map((_, i) => [symbolOf(i), sessionsOf(story)])),
    },
  );
  return {
    fills: Array.from({ length: fills.length }, (_, f) => ({
      order: fills.order[f],
      time: fills.time[f],
      price: fills.price[f],
      quantity: Math.abs(fills.quantity[f]),
    })),
    // The size of what is held is settled as it leaves.
    orders: endsOf(made).map((end, i) => (made[i].status === "held" ? { ...end, status: "held" } : end)),
  };
}

function numbersOf(ticks: readonly StoryTick[], is: (tick: StoryTick) => boolean): number[] {
  return ticks.map((_, n) => n).filter((n) => is(ticks[n]));
}

function sessionsOf({ sessions }: TickStory): Sessions {
  return new Sessions(
    Float64Array.from(sessions, ({ open }) => open),
    Float64Array.from(sessions, ({ close }) => close),
  );
}

function quotesOf(instrument: Instrument, ticks: readonly StoryTick[]): QuoteSeries {
  const rows = ticks.filter((tick) => tick.kind === "quote");
  return {
    kind: "quotes",
    instrument,
    length: rows.length,
    time: Float64Array.from(rows, ({ time }) => time),
    bid: Float64Array.from(rows, ({ bid }) => bid),
    ask: Float64Array.from(rows, ({ ask }) => ask),
    bidSize: Float64Array.from(rows, ({ bidSize }) => bidSize),
    askSize: Float64Array.from(rows, ({ askSize }) => askSize),
  };
}

function tradesOf(instrument: Instrument, ticks: readonly StoryTick[]): TradeSeries {
  const rows = ticks.filter((tick) => tick.kind === "trade");
  return {
    kind: "trades",
    instrument,
    length: rows.length,
    time: Float64Array.from(rows, ({ time }) => time),
    price: Float64Array.from(rows, ({ price }) => price),
    size: Float64Array.from(rows, ({ size }) => size),
  };
}

function barsOf(instrument: Instrument, { markets }: TickStory, i: number): BarSeries {
  const series = new BarSeries(instrument, parseBarSize("15min"));
  for (const { start, end, open, high, low, close } of markets[i].bars)
    series.append(start, end, open, high, low, close, 1000);
  return series;
}
