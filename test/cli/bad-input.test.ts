import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesIn, folderWith, pricesCsv, SMA_CROSS, seatrial, start, strategyWith } from "./seatrial.js";

/** What the command says of these files, which must be one sentence with this exit code and nothing left behind. */
async function refusal(files: Readonly<Record<string, string>>, args: readonly string[], code: 1 | 2): Promise<string> {
  const folder = folderWith(files);
  const before = filesIn(folder);
  const ended = await seatrial(["backtest", ...args], folder);
  expect({ code: ended.code, stdout: ended.stdout }, ended.stderr).toEqual({ code, stdout: "" });
  expect(ended.stderr).not.toMatch(/\n {4}at |\bbug\b/);
  expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(filesIn(folder)).toEqual(before);
  return ended.stderr.trimEnd();
}

const SAMPLE = ["--data", "sample"];

describe.concurrent("a strategy's file", () => {
  it("that is not there is named with the nearest one", async () => {
    const said = await refusal({ "cross.ts": SMA_CROSS }, ["crss.ts", ...SAMPLE], 2);
    expect(said).toBe("There is no strategy crss.ts. Did you mean cross.ts?");
    expect(await refusal({ "cross.ts": SMA_CROSS }, ["cross", ...SAMPLE], 2)).toContain("Did you mean cross.ts?");
    expect(await refusal({ "mine/cross.ts": SMA_CROSS }, ["mine", ...SAMPLE], 2)).toBe(
      "There is no strategy mine. It is a folder; name a file in it.",
    );
  });

  it("without a class says how to write one", async () => {
    const said = await refusal({ "a.ts": "export default { onBar() {} };\n" }, ["a.ts", ...SAMPLE], 2);
    expect(said).toContain("The default export of a.ts is an object, not a class. Write `export default class");
  });

  it("whose class does not extend Strategy says what to extend", async () => {
    const said = await refusal({ "a.ts": "export default class Cross {}\n" }, ["a.ts", ...SAMPLE], 2);
    expect(said).toContain("The class Cross of a.ts does not extend Strategy.");
  });

  it("with a mistake in its grammar is named with line and column", async () => {
    const source = "export default class Cross {\n  onBar( { }\n}\n";
    expect(await refusal({ "a.ts": source }, ["a.ts", ...SAMPLE], 1)).toMatch(/^a\.ts, line 3, column 1: Unexpected/);
  });
});

