import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { BACKTEST_ERRORS } from "../../backtest/errors.js";
import { GATEWAY_ERRORS } from "../../brokers/gateway/errors.js";
import { SIM_ERRORS } from "../../brokers/sim/errors.js";
import { TWS_ERRORS } from "../../brokers/tws/errors.js";
import { CLI_ERRORS } from "../../cli/errors.js";
import { USAGE_CODES } from "../../cli/exit-code.js";
import { CONFIG_ERRORS } from "../../config/errors.js";
import { CALENDAR_ERRORS } from "../../core/calendar/errors.js";
import { MARKET_ERRORS } from "../../core/market/errors.js";
import { STRATEGY_ERRORS } from "../../core/strategy-errors.js";
import { DATA_ERRORS } from "../../data/errors.js";
import { FILE_ERRORS } from "../../data/files/errors.js";
import { HISTORY_ERRORS } from "../../data/history/errors.js";
import { STORE_ERRORS } from "../../data/store/errors.js";
import { SYNTHETIC_ERRORS } from "../../data/synthetic/errors.js";
import { CONTROL_ERRORS } from "../../live/control/errors.js";
import { DRILL_ERRORS } from "../../live/drill/errors.js";
import { LADDER_ERRORS } from "../../live/ladder/errors.js";
import { RECORDING_ERRORS } from "../../live/recording/errors.js";
import { projectRoot } from "../shared-data.js";
import { folderWith, SMA_CROSS, seatrial, strategyWith } from "./seatrial.js";

const folder = folderWith({
  "cross.ts": SMA_CROSS,
  "one.ts": strategyWith("").replace("extends Strategy", "extends Strategy.with({ q: 1 })"),
});
const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { version: string };

/** The files of the project that a command loads, as paths below it. */
async function filesLoadedBy(args: readonly string[]): Promise<string[]> {
  const coverage = mkdtempSync(join(tmpdir(), "seatrial-coverage-"));
  await seatrial(args, folder, { NODE_V8_COVERAGE: coverage });
  const files = readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverage, name), "utf8")) as { result: { url: string }[] };
    return result.map(({ url }) => url);
  });
  rmSync(coverage, { recursive: true });
  const root = pathToFileURL(`${projectRoot}/`).href;
  return files.filter((url) => url.startsWith(root)).map((url) => url.slice(root.length));
}

