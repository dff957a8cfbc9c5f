import { SECOND } from "../../core/market/bar-size.js";
import type { KillRequest } from "../session-control.js";
import { readKillFile, removeKillFile, writeKillFile } from "./kill-file.js";

/** How often the file is looked for: notifications of the file system do not reach every kind of disk. */
const EVERY = SECOND / 2;

/**
 * Turns the kill switch on for a file KILL in the session's folder, and for the signal SIGUSR2. Each file counts once,
 * as it was when it was found; that it has gone turns nothing off. Any file that is there behind a release is a new one.
 */
export class KillWatch {
  private readonly path: string;
  private readonly onKill: (asked: KillRequest) => void;
  private readonly timer: NodeJS.Timeout;
  /** What the switch is on for, while the file is there. */
  private seen: KillRequest | undefined;
  private readonly onSignal = (): void => {
    const asked = { reason: "signal SIGUSR2", flatten: false };
    // First the file, which holds whatever becomes of this process.
    try {
      if (readKillFile(this.path) === undefined) writeKillFile(this.path, asked);
    } catch (error) {
      // A disk that is full must not keep the switch off.
      const why = error instanceof Error ? error.message : String(error);
      this.onKill({ ...asked, reason: `${asked.reason}; the file KILL cannot be written: ${why}` });
      return;
    }
    this.look();
  };

  /** Looks at once, and calls `onKill` before it returns where there is a file. */
  constructor(path: string, onKill: (asked: KillRequest) => void) {
    this.path = path;
    this.onKill = onKill;
    this.timer = setInterval(() => this.look(), EVERY);
    this.timer.unref();
    if (process.platform !== "win32") process.on("SIGUSR2", this.onSignal);
    this.look();
  }

  /** Takes the file that is there now as one that was seen, as far as `asked` goes, which has come another way. */
  skip(asked: KillRequest): void {
    this.seen = { ...asked, flatten: asked.flatten || this.seen?.flatten === true };
  }

  /** Removes the file in front of a release. One that comes a moment later is not the one that was seen. */
  clear(): void {
    removeKillFile(this.path);
    this.seen = undefined;
  }

  close(): void {
    clearInterval(this.timer);
    if (process.platform !== "win32") process.off("SIGUSR2", this.onSignal);
  }

  private look(): void {
    const found = readKillFile(this.path);
    const isNew = found !== undefined && (this.seen === undefined || (found.flatten && !this.seen.flatten));
    this.seen = found;
    if (isNew) this.onKill(found);
  }
}
