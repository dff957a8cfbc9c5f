import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { CanonicalHash } from "../../backtest/canonical.js";
import type { ParamValues } from "../../core/params.js";

/** What a file names as its own neighbours: `from "./levels.js"`, `import("./levels.js")`, `require("../levels")`. */
const NEIGHBOUR = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;
const ENDINGS = ["", ".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];

/**
 * The source of a strategy as it was read: its file's and that of the user's own files it imports. With its parameters
 * it is a version, which the launch ladder knows by its hash. A comment makes another version: what was not tried as it
 * is has not been tried. Ends of lines and where the files lie do not count.
 */
export class StrategySource {
  /** Path beside the strategy's, and text. */
  private readonly files: readonly (readonly [path: string, text: string])[];

  /** Throws what the file system throws. */
  constructor(file: string) {
    const home = dirname(resolve(file));
    this.files = sourcesOf(resolve(file)).map((path) => [
      relative(home, path).replaceAll("\\", "/"),
      readFileSync(path, "utf8").replaceAll("\r\n", "\n"),
    ]);
  }

  /** SHA-256 in hexadecimal. @param params every parameter with its value, defaults too */
  hash(params: ParamValues): string {
    const hash = new CanonicalHash();
    for (const [path, text] of this.files) hash.text(path, text);
    hash.json("params", params);
    return hash.digest();
  }
}

/** A file and its neighbours, and theirs, in the order of their names behind it. */
function sourcesOf(file: string): string[] {
  const found = new Set([file]);
  for (const path of found) {
    for (const [, name] of readFileSync(path, "utf8").matchAll(NEIGHBOUR)) {
      const neighbour = neighbourAt(join(dirname(path), name));
      if (neighbour !== undefined) found.add(neighbour);
    }
  }
  const [first, ...others] = found;
  return [first, ...others.sort()];
}

function neighbourAt(path: string): string | undefined {
  // A compiled name stands for the source beside which it will lie.
  const source = path.replace(/\.([cm]?)js$/, ".$1ts");
  return [...ENDINGS.map((ending) => path + ending), source].find((one) => existsSync(one) && statSync(one).isFile());
}
