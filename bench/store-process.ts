import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BarSeries } from "../core/market/bar-series.js";
import { barRows } from "../data/files/export-csv.js";
import { type BarStore, openStore } from "../data/store/bar-store.js";
import { planImport, storePlanned } from "../data/store/import-file.js";
import { KeptColumns } from "../data/store/kept-columns.js";
import type { SeriesKey } from "../data/store/series-key.js";
import { syntheticBars } from "../data/synthetic/synthetic-bars.js";
import { runNode } from "./run-node.js";

// One kind of work with the store, timed several times in a process of its own. Its answer is the times of the passes.

/** What a process answers: milliseconds of each pass, and what the work was over. */
export interface StorePasses {
  readonly bars: number;
  readonly ms: readonly number[];
}

/** What the process of the large store answers. */
export interface LargeStore {
  readonly bars: number;
  readonly instruments: number;
  readonly gigabytes: number;
  readonly ms: readonly number[];
  /** How much larger the resident set became by listing and opening all of it. */
  readonly megabytes: number;
}

const PASSES = 9;
const [work, what] = process.argv.slice(2);
if (work === "open") {
  process.stdout.write(JSON.stringify(await open(what)));
} else {
  const folder = mkdtempSync(join(tmpdir(), "seatrial-bench-store-"));
  try {
    const answer = work === "large" ? await large(folder, Number(what)) : await passes(folder, work, Number(what));
    process.stdout.write(JSON.stringify(answer));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function passes(folder: string, work: string, bars: number): Promise<StorePasses> {
  const [series] = syntheticBars({ bars });
  const { symbol } = series.instrument;
  const key: SeriesKey = { symbol, size: series.size.label, what: "trades", hours: "regular", adjustment: "raw" };
  const ms: number[] = [];
  if (work === "kept" || work === "read" || work === "blocks") {
    const store = await filled(join(folder, "read.db"), key, series);
    const stored = store.series(key);
    const into = new KeptColumns();
    const reads: Readonly<Record<typeof work, () => unknown>> = {
      kept: () => stored.read({ into }),
      read: () => stored.read(),
      blocks: () => eachBar(stored.eachBlock()),
    };
    for (let pass = 0; pass < PASSES; pass++) ms.push(timed(reads[work]));
    store.close();
  } else if (work === "write") {
    for (let pass = 0; pass < PASSES; pass++) {
      const store = await openStore(join(folder, `write-${pass}.db`));
      store.putInstrument({ symbol });
      ms.push(timed(() => put(store, key, series)));
      store.close();
      rmSync(join(folder, `write-${pass}.db`));
    }
  } else {
    const file = join(folder, `${symbol}.csv`);
    writeCsv(file, series);
    for (let pass = 0; pass < PASSES; pass++) {
      const store = await openStore(join(folder, `import-${pass}.db`));
      const options = { csv: {}, spec: () => ({}) };
      ms.push(timed(() => storePlanned(store, planImport(store, file, options), false)));
      store.close();
      rmSync(join(folder, `import-${pass}.db`));
    }
  }
  return { bars, ms };
}

/** Goes through all blocks, as whoever does not hold a series at once. */
function eachBar(blocks: Iterable<BarSeries>): number {
  let bars = 0;
  for (const { length } of blocks) bars += length;
  return bars;
}

/** Ten years of minutes for a hundred instruments: as many blocks as that makes, of which each has its own time. */
async function large(folder: string, instruments: number): Promise<LargeStore> {
  const [series] = syntheticBars({ bars: 980_000 });
  const store = await openStore(join(folder, "large.db"));
  const first: SeriesKey = {
    symbol: "S0",
    size: series.size.label,
    what: "trades",
    hours: "regular",
    adjustment: "raw",
  };
  store.putInstrument({ symbol: "S0" });
  put(store, first, series);
  // The others are copies inside of SQLite: what is measured does not look at their prices.
  const { db } = store.file;
  for (let i = 1; i < instruments; i++) {
    store.putInstrument({ symbol: `S${i}` });
    const generation = store.beginGeneration({ ...first, symbol: `S${i}` });
    db.prepare(
      `insert into block (generation, first, last, count, columns, checksum, data)
        select ?, first, last, count, columns, checksum, data from block where generation = 1`,
    ).run(generation);
    store.completeGeneration({ ...first, symbol: `S${i}` }, generation);
  }
  store.close();
  const path = join(folder, "large.db");
  const gigabytes = statSync(path).size / 1e9;
  // In a process that has held no bars, as somebody who asks what there is.
  const { output } = runNode([fileURLToPath(import.meta.url), "open", path]);
  return { instruments, gigabytes, ...(JSON.parse(output) as Awaited<ReturnType<typeof open>>) };
}

async function open(path: string): Promise<Pick<LargeStore, "bars" | "ms" | "megabytes">> {
  // What SQLite itself takes is not of this file.
  const other = await openStore(":memory:");
  other.list();
  const before = process.memoryUsage().rss;
  const ms: number[] = [];
  let bars = 0;
  let most = before;
  for (let pass = 0; pass < PASSES; pass++) {
    const begun = performance.now();
    const store = await openStore(path, { readonly: true });
    const extents = store.list().map((key) => store.series(key).extent());
    ms.push(performance.now() - begun);
    bars = extents.reduce((sum, extent) => sum + extent.bars, 0);
    most = Math.max(most, process.memoryUsage().rss);
    store.close();
  }
  other.close();
  return { bars, ms, megabytes: (most - before) / 1e6 };
}

async function filled(path: string, key: SeriesKey, series: BarSeries): Promise<BarStore> {
  const store = await openStore(path);
  store.putInstrument({ symbol: key.symbol });
  put(store, key, series);
  store.close();
  return openStore(path, { readonly: true });
}

function put(store: BarStore, key: SeriesKey, series: BarSeries): void {
  store.write(key, series, { from: series.start[0], to: series.end[series.length - 1], source: "bench" });
}

function timed(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

function writeCsv(file: string, series: BarSeries): void {
  const target = openSync(file, "w");
  for (const bytes of barRows([series], false)) {
    // Without the column "end", as most files are.
    const lines = Buffer.from(bytes.take()).toString("utf8");
    writeSync(target, lines.replace(/^([^,]*),[^,]*,/gm, "$1,"));
  }
  closeSync(target);
}
