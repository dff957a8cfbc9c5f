// Writes docs/errors.md from the tables of errors: `npx jiti scripts/write-error-docs.ts`. A test holds the two together.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { exitCodeOf } from "../cli/exit-code.js";
import { type ErrorTable, SeatrialError } from "../core/errors.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Folders of the project's own source, in the order the page goes through them. */
const FOLDERS = ["core", "brokers", "data", "config", "backtest", "report", "research", "live", "monitor", "cli"];

/** A table of errors as the source declares it. */
export interface DeclaredTable {
  /** The constant, such as "ORDER_ERRORS". */
  readonly name: string;
  /** The file, from the project's root, with slashes. */
  readonly file: string;
  /** The class that is thrown with its codes, and what its comment says of it. */
  readonly thrown: string;
  readonly about: string;
}

/** Every `… as const satisfies ErrorTable` of the source: a new one cannot be forgotten. */
export function declaredTables(): DeclaredTable[] {
  return FOLDERS.flatMap((folder) => sourceFiles(join(root, folder))).flatMap((path) => {
    const text = readFileSync(path, "utf8");
    const ends = [...text.matchAll(/\bsatisfies ErrorTable\b/g)];
    const names = [...text.matchAll(/^export const (\w+) = \{$/gm)].map((match) => match[1]);
    const file = relative(root, path).replaceAll("\\", "/");
    if (ends.length > 1) throw new Error(`${file} has ${ends.length} tables of errors: give each a file`);
    const name = names.find((one) => new RegExp(`keyof typeof ${one}\\b`).test(text));
    const thrown = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?export class (\w+) extends SeatrialError/.exec(text);
    if (ends.length === 0) return [];
    if (name === undefined || thrown === null) throw new Error(`${file} has a table of errors and no class of its own`);
    return [{ name, file, thrown: thrown[2], about: (thrown[1] ?? "").replace(/\s*\n \*\s*/g, " ").trim() }];
  });
}

function sourceFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

export async function importTable(table: DeclaredTable): Promise<ErrorTable> {
  const module = (await import(pathToFileURL(join(root, table.file)).href)) as Record<string, ErrorTable>;
  return module[table.name];
}

/** The whole page. */
export async function errorPage(): Promise<string> {
  const sections: string[] = [];
  for (const table of declaredTables()) sections.push(section(table, await importTable(table)));
  return `${HEAD}\n${sections.join("\n")}`;
}

function section(declared: DeclaredTable, table: ErrorTable): string {
  const rows = Object.entries(table).map(([code, { sentence, remedy }]) => {
    const exit = exitCodeOf(new Listed(table, code));
    return `| \`${code}\` | ${cell(sentence)} | ${cell(remedy)} | ${exit} |`;
  });
  const about = declared.about === "" ? "" : `${declared.about} `;
  return [
    `## ${declared.thrown}`,
    "",
    `${about}The table is in \`${declared.file}\`.`,
    "",
    "| code | what is wrong | what to do | exit |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

class Listed extends SeatrialError {}

function cell(text: string): string {
  if (text === "") return "-";
  // A placeholder in braces and angle brackets would be taken for markup by some readers of Markdown.
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");
}

const HEAD = `# Errors

Every error that Seatrial explains, by code. Look here for what a code means and what to do about it. The page is written
by \`npx jiti scripts/write-error-docs.ts\` from the tables in the code; a test fails where the two differ. Files that it
names are in the repository; the package has them compiled.

An error's message is its sentence and its remedy, with the details of the case in the place of \`{…}\`. A remedy that is
only \`{hint}\` or \`{rule}\` is written for the case: it names the nearest right word, or the rule that was broken. In code
an error is a \`SeatrialError\` with \`code\`, \`details\` and, where another error was behind it, \`cause\`; code that decides
by an error should look at \`code\`, for sentences may change and codes do not. A stack is shown with \`--debug\` only.
Where a message names a command, such as \`seatrial doctor\`, type \`npx seatrial doctor\`.

A command ends with one of these exit codes; the last column says which of them an error leads to.

| exit | means |
|---|---|
| 0 | done |
| 1 | it was meant, and could not be done |
| 2 | wrong usage: the command line, the configuration or a setting has to be changed |
| 3 | a check did not hold |

An order that a guard or the account stops is no error; its codes are in [guards.md](guards.md).
`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = join(root, "docs", "errors.md");
  writeFileSync(file, await errorPage());
  console.log(`${relative(process.cwd(), file)} is written.`);
}
