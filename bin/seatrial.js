#!/usr/bin/env node
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const main = new URL("../dist/bundle/main.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  console.error(`Seatrial is not built yet: run \`npm run build\` in ${root}.`);
  process.exitCode = 1;
}
