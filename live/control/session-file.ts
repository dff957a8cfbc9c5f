import { readFileSync } from "node:fs";
import type { Instant } from "../../core/market/bar-size.js";
import { reasonOf } from "../../core/system-reason.js";
import type { SessionMode, StrategyView } from "../session-view.js";
import { ControlError } from "./errors.js";
import type { SessionFolder } from "./session-folder.js";
import { writeWhole } from "./write-whole.js";

/** What is known of the latest start of a session: session.json in its folder. Instants are the machine's. */
export interface SessionFile {
  readonly name: string;
  readonly mode: SessionMode;
  readonly strategy: StrategyView;
  /** Masked. */
  readonly account: string;
  /** The gateway's host:port. */
  readonly place: string;
  readonly pid: number;
  readonly startedAt: Instant;
  /** Where it listens for commands. */
  readonly control: string;
  /** How it ended; without it, the session runs or was killed. */
  readonly ended?: { readonly at: Instant; readonly how: string };
}

/** @throws ControlError SESSION_FOLDER */
export function writeSessionFile(folder: SessionFolder, file: SessionFile): void {
  try {
    writeWhole(folder.sessionFile, `${JSON.stringify(file, null, 2)}\n`);
  } catch (error) {
    const reason = reasonOf(error);
    throw new ControlError("SESSION_FOLDER", { folder: folder.path, reason }, error);
  }
}

/** Undefined where the session was never started here. @throws ControlError SESSION_FILE */
export function readSessionFile(folder: SessionFolder): SessionFile | undefined {
  try {
    const file = JSON.parse(readFileSync(folder.sessionFile, "utf8")) as Partial<SessionFile>;
    if (typeof file.pid === "number" && typeof file.control === "string") return file as SessionFile;
    throw new Error("it has no pid and no control");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    const reason = reasonOf(error);
    throw new ControlError("SESSION_FILE", { file: folder.sessionFile, reason }, error);
  }
}
