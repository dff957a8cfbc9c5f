import {
  type BacktestOptions,
  type BarSeries,
  type Instrument,
  type OrderOptions,
  Random,
  type Schedule,
  type Side,
} from "../../index.js";
import { bars, type Row } from "../bars.js";
import { PLAIN, type Plan, scripted, type Trader } from "../scripted.js";

/** Valid bars that wander on cents, gap now and then, and trade little: everything a market does, and more often. */
export function randomBars(
  seed: number,
  count: number,
  size = "1min",
  symbol: string | Instrument = "SPY",
  stream = 0,
): BarSeries {
  const random = new Random(seed, stream + 100);
  const cents = (price: number): number => Math.round(Math.max(price, 1) * 100) / 100;
  let last = 20 + random.int(200);
  return bars(
    symbol,
    size,
    Array.from({ length: count }, (): Row => {
      const wide = last * 0.004 * (random.int(20) === 0 ? 6 : 1);
      const open = cents(random.int(4) === 0 ? last + random.normal() * wide : last);
      const close = cents(open + random.normal() * wide);
      const high = cents(Math.max(open, close) + Math.abs(random.normal()) * wide * random.int(2));
      const low = cents(Math.min(open, close) - Math.abs(random.normal()) * wide * random.int(2));
      last = close;
      return [
        open,
        Math.max(high, open, close),
        Math.min(low, open, close),
        close,
        random.int(6) === 0 ? 0 : 100 + random.int(2000),
      ];
    }),
  );
}

const TIFS = ["DAY", "GTC", "GTC", "IOC", "FOK", "GTD", "OPG"] as const;

/** Options of a random order of a random type near a price. */
export function randomOptions(random: Random, price: number, side: Side, now: number): OrderOptions {
  const sign = side === "buy" ? 1 : -1;
  const near = (spread: number): number =>
    Math.max(0.01, Math.round(price * (1 + random.normal() * spread) * 100) / 100);
  const tif = TIFS[random.int(TIFS.length)];
  const force: OrderOptions = tif === "GTD" ? { tif, goodTill: now + 1 + random.int(3_600_000) } : { tif };
  const plain = tif === "OPG" ? {} : force;
  switch (random.int(12)) {
    case 0:
    case 1:
      return force;
    case 2:
    case 3:
      return { limit: near(0.004), ...force };
    case 4:
      return { stop: near(0.004), ...plain };
    case 5:
      return { stop: near(0.004), limit: near(0.004), ...plain };
    case 6:
      return { trail: 0.01 + random.int(200) / 100, ...plain };
    case 7:
      return { trailPercent: 0.001 + random.next() * 0.02, limitOffset: random.int(50) / 100, ...plain };
    case 8:
      return { type: "market-if-touched", stop: near(0.004), ...plain };
    case 9:
      return { type: "limit-if-touched", stop: near(0.004), limit: near(0.004), ...plain };
    case 10:
      return random.int(2) === 0 ? { type: "market-on-open" } : { type: "limit-on-open", limit: near(0.01) };
    default:
      return random.int(2) === 0 ? { type: "market-on-close" } : { type: "limit-on-close", limit: near(0.004 * sign) };
  }
}

/** What a random strategy did that the book does not tell. */
export interface Record {
  /** Orders whose price or size was changed. */
  readonly modified: Set<number>;
}

