import { execFile } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { projectRoot } from "../shared-data.js";
import { filesIn, folderWith, seatrial } from "./seatrial.js";

const page = readFileSync(join(projectRoot, "docs", "getting-started.md"), "utf8");

type Step =
  | { readonly command: string }
  | { readonly file: string; readonly text: string }
  | { readonly shown: string };

/** The page's blocks in order: commands to type, files to write, and code that is only shown. */
const steps = [...page.matchAll(/^```(sh|ts)(?: file=(\S+))?\n([\s\S]*?)^```$/gm)].flatMap(
  ([, language, file, text]): Step[] => {
    if (language === "sh")
      return text
        .trimEnd()
        .split("\n")
        .map((command) => ({ command }));
    return file === undefined ? [{ shown: text }] : [{ file, text }];
  },
);

it("every step of docs/getting-started.md works, one after the other", { timeout: 180_000 }, async () => {
  // A clone that has been installed and built: what this one has, without what others may be changing in it.
  const clone = folderWith({});
  for (const name of ["node_modules", "dist", "index.ts"]) symlinkSync(join(projectRoot, name), join(clone, name));
  for (const name of ["package.json", "vitest.config.ts"]) copyFileSync(join(projectRoot, name), join(clone, name));
  for (const name of ["bin", "data/samples", "strategies"])
    cpSync(join(projectRoot, name), join(clone, name), { recursive: true });
  let reports = 0;
  for (const step of steps) {
    if ("shown" in step) expect(readFileSync(join(clone, "strategies", "opening-range.ts"), "utf8")).toBe(step.shown);
    else if ("file" in step) write(join(clone, step.file), step.text);
    else if (step.command.startsWith("npx vitest ")) await vitest(clone, step.command.split(" ").slice(2));
    else if (step.command !== "npm run demo") {
      const [npx, name, ...args] = step.command.split(" ");
      expect([npx, name]).toEqual(["npx", "seatrial"]);
      const { code, stderr, stdout } = await seatrial(args, clone);
      expect({ code, stderr }, step.command).toEqual({ code: 0, stderr: "" });
      if (stdout.includes("report.html")) reports++;
    }
  }
  await vitest(clone, ["run", "strategies/calm.test.ts"]);
  expect(reports).toBe(9);
  expect(filesIn(join(clone, "seatrial-out", "opening-range"))).toContain("report.html");
});

it("docs/getting-started.md names only flags that there are", async () => {
  const help = (await seatrial(["backtest", "--help"], projectRoot)).stdout;
  const flags = new Set([...page.matchAll(/(?<![-|])--([a-z][a-z-]*)/g)].map((match) => match[1]));
  const others = ["dir", "dip", "trend"];
  expect([...flags].filter((flag) => !others.includes(flag) && !help.includes(`--${flag} `))).toEqual([]);
});

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

async function vitest(clone: string, args: readonly string[]): Promise<void> {
  const vitest = join(projectRoot, "node_modules", "vitest", "vitest.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, ...args, "--reporter", "json"], {
    cwd: clone,
  });
  expect(JSON.parse(stdout)).toMatchObject({ success: true, numFailedTests: 0 });
}
