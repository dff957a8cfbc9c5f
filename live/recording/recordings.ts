import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Instant } from "../../core/market/bar-size.js";
import { RecordingError } from "./errors.js";

/** Recordings of one session that are kept; those before them are removed. */
const KEPT = 10;

/** In the folder of a session, where its recordings are: each start has one of its own, named by when it was. */
const FOLDER = "recordings";

/**
 * The folder for the recording of a start, which is not made yet.
 * @param session the session's folder; @param now the machine's clock
 */
export function newRecording(session: string, now: Instant): string {
  const name = new Date(now).toISOString().replaceAll(/[-:]/g, "").replace(".", "-");
  return join(session, FOLDER, name);
}

/** Removes the oldest, as when a start has come up: one that is refused pushes none out. */
export function removeOldRecordings(session: string): void {
  for (const name of recordingsOf(session).slice(0, -KEPT)) {
    rmSync(join(session, FOLDER, name), { recursive: true, force: true });
  }
}

/** The names of the recordings of a session, oldest first. */
export function recordingsOf(session: string): string[] {
  const folder = join(session, FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d{8}T\d{6}-\d{3}Z$/.test(name))
    .sort();
}

/**
 * The folder of one of them.
 * @param name default the latest
 * @throws RecordingError RECORDING_MISSING, RECORDING_UNKNOWN
 */
export function recordingOf(session: string, name?: string): string {
  const all = recordingsOf(session);
  const latest = all.at(-1);
  if (latest === undefined) throw new RecordingError("RECORDING_MISSING", { folder: session });
  if (name !== undefined && !all.includes(name)) {
    throw new RecordingError("RECORDING_UNKNOWN", { name, known: all.join(", ") });
  }
  return join(session, FOLDER, name ?? latest);
}