describe.concurrent("a strategy that fails", () => {
  it("in its constructor is named with file and line", async () => {
    const files = { "a.ts": strategyWith('  constructor() {\n    super();\n    throw new Error("no levels");\n  }') };
    expect(await refusal(files, ["a.ts", ...SAMPLE], 1)).toBe(
      "The constructor of Broken failed: no levels (a.ts:6:11)",
    );
  });

  it("in a field of its class is named with file and line", async () => {
    const files = { "a.ts": strategyWith("  private readonly fast = this.indicator(sma(0));", "Strategy, sma") };
    expect(await refusal(files, ["a.ts", ...SAMPLE], 1)).toMatch(
      /^The constructor of Broken failed: sma: period is 0, .*\(a\.ts:4:\d+\)$/,
    );
  });

  it("in a handler is named with the time, the bar, and its own file and line", async () => {
    const body = `  private readonly level: Level = { price: 0 };

  override onBar(bar: Bar): void {
    if (new Date(bar.end).toISOString() < "2000-02-15") return;
    const x: unknown = this.level;
    (x as () => void)();
  }`;
    const files = { "a.ts": `${strategyWith(body)}\ninterface Level {\n  readonly price: number;\n}\n` };
    expect(await refusal(files, ["a.ts", ...SAMPLE], 1)).toBe(
      "onBar of Broken failed at 2000-02-15T21:00:00.000Z (SP500 1day bar of 2000-02-15T14:30:00.000Z): " +
        "x is not a function (a.ts:9:5)",
    );
  });

  it("in a file that it imports is named with that file and its line", async () => {
    const body = "  override onBar(bar: Bar): void {\n    level(bar.close);\n  }";
    const said = await refusal(
      {
        "a.ts": `import { level } from "./levels.js";\n${strategyWith(body)}`,
        "levels.ts": 'export function level(price: number): number {\n  throw new Error("none at " + price);\n}\n',
      },
      ["a.ts", ...SAMPLE],
      1,
    );
    expect(said).toContain("none at 1455.219971 (levels.ts:2:9)");
  });

  it("by a promise is told to remove async", async () => {
    const files = { "a.ts": strategyWith("  override async onBar(): Promise<void> {}") };
    expect(await refusal(files, ["a.ts", ...SAMPLE], 1)).toContain(
      "onBar of Broken returned a promise. Handlers are sync",
    );
  });

  it("by ending the process, or by awaiting what never comes, does not pass for a run", async () => {
    const said = "The process was ended before the command was done. A strategy or a configuration has called";
    const leaves = strategyWith("  override onBar(): void {\n    process.exit(0);\n  }");
    expect(await refusal({ "a.ts": leaves }, ["a.ts", ...SAMPLE], 1)).toContain(said);
    const waits = `await new Promise(() => {});\n${SMA_CROSS}`;
    expect(await refusal({ "a.ts": waits }, ["a.ts", ...SAMPLE], 1)).toContain(said);
  });

  it("in a timer of its own is named with file and line", async () => {
    const body = '  override onStart(): void {\n    setTimeout(() => {\n      throw new Error("late");\n    });\n  }';
    const files = { "a.ts": strategyWith(body) };
    const data = ["--data", "synthetic:bars=600000", "--no-report"];
    expect(await refusal(files, ["a.ts", ...data], 1)).toMatch(
      /^An error escaped from .* handler: late \(a\.ts:6:\d+\)$/,
    );
  });

  it("under --strict by keeping a bar is named with file and line", async () => {
    const body = `  private last: Bar | undefined;
  override onBar(bar: Bar): void {
    if (this.last !== undefined && this.last.close > bar.close) this.buy(bar.instrument, 1);
    this.last = bar;
  }`;
    const said = await refusal({ "a.ts": strategyWith(body) }, ["a.ts", ...SAMPLE, "--strict"], 1);
    expect(said).toMatch(/Broken read close of a bar of SP500 after the handler .*\(a\.ts:6:\d+\)$/);
  });
});

describe.concurrent("a parameter", () => {
  it.each([
    [["--param", "fats=5"], 'SmaCross has no parameter "fats". Did you mean "fast"? It has fast, slow, quantity.'],
    [["--fast", "1"], "fast of SmaCross is 1; it must be a whole number from 2 to 200. The nearest right value is 2."],
    [["--param", "fast=10.5,slow=20"], "fast of SmaCross is 10.5; it must be a whole number from 2 to 200."],
    [["--slow", "long"], "The parameter slow of SmaCross is long; it must be a whole number. Correct the value."],
  ])("that cannot be is named with the rule: %j", async (args, sentence) => {
    expect(await refusal({ "a.ts": SMA_CROSS }, ["a.ts", ...SAMPLE, ...args], 2)).toContain(sentence);
  });
});

describe.concurrent("a parameter's default", () => {
  it.each([
    ["fast: int(1, { min: 2 })", "The parameter fast of Broken is 1; it must be a whole number of 2 or more."],
    ["fast: null as never", "The parameter fast of Broken is null; it must be a number."],
    ["fast: NaN", "The parameter fast of Broken is NaN; it must be a number."],
  ])("that cannot be is named with the rule: %s", async (params, sentence) => {
    const source = `import { int, Strategy } from "seatrial";
export default class Broken extends Strategy.with({ ${params} }) { readonly int = int; }
`;
    expect(await refusal({ "a.ts": source }, ["a.ts", ...SAMPLE], 2)).toContain(sentence);
  });
});

