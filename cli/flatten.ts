import type { Arguments } from "yargs";
import type { FlagTable } from "./flags.js";
import { lineOfFlags, meantSession, SESSIONS_FLAGS } from "./sessions-flags.js";
import { codeOfClosing, tellSession } from "./tell-session.js";

export const tells = `Cancels the orders of a running session and closes its positions at the market. The strategy goes on and
may trade again; \`seatrial kill --flatten\` stops it as well. What is not the session's own is not
touched, nor what this run does not trade: its answer names that. Exits with 1 where something stays.

  session  Its name; may be left out where one runs`;

export const flags = { ...SESSIONS_FLAGS } as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = lineOfFlags(given, flags, 1);
  const instead = "Start it and flatten it then, or close its positions in TWS; its next start takes up what was done.";
  return codeOfClosing(await tellSession(await meantSession(line, 0, "flatten"), { command: "flatten" }, instead));
}
