import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, parse, resolve } from "node:path";
import { nearest } from "../core/nearest.js";
import { STRATEGY_BRAND, type StrategyClass } from "../core/strategy.js";
import { ConfigError } from "./errors.js";
import { importUserFile, shown } from "./user-file.js";

/**
 * Loads the strategy that a file exports as its default, from a path relative to the working directory.
 * @throws ConfigError STRATEGY_MISSING, STRATEGY_EXPORT, STRATEGY_NOT_A_CLASS, STRATEGY_NOT_EXTENDING, FILE_SYNTAX,
 * FILE_FAILED
 */
export async function loadStrategy(path: string): Promise<StrategyClass> {
  const full = resolve(path);
  const file = shown(full);
  if (statSync(full, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new ConfigError("STRATEGY_MISSING", { file, hint: neighbour(full) });
  }
  const exported = await importUserFile(full);
  const found = exported.default;
  if (found === undefined) throw new ConfigError("STRATEGY_EXPORT", { file, hint: exportHint(exported) });
  if (!isClass(found)) throw new ConfigError("STRATEGY_NOT_A_CLASS", { file, what: describe(found) });
  if (!isStrategy(found)) throw new ConfigError("STRATEGY_NOT_EXTENDING", { file, name: found.name || "MyStrategy" });
  return found;
}

type AnyClass = abstract new (...args: never[]) => object;

function isClass(value: unknown): value is AnyClass {
  return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
}

function isStrategy(value: unknown): value is StrategyClass {
  return isClass(value) && STRATEGY_BRAND in value;
}

function describe(value: unknown): string {
  if (typeof value === "function") return "a function";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function exportHint(exported: Readonly<Record<string, unknown>>): string {
  const name = Object.keys(exported).find((key) => isStrategy(exported[key]));
  if (name === undefined) return "Write `export default class MyStrategy extends Strategy { … }`.";
  return `Write \`export default class ${name}\` in place of \`export class ${name}\`.`;
}

/** What there is instead of a file that is not there. */
function neighbour(path: string): string {
  if (existsSync(path)) return "It is a folder; name a file in it.";
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    return `There is no folder ${shown(folder)} either.`;
  const files = readdirSync(folder).filter((name) => /\.(ts|mts|js|mjs)$/.test(name));
  const near = files.find((name) => parse(name).name === basename(path)) ?? nearest(basename(path), files);
  if (near !== undefined) return `Did you mean ${shown(join(folder, near))}?`;
  return files.length === 0 ? "Check the path." : `${shown(folder)} has ${files.slice(0, 8).join(", ")}.`;
}
