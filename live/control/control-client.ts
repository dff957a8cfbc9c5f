import { connect } from "node:net";
import { SECOND } from "../../core/market/bar-size.js";
import type { SessionView } from "../session-view.js";
import type { ControlAnswer, ControlRequest } from "./control-protocol.js";
import { ControlError } from "./errors.js";
import { readSessionFile, type SessionFile } from "./session-file.js";
import type { SessionFolder } from "./session-folder.js";
import { isHeld } from "./session-lock.js";

/** Milliseconds for an answer: a view comes at once, a reconciliation or a flattening waits for the broker. */
const PATIENCE = { view: 5 * SECOND, command: 90 * SECOND };

/** The view of a running session. @throws ControlError as `command` does */
export async function viewOf(folder: SessionFolder): Promise<SessionView> {
  return (await ask(folder, { command: "view" }, PATIENCE.view)) as SessionView;
}

/**
 * Has a running session do something; answers its sentence.
 * @throws ControlError SESSION_STOPPED, SESSION_UNREADY, SESSION_SILENT, SESSION_GONE, and SESSION_REFUSED with the session's own words
 */
export async function command(
  folder: SessionFolder,
  asked: Exclude<ControlRequest, { command: "view" }>,
  patience = PATIENCE.command,
): Promise<string> {
  return String(await ask(folder, asked, patience));
}

function ask(folder: SessionFolder, asked: ControlRequest, patience: number): Promise<unknown> {
  const { name } = folder;
  const file = readSessionFile(folder);
  const path = file?.control ?? folder.controlPath;
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(path, () => socket.write(`${JSON.stringify(asked)}\n`));
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    const timer = setTimeout(() => {
      const seconds = Math.round(patience / SECOND);
      end(() => reject(new ControlError("SESSION_SILENT", { name, seconds, ...waysToEnd(file) })));
    }, patience);
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
      const at = text.indexOf("\n");
      if (at >= 0) end(() => settle(text.slice(0, at), resolve, reject));
    });
    socket.on("close", () => end(() => reject(new ControlError("SESSION_GONE", { name }))));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      // No socket, or one that was left behind by a process that was killed.
      const isDeaf = error.code === "ENOENT" || error.code === "ECONNREFUSED" || error.code === "ENOTDIR";
      end(() => {
        if (isDeaf) unheard(folder, error).then(reject, reject);
        else reject(new ControlError("SESSION_GONE", { name }, error));
      });
    });
  });
}

/** Why nobody listens. */
async function unheard(folder: SessionFolder, error: Error): Promise<ControlError> {
  const { name, log } = folder;
  if (await isHeld(folder)) return new ControlError("SESSION_UNREADY", { name, log }, error);
  return new ControlError("SESSION_STOPPED", { name, instead: "Start it again, or name another." }, error);
}

/** How a process is ended that hears no signal, and what that leaves, for a sentence. */
function waysToEnd(file: SessionFile | undefined): Readonly<Record<"pid" | "means" | "behind", string>> {
  const { pid, mode } = file ?? {};
  const means = process.platform === "win32" ? "the Task Manager" : `\`kill -9 ${pid ?? "PID"}\``;
  const behind =
    mode === "simulated"
      ? "Its simulated gateway, orders and positions end with it."
      : "Orders at the broker stay, and its next start takes up where it was.";
  return { pid: pid === undefined ? "" : ` (${pid})`, means, behind };
}

function settle(line: string, resolve: (answer: unknown) => void, reject: (error: Error) => void): void {
  const told = JSON.parse(line) as ControlAnswer;
  if (told.ok) resolve(told.answer);
  else reject(new ControlError("SESSION_REFUSED", { reason: told.message }));
}
