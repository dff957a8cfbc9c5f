import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import type { SeatrialConfig } from "./config.js";
import { ConfigError } from "./errors.js";
import { importUserFile, shown } from "./user-file.js";

/** The names a configuration is looked for under, in this order. */
export const CONFIG_FILES = [
  "seatrial.config.ts",
  "seatrial.config.mjs",
  "seatrial.config.js",
  "seatrial.config.json",
] as const;

/** A configuration and where it stands. Relative paths in it are relative to `folder`. */
export interface LoadedConfig {
  readonly path: string;
  /** How messages call the file. */
  readonly file: string;
  readonly folder: string;
  readonly config: SeatrialConfig;
}

/**
 * Reads the configuration at `path`, or the one in `cwd`; undefined where none was named and none is there.
 * @throws ConfigError CONFIG_MISSING, CONFIG_EXPORT, CONFIG_JSON, CONFIG_KEY, CONFIG_VALUE, CONFIG_INVALID, FILE_SYNTAX,
 * FILE_FAILED
 */
export async function loadConfig(path?: string, cwd: string = process.cwd()): Promise<LoadedConfig | undefined> {
  const found = path === undefined ? findConfig(cwd) : resolve(cwd, path);
  if (found === undefined) return undefined;
  const file = shown(found, cwd);
  const stat = statSync(found, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) {
    const near = findConfig(stat === undefined ? dirname(found) : found);
    const otherwise = stat === undefined ? "Check the path." : "It is a folder; name a file.";
    throw new ConfigError("CONFIG_MISSING", {
      file,
      hint: near === undefined ? otherwise : `There is ${shown(near, cwd)}.`,
    });
  }
  // A configuration may be a promise of one, such as of settings that were read from somewhere.
  const value = extname(found) === ".json" ? readJson(found, file) : await (await importUserFile(found)).default;
  if (value === undefined) throw new ConfigError("CONFIG_EXPORT", { file });
  // The schema costs more to load than everything else here, so only a run that has a configuration pays for it.
  const { parseConfig } = await import("./schema.js");
  return { path: found, file, folder: dirname(found), config: parseConfig(value, file) };
}

function findConfig(folder: string): string | undefined {
  return CONFIG_FILES.map((name) => join(folder, name)).find((path) => existsSync(path));
}

function readJson(path: string, file: string): unknown {
  try {
    return JSON.parse(withoutMark(readFileSync(path, "utf8")));
  } catch (error) {
    throw new ConfigError("CONFIG_JSON", { file, reason: (error as Error).message.replace(/\.$/, "") }, error);
  }
}

/** Some editors on Windows begin a file with a byte order mark, which no JSON does. */
function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}
