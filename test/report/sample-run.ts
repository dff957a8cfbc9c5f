import { hashOutcome } from "../../backtest/hashes.js";
import type { BacktestResult } from "../../backtest/result.js";
import { BarSeries } from "../../core/market/bar-series.js";
import { DAY, HOUR, MINUTE, parseBarSize } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { DENIED, FILLED, MARKET } from "../../core/orders/kinds.js";
import { OrderBook, TARGET } from "../../core/orders/order-book.js";
import { FillLog } from "../../core/portfolio/fill-log.js";
import { TradeLog } from "../../core/portfolio/trade-log.js";
import { type TradeTable, tradeTable } from "../../core/statistics/inputs.js";
import { summary } from "../../core/statistics/summary.js";

/** A moving-average cross over one series, carried out here by hand so that a report can be had without the engine. */
export interface SampleOptions {
  readonly fast?: number;
  readonly slow?: number;
  readonly quantity?: number;
  readonly cash?: number;
  /** Per unit. */
  readonly fee?: number;
}

/** A seeded random walk of daily bars of New York's sessions, weekdays only. */
export function dailyWalk(bars: number, symbol = "WALK"): BarSeries {
  const series = new BarSeries(new Instrument({ symbol, assetClass: "etf" }), parseBarSize("1day"));
  const random = seeded(7);
  let price = 100;
  for (let day = 10_960; series.length < bars; day++) {
    if (day % 7 === 2 || day % 7 === 3) continue;
    price = appendBar(series, day * DAY + 14.5 * HOUR, day * DAY + 21 * HOUR, price, 0.011, random);
  }
  return series;
}

/** A seeded random walk of minutes without a break. */
export function minuteWalk(bars: number, symbol = "WALK"): BarSeries {
  const size = parseBarSize("1min");
  const instrument = new Instrument({ symbol, assetClass: "etf", timeZone: "UTC" });
  const column = (): Float64Array => new Float64Array(bars);
  const series = new BarSeries(instrument, size, {
    start: column(),
    end: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  });
  series.length = 0;
  const random = seeded(11);
  let price = 100;
  const first = Date.UTC(2015, 0, 1);
  for (let row = 0; row < bars; row++) {
    price = appendBar(series, first + row * MINUTE, first + (row + 1) * MINUTE, price, 0.0006, random);
  }
  return series;
}

