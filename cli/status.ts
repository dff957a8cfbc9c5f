import type { Arguments } from "yargs";
import { DONE } from "./exit-code.js";
import { lineOfFlags } from "./sessions-flags.js";
import { SHOW_FLAGS, showSession } from "./show-session.js";

export const tells = `Shows a session: its connection, quotes, positions, money, orders, and what keeps orders from leaving.

  session  Its name; may be left out where one runs, or where there is only one

A session that runs is asked; of one that does not, its journal is read.`;

export { SHOW_FLAGS as flags };

export async function run(given: Arguments): Promise<number> {
  await showSession(lineOfFlags(given, SHOW_FLAGS, 1), "status");
  return DONE;
}
