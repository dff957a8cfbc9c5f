import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../shared-data.js";
import { COMMAND, filesIn, folderWith, pricesCsv, SMA_CROSS, seatrial, strategyWith } from "./seatrial.js";

interface ResultJson {
  readonly strategy: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly from: string;
  readonly to: string;
  readonly startCash: number;
  readonly baseCurrency: string;
  readonly benchmark: string | null;
  readonly assumptions: readonly string[];
  readonly series: readonly { readonly name: string; readonly bars: number }[];
  readonly inputHash: string;
  readonly outcomeHash: string;
}

/** What the command prints with --json. */
async function result(args: readonly string[], cwd: string): Promise<ResultJson> {
  const { code, stdout, stderr } = await seatrial(["backtest", ...args, "--json", "--no-report"], cwd);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as ResultJson;
}

const EVIDENCE = ["equity.csv", "orders.csv", "report.html", "result.json", "trades.csv"];

describe.concurrent("seatrial backtest", () => {
  it("runs a file outside of any package, and says where it has left the report", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const { code, stdout, stderr } = await seatrial(["backtest", "cross.ts", "--data", "sample"], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const out = join(folder, "seatrial-out", "cross");
    expect(filesIn(out)).toEqual(EVIDENCE);
    expect(stdout).toContain("SmaCross on SP500");
    expect(stdout).toContain(`report   ${join("seatrial-out", "cross", "report.html")}\n`);
    expect(stdout).toContain(pathToFileURL(join(out, "report.html")).href);
    const left = JSON.parse(readFileSync(join(out, "result.json"), "utf8")) as ResultJson;
    expect(stdout).toContain(left.inputHash);
    expect(stdout).toContain(left.outcomeHash);
  });

  it("with --json prints what result.json has, and nothing else", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const args = ["backtest", "cross.ts", "--data", "sample", "--json", "--out", "deep/er"];
    const { code, stdout, stderr } = await seatrial(args, folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ strategy: "SmaCross", params: { fast: 10, slow: 30, quantity: 50 } });
    expect(stdout).toBe(readFileSync(join(folder, "deep", "er", "result.json"), "utf8"));
  });

  it("builds bars of volume and of value for the strategy, and says what it cannot build", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const data = ["cross.ts", "--data", "synthetic:seed=3,bars=3000"];
    const plain = await result(data, folder);
    const built = await result([...data, "--bar", "30000volume"], folder);
    expect(built.series.map(({ name }) => name)).toEqual(["SYN1 1min", "SYN1 30000volume"]);
    expect(built.series[1].bars).toBeGreaterThan(100);
    expect(built.assumptions.join(" ")).toContain("The strategy is handed bars of 30000volume");
    expect(built.inputHash).not.toBe(plain.inputHash);
    const both = await result([...data, "--bar", "30000volume,3000000value"], folder);
    expect(both.series.map(({ name }) => name)).toContain("SYN1 3000000value");
    for (const [flags, words] of [
      [["--bar", "100tick"], "Bars of 100tick are built from trades, and there are none."],
      [["--bar", "5min"], "--bar says how CSV files are read, and synthetic:seed=3,bars=3000 is none."],
    ] as const) {
      const refused = await seatrial(["backtest", ...data, ...flags, "--no-report"], folder);
      expect([1, 2]).toContain(refused.code);
      expect(refused.stdout).toBe("");
      expect(refused.stderr).toContain(words);
    }
  });

  it("leaves a report of a run on bars that were built", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const args = ["backtest", "cross.ts", "--data", "synthetic:seed=3,bars=3000", "--bar", "30000volume"];
    const { code, stderr } = await seatrial(args, folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(filesIn(join(folder, "seatrial-out", "cross"))).toEqual(EVIDENCE);
  });

  it("with --json keeps what a strategy prints itself off stdout", async () => {
    const body = '  override onStart(): void {\n    console.log("mine");\n  }';
    const folder = folderWith({ "a.ts": strategyWith(body) });
    const { stdout, stderr } = await seatrial(
      ["backtest", "a.ts", "--data", "sample", "--json", "--no-report"],
      folder,
    );
    expect(JSON.parse(stdout)).toMatchObject({ strategy: "Broken" });
    expect(stderr).toBe("mine\n");
  });

  it("gives a package that a strategy imports the same framework, not a second one", async () => {
    const folder = folderWith({
      "node_modules/levels/package.json": '{ "name": "levels", "type": "module", "exports": "./index.js" }',
      "node_modules/levels/index.js": 'import { Strategy } from "seatrial";\nexport class Levels extends Strategy {}\n',
      "mine.ts": `import { Levels } from "levels";
import { type Bar, Strategy } from "seatrial";

export default class Mine extends Levels {
  override onBar(bar: Bar): void {
    if (!(this instanceof Strategy)) throw new Error("another Strategy");
    if (this.position(bar.instrument).isFlat) this.buy(bar.instrument, 1);
  }
}
`,
    });
    symlinkSync(projectRoot, join(folder, "node_modules", "seatrial"), "dir");
    const { trades } = (await result(["mine.ts", "--data", "sample"], folder)) as ResultJson & {
      readonly trades: { readonly total: number };
    };
    expect(trades.total).toBe(1);
  });

  it("comes from another folder to the same result, to the last digit", async () => {
    const folder = folderWith({ "mine/cross.ts": SMA_CROSS });
    const here = await result(["cross.ts", "--data", "sample"], join(folder, "mine"));
    const there = await result([join("mine", "cross.ts"), "--data", "sample"], folder);
    expect(there).toEqual(here);
  });

  it("leaves the runs of a configuration beside each other", async () => {
    const folder = folderWith({
      "cross.ts": SMA_CROSS,
      "seatrial.config.json": JSON.stringify({
        strategy: "cross.ts",
        data: "sample",
        to: "2001-12-31",
        runs: { careful: { cash: 50_000 }, "a/b": { out: "mine" }, "../c d": {} },
      }),
    });
    for (const run of [[], ["--run", "careful"], ["--run", "a/b"], ["--run", "../c d"]]) {
      expect((await seatrial(["backtest", ...run], folder)).code).toBe(0);
    }
    for (const out of ["cross", "cross-careful", "cross-..-c-d"]) {
      expect(filesIn(join(folder, "seatrial-out", out))).toEqual(EVIDENCE);
    }
    expect(filesIn(join(folder, "mine"))).toEqual(EVIDENCE);
  });

  it("with --no-report leaves no files", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const { code, stdout } = await seatrial(["backtest", "cross.ts", "--data", "sample", "--no-report"], folder);
    expect(code).toBe(0);
    expect(stdout).not.toContain("report.html");
    expect(filesIn(folder)).toEqual(["cross.ts"]);
  });

  it("with --log shows what the strategy logs on stderr, with the time the strategy lives in", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const args = ["backtest", "cross.ts", "--data", "sample", "--to", "2000-06-30", "--no-report", "--log", "--json"];
    const { code, stdout, stderr } = await seatrial(args, folder);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ strategy: "SmaCross" });
    const lines = stderr.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/^2000-0\d-\d\dT2[01]:00:00\.000Z info {2}up \{ close: [\d.]+ \}$/);
  });

  it.skipIf(process.platform === "win32")("ends quietly when nobody reads on", () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const line = `"${process.execPath}" "${COMMAND}" backtest cross.ts --data sample 2>&1 | head -n 1`;
    const said = execFileSync("sh", ["-c", line], { cwd: folder, encoding: "utf8" });
    expect(said).toBe("SmaCross on SP500\n");
    expect(filesIn(join(folder, "seatrial-out", "cross"))).toEqual(EVIDENCE);
  });

  it("puts itself on record for the launch ladder: a version of source and parameters, once", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const env = { SEATRIAL_STATE: join(folder, "state") };
    const run = (...args: string[]) =>
      seatrial(["backtest", "cross.ts", "--data", "sample", "--no-report", ...args], folder, env);
    for (const args of [[], ["--fast", "10"], ["--fast", "9"]]) expect((await run(...args)).stderr).toBe("");
    const versions = readdirSync(join(folder, "state", "ladder"));
    expect(versions).toHaveLength(2);
    const [line, ...others] = readFileSync(join(folder, "state", "ladder", versions[0]), "utf8")
      .trimEnd()
      .split("\n");
    expect(others).toEqual([]);
    expect(JSON.parse(line)).toMatchObject({ rung: "backtest", file: "cross.ts", trades: expect.any(Number) });
  });

  it("stands though it cannot be put on record, and says so", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS, state: "a file" });
    const args = ["backtest", "cross.ts", "--data", "sample", "--no-report"];
    const { code, stdout, stderr } = await seatrial(args, folder, { SEATRIAL_STATE: join(folder, "state") });
    expect({ code, found: stdout.includes("SmaCross") }).toEqual({ code: 0, found: true });
    expect(stderr).toMatch(/^It could not be put on record for the launch ladder in .*SEATRIAL_STATE.*\n$/);
  });

  it("takes parameters under their own names or with --param", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const own = await result(["cross.ts", "--data", "sample", "--fast", "20", "--slow=50"], folder);
    expect(own.params).toEqual({ fast: 20, slow: 50, quantity: 50 });
    expect(await result(["cross.ts", "--data", "sample", "--param", "fast=20,slow=50"], folder)).toEqual(own);
    expect(await result(["cross.ts", "--data", "sample", "--param", "fast=20", "--param", "slow=50"], folder)).toEqual(
      own,
    );
  });

  it("reads several CSV files as they say, and as the flags say", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS, "abc.csv": pricesCsv(60), "other.csv": pricesCsv(70) });
    const { series } = await result(["cross.ts", "--data", "abc.csv", "--data", "XYZ=other.csv"], folder);
    expect(series.map(({ name, bars }) => `${name} ${bars}`)).toEqual(["ABC 1day 60", "XYZ 1day 70"]);
    const hours = await result(["cross.ts", "--data", "abc.csv", "--session-hours", "08:00-12:00"], folder);
    expect(hours.to).toMatch(/T16:00:00/);
  });

  it("takes every setting from its flag", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const flags =
      "--from 2005-01-01 --to 2006-12-31 --cash 50_000 --margin cash --fill same-close --limit-fill touch " +
      "--intrabar optimistic --latency 5 --fees bps:2 --slippage none --volume-limit 0.1 --benchmark none --seed 3 --no-guards";
    const changed = await result(["cross.ts", "--data", "sample", ...flags.split(" ")], folder);
    expect(changed).toMatchObject({ startCash: 50_000, benchmark: null });
    expect([changed.from.slice(0, 4), changed.to.slice(0, 10)]).toEqual(["2005", "2006-12-29"]);
    const told = changed.assumptions.join("\n");
    for (const part of ["at the close of the bar", "touches", "target was met", "5 ms", "10 %", "No guards stood"]) {
      expect(told).toContain(part);
    }
  });
});

