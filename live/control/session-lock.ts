import { existsSync } from "node:fs";
import { type Database, openDatabase } from "../../data/sqlite.js";
import { whyUnwritable } from "../../data/writable-folder.js";
import { ControlError } from "./errors.js";
import { readSessionFile } from "./session-file.js";
import type { SessionFolder } from "./session-folder.js";

/** Longer than a command takes that only looks whether the session is held. */
const GLANCE = 250;

/**
 * Holds a session for this process, so that it is not started twice. It is a lock of the operating system on a file of
 * the session's folder: it ends with the process however that ends, so that none is ever left behind.
 */
export class SessionLock {
  private readonly database: Database;

  private constructor(database: Database) {
    this.database = database;
  }

  /**
   * @param patience milliseconds to wait for whoever holds it
   * @throws ControlError SESSION_RUNNING, SESSION_FOLDER; DataError where the file cannot be used
   */
  static async take(folder: SessionFolder, patience = GLANCE): Promise<SessionLock> {
    folder.make();
    let database: Database | undefined;
    try {
      database = await openDatabase(folder.lockFile);
      database.pragma(`busy_timeout = ${patience}`);
      database.exec("BEGIN IMMEDIATE");
      return new SessionLock(database);
    } catch (error) {
      database?.close();
      if (String((error as NodeJS.ErrnoException).code).startsWith("SQLITE_BUSY")) {
        throw new ControlError("SESSION_RUNNING", { name: folder.name, who: holder(folder) }, error);
      }
      // SQLite has other words for a disk that is full or read-only.
      const reason = whyUnwritable(folder.path);
      throw reason === undefined ? error : new ControlError("SESSION_FOLDER", { folder: folder.path, reason }, error);
    }
  }

  release(): void {
    this.database.close();
  }
}

/** Whether a process holds the session now. */
export async function isHeld(folder: SessionFolder): Promise<boolean> {
  if (!existsSync(folder.lockFile)) return false;
  try {
    (await SessionLock.take(folder, 0)).release();
    return false;
  } catch (error) {
    if (error instanceof ControlError && error.code === "SESSION_RUNNING") return true;
    throw error;
  }
}

function holder(folder: SessionFolder): string {
  try {
    const file = readSessionFile(folder);
    return file === undefined ? "" : `, in the process ${file.pid} since ${new Date(file.startedAt).toISOString()}`;
  } catch {
    // It may be starting, with its file not written yet; that it is held is what matters.
    return "";
  }
}
