import { closeSync, fstatSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { isatty } from "node:tty";

/** Nobody reads on: a pipe whose reader has ended, and a terminal that was closed. */
export const READER_GONE: ReadonlySet<string | undefined> = new Set(["EPIPE", "EIO"]);

const STANDARD = [0, 1, 2];

let outlived: ((stream: string, error: Error) => void) | undefined;

/**
 * Lets `seatrial … | head` end quietly: nobody reads on, so there is nothing left to say.
 * @param over called before it ends
 */
export function surviveClosedPipes(over: () => void): void {
  for (const name of ["stdout", "stderr"] as const) {
    process[name].on("error", (error: NodeJS.ErrnoException) => {
      if (outlived !== undefined) {
        outlived(name, error);
        return;
      }
      if (!READER_GONE.has(error.code)) throw error;
      over();
      process.exit();
    });
  }
}

/**
 * From here on the process goes on, and ends as it would have, whoever reads what it says: orders and positions of a
 * session need it, and its terminal may be closed at any time.
 * @param note hears of each standard stream that has failed, once
 */
export function outliveReaders(note: (stream: string, error: Error) => void): void {
  const noted = new Set<string>();
  const failed = (stream: string, error: Error): void => {
    // A dead stream fails with every line that is written to it.
    if (noted.has(stream)) return;
    noted.add(stream);
    note(stream, error);
  };
  outlived = failed;
  process.stdin.on("error", (error) => failed("stdin", error));
  process.once("exit", letGoOfTerminals);
}

/** Node gives terminals back as it found them when it ends, and aborts where one of them is not there any more. */
function letGoOfTerminals(): void {
  for (const fd of STANDARD) {
    try {
      if (!fstatSync(fd).isCharacterDevice() || isatty(fd)) continue;
      closeSync(fd);
      // Takes the lowest number that is free, which is this one.
      openSync(devNull, "r+");
    } catch {
      // One that is not open at all is not given back either.
    }
  }
}
