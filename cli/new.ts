import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { Arguments } from "yargs";
import { makeFolders, removeFolders } from "../backtest/folders.js";
import { reasonOf } from "../core/system-reason.js";
import { CliError } from "./errors.js";
import { DONE } from "./exit-code.js";
import { Flags, type FlagTable } from "./flags.js";
import { newStrategy, newTest } from "./new-strategy.js";

export const tells = `Writes <name>.ts, a strategy that runs, and <name>.test.ts, a test for it.

  name  Such as opening-range: letters, digits and hyphens`;

export const flags = {
  dir: { type: "string", describe: "Folder to write into, made if it is missing [this one]" },
} as const satisfies FlagTable;

/** Names that a strategy's file imports, so that its class cannot bear them. */
const IMPORTED: ReadonlySet<string> = new Set(["Strategy", "Bar"]);

/** Where a project says which tests it has, in the order in which vitest looks. */
const VITEST_CONFIGS = ["vitest", "vite"].flatMap((name) =>
  ["ts", "mts", "cts", "js", "mjs", "cjs"].map((ending) => `${name}.config.${ending}`),
);

/** Writes both files or none. */
export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, 1);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const name = line.argument(0);
  if (name === undefined) throw new CliError("ARGUMENT_MISSING", { command: "new", what: "a name" });
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/i.test(name)) throw new CliError("NAME_INVALID", { name });
  const folder = line.text("dir") ?? ".";
  const className = classNameOf(name);
  const strategy = join(folder, `${name}.ts`);
  const test = join(folder, `${name}.test.ts`);
  for (const file of [strategy, test]) if (existsSync(file)) throw new CliError("FILE_IN_THE_WAY", { file });
  const made = attempt(folder, () => makeFolders(folder));
  const written: string[] = [];
  try {
    writeNew(strategy, newStrategy(className), written);
    writeNew(test, newTest(className, name), written);
  } catch (error) {
    for (const file of written) rmSync(file);
    removeFolders(made);
    throw error;
  }
  process.stdout.write(`Written: ${strategy}, ${test}

Run it on the bundled prices, and test it:

  npx seatrial backtest ${quoted(strategy)} --data sample
${howToTest(test)}`);
  return DONE;
}

/** The command that runs the test, or why there is none: vitest looks for tests in its own places only. */
function howToTest(test: string): string {
  const inside = relative(process.cwd(), resolve(test));
  if (inside.startsWith("..") || isAbsolute(inside)) {
    return `
The test lies outside of this folder, where vitest does not look: move both files into a project that has seatrial and
vitest installed.
`;
  }
  const command = `  npx vitest run ${quoted(test)}\n`;
  if (/(^|[\\/])(node_modules|\.git)[\\/]/.test(inside)) {
    return `\nvitest does not look for tests in ${dirname(inside)}: move both files elsewhere.\n`;
  }
  const config = VITEST_CONFIGS.find((name) => existsSync(name));
  if (config === undefined || !/\binclude\b/.test(readFileSync(config, "utf8"))) return command;
  return `${command}
${config} says where vitest looks for tests: if it finds none, add ${quoted(test)} to what is included there.
`;
}

/** Writes a file that must not be there yet, whoever may have made it meanwhile. */
function writeNew(file: string, text: string, written: string[]): void {
  attempt(file, () => writeFileSync(file, text, { flag: "wx" }));
  written.push(file);
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST")
      throw new CliError("FILE_IN_THE_WAY", { file: path }, error);
    throw new CliError("FILE_UNWRITABLE", { file: path, reason: reasonOf(error) }, error);
  }
}

/** opening-range becomes OpeningRange. */
function classNameOf(name: string): string {
  const pascal = name.replace(/(?:^|-)([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
  return IMPORTED.has(pascal) ? `My${pascal}` : pascal;
}

function quoted(path: string): string {
  return /^[\w./\\:-]+$/.test(path) ? path : `"${path}"`;
}
