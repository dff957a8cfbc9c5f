import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type BetterSqlite from "better-sqlite3";
import { DataError } from "./errors.js";
import { whyUnwritable } from "./writable-folder.js";

export type Database = BetterSqlite.Database;

export interface DatabaseOptions {
  /** Open a file that is there, and never write to it. Default false: a file that is not there is made. */
  readonly readonly?: boolean;
  /** How large the pages of a file that is made are, in bytes; one that is there keeps its own. Default SQLite's. */
  readonly pageBytes?: number;
}

/** How long an opening waits for another one that makes the same file, in ms. */
const MAKING_MS = 15_000;
/** How long it waits before it tries again, in ms. */
const AGAIN_MS = 5;

/**
 * Opens an SQLite file, or a database in memory for ":memory:". A file that may be written to keeps a write-ahead log
 * (journal mode WAL), so that readers do not wait for the writer.
 *
 * This is the only place that loads better-sqlite3, and only when called: everything that keeps no database runs
 * without its compiled part.
 * @throws DataError SQLITE_MISSING, SQLITE_UNREADABLE
 */
export async function openDatabase(path: string, options: DatabaseOptions = {}): Promise<Database> {
  const readonly = options.readonly ?? false;
  const Sqlite = await load();
  let database: Database | undefined;
  try {
    database = new Sqlite(path, { readonly, fileMustExist: readonly });
    // The first word that touches the file: one that is no database is found here, not at the first query.
    if (readonly) database.pragma("schema_version");
    else keepLog(database, options.pageBytes);
    return database;
  } catch (error) {
    database?.close();
    throw explain(path, error);
  }
}

/**
 * Has the file keep a write-ahead log. Of several processes that make a file in the same moment all but one are refused
 * this at once, whatever time SQLite was given to wait: they try again.
 */
function keepLog(database: Database, pageBytes?: number): void {
  const until = performance.now() + MAKING_MS;
  for (;;) {
    try {
      // It can only be chosen as long as the file is empty, and before there is a log.
      if (pageBytes !== undefined) database.pragma(`page_size = ${pageBytes}`);
      database.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (!code.startsWith("SQLITE_BUSY") || performance.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, AGAIN_MS);
    }
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    // Something above it is a file.
    return false;
  }
}

let loaded: typeof BetterSqlite | undefined;

async function load(): Promise<typeof BetterSqlite> {
  try {
    loaded ??= (await import("better-sqlite3")).default;
    return loaded;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new DataError("SQLITE_MISSING", { what: "is not installed" }, error);
  }
}

function explain(path: string, error: unknown): DataError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (code === "ERR_DLOPEN_FAILED") {
    return new DataError("SQLITE_MISSING", { what: `does not fit Node ${process.versions.node}` }, error);
  }
  if (code === "MODULE_NOT_FOUND" || message.startsWith("Could not locate the bindings file")) {
    return new DataError("SQLITE_MISSING", { what: "has not been compiled" }, error);
  }
  return new DataError(
    "SQLITE_UNREADABLE",
    { path, reason: message.replace(/\.$/, ""), hint: hint(path, code) },
    error,
  );
}

function hint(path: string, code: string): string {
  if (code.startsWith("SQLITE_NOTADB")) return "It is a file of another kind; name the right one.";
  if (code.startsWith("SQLITE_CORRUPT")) return "It is damaged; restore a copy.";
  if (code === "SQLITE_READONLY_DIRECTORY")
    return "Its folder is read-only, and two files of its log must lie beside it: copy it to a folder that can be written.";
  if (code.startsWith("SQLITE_BUSY")) return "Another program is holding it; end that one first.";
  if (isFolder(path)) return "It is a folder; name a file.";
  const folder = dirname(path);
  if (!existsSync(folder)) return `The folder ${folder} does not exist.`;
  if (!isFolder(folder)) return `${folder} is a file; name another place.`;
  const reason = whyUnwritable(folder);
  if (reason !== undefined)
    return `Its folder cannot be written: ${reason}. Make room and rights there, or name another.`;
  return "Check the path and its permissions.";
}
