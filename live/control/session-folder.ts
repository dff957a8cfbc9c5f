import { createHash } from "node:crypto";
import { type Dirent, existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeFolders } from "../../backtest/folders.js";
import { reasonOf } from "../../core/system-reason.js";
import { ControlError } from "./errors.js";

/** Where sessions are kept, unless another folder is named: under the working folder. */
export const SESSIONS_FOLDER = "seatrial-sessions";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Bytes that the path of a Unix domain socket may have on every system, its end included. */
const MOST_SOCKET_PATH = 103;

/** The folder of one session, and what lies in it. It belongs to its user alone. */
export class SessionFolder {
  readonly name: string;
  /** Absolute. */
  readonly path: string;

  /** @throws ControlError SESSION_NAME */
  constructor(sessions: string, name: string) {
    if (!NAME.test(name)) throw new ControlError("SESSION_NAME", { name });
    this.name = name;
    this.path = resolve(sessions, name);
  }

  /** Makes it where it is missing. @throws ControlError SESSION_FOLDER */
  make(): void {
    try {
      makeFolders(this.path, 0o700);
    } catch (error) {
      throw new ControlError("SESSION_FOLDER", { folder: this.path, reason: reasonOf(error) }, error);
    }
  }

  get exists(): boolean {
    return existsSync(this.sessionFile) || existsSync(this.journal);
  }

  get journal(): string {
    return join(this.path, "journal.sqlite");
  }

  get log(): string {
    return join(this.path, "session.log");
  }

  /** What is known of the latest start. */
  get sessionFile(): string {
    return join(this.path, "session.json");
  }

  get lockFile(): string {
    return join(this.path, "lock.sqlite");
  }

  /** While it is there the kill switch is on, whoever has put it there. */
  get killFile(): string {
    return join(this.path, "KILL");
  }

  /**
   * Where a running session listens for commands: in its folder, on Windows a pipe. A path that is too long for a socket
   * gives way to one in the system's folder for temporary files, in a folder of the user's own.
   */
  get controlPath(): string {
    const inFolder = join(this.path, "control.sock");
    if (process.platform === "win32") return `\\\\.\\pipe\\seatrial-${this.digest()}`;
    if (Buffer.byteLength(inFolder) <= MOST_SOCKET_PATH) return inFolder;
    return join(tmpdir(), `seatrial-${process.getuid?.() ?? 0}`, `${this.digest()}.sock`);
  }

  private digest(): string {
    const real = existsSync(this.path) ? realpathSync(this.path) : this.path;
    return createHash("sha256").update(real).digest("hex").slice(0, 24);
  }
}

/**
 * All sessions of a folder by name, those that have ended too.
 * @throws ControlError SESSIONS_FOREIGN, SESSION_FOLDER
 */
export function sessionsIn(sessions: string): SessionFolder[] {
  return foldersIn(sessions).filter((folder) => folder.exists);
}

/**
 * The same with those that have not come up yet.
 * @throws ControlError SESSIONS_FOREIGN, SESSION_FOLDER
 */
export function foldersIn(sessions: string): SessionFolder[] {
  return entriesOf(sessions)
    .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
    .map(({ name }) => new SessionFolder(sessions, name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What lies in a folder; nothing where there is none.
 * @throws ControlError SESSIONS_FOREIGN where it is another user's, SESSION_FOLDER where it cannot be read otherwise
 */
export function entriesOf(folder: string): Dirent[] {
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isForeign = (code === "EACCES" || code === "EPERM") && statSync(folder).uid !== process.getuid?.();
    if (isForeign) throw new ControlError("SESSIONS_FOREIGN", { folder }, error);
    throw new ControlError("SESSION_FOLDER", { folder, reason: reasonOf(error) }, error);
  }
}
