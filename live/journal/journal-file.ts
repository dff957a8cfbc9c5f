import { statSync } from "node:fs";
import { type Database, type DatabaseOptions, openDatabase } from "../../data/sqlite.js";
import { LiveError } from "../errors.js";
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from "./schema.js";

/** Long enough for a reader's backup, short enough that a second writer is noticed. */
const BUSY_MS = 5_000;
const LOG_BYTES = 4 * 1024 * 1024;

/** Makes a database fit to be written as a journal: durable, and of the present schema. */
export function prepare(db: Database): void {
  db.pragma(`busy_timeout = ${BUSY_MS}`);
  db.pragma("synchronous = FULL");
  db.pragma("foreign_keys = ON");
  db.pragma(`journal_size_limit = ${LOG_BYTES}`);
  for (;;) {
    const isDone = db
      .transaction(() => {
        const version = db.pragma("user_version", { simple: true }) as number;
        if (version >= SCHEMA_VERSION) return true;
        if (version === 0) db.pragma(`application_id = ${APPLICATION_ID}`);
        db.exec(MIGRATIONS[version]);
        db.pragma(`user_version = ${version + 1}`);
        return false;
      })
      .immediate();
    if (isDone) return;
  }
}

/**
 * Opens the file of a journal. A damaged database of prices is restored from a copy; a journal never is, for the orders
 * that are missing in the copy would be nobody's.
 * @throws LiveError JOURNAL_DAMAGED; DataError SQLITE_MISSING, SQLITE_UNREADABLE
 */
export async function openFile(path: string, options: DatabaseOptions = {}): Promise<Database> {
  try {
    return await openDatabase(path, options);
  } catch (error) {
    const { cause } = error as Error;
    const told = cause instanceof Error ? explain(cause, path) : error;
    throw told instanceof LiveError && told.code === "JOURNAL_DAMAGED" ? told : error;
  }
}

/** Looked at without a chance to change it: opening for writing already would, in a file of somebody else. */
export async function refuseForeign(path: string): Promise<void> {
  const db = await openFile(path, { readonly: true });
  try {
    const application = db.pragma("application_id", { simple: true }) as number;
    const objects = db.prepare("select count(*) from sqlite_schema").pluck().get() as number;
    if (application !== APPLICATION_ID && objects > 0) throw new LiveError("JOURNAL_FOREIGN", { path });
    const version = db.pragma("user_version", { simple: true }) as number;
    if (version > SCHEMA_VERSION) throw new LiveError("JOURNAL_NEWER", { path, version, known: SCHEMA_VERSION });
  } finally {
    db.close();
  }
}

/**
 * Of a session that has run the journal has to be there: a new one in its place would know of no order and no position.
 * @throws LiveError JOURNAL_GONE, JOURNAL_DAMAGED
 */
export function expectKept(name: string, path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new LiveError("JOURNAL_GONE", { name, path });
  if (size === 0) throw emptied(path);
}

/** An empty file would be taken for a journal of which nothing has come yet. */
export function emptied(path: string): LiveError {
  return new LiveError("JOURNAL_DAMAGED", { path, reason: "it is empty" });
}

/** What SQLite complains of, as an error of the journal. */
export function explain(error: unknown, path: string): unknown {
  if (error instanceof RangeError) return new LiveError("JOURNAL_DAMAGED", { path, reason: error.message }, error);
  const { code, message } = error as { code?: unknown; message: string };
  if (typeof code !== "string" || !code.startsWith("SQLITE_")) return error;
  const reason = message.replace(/\.$/, "");
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) {
    return new LiveError("JOURNAL_DAMAGED", { path, reason }, error);
  }
  return new LiveError("JOURNAL_FAILED", { path, reason }, error);
}

/** Whatever else is in the way of writing it. */
export function failed(path: string, error: unknown): LiveError {
  return new LiveError("JOURNAL_FAILED", { path, reason: (error as Error).message.replace(/\.$/, "") }, error);
}
