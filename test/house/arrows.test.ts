import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../shared-data.js";

/** Every wrong import that the house knows: who imports what. */
const WRONG: readonly (readonly [from: string, to: string])[] = [
  ["core/engine.ts", "../data/sqlite.js"],
  ["core/clock.ts", "node:fs"],
  ["core/desk.ts", "zod"],
  ["core/indicators/technical.ts", "zod"],
  ["core/broker.ts", "../brokers/sim/book.js"],
  ["data/replay.ts", "../brokers/sim/book.js"],
  ["brokers/sim/data.ts", "../../data/sqlite.js"],
  ["brokers/tws/sim.ts", "../sim/book.js"],
  ["brokers/tws/gateway.ts", "../gateway/server.js"],
  ["brokers/sim/tws.ts", "../tws/client.js"],
  ["brokers/gateway/tws.ts", "../tws/client.js"],
  ["brokers/ib/tws.ts", "../tws/client.js"],
  ["backtest/config.ts", "../config/schema.js"],
  ["backtest/report.ts", "../report/page.js"],
  ["config/backtest.ts", "../backtest/run.js"],
  ["config/schema.ts", "../index.js"],
  ["report/brokers.ts", "../brokers/sim/book.js"],
  ["live/cli.ts", "../cli/main.js"],
  ["research/live.ts", "../live/journal.js"],
  ["cli/strategy.ts", "../strategies/cross.js"],
  ["cli/sqlite.ts", "better-sqlite3"],
  ["cli/test.ts", "vitest"],
  ["strategies/deep.ts", "../core/clock.js"],
  ["core/gone.ts", "./no-such-file.js"],
];

/** Imports that must stay possible. */
const RIGHT: readonly (readonly [from: string, to: string])[] = [
  ["brokers/gateway/sim.ts", "../sim/book.js"],
  ["brokers/gateway/ib.ts", "../ib/codes.js"],
  ["brokers/tws/ib.ts", "../ib/codes.js"],
  ["data/core.ts", "../core/clock.js"],
  ["data/sqlite.ts", "better-sqlite3"],
  ["backtest/sim.ts", "../brokers/sim/book.js"],
  ["backtest/data.ts", "../data/sqlite.js"],
  ["config/core.ts", "../core/clock.js"],
  ["config/user-file.ts", "../index.js"],
  ["report/backtest.ts", "../backtest/run.js"],
  ["live/backtest.ts", "../backtest/run.js"],
  ["research/config.ts", "../config/core.js"],
  ["cli/research.ts", "../research/config.js"],
  ["cli/live.ts", "../live/backtest.js"],
  ["strategies/cross.ts", "seatrial"],
];

const PLAIN = [
  "index.ts",
  "brokers/sim/book.ts",
  "brokers/tws/client.ts",
  "brokers/gateway/server.ts",
  "brokers/ib/codes.ts",
  "backtest/run.ts",
  "report/page.ts",
  "cli/main.ts",
  "live/journal.ts",
  "core/circle-a.ts",
  "core/circle-b.ts",
];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

let folder = "";
let violations: readonly Violation[] = [];

// A house of small files, each with one import, beside the real configuration: what is wrong must be found there.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seatrial-arrows-"));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const path of PLAIN) write(path, "export const here = 1;\n");
  for (const [from, to] of [...WRONG, ...RIGHT]) write(from, `import "${to}";\nexport const here = 1;\n`);
  write("core/circle-a.ts", 'import "./circle-b.js";\n');
  write("core/circle-b.ts", 'import "./circle-a.js";\n');
  for (const name of [".dependency-cruiser.mjs", "tsconfig.json", "tsconfig.base.json", "package.json"]) {
    cpSync(join(projectRoot, name), join(folder, name));
  }
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"), "junction");
  const cruiser = join(projectRoot, "node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs");
  const run = spawnSync(
    process.execPath,
    [cruiser, "--config", ".dependency-cruiser.mjs", "--output-type", "json", "."],
    {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 1 << 26,
    },
  );
  violations = (JSON.parse(run.stdout) as { summary: { violations: Violation[] } }).summary.violations;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the arrows of the house", () => {
  it.each(WRONG)("%s may not import %s", (from) => {
    expect(violations.map((violation) => violation.from)).toContain(from);
  });

  it.each(RIGHT)("%s may import %s", (from) => {
    expect(violations.filter((violation) => violation.from === from)).toEqual([]);
  });

  it("allow no circle", () => {
    expect(violations.filter(({ rule }) => rule.name === "no cycles").map(({ from }) => from)).toContain(
      "core/circle-a.ts",
    );
  });
});
