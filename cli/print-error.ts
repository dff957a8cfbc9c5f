import { inspect } from "node:util";
import { SeatrialError } from "../core/errors.js";
import { placeIn } from "../live/failed-place.js";
import { writeStandardError } from "./standard-error.js";

const LOADING: ReadonlySet<string> = new Set(["FILE_SYNTAX", "FILE_FAILED"]);

/** Says on stderr what went wrong: one sentence and its remedy; with `debug` the stack too. */
export function printError(error: unknown, debug: boolean): void {
  writeStandardError(`${debug ? inspect(error) : sentenceOf(error)}\n`);
}

/**
 * What went wrong in a sentence. An error that a strategy caused ends with the user's own file and line; one that no
 * part of Seatrial has made is a bug, and says so.
 */
export function sentenceOf(error: unknown): string {
  if (error instanceof SeatrialError) {
    // The errors of loading a file say where it is themselves.
    const place = LOADING.has(error.code) ? undefined : placeIn(error.cause);
    return place === undefined ? error.message : `${error.message} (${place})`;
  }
  const message = error instanceof Error ? error.message : String(error);
  const place = placeIn(error);
  if (place !== undefined) return `An error escaped from the strategy outside of any handler: ${message} (${place})`;
  return `This is a bug in Seatrial: ${message}. Run the command again with --debug, and report what it prints.`;
}
