import { describe, expect, it } from "vitest";
import { backtest } from "../../backtest/backtest.js";
import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import type { Engine } from "../../core/engine.js";
import type { Instant } from "../../core/market/bar-size.js";
import { ticksFromBars } from "../../core/market/bar-ticks.js";
import { ORDER_TYPES } from "../../core/orders/kinds.js";
import { Random } from "../../core/random.js";
import type { StrategyClass } from "../../core/strategy.js";
import BracketBreakout from "../../strategies/bracket-breakout.js";
import PairsTrade from "../../strategies/pairs-trade.js";
import SmaCross from "../../strategies/sma-cross.js";
import { gatewayData } from "../gateway/gateway-data.js";
import { deciding, drawDecisions } from "../random-strategy.js";
import { sessionAt } from "./sessions.js";

/** The four corners of each bar. */
const TICKS = { every: Infinity, spread: 2 };
const WHOLE = gatewayData("synthetic:symbols=2,bars=1560,bar=1min,start=2020-01-06,seed=11");

/** What a run has done: each order as it was made, and each fill. */
interface Deeds {
  readonly orders: readonly string[];
  readonly fills: readonly string[];
}

type Book = Pick<Engine["book"], "length" | "side" | "type" | "instrument" | "quantity" | "createdAt">;

function deedsOf(book: Book, fills: Engine["fills"], data: GatewayData): Deeds {
  const symbol = (i: number): string => data.instruments[i].symbol;
  return {
    orders: Array.from({ length: book.length }, (_, row) =>
      [
        new Date(book.createdAt[row]).toISOString(),
        book.side[row] > 0 ? "buy" : "sell",
        ORDER_TYPES[book.type[row]],
        symbol(book.instrument[row]),
      ].join(" "),
    ),
    fills: Array.from({ length: fills.length }, (_, i) =>
      [fills.order[i], symbol(fills.instrument[i]), fills.quantity[i], fills.price[i]].join(" "),
    ),
  };
}

async function inBacktest(strategy: StrategyClass, data: GatewayData, from: Instant, params = {}): Promise<Deeds> {
  const ticks = data.series.map((series) => ticksFromBars(series, TICKS));
  const { orders, fills } = await backtest({
    strategy,
    params,
    data: data.series,
    quotes: ticks.map(({ quotes }) => quotes),
    trades: ticks.flatMap(({ trades }) => trades ?? []),
    sessions: Object.fromEntries(data.instruments.map(({ symbol }, i) => [symbol, data.sessions[i]])),
    from,
    cash: 1_000_000,
    fees: "ib-fixed",
    slippage: "none",
    margin: "reg-t",
  });
  return deedsOf(orders, fills, data);
}

async function throughGateway(strategy: StrategyClass, data: GatewayData, from: Instant, params = {}): Promise<Deeds> {
  const { session, over, close } = await sessionAt({ data, ticks: TICKS, from, strategy, setup: { params } });
  const last = Math.max(...data.series.map((series) => series.end[series.length - 1]));
  // Behind the data there is nothing to compare with.
  let deeds: Deeds | undefined;
  const { book, fills } = session.parts.engine;
  session.onTurn = () => {
    if (session.now > last && deeds === undefined) deeds = deedsOf(book, fills, data);
  };
  await over;
  await close();
  return deeds ?? deedsOf(book, fills, data);
}

/** The same market, that ends so many minutes behind an instant. */
function until(data: GatewayData, end: Instant): GatewayData {
  return { ...data, series: data.series.map((one) => one.slice(0, one.firstEndingAfter(end))) };
}

describe("one run, in a backtest and through the gateway in one process", () => {
  const from = WHOLE.sessions[0].open[2];
  for (const [name, strategy, params] of [
    ["SMA cross", SmaCross, { fast: 5, slow: 15 }],
    ["bracket breakout", BracketBreakout, {}],
    ["pairs trade", PairsTrade, { lookback: 60, entry: 1.5 }],
  ] as const) {
    it(`gives the same orders and fills of the ${name}`, async () => {
      const expected = await inBacktest(strategy as StrategyClass, WHOLE, from, params);
      expect(expected.orders.length).toBeGreaterThan(3);
      expect(await throughGateway(strategy as StrategyClass, WHOLE, from, params)).toEqual(expected);
    });
  }

  const start = WHOLE.sessions[0].open[1] + 30 * 60_000;
  const short = until(WHOLE, start + 24 * 60_000);
  const symbols = WHOLE.instruments.map(({ symbol }) => symbol);
  for (let first = 1; first <= 200; first += 25) {
    it(`gives the same orders and fills of random strategies, seeds ${first} to ${first + 24}`, async () => {
      let fills = 0;
      for (let seed = first; seed < first + 25; seed++) {
        const windows = [{ at: 0, lasts: 20 * 60_000 }];
        const bounds = { symbols, windows, count: 12, mostUnits: 200, away: 0.003 };
        const strategy = deciding(drawDecisions(new Random(seed), bounds), start, "bars");
        const expected = await inBacktest(strategy, short, start);
        fills += expected.fills.length;
        expect(await throughGateway(strategy, short, start), `seed ${seed}`).toEqual(expected);
      }
      expect(fills).toBeGreaterThan(50);
    });
  }
});
