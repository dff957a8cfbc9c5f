import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError } from "./errors.js";

/**
 * Loads a user's TypeScript or JavaScript file, wherever it lies, and gives what it exports. What
 * it imports as "seatrial" is this running framework itself, not a second copy of it.
 * @throws ConfigError FILE_SYNTAX, FILE_FAILED
 */
export async function importUserFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  // Required and not imported: before Node imports a CommonJS file it searches its 190 kB for what it may export.
  const { createJiti } = createRequire(import.meta.url)("jiti") as typeof import("jiti");
  const jiti = createJiti(path, { fsCache: cacheFolder(), virtualModules: await frameworkModules() });
  try {
    const exported = await jiti.import<Readonly<Record<string, unknown>>>(path);
    // jiti shows a module without a default export as its own default, for the sake of CommonJS packages.
    return Object.fromEntries(Object.keys(exported).map((name) => [name, exported[name]]));
  } catch (error) {
    throw explain(path, error);
  }
}

/**
 * The framework under the names a user's file knows. The technical catalogue is read only where it is asked for, as it
 * costs more to load than everything else; jiti awaits what a getter returns.
 */
async function frameworkModules(): Promise<Record<string, unknown>> {
  return {
    seatrial: await import("../index.js"),
    get "seatrial/technical"() {
      return import("../core/indicators/technical.js");
    },
  };
}

/**
 * Where compiled files are kept for the next start, by a hash of their source. It belongs to the user alone: what lies
 * in a folder that others may write to would be code run with the user's account.
 */
function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "seatrial", "compiled");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "seatrial", "compiled");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "seatrial", "compiled");
}

/** How a file is called in messages: as the user would type it where he stands. */
export function shown(path: string, cwd = process.cwd()): string {
  const short = relative(cwd, path);
  return short === "" || short.startsWith("..") ? resolve(path) : short;
}

function explain(path: string, error: unknown): ConfigError {
  const message = error instanceof Error ? error.message : String(error);
  const syntax = /^\w*Error: (.+?)\s*\n\s*(.+):(\d+):(\d+)\s*$/s.exec(message);
  if (syntax !== null) {
    const [, reason, file, line, column] = syntax;
    // The parser counts columns from 0, editors count them from 1.
    const at = { file: shown(file), line: Number(line), column: Number(column) + 1 };
    return new ConfigError("FILE_SYNTAX", { ...at, reason: sentence(reason) }, error);
  }
  const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(message);
  if (missing !== null) {
    const name = missing[1];
    const hint = /^[./]/.test(name) ? "Check the path it imports." : `Install it with \`npm install ${name}\`.`;
    const what = `it imports ${name}, which cannot be found`;
    return new ConfigError("FILE_FAILED", { file: shown(path), where: "", message: what, hint }, error);
  }
  const [file, line] = origin(path, error);
  const where = line === undefined ? "" : ` at line ${line}`;
  return new ConfigError("FILE_FAILED", { file: shown(file), where, message: sentence(message), hint: "" }, error);
}

/** The user's own file and line that an error came from: the first in its stack that is neither ours nor a package's. */
function origin(path: string, error: unknown): readonly [file: string, line?: string] {
  const ours = fileURLToPath(new URL("../", import.meta.url));
  for (const frame of (error instanceof Error && error.stack ? error.stack : "").split("\n")) {
    const place = /(?:\(|at (?:async )?)(?:file:\/\/)?(\/[^()]+|[A-Za-z]:[\\/][^()]+):(\d+):\d+\)?$/.exec(frame);
    if (place === null || /[\\/]node_modules[\\/]/.test(place[1])) continue;
    if (place[1] === path || !place[1].startsWith(ours)) return [place[1], place[2]];
  }
  return [path];
}

/** The first line of a message without its full stop, to stand inside a sentence. */
function sentence(message: string): string {
  return message.split("\n")[0].trim().replace(/\.$/, "");
}
