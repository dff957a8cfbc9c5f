import { nearest } from "../../core/nearest.js";
import { ControlError } from "./errors.js";
import { entriesOf, SessionFolder, sessionsIn } from "./session-folder.js";
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
 * @throws ControlError SESSION_NAME, SESSIONS_NONE, SESSIONS_FOREIGN, SESSION_FOLDER, SESSION_UNKNOWN, SESSION_UNNAMED
 */
export async function findSession(sessions: string, name: string | undefined, command: string): Promise<FoundSession> {
  const all = sessionsIn(sessions);
  if (name !== undefined) {
    const folder = new SessionFolder(sessions, name);
    if (folder.exists) return { folder, isRunning: await isHeld(folder) };
    // It may be there and not be seen.
    entriesOf(folder.path);
    if (all.length === 0) throw new ControlError("SESSIONS_NONE", { folder: sessions });
    const names = all.map((one) => one.name);
    const near = nearest(name, names);
    const known = `There are ${names.join(", ")}.`;
    const hint = near === undefined ? known : `Did you mean ${near}? ${known}`;
    throw new ControlError("SESSION_UNKNOWN", { name, folder: sessions, hint });
  }
  if (all.length === 0) throw new ControlError("SESSIONS_NONE", { folder: sessions });
  const found: FoundSession[] = [];
  for (const folder of all) found.push({ folder, isRunning: await isHeld(folder) });
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
