import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../shared-data.js";

const page = readFileSync(join(projectRoot, "docs", "own-project.md"), "utf8");
const blocks = (kind: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, text]) => text);
const packageJson = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
  readonly name: string;
  readonly version: string;
  readonly allowScripts: Readonly<Record<string, boolean>>;
};

it("docs/own-project.md installs the file that `npm pack` writes", () => {
  const { name, version } = packageJson;
  const named = [...page.matchAll(/[\w-]+-\d+\.\d+\.\d+\.tgz/g)].map(([file]) => file);
  expect(new Set(named)).toEqual(new Set([`${name}-${version}.tgz`]));
  expect(blocks("sh").join()).toContain("npm pack\n");
});

it("docs/own-project.md allows the scripts that the clone itself allows, and no other", () => {
  const [allowed] = blocks("json");
  expect(JSON.parse(allowed)).toEqual({ allowScripts: packageJson.allowScripts });
});
