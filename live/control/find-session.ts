import { existsSync } from "node:fs";
import { nearest } from "../../core/nearest.js";
import { ControlError } from "./errors.js";
import { entriesOf, foldersIn, SessionFolder, sessionsIn } from "./session-folder.js";
import { isHeld } from "./session-lock.js";

export interface FoundSession {
  readonly folder: SessionFolder;
  readonly isRunning: boolean;
}

/**
 * The session that a command means: the one that is named; else the only one that runs; else, where none runs, the only
 * one there is.
 * @param sessions the folder of all sessions
 * @param command for the sentence that asks for a name
 * @throws ControlError SESSION_NAME, SESSIONS_NONE, SESSIONS_FOREIGN, SESSION_FOLDER, SESSION_UNKNOWN, SESSION_NEVER_UP,
 *   SESSION_UNNAMED
 */
export async function findSession(sessions: string, name: string | undefined, command: string): Promise<FoundSession> {
  if (name !== undefined) {
    const folder = new SessionFolder(sessions, name);
    const isRunning = await isHeld(folder);
    if (folder.exists || isRunning) return { folder, isRunning };
    if (existsSync(folder.log)) throw new ControlError("SESSION_NEVER_UP", { name, log: folder.log });
    // It may be there and not be seen.
    entriesOf(folder.path);
    const all = sessionsIn(sessions);
    if (all.length === 0) throw new ControlError("SESSIONS_NONE", { folder: sessions });
    const names = all.map((one) => one.name);
    const near = nearest(name, names);
    const known = `There ${names.length === 1 ? "is" : "are"} ${names.join(", ")}.`;
    const hint = near === undefined ? known : `Did you mean ${near}? ${known}`;
    throw new ControlError("SESSION_UNKNOWN", { name, folder: sessions, hint });
  }
  const found: FoundSession[] = [];
  for (const folder of foldersIn(sessions)) {
    const isRunning = await isHeld(folder);
    if (folder.exists || isRunning) found.push({ folder, isRunning });
  }
  if (found.length === 0) throw new ControlError("SESSIONS_NONE", { folder: sessions });
  const running = found.filter(({ isRunning }) => isRunning);
  const meant = running.length > 0 ? running : found;
  if (meant.length === 1) return meant[0];
  const list = found.map(({ folder, isRunning }) => (isRunning ? `${folder.name} (running)` : folder.name));
  throw new ControlError("SESSION_UNNAMED", {
    folder: sessions,
    sessions: list.join(", "),
    command,
    first: meant[0].folder.name,
  });
}
