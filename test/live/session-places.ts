import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder for sessions, gone after the test. */
export function sessionsFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "seatrial sessions "));
  folders.push(path);
  return path;
}
