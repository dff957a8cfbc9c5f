import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../shared-data.js";
import { hasSqlite, newFolder } from "../store/store-folder.js";

interface Measured {
  readonly bars: number;
  readonly all: number;
  readonly equal: boolean;
  readonly missing: number;
}

/** Downloads a year of minutes for three instruments in a process of its own, as fast as it goes. */
async function measure(): Promise<Measured> {
  const script = join(projectRoot, "test", "history", "fetch-process.mjs");
  const folder = newFolder();
  const args = [script, join(folder, "bars.db"), join(folder, "asked.log"), "1min", "20230103", "20231229", "0"];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout.split("\n")[1]) as Measured;
}

// What it takes of time and memory is measured by the benchmark, bench/history-cases.ts.
describe.runIf(hasSqlite)("a year of minutes for three instruments", () => {
  it("comes whole, and equal to its source to the last digit", async () => {
    expect(await measure()).toMatchObject({ bars: 291_420, all: 291_420, equal: true, missing: 0 });
  });
});
