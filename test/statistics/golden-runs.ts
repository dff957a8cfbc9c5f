/** The runs of backtesting.py in shared/golden, read with the prices they were made on. */
import { readFileSync } from "node:fs";
import { DAY, HOUR, MINUTE, SECOND } from "../../core/market/bar-size.js";
import type { EquityCurve, TradeTable } from "../../core/statistics/inputs.js";
import { tradesFrom } from "../../core/statistics/inputs.js";
import { sharedPath } from "../shared-data.js";
import type { BacktestingPyRun, BacktestingPyStats } from "./backtesting-py.js";

export const GOLDEN_RUNS = {
  "goog-sma-cross-10units": { prices: "goog-1day.csv", firstTradingBar: 29 },
  "goog-sma-cross-10units-commission": { prices: "goog-1day.csv", firstTradingBar: 29 },
  "goog-bracket-10units": { prices: "goog-1day.csv", firstTradingBar: 19 },
  "eurusd-sma-cross-100k": { prices: "eurusd-1hour.csv", firstTradingBar: 29 },
} as const;

export type GoldenName = keyof typeof GOLDEN_RUNS;

interface GoldenFile {
  readonly stats: Readonly<Record<string, number | string>>;
  readonly trades: readonly {
    readonly Size: number;
    readonly EntryBar: number;
    readonly ExitBar: number;
    readonly EntryPrice: number;
    readonly ExitPrice: number;
    readonly PnL: number;
    readonly Commission: number;
    readonly EntryTime: string;
    readonly ExitTime: string;
  }[];
  readonly equity: readonly number[];
}

export interface GoldenRun extends BacktestingPyRun {
  /** What backtesting.py reported, in the units of backtestingPyStats. */
  readonly stats: BacktestingPyStats;
  readonly curve: EquityCurve;
  readonly table: TradeTable;
}

export function goldenRun(name: GoldenName): GoldenRun {
  const { prices, firstTradingBar } = GOLDEN_RUNS[name];
  const file = JSON.parse(readFileSync(sharedPath(`golden/${name}.json`), "utf8")) as GoldenFile;
  const { time, close } = closes(prices);
  const trades = file.trades.map((trade) => ({
    size: trade.Size,
    entryBar: trade.EntryBar,
    exitBar: trade.ExitBar,
    entryPrice: trade.EntryPrice,
    exitPrice: trade.ExitPrice,
    profit: trade.PnL,
    commission: trade.Commission,
  }));
  const rows = file.trades.map((trade) => ({
    instrument: 0,
    entryTime: Date.parse(`${trade.EntryTime}Z`),
    exitTime: Date.parse(`${trade.ExitTime}Z`),
    quantity: trade.Size,
    entryPrice: trade.EntryPrice,
    exitPrice: trade.ExitPrice,
    profit: trade.PnL,
    fees: trade.Commission,
    entryValue: Math.abs(trade.Size) * trade.EntryPrice,
    bars: trade.ExitBar - trade.EntryBar,
  }));
  const value = Float64Array.from(file.equity);
  return {
    time,
    close,
    equity: value,
    trades,
    firstTradingBar,
    stats: readStats(file.stats),
    curve: { time, value, length: value.length },
    table: tradesFrom(rows),
  };
}

/** Bar starts, read as UTC, and closes of one of the price files whose first column has no name. */
export function closes(file: string): { readonly time: Float64Array; readonly close: Float64Array } {
  const lines = readFileSync(sharedPath(`data/${file}`), "utf8")
    .trim()
    .split(/\r?\n/)
    .slice(1);
  const cells = lines.map((line) => line.split(","));
  return {
    time: Float64Array.from(cells, (cell) => startOf(cell[0] as string)),
    close: Float64Array.from(cells, (cell) => Number(cell[4])),
  };
}

function startOf(text: string): number {
  const [date, clock = "00:00:00"] = text.split(" ");
  return Date.parse(`${date}T${clock}Z`);
}

/** Numbers as they are, "294 days 06:00:00" as milliseconds, "2017-04-19T09:00:00" as an instant. */
export function readStats(stats: Readonly<Record<string, number | string>>): BacktestingPyStats {
  return Object.fromEntries(Object.entries(stats).map(([name, value]) => [name, readStat(name, value)]));
}

function readStat(name: string, value: number | string): number {
  if (typeof value === "number") return value;
  const duration = /^(\d+) days (\d\d):(\d\d):(\d\d)$/.exec(value);
  if (duration !== null) {
    const [days, hours, minutes, seconds] = duration.slice(1).map(Number) as [number, number, number, number];
    return days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND;
  }
  const instant = Date.parse(`${value}Z`);
  if (Number.isNaN(instant)) throw new Error(`"${name}" is neither a number, a duration nor an instant: ${value}`);
  return instant;
}
