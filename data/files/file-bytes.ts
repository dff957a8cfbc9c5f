import { readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { FileError } from "./errors.js";
import { readPipe } from "./pipe-bytes.js";

const NEWLINE = 10;
const RETURN = 13;
/** GB that a pipe may give, which does not say how much there is: some never end. */
const PIPE_LIMIT = 1;

/**
 * The text of a file as UTF-8 bytes, unpacked if it is gzip (known by its first bytes, whatever its name), without a
 * byte order mark and always with a newline at the end. Where lines end in a carriage return alone, they end in a newline
 * here.
 * @throws FileError FILE_MISSING, FILE_UNREADABLE, FILE_EMPTY, FILE_TOO_LARGE, FILE_NOT_TEXT, FILE_GZIP_BROKEN
 */
export function readTextBytes(file: string): Uint8Array {
  const stored = read(file);
  const unpacked = stored[0] === 0x1f && stored[1] === 0x8b ? gunzip(stored, file) : stored;
  const text = unpacked[0] === 0xef && unpacked[1] === 0xbb && unpacked[2] === 0xbf ? unpacked.subarray(3) : unpacked;
  if (text.length === 0) throw new FileError("FILE_EMPTY", { file });
  // Every other format that ends up under the name of a CSV file (spreadsheets, archives, UTF-16) has a zero soon.
  if (text.subarray(0, 4096).includes(0)) throw new FileError("FILE_NOT_TEXT", { file });
  const lines = endsInReturns(text) ? text.map((byte) => (byte === RETURN ? NEWLINE : byte)) : text;
  return lines[lines.length - 1] === NEWLINE ? lines : Buffer.concat([lines, Buffer.from("\n")]);
}

/** Whether lines end in a carriage return alone, as old programs of the Mac write them. */
function endsInReturns(text: Uint8Array): boolean {
  const first = text.indexOf(NEWLINE);
  return (first < 0 || first === text.length - 1) && text.includes(RETURN);
}

function read(file: string): Uint8Array {
  try {
    const what = statSync(file);
    if (what.isFIFO()) return ofPipe(file);
    // Reading one might never end.
    if (what.isCharacterDevice() || what.isBlockDevice()) throw unreadable(file, "it is a device");
    if (what.isSocket()) throw unreadable(file, "it is a socket");
    return readFileSync(file);
  } catch (error) {
    if (error instanceof FileError) throw error;
    switch (codeOf(error)) {
      case "ENOENT":
        throw new FileError("FILE_MISSING", { file }, error);
      case "ERR_FS_FILE_TOO_LARGE":
        throw new FileError("FILE_TOO_LARGE", { file, limit: 2 }, error);
      case "EISDIR":
        throw unreadable(file, "it is a folder", error);
      case "EACCES":
        throw unreadable(file, "permission denied", error);
      default:
        throw unreadable(file, codeOf(error) || String(error), error);
    }
  }
}

function ofPipe(file: string): Uint8Array {
  const bytes = readPipe(file, PIPE_LIMIT * 1e9);
  if (bytes === undefined) throw new FileError("FILE_TOO_LARGE", { file, limit: PIPE_LIMIT });
  return bytes;
}

function unreadable(file: string, reason: string, cause?: unknown): FileError {
  return new FileError("FILE_UNREADABLE", { file, reason }, cause);
}

function gunzip(bytes: Uint8Array, file: string): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") throw new FileError("FILE_TOO_LARGE", { file, limit: 4 }, error);
    throw new FileError(
      "FILE_GZIP_BROKEN",
      { file, reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