describe.concurrent("seatrial", () => {
  it("tells its commands with --help, -h and help", async () => {
    const [help, ...same] = await Promise.all([["--help"], ["-h"], ["help"]].map((args) => seatrial(args, folder)));
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const command of ["backtest [strategy]", "calendar [exchange]", "new <name>"])
      expect(help.stdout).toContain(`seatrial ${command}`);
    expect(help.stdout).toContain("Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a check did not hold.");
    expect(same).toEqual([help, help]);
    const asked = ["--help", "-h"].map((flag) => ["new", flag]);
    const [own, ...others] = await Promise.all(
      [...asked, ["new", "help"], ["help", "new"]].map((args) => seatrial(args, folder)),
    );
    expect(own.stdout).toContain("seatrial new <name>");
    expect(others).toEqual([own, own, own]);
  });

  it("tells its version", async () => {
    expect(await seatrial(["--version"], folder)).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("loads for --help a few files of its own, and neither the framework nor any package", async () => {
    const loaded = await filesLoadedBy(["--help"]);
    expect(loaded).toContain("dist/bundle/main.js");
    expect(loaded).toContain("dist/bundle/help.js");
    expect(loaded.join()).not.toMatch(/node_modules|\/(backtest|index|schema|technical)\d*\.js/);
    expect(loaded.length).toBeLessThan(10);
  });

  it("loads for a backtest only what it uses: no help, no schema without a configuration, no compiler the second time", async () => {
    await filesLoadedBy(["backtest", "cross.ts", "--data", "sample", "--no-report"]);
    const loaded = await filesLoadedBy(["backtest", "cross.ts", "--data", "sample", "--no-report"]);
    expect(loaded).toContain("dist/bundle/index.js");
    expect(loaded.join()).not.toMatch(/babel|\/(help|schema|technical|cli-progress)\d*\.js/);
    expect(loaded.filter((file) => file.includes("node_modules")).join()).not.toMatch(/node_modules\/(?!jiti\/)/);
    // The store, the calendar and other commands share small pieces with it.
    expect(loaded.length).toBeLessThan(40);
  });

  it("without a command shows the commands, and is wrong usage", async () => {
    const { code, stdout, stderr } = await seatrial([], folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("seatrial backtest [strategy]");
  });

  it("shows what a command takes, and the parameters of the strategy that is named", async () => {
    const { code, stdout } = await seatrial(["backtest", "cross.ts", "--help"], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/--cash +Money to begin with \[100000\]/);
    expect(stdout).toContain("Parameters of SmaCross:");
    expect(stdout).toMatch(/--fast +A whole number from 2 to 200 \[10\]/);
  });

  it.each(["parity", "drill", "reconcile"])(
    "breaks the lines of what %s tells where they are full",
    async (command) => {
      const { stdout } = await seatrial([command, "--help"], folder);
      const [, ...paragraphs] = stdout.slice(0, stdout.search(/^Options:/m)).split("\n\n");
      const prose = paragraphs
        .filter((paragraph) => paragraph.includes(". "))
        .map((paragraph) => paragraph.split("\n"));
      expect(prose.length).toBeGreaterThan(0);
      for (const lines of prose)
        for (const [i, next] of lines.slice(1).entries())
          expect(lines[i].length + 1 + next.split(" ")[0].length, lines[i]).toBeGreaterThan(109);
    },
  );

  it.each<[string, string[], string]>([
    [
      "an unknown command",
      ["backtst"],
      'There is no command "backtst". Did you mean backtest? Commands are acceptance, adopt, backtest, ',
    ],
    ["an unknown flag without a command", ["--debgu"], "There is no flag --debgu. Did you mean --debug?"],
    ["an unknown flag", ["backtest", "cross.ts", "--dta", "sample"], "There is no flag --dta. Did you mean --data?"],
    [
      "a flag near a parameter",
      ["backtest", "cross.ts", "--data", "sample", "--fst", "5"],
      "There is no flag --fst. Did you mean --fast?",
    ],
    [
      "a flag that is near nothing",
      ["backtest", "cross.ts", "--zzz"],
      "There is no flag --zzz. `seatrial backtest --help` lists all.",
    ],
    [
      "an unknown flag in front of the strategy",
      ["backtest", "--strct", "cross.ts"],
      "There is no flag --strct. Did you mean --strict?",
    ],
    ["an unknown flag of new", ["new", "x", "--dri", "a"], "There is no flag --dri. Did you mean --dir?"],
    [
      "a flag that is given twice",
      ["backtest", "cross.ts", "--cash", "1", "--cash", "2"],
      "--cash is given twice. Leave one of the two out.",
    ],
    [
      "a parameter that is given twice",
      ["backtest", "cross.ts", "--data", "sample", "--param", "fast=5", "--fast", "6"],
      "--fast is given twice. Leave one of the two out.",
    ],
    [
      "a parameter of one letter that is given twice",
      ["backtest", "one.ts", "--data", "sample", "--q", "5", "--q", "6"],
      "--q is given twice. Leave one of the two out.",
    ],
    [
      "a parameter of one letter without its value",
      ["backtest", "one.ts", "--data", "sample", "--q"],
      "--q is without a value; it must be followed by one.",
    ],
    [
      "a flag near a parameter of one letter",
      ["backtest", "one.ts", "--data", "sample", "--qq", "5"],
      "There is no flag --qq. Did you mean --q?",
    ],
    [
      "a flag without its value",
      ["backtest", "cross.ts", "--data", "sample", "--from"],
      "--from is without a value; it must be followed by one.",
    ],
    [
      "a parameter without its value",
      ["backtest", "cross.ts", "--data", "sample", "--fast"],
      "--fast is without a value; it must be followed by one.",
    ],
    [
      "a parameter without its name",
      ["backtest", "cross.ts", "--param", "10"],
      '--param is "10"; it must be as in --param fast=10.',
    ],
    ["an argument too many", ["backtest", "cross.ts", "other.ts"], '"other.ts" is one argument too many.'],
    [
      "no strategy",
      ["backtest", "--data", "sample"],
      "No strategy is named. Name its file, as in `seatrial backtest strategies/sma-cross.ts --data sample`, or one in",
    ],
    ["no strategy of paper", ["paper"], "No strategy is named. Name its file, as in `seatrial paper strategies/"],
    ["no data", ["backtest", "cross.ts"], "No data is named. Begin with the bundled prices, --data sample,"],
    ["no name", ["new"], "`seatrial new` needs a name."],
    [
      "a number that is none",
      ["backtest", "cross.ts", "--data", "sample", "--cash", "much"],
      '--cash is "much"; it must be a number above 0',
    ],
    [
      "no cash",
      ["backtest", "cross.ts", "--data", "sample", "--cash", "0"],
      '--cash is "0"; it must be a number above 0',
    ],
    [
      "a seed that is not whole",
      ["backtest", "cross.ts", "--data", "sample", "--seed", "1.5"],
      '--seed is "1.5"; it must be a whole number of 0 or more.',
    ],
    [
      "a share above 1",
      ["backtest", "cross.ts", "--data", "sample", "--volume-limit", "2"],
      '--volume-limit is "2"; it must be a share',
    ],
    [
      "a word that is not one of a few",
      ["backtest", "cross.ts", "--data", "sample", "--fill", "next-opn"],
      "it must be one of next-open, same-close. Did you mean next-open?",
    ],
    [
      "a currency in small letters",
      ["backtest", "cross.ts", "--data", "sample", "--base-currency", "usd"],
      '--base-currency is "usd"; it must be three capital letters, such as USD. Did you mean USD?',
    ],
    [
      "a currency that is none",
      ["backtest", "cross.ts", "--data", "sample", "--base-currency", "DOLLAR"],
      '--base-currency is "DOLLAR"; it must be three capital letters, such as USD.',
    ],
    [
      "session hours that cannot be read",
      ["backtest", "cross.ts", "--data", "sample", "--session-hours", "9-16"],
      "it must be two local times, such as 09:30-16:00.",
    ],
    [
      "a switch with a value that is neither true nor false",
      ["backtest", "cross.ts", "--data", "sample", "--strict=yes"],
      '--strict is "yes"; it must be true, false or without a value.',
    ],
    [
      "a run without a configuration",
      ["backtest", "cross.ts", "--run", "quick"],
      'There is no configuration that could have the run "quick".',
    ],
  ])("answers %s in a sentence, as wrong usage", async (_what, args, sentence) => {
    const { code, stdout, stderr } = await seatrial(args, folder);
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it("shows the stack of an error with --debug only", async () => {
    const args = ["backtest", "cross.ts", "--data", "sample", "--fast", "1"];
    expect((await seatrial(args, folder)).stderr).not.toContain("    at ");
    expect((await seatrial([...args, "--debug"], folder)).stderr).toMatch(
      /StrategyError: The parameter fast[\s\S]+ {4}at /,
    );
  });
});

describe("an exit code of 2", () => {
  it("stands for errors that there are", () => {
    const tables = [
      BACKTEST_ERRORS,
      CALENDAR_ERRORS,
      CLI_ERRORS,
      CONFIG_ERRORS,
      CONTROL_ERRORS,
      DATA_ERRORS,
      DRILL_ERRORS,
      FILE_ERRORS,
      MARKET_ERRORS,
      GATEWAY_ERRORS,
      HISTORY_ERRORS,
      LADDER_ERRORS,
      RECORDING_ERRORS,
      SIM_ERRORS,
      STORE_ERRORS,
      STRATEGY_ERRORS,
      SYNTHETIC_ERRORS,
      TWS_ERRORS,
    ];
    const codes = new Set(tables.flatMap((table) => Object.keys(table)));
    expect([...USAGE_CODES].filter((code) => !codes.has(code))).toEqual([]);
  });
});
