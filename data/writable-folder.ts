import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reasonOf } from "../core/system-reason.js";

/** What SQLite wants to lie beside a database with a log: an index of two pages of the machine. */
const ROOM = new Uint8Array(65_536);

/**
 * Why nothing can be written into a folder, in the system's words; undefined where it can. Rights alone do not tell: a
 * disk may be full, or mounted for reading only. Leaves nothing.
 */
export function whyUnwritable(folder: string): string | undefined {
  const probe = join(folder, `.seatrial-${process.pid}.probe`);
  try {
    writeFileSync(probe, ROOM, { flag: "wx" });
    return undefined;
  } catch (error) {
    return reasonOf(error);
  } finally {
    try {
      rmSync(probe, { force: true });
    } catch {
      // What could not be made need not be removed.
    }
  }
}
