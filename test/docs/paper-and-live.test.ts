import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { LIVE_FLAGS, PAPER_FLAGS } from "../../cli/session-flags.js";
import { parseConfig } from "../../config/schema.js";
import { SESSIONS_FOLDER, SessionFolder } from "../../live/control/session-folder.js";
import { NEEDED_CAPS } from "../../live/ladder/launch.js";
import { PAPER_DAYS, RUNGS } from "../../live/ladder/rungs.js";
import { projectRoot } from "../shared-data.js";
import { compile } from "./code-blocks.js";
import { tableRows } from "./page-tables.js";

const read = (path: string): string => readFileSync(join(projectRoot, path), "utf8");
const page = read("docs/paper-and-live.md");
const guarantees = read("docs/guarantees.md");

/** The members of an interface of config/config.ts. */
function settingsOf(name: string): string[] {
  const source = ts.createSourceFile("config.ts", read("config/config.ts"), ts.ScriptTarget.ES2022);
  const found = source.statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === name);
  return (found as ts.InterfaceDeclaration).members.map((member) => (member.name as ts.Identifier).text);
}

describe("docs/paper-and-live.md", () => {
  it("lists every setting of paper and live sessions, and no other", () => {
    const stated = tableRows(page, "setting", "what it is").map(([name]) => name);
    expect(stated).toEqual([...settingsOf("SessionSettings"), ...settingsOf("LiveSettings")]);
  });

  it("lists every rung, and says which holds nobody up yet", () => {
    const rungs = tableRows(page, "rung", "put on record by");
    expect(rungs.map(([name]) => name)).toEqual(Object.keys(RUNGS));
    for (const [name, text] of rungs) {
      expect(/holds nobody up/.test(text)).toBe(!RUNGS[name as keyof typeof RUNGS].isThere);
    }
    expect(PAPER_DAYS).toBe(5);
    expect(page).toContain("five days, or as many as");
  });

  it("names every cap that live wants", () => {
    const sentence = /- caps of its own[\s\S]*?;/.exec(page)?.[0] ?? "";
    expect([...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name).filter((name) => name !== "guards")).toEqual([
      ...NEEDED_CAPS,
    ]);
  });

  it("names the files of a session as they are called", () => {
    const folder = new SessionFolder("x", "y");
    const files = tableRows(page, "file", "what it is").map(([file]) => file);
    for (const path of [
      folder.journal,
      folder.sessionFile,
      folder.log,
      folder.controlPath,
      folder.lockFile,
      folder.killFile,
      "recordings",
    ]) {
      const name = path.split(/[\\/]/).at(-1) as string;
      expect(
        files.some((file) => file.includes(name)),
        name,
      ).toBe(true);
    }
    expect(page).toContain(`\`${SESSIONS_FOLDER}/\``);
  });

  it("shows commands with flags that there are", () => {
    const lines = [...page.matchAll(/^npx seatrial (paper|live) (.*)$/gm)];
    expect(lines.length).toBeGreaterThan(2);
    for (const [, command, rest] of lines) {
      const flags = command === "paper" ? PAPER_FLAGS : LIVE_FLAGS;
      for (const [, flag] of rest.matchAll(/--([\w-]+)/g)) expect(Object.keys(flags)).toContain(flag);
    }
  });

  it("shows commands about sessions that there are", () => {
    const commands = tableRows(page, "command", "does").flatMap(([text]) => [...text.matchAll(/seatrial (\w+)/g)]);
    expect(commands.length).toBeGreaterThan(7);
    for (const [, name] of commands) expect(existsSync(join(projectRoot, "cli", `${name}.ts`)), name).toBe(true);
  });

  it("shows a configuration that is one", () => {
    const [, code] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
    expect(compile([code])).toEqual([[]]);
    const object = code.slice(code.indexOf("defineConfig(") + 13, code.lastIndexOf(")"));
    const value = new Function(`return ${object}`)() as unknown;
    expect(parseConfig(value, "seatrial.config.ts")).toEqual(value);
  });
});

describe("docs/guarantees.md", () => {
  it("names tests that are there", () => {
    const tests = [...guarantees.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path]) => path);
    expect(tests.length).toBeGreaterThan(8);
    for (const path of tests) expect(existsSync(join(projectRoot, path)), path).toBe(true);
  });
});
