import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the project: the folder above test/. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), "..");

const folder = process.env.SEATRIAL_SHARED ?? resolve(projectRoot, "..", "shared");
const required = (process.env.SEATRIAL_REQUIRE ?? "").split(",").map((name) => name.trim());

/** Whether something outside the project is there; where SEATRIAL_REQUIRE names it, it must be. */
export function present(name: string, found: boolean): boolean {
  if (!found && required.includes(name)) throw new Error(`SEATRIAL_REQUIRE names "${name}", and it is not here`);
  return found;
}

/** Whether the folder of real prices and expected results lies beside the project. */
export const hasShared = present("shared", existsSync(join(folder, "data")));

/** A file of that folder, such as sharedPath("data/goog-1day.csv"). */
export function sharedPath(relative: string): string {
  return join(folder, relative);
}

export const NO_SHARED = "needs the folder of real prices: put it beside the project, or name it in SEATRIAL_SHARED";