describe.concurrent("a setting", () => {
  it.each<[string, string[], string]>([
    ["an empty range", ["--from", "2030-01-01"], "There is no bar from 2030-01-01; the data goes from 2000-01-03 to"],
    ["a range before the data", ["--to", "1990-01-01"], "There is no bar to 1990-01-01; the data goes from 2000-01-03"],
    [
      "a range that runs backwards",
      ["--from", "2012-01-01", "--to", "2010-01-01"],
      "The run goes from 2012-01-01 to 2010-01-01",
    ],
    ["a date that is none", ["--from", "yesterday"], 'The from of the run, "yesterday", is not a time.'],
    ["an unknown benchmark", ["--benchmark", "SPY"], 'The benchmark "SPY" is not among the instruments SP500.'],
    ["unknown fees", ["--fees", "ib-fixd"], 'The fees "ib-fixd" are not known. Did you mean ib-fixed?'],
    ["unknown slippage", ["--slippage", "1tick"], 'The slippage "1tick" is not known.'],
    [
      "a currency without a rate",
      ["--base-currency", "EUR"],
      "SP500 trades in USD, and nothing tells what that is worth in EUR.",
    ],
  ])("%s is wrong usage", async (_what, args, sentence) => {
    expect(await refusal({ "a.ts": SMA_CROSS }, ["a.ts", ...SAMPLE, ...args], 2)).toContain(sentence);
  });

  it("that the configuration does not know is named with the nearest one", async () => {
    const files = { "a.ts": SMA_CROSS, "seatrial.config.json": '{ "cahs": 1000 }' };
    expect(await refusal(files, ["a.ts", ...SAMPLE], 2)).toBe(
      "seatrial.config.json: cahs is not a setting. Did you mean cash?",
    );
  });

  it("of a guard that does not exist is named with the nearest one", async () => {
    const files = { "a.ts": SMA_CROSS, "seatrial.config.json": '{ "guards": { "dailyLoss": { "fractoin": 0.03 } } }' };
    expect(await refusal(files, ["a.ts", ...SAMPLE], 2)).toContain(
      "guards.dailyLoss.fractoin is not a setting. Did you mean",
    );
  });

  it("in a configuration that cannot be parsed is wrong usage too", async () => {
    const files = { "a.ts": SMA_CROSS, "seatrial.config.ts": "export default {\n  cash: ,\n};\n" };
    expect(await refusal(files, ["a.ts", ...SAMPLE], 2)).toMatch(/^seatrial\.config\.ts, line 2, column 9: Unexpected/);
  });

  it("names a configuration or a run that is not there", async () => {
    const files = { "a.ts": SMA_CROSS, "seatrial.config.json": '{ "runs": { "quick": { "cash": 1 } } }' };
    expect(await refusal(files, ["a.ts", "--config", "other.json"], 2)).toContain(
      "There is no configuration other.json.",
    );
    const inside = { "a.ts": SMA_CROSS, "mine/seatrial.config.ts": "export default {};\n" };
    expect(await refusal(inside, ["a.ts", "--config", "mine"], 2)).toBe(
      "There is no configuration mine. There is mine/seatrial.config.ts.",
    );
    expect(await refusal(files, ["a.ts", "--run", "quik"], 2)).toContain('has no run "quik". Did you mean "quick"?');
  });
});

describe.concurrent("a flag for CSV files", () => {
  it("that contradicts the file is wrong usage", async () => {
    const files = { "a.ts": SMA_CROSS, "xyz.csv": pricesCsv(100) };
    expect(await refusal(files, ["a.ts", "--data", "xyz.csv", "--bar", "1min"], 2)).toContain(
      "xyz.csv is said to have bars of 1min, and its times show bars of 1day. Leave the bar size out",
    );
  });

  it("that no file is there for is wrong usage", async () => {
    expect(await refusal({ "a.ts": SMA_CROSS }, ["a.ts", ...SAMPLE, "--bar", "5min"], 2)).toBe(
      "--bar says how CSV files are read, and sample is none. Leave the flag out, or name a file with --data.",
    );
  });

  it("and one for a store where there is none are wrong usage too", async () => {
    const files = { "a.ts": SMA_CROSS, "xyz.csv": pricesCsv(60) };
    expect(await refusal(files, ["a.ts", "--data", "xyz.csv", "--symbols", "SPY"], 2)).toBe(
      "--symbols says what is taken out of a store, and xyz.csv is none. Leave the flag out, or give --data store.",
    );
  });

  it("and symbols beside a store that names its own are wrong usage, not left out in silence", async () => {
    const args = ["a.ts", "--data", "store:SPY", "--symbols", "IBM"];
    expect(await refusal({ "a.ts": SMA_CROSS }, args, 2)).toContain(
      "--symbols and the symbols of store:SPY are two things.",
    );
  });
});

