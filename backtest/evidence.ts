import { type FileHandle, open, writeFile } from "node:fs/promises";
import { reasonOf } from "../core/system-reason.js";
import type { CsvBytes } from "../data/files/csv-bytes.js";
import { equityRows } from "./equity-csv.js";
import { BacktestError } from "./errors.js";
import { orderRows } from "./orders-csv.js";
import type { BacktestResult } from "./result.js";
import { resultJson } from "./result-json.js";
import { Staging } from "./staging.js";
import { tradeRows } from "./trades-csv.js";

/** The files a backtest leaves. */
export const EVIDENCE_FILES = ["report.html", "trades.csv", "orders.csv", "equity.csv", "result.json"] as const;

/**
 * Writes the evidence of a backtest into a folder, which is made if it is missing: `report.html` (the given text),
 * `trades.csv`, `orders.csv`, `equity.csv` and `result.json`. Either all of them appear or none: until the last byte
 * of the last file is written an older report stays as it is, and a failure leaves nothing behind.
 * Answers the absolute paths of the files.
 * @throws BacktestError OUTPUT_UNWRITABLE
 */
export async function writeEvidence(result: BacktestResult, folder: string, html: string): Promise<string[]> {
  let staging: Staging | undefined;
  try {
    staging = Staging.open(folder);
    await writeFile(staging.path("report.html"), html);
    await writeRows(staging.path("trades.csv"), tradeRows(result));
    await writeRows(staging.path("orders.csv"), orderRows(result));
    await writeRows(staging.path("equity.csv"), equityRows(result));
    await writeFile(staging.path("result.json"), resultJson(result));
    return staging.publish(EVIDENCE_FILES);
  } catch (error) {
    staging?.discard();
    const reason = reasonOf(error);
    throw new BacktestError("OUTPUT_UNWRITABLE", { folder, reason }, error);
  }
}

/** Writes what a table yields each time its buffer is full, and at the end. */
async function writeRows(path: string, table: Iterable<CsvBytes>): Promise<void> {
  const file = await open(path, "w");
  try {
    for (const bytes of table) await writeAll(file, bytes.take());
  } finally {
    await file.close();
  }
}

/** A write may take only a part of what it is given. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
}
