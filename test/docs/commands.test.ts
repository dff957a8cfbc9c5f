import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../shared-data.js";

const PAGES = [
  "README.md",
  ...readdirSync(join(projectRoot, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

/** What a page has of commands. The tables of errors.md are messages as the program writes them. */
function textOf(page: string): string {
  const text = readFileSync(join(projectRoot, page), "utf8");
  return page.endsWith("errors.md") ? "" : text;
}

describe("the commands of the pages", () => {
  it.each(PAGES)("%s writes them as they are typed behind `npm install`", (page) => {
    const bare = [...textOf(page).matchAll(/(?:(?<!npx\n)^|`)seatrial\s[^`\n]*/gm)].map(([command]) => command);
    expect(bare).toEqual([]);
  });

  it.each(PAGES)("%s names commands that there are", (page) => {
    const named = [...textOf(page).matchAll(/npx\sseatrial\s([a-z]+)/g)].map(([, name]) => name);
    const known = (name: string): boolean =>
      existsSync(join(projectRoot, "cli", `${name}.ts`)) || existsSync(join(projectRoot, "cli", name));
    expect(named.filter((name) => !known(name))).toEqual([]);
  });
});
