import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { joinModules } from "../../report/join-modules.js";
import { projectRoot } from "../shared-data.js";

describe("joining the page's modules into one script", () => {
  it("puts each module once, after those it imports", () => {
    const files: Record<string, string> = {
      "main.js": 'import { a } from "./a.js";\nimport { b } from "./b.js";\nuse(a, b);\n',
      "a.js": 'import {\n  b,\n} from "./b.js";\nexport const a = b;\n',
      "b.js": "export const b = 1;\nexport function c() {}\n",
    };
    expect(joinModules("main.js", (name) => files[name])).toBe(
      '(() => {\n"use strict";\nconst b = 1;\nfunction c() {}\n\nconst a = b;\n\nuse(a, b);\n})();\n',
    );
  });

  it("leaves no import and no name twice in the real ones, and forgets none of them", () => {
    const folder = join(projectRoot, "report", "assets");
    const read: string[] = [];
    const script = joinModules("main.js", (name) => {
      read.push(name);
      return readFileSync(join(folder, name), "utf8");
    });
    expect(script).not.toMatch(/^(import|export) /m);
    // A name declared twice in one function is a syntax error.
    expect(() => new Function(script)).not.toThrow();
    const modules = readdirSync(folder).filter((name) => name.endsWith(".js") && name !== "first-theme.js");
    expect(read.sort()).toEqual(modules.sort());
  });
});