describe.concurrent("data", () => {
  const ROW = "2024-01-04,100,101,99,100,1000";
  it.each<[string, Record<number, string>, string]>([
    ["unsorted bars", { 3: "2024-01-02,100,101,99,100,1" }, "starts before the bar in front of it"],
    ["a bar that is there twice", { 4: ROW }, "is there twice. Remove one of the two."],
    ["a high below the low", { 3: "2024-01-04,100,99,101,100,1" }, "outside low=101 to high=99."],
    ["a price that is not a number", { 3: "2024-01-04,NaN,101,99,100,1" }, "1 of 100 rows cannot be read"],
    ["a price of zero", { 3: "2024-01-04,0,101,0,100,1" }, "has open=0. Prices must be finite numbers above 0"],
    ["a price below zero", { 3: "2024-01-04,100,101,-1,100,1" }, "has low=-1. Prices must be finite numbers above 0"],
    ["a row that ends early", { 3: "2024-01-04,100,101" }, "1 of 100 rows cannot be read"],
  ])("with %s is refused with file and line", async (_what, rows, sentence) => {
    const said = await refusal(
      { "a.ts": SMA_CROSS, "xyz.csv": pricesCsv(100, rows) },
      ["a.ts", "--data", "xyz.csv"],
      1,
    );
    expect(said).toContain(sentence);
    expect(said).toMatch(/^xyz\.csv(, line [56])?: .*/);
  });

  it.each<[string, string, string]>([
    ["a file that is not there", "xy.csv", 'There is no file "xy.csv".'],
    ["a source that does not exist", "sampel", '"sampel" is no source of data and no file. Did you mean sample?'],
    ["a sample that does not exist", "sample:sp50", 'There is no sample called "sp50". Did you mean sp500?'],
    [
      "a setting of a synthetic market that does not exist",
      "synthetic:sed=1",
      'has no setting "sed". Did you mean seed?',
    ],
    [
      "one series from two sources",
      "xyz.csv,XYZ=xyz.csv",
      "xyz.csv is named twice, and XYZ 1day comes from it both times.",
    ],
  ])("named as %s is wrong usage", async (_what, data, sentence) => {
    expect(await refusal({ "a.ts": SMA_CROSS, "xyz.csv": pricesCsv(9) }, ["a.ts", "--data", data], 2)).toContain(
      sentence,
    );
  });

  it("that ends before a strategy is warm says how much it needs", async () => {
    const said = await refusal({ "a.ts": SMA_CROSS, "xyz.csv": pricesCsv(20) }, ["a.ts", "--data", "xyz.csv"], 1);
    expect(said).toContain("SmaCross needs 30 bars to warm up, and the data ended before it could begin.");
  });
});

describe.concurrent("an order", () => {
  it.each([
    ["of no units", "this.buy(bar.instrument, 0);", "An order for SP500 has quantity=0."],
    ["of NaN units", "this.buy(bar.instrument, Number.NaN);", "An order for SP500 has quantity=NaN."],
    ["of a part of a unit", "this.buy(bar.instrument, 1.5);", "quantity=1.5, which is not a multiple of 1."],
    [
      "for an unknown instrument",
      'this.buy("SP50", bar.close);',
      'The instrument "SP50" is not part of this run. Did you mean',
    ],
    ["at a limit of NaN", "this.buy(bar.instrument, 1, { limit: Number.NaN });", "An order for SP500 has limit=NaN."],
    ["to a target of NaN", "this.target(bar.instrument, Number.NaN);", "The target for SP500 is NaN."],
  ])("%s stops the run at its bar and line", async (_what, order, sentence) => {
    const files = { "a.ts": strategyWith(`  override onBar(bar: Bar): void {\n    ${order}\n  }`) };
    const said = await refusal(files, ["a.ts", ...SAMPLE], 1);
    expect(said).toContain("onBar of Broken failed at 2000-01-03T21:00:00.000Z");
    expect(said).toContain(sentence);
    expect(said).toMatch(/ \(a\.ts:5:\d+\)$/);
  });
});

