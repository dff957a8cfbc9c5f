import type { Arguments } from "yargs";
import { DONE } from "./exit-code.js";
import { switchFlag } from "./flag-kinds.js";
import type { FlagTable } from "./flags.js";
import { lineOfFlags, meantSession, SESSIONS_FLAGS } from "./sessions-flags.js";
import { codeOfClosing, tellSession } from "./tell-session.js";

export const tells = `Ends a running session in order, as Ctrl-C does where it runs. Positions and working orders
stay at the broker, also orders that may still open a position: the answer names these.

  session  Its name; may be left out where one runs`;

export const flags = {
  flatten: switchFlag("Cancel its orders and close its positions first", "The end:"),
  ...SESSIONS_FLAGS,
} as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = lineOfFlags(given, flags, 1);
  const asked = { command: "stop", flatten: line.switch("flatten") } as const;
  const answer = await tellSession(await meantSession(line, 0, "stop"), asked, "There is nothing to stop.");
  return asked.flatten ? codeOfClosing(answer) : DONE;
}
