import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import type BetterSqlite from "better-sqlite3";
import { type Database, openDatabase } from "../sqlite.js";
import { StoreError } from "./errors.js";
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from "./schema.js";

/** How long a writer waits for another one. */
const BUSY_SECONDS = 15;
/** Large enough for every file: what is mapped is only address space. */
const MAPPED_BYTES = 2 ** 40;
/** What the write-ahead log may keep on the disk once it has been copied into the file. */
const LOG_BYTES = 64 * 1024 * 1024;
/** Large pages keep a block in few pieces. It holds for files that are made; others keep theirs. */
const PAGE_BYTES = 65_536;

/**
 * The SQLite file of a store. Whatever goes wrong with it becomes an error of one sentence, and a transaction that
 * fails leaves the file as it was.
 */
export class StoreFile {
  readonly path: string;
  readonly readonly: boolean;
  readonly db: Database;
  /** Made once: making one takes as long as reading a small block. */
  private readonly asOne: BetterSqlite.Transaction<(work: (db: Database) => unknown) => unknown>;

  private constructor(path: string, readonly: boolean, db: Database) {
    this.path = path;
    this.readonly = readonly;
    this.db = db;
    this.asOne = db.transaction((work: (db: Database) => unknown) => work(db));
  }

  /**
   * Opens a store and brings it to the present schema; makes one where there is no file, unless it is only to be read.
   * @throws StoreError STORE_MISSING, STORE_FOREIGN, STORE_NEWER, STORE_OLDER, STORE_READ_ONLY, STORE_FULL, STORE_BUSY
   * @throws DataError SQLITE_MISSING, SQLITE_UNREADABLE
   */
  static async open(path: string, readonly: boolean): Promise<StoreFile> {
    const there = path !== ":memory:" && existsSync(path);
    if (!there && readonly) throw new StoreError("STORE_MISSING", { path });
    if (there && !readonly) refuseUnwritable(path);
    // Looked at without a chance to change it: opening for writing already would, in a file of somebody else.
    if (there) await refuseForeign(path);
    const version = there ? await versionOf(path) : 0;
    if (readonly && version < SCHEMA_VERSION) await bringUp(path, version);
    const file = new StoreFile(path, readonly, await openDatabase(path, { readonly, pageBytes: PAGE_BYTES }));
    try {
      file.prepare();
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Does something with the database; what SQLite complains of becomes an error of the store. */
  use<T>(work: (db: Database) => T): T {
    try {
      return work(this.db);
    } catch (error) {
      throw explain(error, this.path);
    }
  }

  /** Does all of it or nothing. Inside another transaction it is a part of that one. */
  transaction<T>(work: (db: Database) => T): T {
    return this.use(() => this.asOne.immediate(work) as T);
  }

  /** Sees the file as it is at one moment, whatever others write meanwhile. */
  snapshot<T>(work: (db: Database) => T): T {
    return this.use(() => this.asOne.deferred(work) as T);
  }

  /** What the file takes of the disk, its log not counted. */
  bytes(): number {
    return this.use((db) => {
      const pages = db.pragma("page_count", { simple: true }) as number;
      return pages * (db.pragma("page_size", { simple: true }) as number);
    });
  }

  close(): void {
    this.db.close();
  }

  private prepare(): void {
    this.use((db) => {
      db.pragma(`busy_timeout = ${BUSY_SECONDS * 1000}`);
      db.pragma(`mmap_size = ${MAPPED_BYTES}`);
      if (this.readonly) return;
      db.pragma(`journal_size_limit = ${LOG_BYTES}`);
      migrate(db);
    });
  }
}

/** Takes the steps that are missing, each whole or not at all; of two processes one takes them. */
export function migrate(db: Database, steps: readonly string[] = MIGRATIONS): void {
  for (;;) {
    const done = db
      .transaction(() => {
        const version = db.pragma("user_version", { simple: true }) as number;
        if (version >= steps.length) return true;
        if (version === 0) db.pragma(`application_id = ${APPLICATION_ID}`);
        db.exec(steps[version]);
        db.pragma(`user_version = ${version + 1}`);
        return false;
      })
      .immediate();
    if (done) return;
  }
}

async function refuseForeign(path: string): Promise<void> {
  await look(path, (db) => {
    const application = db.pragma("application_id", { simple: true }) as number;
    const objects = db.prepare("select count(*) from sqlite_schema").pluck().get() as number;
    if (application !== APPLICATION_ID && objects > 0) throw new StoreError("STORE_FOREIGN", { path });
    const version = db.pragma("user_version", { simple: true }) as number;
    if (version > SCHEMA_VERSION) throw new StoreError("STORE_NEWER", { path, version, known: SCHEMA_VERSION });
  });
}

async function versionOf(path: string): Promise<number> {
  return look(path, (db) => db.pragma("user_version", { simple: true }) as number);
}

/** Sees the file as it is at one moment: another process may be making a store of it. */
async function look<T>(path: string, work: (db: Database) => T): Promise<T> {
  const db = await openDatabase(path, { readonly: true });
  try {
    db.pragma(`busy_timeout = ${BUSY_SECONDS * 1000}`);
    return db.transaction(work)(db);
  } catch (error) {
    throw explain(error, path);
  } finally {
    db.close();
  }
}

/** Brings an older store up to date for somebody who only wants to read it. */
async function bringUp(path: string, version: number): Promise<void> {
  try {
    (await StoreFile.open(path, false)).close();
  } catch (error) {
    if (error instanceof StoreError && error.code === "STORE_READ_ONLY")
      throw new StoreError("STORE_OLDER", { path, version, known: SCHEMA_VERSION }, error);
    throw error;
  }
}

function refuseUnwritable(path: string): void {
  for (const place of [path, dirname(path)]) {
    try {
      accessSync(place, constants.W_OK);
    } catch (error) {
      const reason = place === path ? "the file is read-only" : `the folder ${place} is read-only`;
      throw new StoreError("STORE_READ_ONLY", { path, reason }, error);
    }
  }
}

function explain(error: unknown, path: string): unknown {
  const { code, message } = error as { code?: unknown; message: string };
  if (typeof code !== "string" || !code.startsWith("SQLITE_")) return error;
  const reason = message.replace(/\.$/, "");
  if (code.startsWith("SQLITE_FULL")) return new StoreError("STORE_FULL", { path }, error);
  if (code.startsWith("SQLITE_READONLY")) return new StoreError("STORE_READ_ONLY", { path, reason }, error);
  if (code.startsWith("SQLITE_BUSY")) return new StoreError("STORE_BUSY", { path, seconds: BUSY_SECONDS }, error);
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB"))
    return new StoreError("STORE_DAMAGED", { path, reason }, error);
  if (code.startsWith("SQLITE_IOERR") || code.startsWith("SQLITE_CANTOPEN"))
    return new StoreError("STORE_FAILED", { path, reason }, error);
  return error;
}
