import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { BACKTEST_FLAGS } from "../../cli/backtest-flags.js";
import { COMMON_FLAGS } from "../../cli/flags.js";
import { loadStrategy } from "../../config/load-strategy.js";
import { backtest } from "../../index.js";
import { projectRoot } from "../shared-data.js";
import { codeBlocks, compile, inlineCalls, membersOfClass, neededBy } from "./code-blocks.js";

const PAGES = [
  "README.md",
  "docs/strategies.md",
  "docs/guards.md",
  "docs/calendars.md",
  "docs/data.md",
  "docs/configuration.md",
  "docs/drill.md",
];

const blocks = PAGES.flatMap(codeBlocks);
const right = blocks.filter((block) => block.mistake === undefined);
const wrong = blocks.filter((block) => block.mistake !== undefined);
const strategies = right.filter((block) => block.source.includes("export default class"));

describe("the examples of the pages", () => {
  const messages = compile(blocks.map((block) => block.source));
  const messagesOf = (block: (typeof blocks)[number]): string[] => messages[blocks.indexOf(block)];

  it("are there", () => {
    expect(strategies.length).toBeGreaterThan(15);
    expect(wrong.length).toBeGreaterThan(0);
  });

  it.each(right)("$place compiles against the real types", (block) => {
    expect(messagesOf(block)).toEqual([]);
  });

  it.each(wrong)("$place does not compile, for the reason it gives", (block) => {
    expect(messagesOf(block).join("\n")).toContain(block.mistake);
  });
});

describe("a call of a strategy that stands in a sentence", () => {
  const calls = readdirSync(join(projectRoot, "docs"))
    .filter((name) => name.endsWith(".md"))
    .flatMap((name) => inlineCalls(`docs/${name}`));

  it.each(calls)("$text at $place names all that the method needs", ({ method, count }) => {
    const needed = neededBy("core/strategy.ts", "Strategy", method);
    expect(needed).toBeDefined();
    expect(count).toBeGreaterThanOrEqual(needed ?? 0);
  });
});

describe("the strategies of the pages", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "seatrial docs ")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(strategies)("$place runs over bars without an error, and acts", async ({ source, data, place }) => {
    const file = join(folder, `${place.replaceAll(/\W+/g, "-")}.ts`);
    writeFileSync(file, source);
    const messages: string[] = [];
    const log = (_level: string, _time: number, message: string): void => void messages.push(message);
    const result = await backtest({ strategy: await loadStrategy(file), data, strict: true, log });
    expect(result.bars).toBeGreaterThan(1000);
    // Those that wait for quotes have none here.
    if (!source.includes("onQuote")) expect(result.orders.length).toBeGreaterThan(0);
  });
});

describe("docs/strategies.md", () => {
  const page = readFileSync(join(projectRoot, "docs", "strategies.md"), "utf8");

  it("speaks of every handler, declaration and command that a strategy has", () => {
    const members = membersOfClass("core/strategy.ts", "Strategy").filter((name) => name !== "paramSpecs");
    expect(members.length).toBeGreaterThan(40);
    expect(members.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
  });

  it("has every handler in its table, and no other", () => {
    const handlers = membersOfClass("core/strategy.ts", "Strategy").filter((name) => /^on[A-Z]/.test(name));
    const table = page.slice(page.indexOf("## Handlers"), page.indexOf("One instant goes"));
    const stated = [...table.matchAll(/`(on[A-Z]\w+)\([^|]*\|/g)].flatMap(([row]) =>
      [...row.matchAll(/`(on\w+)\(/g)].map(([, name]) => name),
    );
    expect(stated.sort()).toEqual(handlers.sort());
  });
});

describe("the flags that the pages name", () => {
  it("are flags of `seatrial backtest`, or parameters of their examples", () => {
    const known = [...Object.keys(BACKTEST_FLAGS), ...Object.keys(COMMON_FLAGS), "fast", "slow"];
    for (const page of ["strategies", "matching", "guards"]) {
      const text = readFileSync(join(projectRoot, "docs", `${page}.md`), "utf8");
      const named = [...text.matchAll(/(?<=[`\s(])--([a-z][\w-]*)/g)].map(([, name]) => name);
      expect(
        named.filter((name) => !known.includes(name)),
        page,
      ).toEqual([]);
    }
  });
});