describe.concurrent("a configuration", () => {
  const CONFIG = `import { defineConfig } from "seatrial";

export default defineConfig({
  strategy: "mine/cross.ts",
  data: ["ABC=prices/abc.csv"],
  cash: 20_000,
  fees: "none",
  params: { fast: 5, slow: 12 },
  guards: { orderSize: 1000, orderRate: false },
  out: "left/common",
  runs: {
    sample: { data: "sample", to: "2003-12-31", params: { slow: 40 }, account: { margin: "cash" }, out: "left/sample" },
  },
});
`;
  const files = { "seatrial.config.ts": CONFIG, "mine/cross.ts": SMA_CROSS, "prices/abc.csv": pricesCsv(60) };

  it("names everything a run needs, with paths that are relative to its own folder", async () => {
    const folder = folderWith(files);
    const here = await result([], folder);
    expect(here).toMatchObject({ startCash: 20_000, params: { fast: 5, slow: 12, quantity: 50 } });
    expect(here.series.map(({ name }) => name)).toEqual(["ABC 1day"]);
    expect(here.assumptions.join()).toContain("orderSize");
    expect(here.assumptions.join()).not.toContain("orderRate");
    const elsewhere = folderWith({});
    expect(await result(["--config", relative(elsewhere, join(folder, "seatrial.config.ts"))], elsewhere)).toEqual(
      here,
    );
    expect((await seatrial(["backtest", "--config", join(folder, "seatrial.config.ts")], elsewhere)).code).toBe(0);
    expect(filesIn(join(folder, "left", "common"))).toEqual(EVIDENCE);
  });

  it("stands under its named run, and that under the flags", async () => {
    const folder = folderWith(files);
    const run = await result(["--run", "sample"], folder);
    expect(run).toMatchObject({ startCash: 20_000, params: { fast: 5, slow: 40, quantity: 50 } });
    expect(run.to.slice(0, 10)).toBe("2003-12-31");
    expect(run.assumptions.join()).toContain("cash account");
    const flags = await result(["--run", "sample", "--cash", "30000", "--slow", "25", "--to", "2002-12-31"], folder);
    expect(flags).toMatchObject({ startCash: 30_000, params: { fast: 5, slow: 25, quantity: 50 } });
    expect(flags.to.slice(0, 10)).toBe("2002-12-31");
    expect((await seatrial(["backtest", "--run", "sample", "--out", "by-flag"], folder)).code).toBe(0);
    expect(filesIn(join(folder, "by-flag"))).toEqual(EVIDENCE);
    expect(existsSync(join(folder, "left"))).toBe(false);
  });
});

describe.concurrent("the example strategies", () => {
  it.each([
    ["sma-cross", "sample"],
    ["bracket-breakout", "sample"],
    ["pairs-trade", "synthetic:seed=7,bars=20000,bar=1min,symbols=2"],
  ])("%s trades on %s, and no order of it is denied", async (name, data) => {
    const folder = folderWith({});
    mkdirSync(join(folder, "elsewhere"));
    const file = join(projectRoot, "strategies", `${name}.ts`);
    const said = (await result([file, "--data", data], join(folder, "elsewhere"))) as ResultJson & {
      readonly trades: { readonly total: number };
      readonly denials: readonly unknown[];
    };
    expect(said.trades.total).toBeGreaterThan(50);
    expect(said.denials).toEqual([]);
    expect(readFileSync(file, "utf8").split("\n").length).toBeLessThan(60);
  });
});
