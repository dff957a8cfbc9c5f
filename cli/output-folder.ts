import { accessSync, constants, mkdirSync, rmdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { BacktestError } from "../backtest/errors.js";

/**
 * Makes a folder and those above it that are missing; answers the ones it made, the innermost first. Throws what the
 * file system throws, having removed them again. (`recursive: true` would never return where a folder cannot be made
 * in one that is there, such as /proc.)
 */
export function makeFolders(folder: string): string[] {
  const missing: string[] = [];
  let place = resolve(folder);
  for (; statSync(place, { throwIfNoEntry: false }) === undefined; place = dirname(place)) missing.push(place);
  if (!statSync(place).isDirectory()) throw new Error(`${place} is a file`);
  const made: string[] = [];
  try {
    for (const path of missing.reverse()) {
      mkdirSync(path);
      made.unshift(path);
    }
  } catch (error) {
    removeFolders(made);
    throw error;
  }
  return made;
}

/** Removes empty folders, the innermost first. */
export function removeFolders(folders: readonly string[]): void {
  for (const folder of folders) rmdirSync(folder);
}

/**
 * Refuses a folder that could not be written in the end, before a long run begins. Leaves nothing.
 * @throws BacktestError OUTPUT_UNWRITABLE
 */
export function refuseUnwritable(folder: string): void {
  try {
    const made = makeFolders(folder);
    removeFolders(made);
    if (made.length === 0) accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new BacktestError("OUTPUT_UNWRITABLE", { folder, reason: (error as Error).message }, error);
  }
}
