import { writeSync } from "node:fs";
import { READER_GONE } from "./closed-outputs.js";

const STANDARD_ERROR = 2;
/** How long to wait for a reader who is behind, before the next try. */
const PAUSE_MS = 5;

/**
 * Writes to stderr, all of it before it returns. It goes past `process.stderr`, whose stream may be dead: Ctrl-C breaks
 * a run off wherever it stands (`Interruption`), and one that stood in the middle of a write leaves a stream that waits
 * for its end for ever and keeps to itself whatever it is given. What must be read after that is written here.
 * Text for a reader who has gone is dropped; text that the stream still holds for one who is behind comes after.
 */
export function writeStandardError(text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(STANDARD_ERROR, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (READER_GONE.has(code)) return;
      // A pipe that Node has opened does not block; it is full until somebody reads on.
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
