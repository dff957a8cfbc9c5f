const IMPORT = /^import \{[^}]*\} from "\.\/([\w-]+\.js)";\n/gm;

/**
 * Joins JavaScript modules into one script that needs no other file: each module once, after those it imports, without
 * its import lines and the word `export`. For modules of one folder that import each other by name
 * (`import { a, b } from "./c.js";`), in which no two top-level names are alike.
 */
export function joinModules(entry: string, read: (name: string) => string): string {
  const joined: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const source = read(name);
    for (const [, imported] of source.matchAll(IMPORT)) visit(imported);
    joined.push(source.replace(IMPORT, "").replace(/^export /gm, ""));
  };
  visit(entry);
  return `(() => {\n"use strict";\n${joined.join("\n")}})();\n`;
}
