import { SECOND } from "../../core/market/bar-size.js";
import type { KillRequest } from "../session-control.js";
import { readKillFile, writeKillFile } from "./kill-file.js";

/** How often the file is looked for: notifications of the file system do not reach every kind of disk. */
const EVERY = SECOND / 2;

/**
 * Turns the kill switch on for a file KILL in the session's folder, and for the signal SIGUSR2. Each file counts once,
 * as it was when it was found; that it has gone turns nothing off.
 */
export class KillWatch {
  private readonly path: string;
  private readonly onKill: (asked: KillRequest) => void;
  private readonly timer: NodeJS.Timeout;
  private seen: KillRequest | undefined;
  private readonly onSignal = (): void => {
    const asked = { reason: "signal SIGUSR2", flatten: false };
    // First the file, which holds whatever becomes of this process.
    if (this.seen === undefined) writeKillFile(this.path, asked);
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

  /** Takes the file that is there now as one that was seen: what it asks for has come another way. */
  skip(): void {
    this.seen = readKillFile(this.path);
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
