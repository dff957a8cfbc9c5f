import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Case, holds } from "../../bench/case.js";
import { CASES, pick } from "../../bench/cases.js";
import { median } from "../../bench/median.js";
import { selfShares } from "../../bench/profile-summary.js";
import { formatJson, formatTable } from "../../bench/table.js";
import { projectRoot } from "../shared-data.js";

const main = join(projectRoot, "dist", "bench", "main.js");

/** The benchmark as `npm run bench` starts it, once it is built. */
function bench(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

beforeAll(() => {
  if (!existsSync(main)) throw new Error("The benchmark runs what is built: run `npm run build` first.");
});

describe("npm run bench", () => {
  it("lists every case with what it measures, and measures nothing", () => {
    const { status, stdout } = bench("--list");
    expect(status).toBe(0);
    for (const { name, about } of CASES) {
      expect(stdout).toContain(name);
      expect(stdout).toContain(about);
    }
  });

  it("prints exactly one JSON array of the cases asked for, and nothing else", () => {
    const { status, stdout, stderr } = bench("--json", "--only", "peak memory", "--runs", "1", "--bars", "100000");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    expect(rows).toHaveLength(1);
    expect(Object.keys(rows[0])).toEqual(["case", "value", "unit", "target", "better", "holds"]);
    expect(rows[0]).toMatchObject({ case: "peak memory, one instrument", unit: "MB", target: 600, better: "lower" });
    expect(rows[0].value).toBeGreaterThan(20);
    expect(rows[0].holds).toBe((rows[0].value as number) <= 600);
  });

  it("measures a replay as a share of the bare loop beside it, and shows both", () => {
    const { status, stdout, stderr } = bench("--only", "cross one", "--runs", "1", "--bars", "10000", "--verbose");
    expect(status).toBe(0);
    expect(stdout).toMatch(/SMA 10\/30 cross.* of the bare loop .*at least 0\.25 .*M bars\/s beside/);
    expect(stdout).toContain(`Node ${process.version}`);
    expect(stderr).toMatch(/[1-9]\d* orders and [1-9]\d* fills a run/);
  });

  it.each([
    [["--only", "perpetuum mobile"], 'No case has the words "perpetuum mobile"'],
    [["--runs", "none"], "--runs none"],
    [["--bars", "5"], "--bars 5"],
    [["--faster"], "--faster"],
  ])("refuses %j as wrong usage", (args, message) => {
    const { status, stdout, stderr } = bench(...args);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
  });
});

describe("the table", () => {
  const pace: Case = {
    name: "pace",
    about: "",
    unit: "knots",
    target: 7,
    better: "higher",
    measure: async () => ({ value: 7 }),
  };

  it("holds a target that is just met, from either side", () => {
    expect(holds({ case: pace, value: 7, detail: "" })).toBe(true);
    expect(holds({ case: pace, value: 6.99, detail: "" })).toBe(false);
    expect(holds({ case: { ...pace, better: "lower" }, value: 7, detail: "" })).toBe(true);
    expect(holds({ case: { ...pace, better: "lower" }, value: 7.01, detail: "" })).toBe(false);
  });

  it("says why a case could not be measured, and does not let it hold", () => {
    const row = { case: pace, value: undefined, detail: "There was no wind." };
    expect(JSON.parse(formatJson([row]))).toEqual([
      { case: "pace", value: null, unit: "knots", target: 7, better: "higher", holds: false },
    ]);
    expect(formatTable([row])).toContain("pace: There was no wind.");
  });

  it("gives every case a name of its own and a target, but to what only measures the machine and its disk", () => {
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
    expect(CASES.filter(({ target }) => target === undefined).map(({ name }) => name)).toEqual([
      "bare loop",
      "a million bars out of the store into columns made anew",
      "the journal's commit of an order, half of them",
      "quote to order with the commit, half of them, 1000 quotes a second",
    ]);
  });
});

describe("--only", () => {
  const names = (words: string): string[] => pick(CASES, words).map(({ name }) => name);

  it("takes 10 instruments for 10, not for 100", () => {
    expect(names("10 instruments")).toEqual(["SMA 10/30 cross, 10 instruments merged in time"]);
    expect(names("100 instruments")).toEqual(["SMA 10/30 cross, 100 instruments merged in time"]);
  });

  it("takes the beginnings of words, and any of several choices", () => {
    expect(names("pea mem")).toEqual(["peak memory, one instrument"]);
    expect(names("peak, help")).toEqual(["peak memory, one instrument", "seatrial --help"]);
    expect(names("the wheel")).toEqual([]);
  });
});

describe("a median", () => {
  it("is the middle one, or half way between the two in the middle", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 30])).toBe(3);
    expect(median([])).toBeNaN();
  });
});

describe("a profile", () => {
  it("adds up a function that was called from several places", () => {
    const frame = (functionName: string) => ({ functionName, url: "", scriptId: "0", lineNumber: 0, columnNumber: 0 });
    const nodes = [
      { id: 1, callFrame: frame("match"), hitCount: 2 },
      { id: 2, callFrame: frame("onBar"), hitCount: 5 },
      { id: 3, callFrame: frame("match"), hitCount: 1 },
      { id: 4, callFrame: frame("idle"), hitCount: 0 },
    ];
    const shares = selfShares({ nodes, startTime: 0, endTime: 8 });
    expect(shares.map(({ place, share }) => [place.trim(), share])).toEqual([
      ["onBar", 0.625],
      ["match", 0.375],
    ]);
  });
});

describe("the peers", () => {
  it("are locked by their contents, not by the registry they came from", () => {
    const lock = readFileSync(join(projectRoot, "bench", "peers", "package-lock.json"), "utf8");
    const { packages } = JSON.parse(lock) as { packages: Record<string, { version?: string; resolved?: string }> };
    expect(Object.keys(packages).filter((path) => packages[path].resolved !== undefined)).toEqual([]);
    expect(packages["node_modules/grademark"].version).toBe("0.3.0");
    expect(packages["node_modules/chai"].version).toMatch(/^4\./);
  });
});
