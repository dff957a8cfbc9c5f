import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataError } from "../../data/errors.js";
import { openDatabase } from "../../data/sqlite.js";
import { present, projectRoot } from "../shared-data.js";

const binary = join(projectRoot, "node_modules", "better-sqlite3", "build", "Release", "better_sqlite3.node");
const compiled = present("sqlite", existsSync(binary));

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seatrial-sqlite-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.runIf(compiled)("an SQLite file", () => {
  it("is made where there is none, keeps what is written, and is read again", async () => {
    const path = join(folder, "bars.db");
    const first = await openDatabase(path);
    first.exec("create table bars (start integer primary key, close real)");
    first.prepare("insert into bars values (?, ?)").run(1_704_205_800_000, 471.25);
    first.close();
    const again = await openDatabase(path, { readonly: true });
    expect(again.prepare("select start, close from bars").get()).toEqual({ start: 1_704_205_800_000, close: 471.25 });
    expect(() => again.exec("delete from bars")).toThrow(/readonly/);
    again.close();
  });

  it("is read by one while another writes: it keeps a write-ahead log", async () => {
    const database = await openDatabase(join(folder, "journal.db"));
    expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
    database.close();
  });

  it("may live in memory", async () => {
    const database = await openDatabase(":memory:");
    expect(database.prepare("select 1 as one").get()).toEqual({ one: 1 });
    database.close();
  });

  it("that is no database is refused by name", async () => {
    const path = join(folder, "prices.csv");
    writeFileSync(path, "date,close\n".repeat(200));
    await expect(openDatabase(path)).rejects.toMatchObject({ code: "SQLITE_UNREADABLE", details: { path } });
    await expect(openDatabase(path, { readonly: true })).rejects.toThrow("It is a file of another kind");
  });

  it("that is a folder is refused as one", async () => {
    await expect(openDatabase(folder)).rejects.toThrow("It is a folder; name a file.");
  });

  it("in a folder that is missing says so", async () => {
    const error = await openDatabase(join(folder, "no", "bars.db")).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toContain(`The folder ${join(folder, "no")} does not exist.`);
  });

  it("that is only to be read must be there", async () => {
    await expect(openDatabase(join(folder, "none.db"), { readonly: true })).rejects.toMatchObject({
      code: "SQLITE_UNREADABLE",
    });
  });
});

describe("without the compiled part of better-sqlite3", () => {
  /** data/sqlite.ts and what it imports. */
  const MODULES = ["data/sqlite", "data/errors", "data/writable-folder", "core/errors", "core/system-reason"];

  /** These as JavaScript in a package of its own, with these packages installed in it, opening a database. */
  function openElsewhere(name: string, packages: readonly string[]): string {
    const house = join(folder, name);
    for (const file of MODULES) {
      const source = readFileSync(join(projectRoot, `${file}.ts`), "utf8");
      const target = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
      mkdirSync(dirname(join(house, file)), { recursive: true });
      writeFileSync(join(house, `${file}.js`), ts.transpileModule(source, { compilerOptions: target }).outputText);
    }
    writeFileSync(join(house, "package.json"), '{ "type": "module" }');
    for (const one of packages) {
      cpSync(join(projectRoot, "node_modules", one), join(house, "node_modules", one), {
        recursive: true,
        filter: (path) => !/better-sqlite3[\\/](build|deps|src)$/.test(path),
      });
    }
    const script = `import(${JSON.stringify(pathToFileURL(join(house, "data", "sqlite.js")).href)})
      .then((sqlite) => sqlite.openDatabase(":memory:"))
      .then(() => console.log("opened"), (error) => console.log(error.name + " " + error.code + " " + error.message));`;
    return spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stdout.trim();
  }

  it("a database that is asked for says what to run, after an install without scripts", () => {
    expect(openElsewhere("no-scripts", ["better-sqlite3", "bindings", "file-uri-to-path"])).toBe(
      "DataError SQLITE_MISSING SQLite is not ready: the compiled part of better-sqlite3 has not been compiled. " +
        "Run `npm rebuild better-sqlite3`; it needs a C++ compiler, make and Python.",
    );
  });

  it("a database that is asked for says what to run, where the package itself is missing", () => {
    expect(openElsewhere("no-package", [])).toContain("DataError SQLITE_MISSING SQLite is not ready");
  });
});
