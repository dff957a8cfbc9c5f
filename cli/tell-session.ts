import { command, viewOf } from "../live/control/control-client.js";
import type { ControlRequest } from "../live/control/control-protocol.js";
import { ControlError } from "../live/control/errors.js";
import type { FoundSession } from "../live/control/find-session.js";
import { readSessionFile } from "../live/control/session-file.js";
import { ALL_CLOSED, BOOKS_AGREE } from "../live/session-control.js";
import { DONE, FAILED, NOT_HELD } from "./exit-code.js";
import { writeStandardError } from "./standard-error.js";

/** Of a session that was simulated no command can reach anything any more, whatever it is. */
const NOTHING_LEFT =
  "It was simulated: its gateway, orders and positions ended with it, and its next start begins anew.";

/**
 * Has a running session do something, and prints its answer.
 * @param instead what to do where it does not run, as a sentence
 * @throws ControlError SESSION_STOPPED and as `command` does
 */
export async function tellSession(
  { folder, isRunning }: FoundSession,
  asked: Exclude<ControlRequest, { command: "view" }>,
  instead: string,
): Promise<string> {
  const { name } = folder;
  if (!isRunning) {
    const isSimulated = readSessionFile(folder)?.mode === "simulated";
    throw new ControlError("SESSION_STOPPED", { name, instead: isSimulated ? NOTHING_LEFT : instead });
  }
  const answered = command(folder, asked);
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  answered.then(over, over);
  // A flattening may take long; a session that cannot even be looked at stands still, perhaps for good.
  viewOf(folder).catch((error: unknown) => {
    if (isOver || !(error instanceof ControlError) || error.code !== "SESSION_SILENT") return;
    writeStandardError(`${error.message}\nThis command goes on waiting, for a minute and a half at most.\n`);
  });
  const answer = await answered;
  process.stdout.write(`${name}: ${answer}\n`);
  return answer;
}

/** The exit code of a command that was to close all positions, by the session's answer. */
export function codeOfClosing(answer: string): number {
  return answer.endsWith(ALL_CLOSED) ? DONE : FAILED;
}

/** The same of a command that held the journal against the broker. */
export function codeOfBooks(answer: string): number {
  return answer.endsWith(BOOKS_AGREE) ? DONE : NOT_HELD;
}