describe.concurrent("an output folder", () => {
  it("that is a file, or lies in one, is refused before the run", async () => {
    const files = { "a.ts": SMA_CROSS, taken: "mine" };
    expect(await refusal(files, ["a.ts", ...SAMPLE, "--out", "taken"], 1)).toContain(
      "The folder taken cannot be written",
    );
    expect(await refusal(files, ["a.ts", ...SAMPLE, "--out", "taken/deep"], 1)).toContain(
      "taken/deep cannot be written",
    );
  });

  it.skipIf(process.platform !== "linux")("in which nothing can be made is refused, and does not hang", async () => {
    expect(await refusal({ "a.ts": SMA_CROSS }, ["a.ts", ...SAMPLE, "--out", "/proc/seatrial/out"], 1)).toContain(
      "The folder /proc/seatrial/out cannot be written",
    );
  });
});

describe.skipIf(process.platform === "win32")("Ctrl-C", () => {
  const HANDLERS = {
    "in the middle of a long run": "this.seen += bar.close;",
    "in a handler that never returns": "for (;;) this.seen += bar.close;",
  };
  it.each(Object.entries(HANDLERS))(
    "%s ends it at once with a sentence, and leaves nothing",
    async (_when, handler) => {
      const body = `  private seen = 0;
  override onStart(): void {
    this.log.info("under way");
  }
  override onBar(bar: Bar): void {
    ${handler}
  }`;
      const folder = folderWith({ "a.ts": strategyWith(body) });
      const run = start(["backtest", "a.ts", "--data", "synthetic:bars=8000000", "--log"], folder);
      await run.said("under way");
      run.interrupt();
      const { code, stdout, stderr } = await run.ended;
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr.trimEnd().split("\n").slice(1)).toHaveLength(1);
      expect(stderr).toMatch(/interrupted.*; nothing was written\.\n$/i);
      expect(filesIn(folder)).toEqual(["a.ts"]);
    },
  );

  it.each(["this.log.info", "console.error"])("in the middle of a %s still says so", async (write) => {
    const body = `  override onStart(): void {\n    for (;;) ${write}("under way");\n  }`;
    // Where the run is broken off is a matter of luck.
    const runs = [1, 2, 3, 4].map(async () => {
      const folder = folderWith({ "a.ts": strategyWith(body, "Strategy") });
      const run = start(["backtest", "a.ts", ...SAMPLE, "--log"], folder);
      await run.said("under way");
      run.interrupt();
      return { ...(await run.ended), files: filesIn(folder) };
    });
    for (const { code, stderr, files } of await Promise.all(runs)) {
      expect(code).toBe(1);
      // Not always last: what the strategy has written and nobody has read yet may come behind it.
      expect(stderr).toMatch(/^interrupted.*; nothing was written\.$/im);
      expect(files).toEqual(["a.ts"]);
    }
  });

  it("leaves the report of an earlier run as it was", async () => {
    const folder = folderWith({ "a.ts": SMA_CROSS });
    const args = ["backtest", "a.ts", ...SAMPLE, "--json"];
    const first = await seatrial(args, folder);
    writeFileSync(join(folder, "a.ts"), strategyWith('  override onBar(): void {\n    throw new Error("no");\n  }'));
    expect((await seatrial(args, folder)).code).toBe(1);
    const left = filesIn(join(folder, "seatrial-out", "a"));
    expect(left).toEqual(["equity.csv", "orders.csv", "report.html", "result.json", "trades.csv"]);
    expect(first.stdout).toContain('"strategy": "SmaCross"');
  });
});
