import type { Arguments } from "yargs";
import { CliError } from "./errors.js";
import { DONE } from "./exit-code.js";
import { switchFlag } from "./flag-kinds.js";
import type { FlagTable } from "./flags.js";
import { lineOfFlags, meantSession, SESSIONS_FLAGS } from "./sessions-flags.js";
import { tellSession } from "./tell-session.js";

export const tells = `Takes a position or an order of the account, which is not the session's, as the session's own.

  what     The symbol of a position; with --order the ref of an order, as \`seatrial orders\` shows it
  session  Its name; may be left out where one runs`;

export const flags = {
  order: switchFlag("It is an order, not a position", "What is adopted:"),
  ...SESSIONS_FLAGS,
} as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = lineOfFlags(given, flags, 2);
  const what = line.argument(0);
  if (what === undefined) {
    throw new CliError("ARGUMENT_MISSING", {
      command: "adopt",
      what: "the symbol of a position, or --order and a ref",
    });
  }
  const asked = line.switch("order") ? { ref: what } : { symbol: what };
  const instead = "Start it, and adopt then what it shows as foreign.";
  await tellSession(await meantSession(line, 1, "adopt"), { command: "adopt", ...asked }, instead);
  return DONE;
}
