import { mkdirSync, rmdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** More runs than anybody starts at once in one folder. */
const TRIES = 100;

/**
 * Makes a folder and those above it that are missing; answers the ones it made, the innermost first. Throws what the
 * file system throws, having removed them again. (Node's own `recursive: true` never returns where a folder cannot be
 * made in one that is there, such as /proc, and takes one that is read-only for one that is not there.)
 * @param mode of those it makes; the system's by default
 */
export function makeFolders(folder: string, mode?: number): string[] {
  return againWhileGone(() => makeMissing(resolve(folder), mode));
}

/** Removes folders, the innermost first, up to the first that somebody has put something into. */
export function removeFolders(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch (error) {
      const code = codeOf(error);
      if (code === "ENOTEMPTY" || code === "EEXIST") return;
      if (code !== "ENOENT") throw error;
    }
  }
}

/**
 * Does some work on folders; again, when one is gone that was there a moment ago. Runs that are started side by side
 * make and remove the same empty folders, and none of them should fail for it. (One that each took for the other's may
 * stay behind, empty.)
 */
export function againWhileGone<T>(work: () => T): T {
  for (let tries = 1; ; tries++) {
    try {
      return work();
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || tries === TRIES) throw error;
    }
  }
}

function makeMissing(folder: string, mode: number | undefined): string[] {
  const missing: string[] = [];
  let place = folder;
  for (; !isThere(place); place = dirname(place)) missing.push(place);
  refuseFile(place);
  const made: string[] = [];
  try {
    for (const path of missing.reverse()) if (makeOne(path, mode)) made.unshift(path);
  } catch (error) {
    removeFolders(made);
    throw error;
  }
  return made;
}

/** Makes a folder; answers false where another run has just made it. */
function makeOne(path: string, mode: number | undefined): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    refuseFile(path);
    return false;
  }
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // Something above it is a file.
    if (codeOf(error) === "ENOTDIR") return false;
    throw error;
  }
}

function refuseFile(path: string): void {
  if (!statSync(path).isDirectory()) throw new Error(`${path} is a file`);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
