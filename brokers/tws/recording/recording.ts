import { TwsError } from "../errors.js";

/**
 * A line of a recording. Times are milliseconds since it began; fields are those of a message on the wire, the first of
 * which says what it is.
 *
 *     {"t":0,"dial":7}                              a connection is being made, as client 7
 *     {"t":3,"out":["71","2","7",""]}               sent to TWS
 *     {"t":5,"in":["9","1","1"]}                    came from TWS
 *     {"t":9,"end":"TWS has closed it"}             the connection is over
 */
export type RecordedLine =
  | { readonly t: number; readonly dial: number }
  | { readonly t: number; readonly out: readonly string[] }
  | { readonly t: number; readonly in: readonly string[] }
  | { readonly t: number; readonly end: string };

/** The first line of a recording. */
export const RECORDING_HEAD = '{"recording":"TWS traffic","version":1}';

/**
 * Reads a recording. A last line that was cut off, as by a program that was killed, is left out.
 * @throws TwsError RECORDING_UNREADABLE
 */
export function readRecording(text: string): RecordedLine[] {
  const lines = text.split("\n");
  if (lines[0].trim() !== RECORDING_HEAD) throw unreadable(1, "it does not begin as a recording of TWS traffic does");
  const isCut = lines.at(-1) !== "";
  const whole = lines.slice(1, isCut ? -1 : undefined).filter((line) => line.trim() !== "");
  return whole.map((line, i) => {
    try {
      return checked(JSON.parse(line));
    } catch (error) {
      throw unreadable(i + 2, (error as Error).message);
    }
  });
}

function checked(line: unknown): RecordedLine {
  const one = line as Partial<Record<"t" | "dial" | "out" | "in" | "end", unknown>> | null;
  const isFields = (value: unknown): boolean =>
    Array.isArray(value) && value.every((field) => typeof field === "string");
  const fits =
    one !== null &&
    typeof one === "object" &&
    typeof one.t === "number" &&
    (typeof one.dial === "number" || isFields(one.out) || isFields(one.in) || typeof one.end === "string");
  if (!fits) throw new Error("it is no line of a recording");
  return one as RecordedLine;
}

function unreadable(line: number, problem: string): TwsError {
  return new TwsError("RECORDING_UNREADABLE", { line, problem });
}
