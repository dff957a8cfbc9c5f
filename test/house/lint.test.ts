import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../shared-data.js";

const RULE = "core takes time from the clock and chance from the seeded generator it is given";
const FORBIDDEN = ["Date.now()", "Math.random()", "new Date()", "Date()", "performance.now()"];

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seatrial-lint-"));
  for (const name of ["biome.json", "scripts"])
    cpSync(join(projectRoot, name), join(folder, name), { recursive: true });
  for (const name of ["core", "cli"]) mkdirSync(join(folder, name));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the linter says of this file under the project's own rules. */
function lint(path: string, source: string): string {
  writeFileSync(join(folder, path), source);
  const biome = join(projectRoot, "node_modules", "@biomejs", "biome", "bin", "biome");
  const run = spawnSync(process.execPath, [biome, "lint", path], { cwd: folder, encoding: "utf8" });
  expect(run.stdout).toContain("Checked 1 file");
  return run.stdout + run.stderr;
}

describe("the linter", () => {
  it.each(FORBIDDEN)("finds %s in core, which would make a run unrepeatable", (expression) => {
    expect(lint("core/engine.ts", `export const value = ${expression};\n`)).toContain(RULE);
  });

  it("lets core print an instant it was given", () => {
    const source = "export const text = (at: number): string => new Date(at).toISOString();\n";
    expect(lint("core/engine.ts", source)).not.toContain(RULE);
  });

  it("lets the edges ask for the time", () => {
    const source = FORBIDDEN.map((expression, i) => `export const value${i} = ${expression};\n`).join("");
    expect(lint("cli/main.ts", source)).not.toContain(RULE);
  });
});
