import type { Arguments, Options } from "yargs";
import { loadStrategy } from "../config/load-strategy.js";
import { refuseWrongSide } from "../live/ladder/launch.js";
import { Flags } from "./flags.js";
import { paramFlags } from "./param-flags.js";
import { runSession } from "./run-session.js";
import { sessionChoice } from "./session-choice.js";
import { PAPER_FLAGS } from "./session-flags.js";

export const tells = `Trades a strategy on a paper account of TWS or IB Gateway; with none named, on a simulated gateway that
it starts itself, over a real socket: the first session needs no account.

  strategy  Its file, such as strategies/sma-cross.ts; may be left out where the configuration names one

The journal, the log and the socket for \`seatrial status\` and the other commands are in the session's folder.
Ctrl-C asks what becomes of the positions.`;

export { PAPER_FLAGS as flags };

/** The parameters of the strategy that is named. */
export async function furtherFlags(words: readonly string[]): Promise<Record<string, Options>> {
  const file = words.find((word) => /\.[cm]?[jt]s$/.test(word));
  return file === undefined ? {} : paramFlags(await loadStrategy(file));
}

export async function run(given: Arguments): Promise<number> {
  const choice = await sessionChoice("paper", new Flags(given, PAPER_FLAGS, 1));
  const { place, account, session } = choice;
  if (place !== undefined) refuseWrongSide("paper", place.port, account ?? session.account);
  return runSession(choice);
}
