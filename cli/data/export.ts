import { once } from "node:events";
import { closeSync, existsSync, linkSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Arguments } from "yargs";
import type { BarSeries } from "../../core/market/bar-series.js";
import { ADJUSTMENTS, type Adjustment } from "../../core/market/corporate-actions.js";
import { reasonOf } from "../../core/system-reason.js";
import { actionsCsv } from "../../data/files/actions-csv.js";
import { barRows } from "../../data/files/export-csv.js";
import { readAdjusted } from "../../data/store/adjusted-series.js";
import type { BarStore } from "../../data/store/bar-store.js";
import { KeptColumns } from "../../data/store/kept-columns.js";
import type { SeriesKey } from "../../data/store/series-key.js";
import { CliError } from "../errors.js";
import { DONE } from "../exit-code.js";
import { Flags, type FlagTable } from "../flags.js";
import { countText } from "./figures.js";
import { oneOf } from "./show.js";
import { chosenSeries, RANGE_FLAGS, rangeOf, SERIES_FLAGS, STORE_FLAGS, withStore } from "./store-flags.js";

export const tells = `Writes a series as CSV, or what is known of splits and dividends. Imported again it gives the
same bars to the last bit. The file appears when it is complete; nothing is overwritten.

  symbol  Such as SPY`;

export const flags = {
  ...SERIES_FLAGS,
  ...RANGE_FLAGS,
  adjust: { type: "string", describe: "See prices raw, adjusted for splits, or for all: dividends too [as stored]" },
  actions: { type: "boolean", describe: "Write splits and dividends instead of bars" },
  out: { type: "string", describe: "File, packed where it ends with .gz [such as SPY-1min-trades-regular-raw.csv]" },
  stdout: { type: "boolean", describe: "Print it, and write no file" },
  ...STORE_FLAGS,
} as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, 1);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const symbol = line.argument(0);
  if (symbol === undefined) throw new CliError("ARGUMENT_MISSING", { command: "data export", what: "a symbol" });
  return withStore(line, { readonly: true }, async (store) => {
    const { name, pieces, told } = line.switch("actions") ? actions(store, symbol) : bars(store, symbol, line);
    const out = line.text("out") ?? name;
    if (line.switch("stdout")) {
      for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, "drain");
      return DONE;
    }
    writeWhole(out, pieces);
    process.stdout.write(`${told()} written to ${out}.\n`);
    return DONE;
  });
}

interface Export {
  readonly name: string;
  readonly pieces: Iterable<Uint8Array>;
  /** What was written, once it has been. */
  readonly told: () => string;
}

function actions(store: BarStore, symbol: string): Export {
  if (store.instrument(symbol) === undefined) throw store.unknown(symbol, symbol);
  const splits = store.actions.splits(symbol);
  const dividends = store.actions.dividends(symbol);
  return {
    name: `${symbol}-actions.csv`,
    pieces: [Buffer.from(actionsCsv({ splits, dividends }))],
    told: () => `${countText(splits.length, "split")} and ${countText(dividends.length, "dividend")}`,
  };
}

function bars(store: BarStore, symbol: string, line: Flags): Export {
  const key = oneOf(chosenSeries(store, line, [symbol]));
  const view = line.choice("adjust", ADJUSTMENTS) ?? key.adjustment;
  const series = store.series(key);
  const { from = -Infinity, to = Infinity } = rangeOf(line, series.instrument);
  let count = 0;
  const into = new KeptColumns();
  function* blocks(): Generator<BarSeries> {
    for (const { first, last } of series.heads(from, to)) {
      const range = { from: Math.max(from, first), to: Math.min(to, last), into };
      const piece = readAdjusted(store, series, view, range);
      count += piece.length;
      yield piece;
    }
  }
  function* pieces(): Generator<Uint8Array> {
    // The buffer is used again for the next rows, and what is written may wait for whoever reads it.
    for (const bytes of barRows(blocks(), key.what === "quotes")) yield Uint8Array.from(bytes.take());
  }
  return { name: nameOf(key, view), pieces: pieces(), told: () => countText(count, "bar") };
}

/** A name that tells an import what the bars are. */
function nameOf({ symbol, size, what, hours }: SeriesKey, view: Adjustment): string {
  const prices = view === "all" ? "adjusted" : view;
  return `${symbol}-${size}-${what}-${hours === "all" ? "allhours" : hours}-${prices}.csv`;
}

/**
 * Writes a file under another name and gives it its own when it is complete.
 * @throws CliError FILE_IN_THE_WAY, FILE_UNWRITABLE
 */
function writeWhole(file: string, pieces: Iterable<Uint8Array>): void {
  if (existsSync(file)) throw new CliError("FILE_IN_THE_WAY", { file });
  const partial = `${file}.partial-${process.pid}`;
  const packed = /\.gz$/i.test(file);
  try {
    const target = openSync(partial, "wx");
    try {
      // Packed pieces one behind the other are one packed file.
      for (const piece of pieces) writeAll(target, packed ? gzipSync(piece) : piece);
    } finally {
      closeSync(target);
    }
    publish(partial, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw new CliError("FILE_IN_THE_WAY", { file }, error);
    if (typeof code === "string" && /^E[A-Z]+$/.test(code))
      throw new CliError("FILE_UNWRITABLE", { file, reason: reasonOf(error) }, error);
    throw error;
  } finally {
    // Where a file stands in the way of its folder there is nothing to remove, and the system refuses to look.
    if (existsSync(partial)) rmSync(partial, { force: true });
  }
}

function writeAll(target: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(target, bytes, written);
}

/** Gives a file its name, which nobody may have taken meanwhile; a link tells, where there are links. */
function publish(partial: string, file: string): void {
  try {
    linkSync(partial, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    renameSync(partial, file);
  }
}