/** The result of buying when the fast average crosses above the slow one and selling when it falls below again. */
export function smaCrossResult(series: BarSeries, options: SampleOptions = {}): BacktestResult {
  const { fast = 10, slow = 30, quantity = 100, cash = 100_000, fee = 0.01 } = options;
  const { instrument, length } = series;
  const clock = { now: 0 };
  const orders = new OrderBook(clock);
  const fills = new FillLog();
  const tradeLog = new TradeLog(1);
  let money = cash;
  let held = 0;
  const fastValues = average(series.close, length, fast);
  const slowValues = average(series.close, length, slow);
  const equity = {
    time: new Float64Array(length - slow + 1),
    value: new Float64Array(length - slow + 1),
    length: length - slow + 1,
  };
  const benchmark = { ...equity, value: new Float64Array(equity.length) };
  equity.time[0] = series.end[slow - 1];
  equity.value[0] = cash;
  benchmark.value[0] = cash;
  let pending = -1;
  for (let row = slow; row < length; row++) {
    if (pending >= 0) {
      const signed = orders.side[pending] * quantity;
      const price = series.open[row];
      orders.filled[pending] = quantity;
      orders.filledValue[pending] = quantity * price;
      orders.fees[pending] = quantity * fee;
      clock.now = series.start[row];
      orders.setStatus(pending, FILLED);
      const time = series.start[row];
      const report = { order: pending, quantity, price, fee: quantity * fee, slippage: 0, row, time };
      fills.add(report, 0, orders.side[pending], { now: series.end[row] });
      tradeLog.fill(pending, 0, row, signed, price, quantity * fee, series.start[row], instrument.multiplier);
      money -= signed * price + quantity * fee;
      held += signed;
      pending = -1;
    }
    const above = fastValues[row] > slowValues[row];
    if (above !== held > 0 && row < length - 1) {
      clock.now = series.end[row];
      pending = orders.add(0, above ? 1 : -1, MARKET, quantity);
      orders.flags[pending] = TARGET;
    }
    const at = row - slow + 1;
    equity.time[at] = series.end[row];
    equity.value[at] = money + held * series.close[row];
    benchmark.value[at] = (cash * series.close[row]) / series.close[slow - 1];
  }
  const trades = tableOf(tradeLog, series, fee);
  const statistics = summary(equity, trades, { benchmark, slippage: 0 });
  return {
    strategy: "SmaCross",
    params: { fast, slow, quantity },
    instruments: [instrument],
    series: [series],
    handed: [series],
    finest: [0],
    from: equity.time[0],
    to: series.end[length - 1],
    warmupBars: slow,
    bars: length,
    baseCurrency: "USD",
    startCash: cash,
    timeZone: instrument.timeZone,
    equity,
    benchmark,
    benchmarkName: instrument.symbol,
    statistics,
    trades,
    tradeLog,
    orders,
    fills,
    denials: [],
    ambiguousBars: 0,
    assumptions: [
      "Market orders fill at the next bar's open.",
      "Where a bar could have filled a stop and a limit, the stop is taken.",
      "Limits fill only when the price goes through them.",
      "Fees are 0.01 USD a unit; there is no slippage.",
    ],
    caveats: [
      { level: "warning", text: "Daily bars carry no quotes: the spread between bid and ask is not in these numbers." },
      { level: "note", text: "Fees of 87.50 ate 0.2 % of a gross profit of 35,035.99." },
      { level: "note", text: "Prices are as the file has them; dividends are not paid out." },
    ],
    indicators: [
      {
        name: `SMA(${fast})`,
        pane: "price",
        series: 0,
        outputs: [{ name: "value", apart: false, values: fastValues }],
      },
      {
        name: `SMA(${slow})`,
        pane: "price",
        series: 0,
        outputs: [{ name: "value", apart: false, values: slowValues }],
      },
    ],
    inputHash: "a3f1".repeat(16),
    outcomeHash: hashOutcome({ equity, fills, orders, statistics }),
  };
}

function tableOf(log: TradeLog, series: BarSeries, fee: number): TradeTable {
  const open = log.openLots(0);
  const table = tradeTable(log.length + open.length);
  table.length = log.length + open.length;
  for (let row = 0; row < log.length; row++) {
    table.quantity[row] = log.quantity[row];
    table.entryTime[row] = log.entryTime[row];
    table.exitTime[row] = log.exitTime[row];
    table.entryPrice[row] = log.entryPrice[row];
    table.exitPrice[row] = log.exitPrice[row];
    table.profit[row] = log.profit[row];
    table.fees[row] = log.fees[row];
    table.bars[row] = log.exitRow[row] - log.entryRow[row];
    setExcursions(table, row, series, log.entryRow[row], log.exitRow[row]);
  }
  const last = series.length - 1;
  for (const [i, lot] of open.entries()) {
    const row = log.length + i;
    table.quantity[row] = lot.quantity;
    table.entryTime[row] = lot.time;
    table.exitTime[row] = series.end[last];
    table.entryPrice[row] = lot.price;
    table.exitPrice[row] = series.close[last];
    table.profit[row] = lot.quantity * (series.close[last] - lot.price) - lot.quantity * fee;
    table.fees[row] = lot.fee;
    table.bars[row] = last - lot.row;
    setExcursions(table, row, series, lot.row, last);
  }
  for (let row = 0; row < table.length; row++)
    table.entryValue[row] = Math.abs(table.quantity[row]) * table.entryPrice[row];
  return table;
}

function setExcursions(table: TradeTable, row: number, series: BarSeries, from: number, to: number): void {
  const price = table.entryPrice[row];
  let low = Math.min(price, table.exitPrice[row]);
  let high = Math.max(price, table.exitPrice[row]);
  for (let bar = from; bar < to; bar++) {
    low = Math.min(low, series.low[bar]);
    high = Math.max(high, series.high[bar]);
  }
  table.mae[row] = 1 - low / price;
  table.mfe[row] = high / price - 1;
}

