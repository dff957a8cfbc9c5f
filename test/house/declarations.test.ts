import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { scratch } from "../config/scratch.js";
import { projectRoot } from "../shared-data.js";

const STRATEGY = `import { type Bar, bool, choice, float, int, Strategy } from "seatrial";
export default class Dip extends Strategy.with({ n: int(3, { min: 1 }), f: float(1), c: choice(["a", "b"]), on: bool(true) }) {
  override onBar(bar: Bar): void {
    this.target(bar.instrument, this.params.n);
  }
}
`;

const CONFIG = `import { defineConfig } from "seatrial";
export default defineConfig({ strategy: "dip.ts", data: "sample" });
export const other = defineConfig({ data: "sample" });
`;

it("a strategy and a configuration can be part of a project whose compiler writes declarations", () => {
  const folder = scratch({ "package.json": '{ "type": "module" }', "dip.ts": STRATEGY, "seatrial.config.ts": CONFIG });
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(projectRoot, join(folder, "node_modules", "seatrial"), "junction");
  const program = ts.createProgram([join(folder, "dip.ts"), join(folder, "seatrial.config.ts")], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    declaration: true,
    skipLibCheck: true,
    types: [],
  });
  const told = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
  expect(told).toEqual([]);
});
