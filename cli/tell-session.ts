import { command } from "../live/control/control-client.js";
import type { ControlRequest } from "../live/control/control-protocol.js";
import { ControlError } from "../live/control/errors.js";
import type { FoundSession } from "../live/control/find-session.js";

/**
 * Has a running session do something, and prints its answer.
 * @param instead what to do where it does not run, as a sentence
 * @throws ControlError SESSION_STOPPED and as `command` does
 */
export async function tellSession(
  { folder, isRunning }: FoundSession,
  asked: Exclude<ControlRequest, { command: "view" }>,
  instead: string,
): Promise<void> {
  const { name } = folder;
  if (!isRunning) throw new ControlError("SESSION_STOPPED", { name, instead });
  process.stdout.write(`${name}: ${await command(folder, asked)}\n`);
}