function average(values: Float64Array, length: number, window: number): Float64Array {
  const out = new Float64Array(length).fill(Number.NaN);
  let sum = 0;
  for (let row = 0; row < length; row++) {
    sum += values[row] - (row >= window ? values[row - window] : 0);
    if (row >= window - 1) out[row] = sum / window;
  }
  return out;
}

function appendBar(
  series: BarSeries,
  start: number,
  end: number,
  before: number,
  spread: number,
  random: () => number,
): number {
  const cents = (value: number): number => Math.max(0.01, Math.round(value * 100) / 100);
  const open = cents(before * (1 + (random() - 0.5) * spread * 0.5));
  // A pull back to 100 keeps millions of steps from running away.
  const close = cents(open * (1 + (random() - 0.49 - 0.002 * Math.log(open / 100)) * spread * 2));
  const high = cents(Math.max(open, close) * (1 + random() * spread * 0.6));
  const low = Math.min(open, close, cents(Math.min(open, close) * (1 - random() * spread * 0.6)));
  series.append(start, end, open, Math.max(high, open, close), low, close, Math.round(1e5 + random() * 9e5));
  return close;
}

/** Numbers from 0 up to 1 that are the same every time (Park & Miller 1988). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Text that would do harm if any part of a report took it for markup, script or a command to the terminal. */
export const HOSTILE =
  '</script><script>window.harmed=1</script><img src=x onerror="window.harmed=1"><!--\u2028\u001b[2J';

/**
 * A result with one of everything: two instruments of which one never traded, two series of one instrument, an
 * indicator in a pane of its own, denials, warnings, an ambiguous bar, and hostile text wherever text may come from a
 * user.
 */
export function variedResult(): BacktestResult {
  const daily = dailyWalk(1500);
  const base = smaCrossResult(daily);
  const other = new Instrument({ symbol: "</script><b>X", assetClass: "etf" }, 1);
  const { start, end, open, high, low, close, volume } = daily.slice(0, 300);
  const otherSeries = new BarSeries(other, daily.size, { start, end, open, high, low, close, volume });
  const weekly = new BarSeries(daily.instrument, parseBarSize("1week"));
  for (let row = 0; row + 5 <= daily.length; row += 5) {
    const week = daily.slice(row, row + 5);
    const high = Math.max(...week.high);
    weekly.append(week.start[0], week.end[4], week.open[0], high, Math.min(...week.low), week.close[4], week.volume[4]);
  }
  const swing = daily.close.slice(0, daily.length).map((close, row) => close / daily.open[Math.max(0, row - 10)] - 1);
  base.orders.tags.set(0, HOSTILE);
  const denied = base.orders.add(0, 1, MARKET, 7);
  base.orders.setStatus(denied, DENIED);
  base.orders.denials.set(denied, { code: "STALE_QUOTE", details: { age: "3bars", limit: HOSTILE } });
  return {
    ...base,
    strategy: `Varied ${HOSTILE}`,
    params: { ...base.params, [HOSTILE]: HOSTILE, exact: true },
    instruments: [...base.instruments, other],
    series: [daily, weekly, otherSeries],
    handed: [daily, weekly, otherSeries],
    finest: [0, 2],
    benchmarkName: HOSTILE,
    ambiguousBars: 1,
    denials: [
      { code: "STALE_QUOTE", count: 1, first: `STALE_QUOTE: age=3bars limit=${HOSTILE}`, firstTime: daily.end[200] },
    ],
    assumptions: [...base.assumptions, HOSTILE],
    caveats: [...base.caveats, { level: "warning", text: HOSTILE }, { level: "note", text: HOSTILE }],
    indicators: [
      ...base.indicators,
      { name: `Swing ${HOSTILE}`, pane: "own", series: 0, outputs: [{ name: HOSTILE, apart: false, values: swing }] },
    ],
  };
}
