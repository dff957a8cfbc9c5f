import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../shared-data.js";
import { tableRows } from "./page-tables.js";

/** Pages that name files and functions of the code. */
const PAGES = [
  "docs/architecture.md",
  ...readdirSync(join(projectRoot, "docs", "decisions")).map((name) => `docs/decisions/${name}`),
];

interface Citation {
  readonly page: string;
  /** A file or folder of the project. */
  readonly path: string;
  /** Functions, methods and classes that are said to be in it. */
  readonly names: readonly string[];
}

const PATH = /^([.\w-]+\/)+$|^([.\w-]+\/)+[\w.-]+\.(ts|mjs|md|json|grit)$|^index\.ts$/;

/**
 * What a page cites: a path in marks of code, and the names in marks of code right behind it, as in
 * "`core/engine.ts` `take()`, `takeBar()`"; within a passage a function in marks belongs to the latest path.
 */
function citations(page: string): Citation[] {
  const text = readFileSync(join(projectRoot, page), "utf8").replace(/^```[\s\S]*?^```$/gm, "");
  return text.split(/\n\n|\|/).flatMap((passage) => {
    const found: { page: string; path: string; names: string[] }[] = [];
    let end = 0;
    for (const match of passage.matchAll(/`([^`]+)`/g)) {
      const [whole, code] = match;
      const adjacent = /^,?\s$/.test(passage.slice(end, match.index));
      end = match.index + whole.length;
      if (PATH.test(code)) found.push({ page, path: code, names: [] });
      else if (/^[a-z]\w*\(\)$/.test(code)) found.at(-1)?.names.push(code.slice(0, -2));
      else if (/^[A-Z][A-Za-z]+$/.test(code) && adjacent) found.at(-1)?.names.push(code);
    }
    return found;
  });
}

/** Whether a source defines something of that name: a class, a function, or a method of a class or interface. */
function defines(source: string, name: string): boolean {
  const top = new RegExp(
    `^export (abstract )?(async )?(class|interface|function|let|const) ${name}\\b|^(async )?function ${name}\\b`,
    "m",
  );
  const member = new RegExp(`^ {2}((private|protected|override|static|async|get) )*${name}\\b[(<]`, "m");
  return top.test(source) || member.test(source);
}

const cited = PAGES.flatMap(citations);

describe("what docs/architecture.md and the decisions say of the code", () => {
  it("cites many files, and functions in them", () => {
    expect(cited.length).toBeGreaterThan(80);
    expect(cited.flatMap(({ names }) => names).length).toBeGreaterThan(40);
  });

  it("names files and folders that are there", () => {
    expect(cited.filter(({ path }) => !existsSync(join(projectRoot, path)))).toEqual([]);
  });

  it("names functions and classes that occur in the file they are said to be in", () => {
    const missing = cited.flatMap(({ page, path, names }) => {
      if (names.length === 0 || !/\.ts$/.test(path)) return [];
      const source = readFileSync(join(projectRoot, path), "utf8");
      return names.filter((name) => !defines(source, name)).map((name) => `${page}: ${path} ${name}`);
    });
    expect(missing).toEqual([]);
  });

  const rows = tableRows(readFileSync(join(projectRoot, "docs", "architecture.md"), "utf8"), "folder", "holds");

  it("names every folder of source", () => {
    const beside = ["node_modules", "dist", "docs", "test", "bench", "scripts", "bin", "seatrial-out"];
    const present = readdirSync(projectRoot, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !beside.includes(entry.name))
      .map(({ name }) => name)
      .flatMap((name) =>
        name === "brokers" ? readdirSync(join(projectRoot, name)).map((one) => `brokers/${one}`) : [name],
      );
    const folders = rows.map(([folder]) => folder.replace(/\/$/, "")).filter((folder) => folder !== "index.ts");
    expect(folders.sort()).toEqual(present.sort());
  });

  it("allows each folder the imports that the check of the arrows allows it", async () => {
    const config = (await import(pathToFileURL(join(projectRoot, ".dependency-cruiser.mjs")).href)) as {
      default: { forbidden: { name: string }[] };
    };
    const rules = new Map(config.default.forbidden.map(({ name }) => name.split(" knows only ") as [string, string]));
    for (const [folder, , imports] of rows.filter(([, , imports]) => /^itself|`core`/.test(imports ?? ""))) {
      const stated = imports.startsWith("itself") ? ["itself"] : [...imports.matchAll(/[\w/]+/g)].map(([word]) => word);
      expect(rules.get(folder.replace(/\/$/, ""))?.split(", "), folder).toEqual(stated);
    }
    expect(rows.length).toBeGreaterThan(6);
  });
});
