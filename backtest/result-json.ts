import { STATISTIC_KEYS } from "../core/statistics/labels.js";
import type { BacktestResult } from "./result.js";

/** Raised when a field of result.json changes its meaning or goes; one that is added does not raise it. */
const SCHEMA_VERSION = 1;

/**
 * result.json: everything a result says that is not a table, for programs. Instants are ISO 8601 in UTC, statistics
 * are as in `Statistics` (fractions, epoch ms, milliseconds) with null for what is not defined.
 */
export function resultJson(result: BacktestResult): string {
  const { statistics, trades, tradeLog, orders, fills } = result;
  const content = {
    schemaVersion: SCHEMA_VERSION,
    strategy: result.strategy,
    params: result.params,
    instruments: result.instruments.map(({ symbol, assetClass, exchange, currency, multiplier, tickSize }) => ({
      symbol,
      assetClass,
      exchange,
      currency,
      multiplier,
      tickSize,
    })),
    series: result.series.map(({ name, source, length }) => ({ name, source, bars: length })),
    from: isoInstant(result.from),
    to: isoInstant(result.to),
    timeZone: result.timeZone,
    bars: result.bars,
    warmupBars: result.warmupBars,
    baseCurrency: result.baseCurrency,
    startCash: result.startCash,
    benchmark: result.benchmarkName ?? null,
    assumptions: result.assumptions,
    caveats: result.caveats,
    ambiguousBars: result.ambiguousBars,
    statistics: Object.fromEntries(STATISTIC_KEYS.map((key) => [key, statistics[key] ?? null])),
    trades: {
      total: trades.length,
      closed: Math.min(tradeLog.length, trades.length),
      open: Math.max(0, trades.length - tradeLog.length),
    },
    orders: { total: orders.length, fills: fills.length },
    denials: result.denials.map(({ code, count, first, firstTime }) => ({
      code,
      count,
      first,
      firstTime: isoInstant(firstTime),
    })),
    inputHash: result.inputHash,
    outcomeHash: result.outcomeHash,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function isoInstant(time: number): string | null {
  return Number.isFinite(time) ? new Date(time).toISOString() : null;
}
