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
import { removeOldRecordings } from "../recording/recordings.js";
import type { SessionMode } from "../session-view.js";
import { SetAside } from "./set-aside.js";

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
  private readonly before: SetAside;
  /** Nothing is ever put in the place of a journal but by a start that has moved it itself. */
  private mayPutBack = false;

  private constructor(folder: SessionFolder, lock: SessionLock, before: SetAside, wasCut: boolean, level: LogLevel) {
    this.folder = folder;
    this.lock = lock;
    this.before = before;
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
   * Takes it, as the latest start that came up has left it.
   * @throws ControlError SESSION_RUNNING, SESSION_MODE, SESSION_FILE, SESSION_FOLDER; LiveError JOURNAL_GONE, JOURNAL_DAMAGED
   */
  static async take(folder: SessionFolder, mode: SessionMode, level: LogLevel = "info"): Promise<HeldSession> {
    const lock = await SessionLock.take(folder);
    try {
      const aside = new SetAside(folder.path, isLeft);
      if (mode === "simulated") aside.putBack();
      const before = readSessionFile(folder);
      if (before !== undefined && before.mode !== mode) {
        throw new ControlError("SESSION_MODE", { name: folder.name, mode: before.mode });
      }
      // A simulated start was killed here; of an account nothing is ever set aside, and nothing put back.
      if (mode !== "simulated" && before === undefined && aside.isUsed) {
        throw new ControlError("SESSION_MODE", { name: folder.name, mode: "simulated" });
      }
      if (mode !== "simulated" && before !== undefined) expectKept(folder.name, folder.journal);
      return new HeldSession(folder, lock, aside, before !== undefined && before.ended === undefined, level);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /**
   * What a simulated session has left makes way for the next: the gateway it was true of is gone. Where that does not come
   * up it comes back.
   */
  makeWay(): void {
    this.mayPutBack = true;
    this.before.moveAway();
  }

  /** The start has come up: what has made way for it is removed, and recordings that are too many. */
  cameUp(): void {
    // What is there from now on is its own, whether the rest can be removed or not.
    this.mayPutBack = false;
    try {
      this.before.drop();
      removeOldRecordings(this.folder.path);
    } catch (error) {
      this.log.event("warn", "FILES_LEFT", `What is of no use any more could not be removed: ${reasonOf(error)}`);
    }
  }

  /** The journal of a start that did not come up is open still: the next start puts back what has made way for it. */
  leaveAside(): void {
    this.mayPutBack = false;
  }

  release(): void {
    try {
      if (this.mayPutBack) this.before.putBack();
    } finally {
      this.log.close();
      this.lock.release();
    }
  }
}

/** What a simulated session has left and the next one has no use for: its journal, with the files that SQLite keeps beside it. */
function isLeft(name: string): boolean {
  return name === "session.json" || /^journal(-archive)?\.sqlite(-\w+)?$/.test(name);
}
