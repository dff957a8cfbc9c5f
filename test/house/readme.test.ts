import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { projectRoot } from "../shared-data.js";

const readme = readFileSync(join(projectRoot, "README.md"), "utf8");

it("the README points to no page that is missing", () => {
  const pages = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1]);
  expect(pages.length).toBeGreaterThan(0);
  expect(pages.filter((page) => !existsSync(join(projectRoot, page)))).toEqual([]);
});

it("the README shows what a backtest prints, line by line", () => {
  const out = mkdtempSync(join(tmpdir(), "seatrial-readme-"));
  onTestFinished(() => rmSync(out, { recursive: true, force: true }));
  const [command, ...lines] = (/```text\n\$ npx seatrial (.*?)\n```/s.exec(readme)?.[1] ?? "").split("\n");
  expect(lines.length).toBeGreaterThan(3);
  const run = spawnSync(process.execPath, ["bin/seatrial.js", ...command.split(" "), "--out", out], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  expect(run.stderr).toBe("");
  const printed = run.stdout.split("\n");
  expect(lines.filter((line) => !printed.includes(line))).toEqual([]);
});
