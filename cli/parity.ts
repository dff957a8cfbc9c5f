import { basename } from "node:path";
import type { Arguments } from "yargs";
import { loadStrategy } from "../config/load-strategy.js";
import { recordingOf } from "../live/recording/recordings.js";
import { type ParityResult, readHeader, replaySession } from "../live/recording/replay-session.js";
import { inWords } from "../live/recording/words.js";
import { DONE, NOT_HELD } from "./exit-code.js";
import { switchFlag, textFlag } from "./flag-kinds.js";
import type { FlagTable } from "./flags.js";
import { lineOfFlags, meantSession, SESSIONS_FLAGS } from "./sessions-flags.js";

export const tells = `Plays a session again, from what was recorded of it, and holds every order, change, cancel and denial to
what was decided then. The first difference is shown with its inputs, and the command exits with 3.

  session  Its name; may be left out where one runs, or where there is only one

A strategy that goes by anything but what it is handed, such as the clock of the machine, is found by it. So is every
change of its code since: it is read as it is now.`;

const REPLAY = "What is played:";

export const flags = {
  recording: textFlag("Which recording, by its name [the latest]", REPLAY),
  strategy: textFlag("File of the strategy [the session's own]", REPLAY),
  json: switchFlag("Print one object of JSON", REPLAY),
  ...SESSIONS_FLAGS,
} as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = lineOfFlags(given, flags, 1);
  const { folder } = await meantSession(line, 0, "parity");
  const recording = recordingOf(folder.path, line.text("recording"));
  const file = line.text("strategy") ?? readHeader(recording).file;
  const result = replaySession(recording, await loadStrategy(file));
  const about = { session: folder.name, recording: basename(recording) };
  const text = line.has("json") ? `${JSON.stringify({ ...about, ...asJson(result) }, null, 2)}\n` : told(about, result);
  process.stdout.write(text);
  return result.difference === undefined ? DONE : NOT_HELD;
}

interface About {
  readonly session: string;
  readonly recording: string;
}

function told({ session, recording }: About, { header, inputs, decisions, difference, end }: ParityResult): string {
  const count = (value: number, one: string): string =>
    `${value.toLocaleString("en-US")} ${one}${value === 1 ? "" : "s"}`;
  const played = `${session}, recording ${recording}: ${count(inputs, "input")}, ${count(decisions, "decision")}`;
  if (difference === undefined) return `${played}, all the same${ENDS[end]}.\n`;
  const { recorded, replayed } = difference;
  return [
    `${played} the same, and then a difference at line ${difference.line}.`,
    "",
    `  then: ${recorded === undefined ? "nothing" : inWords(recorded, header)}`,
    `  now:  ${replayed === undefined ? "nothing" : inWords(replayed, header)}`,
    "",
    "  The inputs in front of it, the latest last:",
    ...difference.inputs.map((one) => `    ${inWords(one, header)}`),
    "",
  ].join("\n");
}

const ENDS: Readonly<Record<ParityResult["end"], string>> = {
  whole: "",
  cut: "; the recording ends before the session does",
  full: "; the recording ends at its largest size, the session went on",
};

function asJson({ header, inputs, decisions, difference, end }: ParityResult): object {
  const shown =
    difference === undefined
      ? null
      : {
          line: difference.line,
          recorded: difference.recorded === undefined ? null : inWords(difference.recorded, header),
          replayed: difference.replayed === undefined ? null : inWords(difference.replayed, header),
          inputs: difference.inputs.map((one) => inWords(one, header)),
        };
  return { held: difference === undefined, inputs, decisions, end, difference: shown };
}
