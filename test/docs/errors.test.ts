import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { declaredTables, errorPage, importTable } from "../../scripts/write-error-docs.js";
import { projectRoot } from "../shared-data.js";
import { tablesOf } from "./page-tables.js";

const page = readFileSync(join(projectRoot, "docs", "errors.md"), "utf8");
const FOLDERS_BESIDE = ["node_modules", "dist", "test", "bench", "docs", "scripts", "strategies"];

/** The code of every row, under the class it is thrown by. */
const stated = tablesOf(page)
  .filter((table) => table.head[0] === "code")
  .flatMap((table) => table.rows.map(([code]) => `${table.heading.slice(3)} ${code}`));

describe("docs/errors.md", () => {
  it("lists every code of every table of errors, and no other", async () => {
    const inCode: string[] = [];
    for (const declared of declaredTables()) {
      for (const code of Object.keys(await importTable(declared))) inCode.push(`${declared.thrown} ${code}`);
    }
    expect(stated).toEqual(inCode);
    expect(stated.length).toBeGreaterThan(100);
  });

  it("misses no table, in whatever folder it stands", () => {
    const found = readdirSync(projectRoot, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !FOLDERS_BESIDE.includes(entry.name))
      .flatMap(({ name }) => readdirSync(join(projectRoot, name), { recursive: true }).map((file) => `${name}/${file}`))
      .map((file) => file.replaceAll("\\", "/"))
      .filter((file) => /(?<!\.d)\.ts$/.test(file))
      .filter((file) => /\bsatisfies ErrorTable\b/.test(readFileSync(join(projectRoot, file), "utf8")));
    expect(
      declaredTables()
        .map((table) => table.file)
        .sort(),
    ).toEqual(found.sort());
  });

  it("is what scripts/write-error-docs.ts writes: run it after a change to a table", async () => {
    expect(page).toBe(await errorPage());
  });
});

describe("the tables of errors", () => {
  it("have sentences that end, and remedies that tell what to do", async () => {
    for (const declared of declaredTables()) {
      for (const [code, { sentence, remedy }] of Object.entries(await importTable(declared))) {
        expect(sentence, `${declared.name} ${code}`).toMatch(/[.}]$/);
        if (remedy !== "") expect(remedy, `${declared.name} ${code}`).toMatch(/^[A-Z{`].*[.}]$/s);
        expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      }
    }
  });
});
