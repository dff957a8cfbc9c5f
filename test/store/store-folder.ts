import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type BarStore, openStore } from "../../data/store/bar-store.js";
import type { SeriesKey } from "../../data/store/series-key.js";
import { BarSeries, Instrument, parseBarSize } from "../../index.js";
import { present, projectRoot } from "../shared-data.js";

const binary = join(projectRoot, "node_modules", "better-sqlite3", "build", "Release", "better_sqlite3.node");

/** Whether SQLite is compiled; without it there is no store to test. */
export const hasSqlite = present("sqlite", existsSync(binary));

const folders: string[] = [];
const stores: BarStore[] = [];
afterAll(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own, gone when the tests of the file are. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "seatrial-store-"));
  folders.push(folder);
  return folder;
}

/** The path of a file that is not there yet. */
export function newPath(name = "bars.db"): string {
  return join(newFolder(), name);
}

/** A store that is closed when the tests of the file are over. */
export async function opened(path = newPath(), readonly = false): Promise<BarStore> {
  const store = await openStore(path, { readonly });
  stores.push(store);
  return store;
}

/** A store that knows SPY. */
export async function storeOf(...symbols: string[]): Promise<BarStore> {
  const store = await opened();
  for (const symbol of symbols) store.putInstrument({ symbol });
  return store;
}

export const SPY_MINUTES: SeriesKey = {
  symbol: "SPY",
  size: "1min",
  what: "trades",
  hours: "regular",
  adjustment: "raw",
};

export const MINUTE = 60_000;
/** 2024-01-08, 14:30 UTC. */
export const OPEN = Date.UTC(2024, 0, 8, 14, 30);

export type Bar = readonly [
  start: number,
  end: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
];

/** Rows as a series. */
export function seriesOf(rows: readonly Bar[], size = "1min", symbol = "SPY"): BarSeries {
  const column = (i: number): Float64Array => Float64Array.from(rows, (row) => row[i]);
  return new BarSeries(new Instrument({ symbol }), parseBarSize(size), {
    start: column(0),
    end: column(1),
    open: column(2),
    high: column(3),
    low: column(4),
    close: column(5),
    volume: column(6),
  });
}

/** A series as rows. */
export function rowsOf(series: BarSeries): Bar[] {
  const { start, end, open, high, low, close, volume } = series;
  return Array.from(
    { length: series.length },
    (_, r): Bar => [start[r], end[r], open[r], high[r], low[r], close[r], volume[r]],
  );
}

/** `count` minute bars one after the other. */
export function minutes(count: number, from = OPEN, price = 100): Bar[] {
  return Array.from({ length: count }, (_, i): Bar => {
    const at = price + Math.sin(i / 50) * 5;
    return [from + i * MINUTE, from + (i + 1) * MINUTE, at, at + 0.5, at - 0.5, at + 0.25, 1000 + i];
  });
}
