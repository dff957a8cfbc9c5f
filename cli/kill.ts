import type { Arguments } from "yargs";
import { reasonOf } from "../core/system-reason.js";
import { ControlError } from "../live/control/errors.js";
import { removeKillFile, writeKillFile } from "../live/control/kill-file.js";
import { readSessionFile } from "../live/control/session-file.js";
import { releaseStopped } from "../live/control/stopped-session.js";
import { CliError } from "./errors.js";
import { DONE, FAILED } from "./exit-code.js";
import { switchFlag, textFlag } from "./flag-kinds.js";
import type { FlagTable } from "./flags.js";
import { lineOfFlags, meantSession, SESSIONS_FLAGS } from "./sessions-flags.js";
import { codeOfClosing, tellSession } from "./tell-session.js";

export const tells = `Turns the kill switch of a session on: it cancels its orders that could increase a position, and denies
every new one, after a restart too. Positions and their exits stay.

  session  Its name; may be left out where one runs, or where there is only one

Of a session that does not run the switch is on from its next start.`;

const SWITCH = "The kill switch:";

export const flags = {
  flatten: switchFlag("Close the positions of the session as well", SWITCH),
  reason: textFlag("Why, for the log and whoever looks next [by command]", SWITCH),
  release: switchFlag("Turn it off again", SWITCH),
  ...SESSIONS_FLAGS,
} as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = lineOfFlags(given, flags, 1);
  const flatten = line.switch("flatten");
  const isRelease = line.switch("release");
  if (isRelease && (flatten || line.has("reason"))) {
    throw new CliError("FLAGS_EXCLUSIVE", { first: "--release", second: flatten ? "--flatten" : "--reason" });
  }
  const reason = line.text("reason") ?? "by command";
  const found = await meantSession(line, 0, "kill");
  const { folder, isRunning } = found;
  const { name, killFile } = folder;
  if (isRelease) {
    if (isRunning) {
      removeKillFile(killFile);
      await tellSession(found, { command: "releaseKill" }, "");
    } else {
      const wasOn = await releaseStopped(folder, Date.now());
      process.stdout.write(
        `${name} does not run; its kill switch ${wasOn ? "is off for its next start" : "was not on"}.\n`,
      );
    }
    return DONE;
  }
  // First the file: it holds whatever becomes of the session, and of this command.
  let unwritten: unknown;
  try {
    writeKillFile(killFile, { reason, flatten });
  } catch (error) {
    // A disk that is full must not keep the command from a session that runs.
    const state = isRunning
      ? "The session that runs is told all the same; a restart may not know of it."
      : "The kill switch is not on.";
    unwritten = new ControlError("KILL_UNWRITTEN", { file: killFile, reason: reasonOf(error), state, name }, error);
    if (!isRunning) throw unwritten;
  }
  if (isRunning) {
    let answer: string;
    try {
      answer = await tellSession(found, { command: "kill", reason, flatten }, "");
    } catch (error) {
      const isUnready = error instanceof ControlError && error.code === "SESSION_UNREADY";
      if (!isUnready || unwritten !== undefined) throw error;
      process.stdout.write(`${name} is starting, or ending; its kill switch is on from its first moment.\n`);
      return flatten ? FAILED : DONE;
    }
    if (flatten && unwritten === undefined) return codeOfClosing(answer);
  } else {
    const isSimulated = readSessionFile(folder)?.mode === "simulated";
    const orders = isSimulated ? "" : " Orders at the broker are not touched: cancel them in TWS.";
    process.stdout.write(`${name} does not run; its kill switch is on from its next start.${orders}\n`);
  }
  if (unwritten !== undefined) throw unwritten;
  return DONE;
}
