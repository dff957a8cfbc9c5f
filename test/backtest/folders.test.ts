import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolders, removeFolders } from "../../backtest/folders.js";
import { projectRoot } from "../shared-data.js";

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "seatrial-folders-"));
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

/** Runs a script in a process of its own, with the modules of backtest/ at hand; answers what it complains of. */
function run(script: string, ...args: readonly string[]): Promise<string> {
  const source = `
    import { createJiti } from "jiti";
    const { makeFolders, removeFolders } = await createJiti(import.meta.url).import("./backtest/folders.ts");
    const { Staging } = await createJiti(import.meta.url).import("./backtest/staging.ts");
    ${script}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source, ...args], { cwd: projectRoot });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve(code === 0 ? said : `exit ${code}: ${said}`)));
}

describe("folders for what a run leaves", () => {
  it("are made as far as they are missing, and removed as far as nobody has put something into them", () => {
    const [a, b, c] = [join(place, "a"), join(place, "a", "b"), join(place, "a", "b", "c")];
    mkdirSync(a);
    const made = makeFolders(c);
    expect(made).toEqual([c, b]);
    expect(makeFolders(c)).toEqual([]);
    writeFileSync(join(b, "notes.txt"), "mine");
    removeFolders(made);
    expect(readdirSync(a)).toEqual(["b"]);
    expect(readdirSync(b)).toEqual(["notes.txt"]);
  });

  it("are not made in a file, and those made on the way are gone again", () => {
    writeFileSync(join(place, "file"), "");
    expect(() => makeFolders(join(place, "file", "x"))).toThrow(/file is a file/);
    expect(() => makeFolders(join(place, "a", "b", "x".repeat(300)))).toThrow(/ENAMETOOLONG/);
    expect(readdirSync(place)).toEqual(["file"]);
  });

  it("fail no run beside which others make and remove them", async () => {
    const work = `
      const { writeFileSync } = await import("node:fs");
      for (let round = 0; round < 400; round++) {
        removeFolders(makeFolders(process.argv[1] + "/deep"));
        const staging = Staging.open(process.argv[1] + "/deep");
        writeFileSync(staging.path("x"), "");
        staging.discard();
      }`;
    const runs = [1, 2, 3].map(() => run(work, join(place, "out")));
    expect(await Promise.all(runs)).toEqual(["", "", ""]);
  });
});
