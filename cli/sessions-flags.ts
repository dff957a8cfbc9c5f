import { type FoundSession, findSession } from "../live/control/find-session.js";
import { SESSIONS_FOLDER } from "../live/control/session-folder.js";
import { coloured, type Paint, plain } from "../report/paint.js";
import { configured } from "./configured.js";
import { textFlag } from "./flag-kinds.js";
import { Flags, type FlagTable } from "./flags.js";

const SESSIONS = "The session:";

/** How every command that is about a session is told where sessions are. */
export const SESSIONS_FLAGS = {
  sessions: textFlag(`Folder of the sessions [${SESSIONS_FOLDER}]`, SESSIONS),
  config: textFlag("Configuration [seatrial.config.ts in this folder]", SESSIONS),
  run: textFlag("Name of a run of the configuration", SESSIONS),
} as const satisfies FlagTable;

/** The folder of sessions that a command line or its configuration names. */
export async function sessionsFolder(line: Flags): Promise<string> {
  return line.text("sessions") ?? (await configured(line)).sessions ?? SESSIONS_FOLDER;
}

/**
 * The session that a command line is about.
 * @param place of its name among the arguments
 * @throws ControlError as findSession does
 */
export async function meantSession(line: Flags, place: number, command: string): Promise<FoundSession> {
  return findSession(await sessionsFolder(line), line.argument(place), command);
}

/** The flags of a command, none of them unknown. @throws CliError ARGUMENT_EXTRA, FLAG_UNKNOWN */
export function lineOfFlags(given: ConstructorParameters<typeof Flags>[0], flags: FlagTable, most: number): Flags {
  const line = new Flags(given, flags, most);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  return line;
}

/** How wide, and in which colours, a table is printed; no narrower than it is where nobody reads it on a terminal. */
export function outputLook(): { readonly width: number; readonly paint: Paint } {
  const { stdout } = process;
  const isScreen = stdout.isTTY === true;
  return { width: isScreen ? stdout.columns : 200, paint: isScreen && stdout.hasColors() ? coloured : plain };
}
