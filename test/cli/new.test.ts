import { execFileSync } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../shared-data.js";
import { filesIn, folderWith, seatrial } from "./seatrial.js";

describe("seatrial new", () => {
  it("writes a strategy that runs and a test that passes, and says how to start both", async () => {
    const folder = folderWith({});
    const { code, stdout, stderr } = await seatrial(["new", "opening-range", "--dir", "my ideas/one"], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const ideas = join("my ideas", "one");
    expect(filesIn(join(folder, ideas))).toEqual(["opening-range.test.ts", "opening-range.ts"]);
    expect(readFileSync(join(folder, ideas, "opening-range.ts"), "utf8").split("\n").length).toBeLessThan(40);
    const [backtest, test] = [...stdout.matchAll(/^ {2}npx (.+)$/gm)].map(([, words]) =>
      [...words.matchAll(/"([^"]+)"|\S+/g)].map(([word, quoted]) => quoted ?? word),
    );
    expect(backtest).toEqual(["seatrial", "backtest", join(ideas, "opening-range.ts"), "--data", "sample"]);
    expect((await seatrial(backtest.slice(1), folder)).stdout).toContain("OpeningRange on SP500");
    // As in a project that has seatrial installed: vitest is found, and seatrial is this one.
    symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
    expect(test.slice(0, 2)).toEqual(["vitest", "run"]);
    const vitest = join(projectRoot, "node_modules", "vitest", "vitest.mjs");
    const config = ["--config", join(projectRoot, "vitest.config.ts"), "--reporter", "json"];
    const told = execFileSync(process.execPath, [vitest, ...test.slice(1), "--root", folder, ...config], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(JSON.parse(told)).toMatchObject({ success: true, numPassedTests: 4, numTotalTests: 4 });
  });

  it("says so where vitest will not look for the test", async () => {
    const folder = folderWith({
      "inside/x": "",
      "y/vite.config.ts": "export default { test: { include: ['t/*.ts'] } };",
    });
    const outside = await seatrial(["new", "a", "--dir", join("..", "elsewhere")], join(folder, "inside"));
    expect(outside.code).toBe(0);
    expect(outside.stdout).toContain(`npx seatrial backtest ${join("..", "elsewhere", "a.ts")} --data sample\n`);
    expect(outside.stdout).toContain(
      "The test lies outside of this folder, where vitest does not look: move both files",
    );
    const hidden = await seatrial(["new", "a", "--dir", join("node_modules", "a")], folder);
    expect(hidden.stdout).toContain(`vitest does not look for tests in ${join("node_modules", "a")}: move both files`);
    for (const { stdout } of [outside, hidden]) expect(stdout).not.toContain("vitest run");
    const told = await seatrial(["new", "a"], join(folder, "y"));
    expect(told.stdout).toContain(
      "  npx vitest run a.test.ts\n\nvite.config.ts says where vitest looks for tests: if it",
    );
  });

  it("writes what the project's own formatter and rules leave as it is", async () => {
    const folder = folderWith({});
    await seatrial(["new", "opening-range"], folder);
    const biome = join(projectRoot, "node_modules", "@biomejs", "biome", "bin", "biome");
    for (const name of ["opening-range.ts", "opening-range.test.ts"]) {
      const input = readFileSync(join(folder, name), "utf8");
      const args = [biome, "check", "--write", `--stdin-file-path=strategies/${name}`];
      expect(execFileSync(process.execPath, args, { cwd: projectRoot, encoding: "utf8", input })).toBe(input);
    }
  });

  it("overwrites nothing, and writes both files or none", async () => {
    const folder = folderWith({ "a.ts": "mine", "b.test.ts": "mine too" });
    for (const [name, file] of [
      ["a", "a.ts"],
      ["b", "b.test.ts"],
    ]) {
      const { code, stdout, stderr } = await seatrial(["new", name], folder);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toBe(
        `${file} is there already, and nothing is overwritten. Choose another name, or move that file away.\n`,
      );
    }
    expect(filesIn(folder)).toEqual(["a.ts", "b.test.ts"]);
    expect(readFileSync(join(folder, "a.ts"), "utf8")).toBe("mine");
  });

  it.each(["my strategy", "../up", "1st", "a_b", "-", "a.ts", "café"])("refuses the name %j", async (name) => {
    const folder = folderWith({});
    const { code, stderr } = await seatrial(["new", "--", name], folder);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `"${name}" cannot be the name of a strategy. Use letters, digits and hyphens, a letter first, as in opening-range.\n`,
    });
    expect(filesIn(folder)).toEqual([]);
  });

  it("gives a class no name that its file imports", async () => {
    const folder = folderWith({});
    await seatrial(["new", "strategy"], folder);
    expect(readFileSync(join(folder, "strategy.ts"), "utf8")).toContain(
      "export default class MyStrategy extends Strategy",
    );
    expect((await seatrial(["backtest", "strategy.ts", "--data", "sample", "--no-report"], folder)).code).toBe(0);
  });

  it("that cannot write says why, and leaves nothing", async () => {
    const folder = folderWith({ taken: "mine" });
    const { code, stderr } = await seatrial(["new", "a", "--dir", "taken"], folder);
    expect(code).toBe(1);
    expect(stderr).toContain("taken cannot be written:");
    expect(filesIn(folder)).toEqual(["taken"]);
    const nowhere = await seatrial(["new", "a", "--dir", "/proc/mine"], folder);
    expect(nowhere.stderr).toBe(
      "/proc/mine cannot be written: no such file or directory. Name another place, or make room and rights in this one.\n",
    );
  });
});
