import { closeSync, openSync, readSync } from "node:fs";

const CHUNK = 1 << 16;
/** How long to wait for what fills a pipe, in milliseconds. */
const PAUSE = 5;

/**
 * All that comes out of a pipe until what fills it closes it, however late it begins; undefined where that is more than
 * `most` bytes.
 */
export function readPipe(path: string, most: number): Uint8Array | undefined {
  const pipe = openSync(path, "r");
  try {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const count = readNow(pipe, chunk);
      if (count === 0) return Buffer.concat(chunks, length);
      if (count === undefined) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
        continue;
      }
      length += count;
      if (length > most) return undefined;
      chunks.push(chunk.subarray(0, count));
    }
  } finally {
    closeSync(pipe);
  }
}

/** How many bytes came, 0 at the end; undefined where there are none yet and the pipe was opened by one who does not wait. */
function readNow(pipe: number, into: Uint8Array): number | undefined {
  try {
    return readSync(pipe, into);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
    throw error;
  }
}
