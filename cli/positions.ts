import type { Arguments } from "yargs";
import { DONE } from "./exit-code.js";
import { lineOfFlags } from "./sessions-flags.js";
import { SHOW_FLAGS, showSession } from "./show-session.js";

export const tells = `Shows the positions of a session, and what else the account holds.

  session  Its name; may be left out where one runs, or where there is only one

A session that runs is asked; of one that does not, its journal is read.`;

export { SHOW_FLAGS as flags };

export async function run(given: Arguments): Promise<number> {
  await showSession(lineOfFlags(given, SHOW_FLAGS, 1), "positions");
  return DONE;
}
