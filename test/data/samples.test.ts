import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadSample, SAMPLES } from "../../data/samples/sample.js";
import { sessionsFromBars } from "../../data/sessions-from-bars.js";
import { tradeDates } from "../../data/trade-dates.js";
import { hasShared, NO_SHARED, projectRoot, sharedPath } from "../shared-data.js";

describe("the S&P 500 sample", () => {
  it("has 5,105 daily bars of 2000-01-03 to 2020-04-17 with the prices of its source", () => {
    const series = loadSample("sp500");
    expect([series.name, series.instrument.assetClass, series.length]).toEqual(["SP500 1day", "index", 5105]);
    const last = series.length - 1;
    expect([series.open[0], series.high[0], series.low[0], series.close[0], series.volume[0]]).toEqual([
      1469.25, 1478, 1438.359985, 1455.219971, 931800000,
    ]);
    expect([series.open[last], series.close[last], series.volume[last]]).toEqual([
      2842.429932, 2874.560059, 5792140000,
    ]);
    expect(new Date(series.start[0]).toISOString()).toBe("2000-01-03T14:30:00.000Z");
    expect(new Date(series.end[last]).toISOString()).toBe("2020-04-17T20:00:00.000Z");
    expect(loadSample().length).toBe(5105);
  });

  it.skipIf(!hasShared)(`has a bar for every session of New York in that span, and no other (${NO_SHARED})`, () => {
    const calendar = readFileSync(sharedPath("data/calendars/xnys.csv"), "utf8")
      .split("\n")
      .map((line) => Number(line.slice(0, 10).replaceAll("-", "")));
    const sessions = calendar.filter((date) => date >= 20000103 && date <= 20200417);
    expect(sessions).toHaveLength(5105);
    expect([...tradeDates(sessionsFromBars(loadSample(), "America/New_York"), "America/New_York")]).toEqual(sessions);
  });

  it("says in words that nobody can buy an index", () => {
    expect(SAMPLES[0].note).toMatch(/traded as if it were a fund/);
  });

  it("is found from the built package too", () => {
    const root = mkdtempSync(join(tmpdir(), "package-"));
    try {
      const tsc = join(projectRoot, "node_modules", "typescript", "bin", "tsc");
      execFileSync(process.execPath, [
        tsc,
        join(projectRoot, "data/samples/sample.ts"),
        "--rootDir",
        projectRoot,
        "--outDir",
        join(root, "dist"),
        "--ignoreConfig",
        "--target",
        "es2022",
        "--module",
        "nodenext",
        "--moduleResolution",
        "nodenext",
        "--skipLibCheck",
        "--types",
        "node",
        "--typeRoots",
        join(projectRoot, "node_modules/@types"),
        "--strict",
      ]);
      for (const name of ["package.json", "node_modules"]) symlinkSync(join(projectRoot, name), join(root, name));
      mkdirSync(join(root, "data"));
      symlinkSync(join(projectRoot, "data/samples"), join(root, "data/samples"));
      const script =
        'import("./dist/data/samples/sample.js").then(({ loadSample }) => console.log(loadSample().length))';
      expect(execFileSync(process.execPath, ["-e", script], { cwd: root }).toString().trim()).toBe("5105");
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it("is suggested where its name is misspelt", () => {
    expect(() => loadSample("sp5000")).toThrow(
      'There is no sample called "sp5000". Did you mean sp500? Samples are sp500.',
    );
    expect(() => loadSample("dax")).toThrow('There is no sample called "dax". Samples are sp500.');
  });
});
