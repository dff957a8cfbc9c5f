import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AccountMask } from "../../brokers/tws/recording/account-mask.js";
import type { LogLevel } from "../../core/log.js";
import type { Instant } from "../../core/market/bar-size.js";
import { reasonOf } from "../../core/system-reason.js";
import { ControlError } from "../control/errors.js";
import { readSessionFile } from "../control/session-file.js";
import type { SessionFolder } from "../control/session-folder.js";
import { SessionLock } from "../control/session-lock.js";
import { expectKept } from "../journal/journal-file.js";
import { SessionLog } from "../log/session-log.js";
import type { SessionMode } from "../session-view.js";

/** A session's folder, held for this process: its lock, its log, and the mask of accounts that both screen and log use. */
export class HeldSession {
  readonly folder: SessionFolder;
  readonly log: SessionLog;
  readonly mask: AccountMask;
  /** Whether the start before did not end in order: killed, or a loss of power. */
  readonly wasCut: boolean;
  /** The session's time once there is one, for the log. */
  sessionTime: () => Instant = () => Number.NaN;
  private readonly lock: SessionLock;

  private constructor(folder: SessionFolder, lock: SessionLock, wasCut: boolean, level: LogLevel) {
    this.folder = folder;
    this.lock = lock;
    this.wasCut = wasCut;
    this.mask = new AccountMask();
    this.log = new SessionLog(folder.log, {
      session: folder.name,
      level,
      mask: this.mask,
      now: Date.now,
      sessionTime: () => this.sessionTime(),
      onFailure: (error) => process.emitWarning(`The log of ${folder.name} cannot be written: ${reasonOf(error)}.`),
    });
  }

  /**
   * Takes it. What a simulated session has left is removed: the gateway it was true of is gone.
   * @throws ControlError SESSION_RUNNING, SESSION_MODE, SESSION_FILE, SESSION_FOLDER; LiveError JOURNAL_GONE, JOURNAL_DAMAGED
   */
  static async take(folder: SessionFolder, mode: SessionMode, level: LogLevel = "info"): Promise<HeldSession> {
    const lock = await SessionLock.take(folder);
    try {
      const before = readSessionFile(folder);
      if (before !== undefined && before.mode !== mode) {
        throw new ControlError("SESSION_MODE", { name: folder.name, mode: before.mode });
      }
      if (mode === "simulated") removeLeft(folder);
      else if (before !== undefined) expectKept(folder.name, folder.journal);
      return new HeldSession(folder, lock, before !== undefined && before.ended === undefined, level);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  release(): void {
    this.log.close();
    this.lock.release();
  }
}

function removeLeft(folder: SessionFolder): void {
  // A start that gets nowhere would leave the account of a session whose journal is gone.
  rmSync(folder.sessionFile, { force: true });
  // With its archive, and the files that SQLite keeps beside them.
  const files = readdirSync(folder.path).filter((name) => /^journal(-archive)?\.sqlite(-\w+)?$/.test(name));
  for (const file of files) rmSync(join(folder.path, file), { force: true });
}