/** One random order, change or cancel of an instrument. */
export function act(trader: Trader, symbol: string, random: Random, record: Record): void {
  const side: Side = random.int(2) === 0 ? "buy" : "sell";
  const quantity = 1 + random.int(40);
  const price = trader.price(symbol);
  if (!(price > 0)) return;
  const options = randomOptions(random, price, side, trader.clock.now);
  const away = (factor: number): number =>
    Math.max(0.01, Math.round(price * (1 + (side === "buy" ? 1 : -1) * factor) * 100) / 100);
  const working = trader.workingOrders(symbol);
  switch (random.int(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
      trader[side](symbol, quantity, options);
      return;
    case 4:
    case 5: {
      const loss = away(-0.002 - random.next() * 0.01);
      const profit = away(0.002 + random.next() * 0.01);
      if (loss === profit || loss < 0.05) return;
      const kind = random.int(4);
      const entry = kind === 0 ? { limit: away(-0.001) } : kind === 1 ? { stop: away(0.001) } : {};
      const between = entry.limit ?? entry.stop ?? price;
      const sign = side === "buy" ? 1 : -1;
      if (!(sign * (profit - between) > 0 && sign * (between - loss) > 0)) return;
      trader.bracket(symbol, side, quantity, {
        ...entry,
        takeProfit: profit,
        ...(random.int(5) === 0 ? { trailingStop: 0.05 + random.int(100) / 100 } : { stopLoss: loss }),
        tif: random.int(2) === 0 ? "DAY" : "GTC",
        ...(random.int(3) === 0 && { exitTif: "DAY" as const }),
      });
      return;
    }
    case 6:
      trader.oco(
        [away(-0.003), away(0.003)].map((level, i) => ({
          instrument: symbol,
          side,
          quantity,
          tif: "GTC" as const,
          ...(i === 0 ? { limit: level } : { stop: level }),
        })),
      );
      return;
    case 7:
      if (working.length > 0) trader.cancel(working[random.int(working.length)]);
      return;
    case 8: {
      if (working.length === 0) return;
      const order = working[random.int(working.length)];
      const limit =
        order.limit > 0 && order.type !== "trailing-stop-limit"
          ? { limit: Math.max(0.01, Math.round((order.limit + random.normal()) * 100) / 100) }
          : {};
      record.modified.add(order.id);
      trader.modify(order, random.int(2) === 0 ? { quantity: 1 + random.int(60), ...limit } : limit);
      return;
    }
    case 9:
      trader.target(symbol, random.int(81) - 40);
      return;
    case 10:
      trader.closePosition(symbol);
      return;
    default:
      if (working.length > 0) {
        trader.submit({
          instrument: symbol,
          side,
          quantity,
          ...(options.limit !== undefined && { limit: options.limit }),
          tif: "GTC",
          parent: working[random.int(working.length)],
        });
      }
  }
}

/**
 * A strategy that makes random orders of every type, from a seed. Each instrument draws from a stream of its own, so
 * that its orders do not depend on which others are there; with `across` any bar may bring an order for any instrument,
 * in the middle of a longer bar of that one.
 */
export function randomPlan(seed: number, symbols: readonly string[], record: Record, often = 3, across = false): Plan {
  const randoms = new Map(symbols.map((symbol, i) => [symbol, new Random(seed, i)] as const));
  return {
    onBar(trader, bar) {
      const random = randoms.get(bar.instrument.symbol);
      if (random === undefined || random.int(often) > 0) return;
      act(trader, across ? symbols[random.int(symbols.length)] : bar.instrument.symbol, random, record);
    },
  };
}

/** The same, that also acts when sessions open and close, and at the times of schedules of every form. */
export function randomClockPlan(seed: number, symbols: readonly string[], record: Record, often = 3): Plan {
  const random = new Random(seed, 500);
  const perhaps = (trader: Trader, symbol: string, chance: number): void => {
    if (symbols.includes(symbol) && random.int(chance) === 0) act(trader, symbol, random, record);
  };
  const schedules: Schedule[] = [
    { beforeOpen: random.int(90) },
    { afterOpen: random.int(30) },
    { beforeClose: random.int(30) },
    { afterClose: random.int(600) },
    { every: 1 + random.int(200) },
    { at: `${String(random.int(24)).padStart(2, "0")}:${String(random.int(60)).padStart(2, "0")}` },
  ];
  return {
    ...randomPlan(seed, symbols, record, often),
    declare(trader) {
      for (const symbol of symbols) {
        const when = schedules[random.int(schedules.length)];
        trader.schedule(when, () => perhaps(trader, symbol, 3), symbol);
      }
    },
    onSessionOpen: (trader, { symbol }) => perhaps(trader, symbol, 4),
    onSessionClose: (trader, { symbol }) => perhaps(trader, symbol, 3),
  };
}

/** Rules of a random market and account. */
export function randomSettings(seed: number): Partial<BacktestOptions> {
  const random = new Random(seed, 77);
  const one = <T>(...choices: T[]): T => choices[random.int(choices.length)];
  return {
    fill: one("next-open", "next-open", "same-close"),
    limitFill: one("through", "touch"),
    intrabar: one("pessimistic", "optimistic", "ohlc"),
    latency: one(0, 0, 1, 20_000, 59_999, 60_000, 150_000),
    slippage: one("none", "ticks:1", "ticks:7", "bps:3", "volume:0.1"),
    fees: one("none", "ib-fixed", "ib-tiered", "per-order:1", "bps:2", "per-share:0.005,min=1"),
    volumeLimit: one(0, 0, 0.02, 0.3),
    margin: one("unlimited", "reg-t", "reg-t", "cash", "reg-t-intraday"),
    cash: one(1e7, 100_000, 10_000, 3_000),
    guards: one<NonNullable<BacktestOptions["guards"]>>(
      false,
      {},
      { session: false },
      { session: { closed: "deny" } },
      { session: { lastSeconds: 120 }, orderRate: false },
      { position: 60, orderSize: 50, dailyLoss: { fraction: 0.02, flatten: true } },
    ),
  };
}

/** The options of a whole random run. */
export function randomRun(
  seed: number,
  series: readonly BarSeries[],
  record: Record,
  more: Partial<BacktestOptions> = {},
): BacktestOptions {
  const symbols = [...new Set(series.map((one) => one.instrument.symbol))];
  return {
    ...PLAIN,
    ...randomSettings(seed),
    strategy: scripted(
      seed % 5 === 0 ? randomClockPlan(seed, symbols, record) : randomPlan(seed, symbols, record, 3, seed % 4 === 2),
    ),
    data: series,
    ...more,
  };
}
