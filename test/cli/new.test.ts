import { execFileSync } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../shared-data.js";
import { filesIn, folderWith, seatrial } from "./seatrial.js";

describe("seatrial new", () => {
  it("writes a strategy that runs and a test that passes, and says how to start both", async () => {
    const folder = folderWith({});
    const { code, stdout, stderr } = await seatrial(["new", "opening-range", "--dir", "test"], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(filesIn(join(folder, "test"))).toEqual(["opening-range.test.ts", "opening-range.ts"]);
    expect(readFileSync(join(folder, "test", "opening-range.ts"), "utf8").split("\n").length).toBeLessThan(40);
    const [backtest, test] = [...stdout.matchAll(/^ {2}npx (.+)$/gm)].map((match) => match[1].split(" "));
    expect(backtest).toEqual(["seatrial", "backtest", join("test", "opening-range.ts"), "--data", "sample"]);
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
  });
});
