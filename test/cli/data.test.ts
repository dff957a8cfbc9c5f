import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { barRows } from "../../data/files/export-csv.js";
import { readAdjusted } from "../../data/store/adjusted-series.js";
import { openStore } from "../../data/store/bar-store.js";
import { FULL_BLOCK } from "../../data/store/block-codec.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";
import { hasSqlite, minutes, SPY_MINUTES, seriesOf } from "../store/store-folder.js";
import { type Ended, filesIn, folderWith, pricesCsv, SMA_CROSS, seatrial } from "./seatrial.js";

const data = (args: readonly string[], folder: string): Promise<Ended> => seatrial(["data", ...args], folder);
const only = (files: readonly string[]): string[] => files.filter((name) => !/\.db-(wal|shm)$/.test(name));

/** Minutes of a session in New York, one of them missing. */
const MINUTES = [
  "time,open,high,low,close,volume",
  ...Array.from({ length: 60 }, (_, i) => {
    const time = `2024-01-08 09:${String(30 + (i % 30)).padStart(2, "0")}`.replace("09:", i < 30 ? "09:" : "10:");
    const clock = i < 30 ? time : `2024-01-08 10:${String(i - 30).padStart(2, "0")}`;
    return `${clock},${100 + i / 100},${101 + i / 100},${99 + i / 100},${100.5 + i / 100},${1000 + i}`;
  }).filter((_, i) => i !== 17),
].join("\n");

describe.runIf(hasSqlite).concurrent("seatrial data", () => {
  it("imports, lists and shows what it has, and imports it again without a change", async () => {
    const folder = folderWith({ "abc-1day.csv": pricesCsv(30), "spy.csv": MINUTES });
    const first = await data(["import", "abc-1day.csv", "spy.csv"], folder);
    expect(first).toEqual({
      code: 0,
      stderr: "",
      stdout: `abc-1day.csv
  ABC 1day trades, regular hours, raw
  30 bars added, 2024-01-01 to 2024-02-09
  read: times of America/New_York, columns between commas
spy.csv
  SPY 1min trades, regular hours, raw
  59 bars added, 2024-01-08 to 2024-01-08
  read: times of America/New_York, columns between commas
Stored in seatrial.db.
`,
    });
    expect(only(filesIn(folder))).toEqual(["abc-1day.csv", "seatrial.db", "spy.csv"]);
    const again = await data(["import", "abc-1day.csv"], folder);
    expect(again.stdout).toContain("0 bars added, 30 there already");
    expect(again.stdout).toContain("seatrial.db had all of it already.");
    const listed = await data(["list", "SPY"], folder);
    expect(listed.stdout).toMatch(
      /^symbol +bar +what +hours +prices +from +to +bars\nSPY +1min +trades +regular +raw +2024-01-08 +2024-01-08 +59\n/,
    );
    expect(listed.stdout).toContain("1 series of 1 instrument, 59 bars; seatrial.db,");
    const json = JSON.parse((await data(["list", "--json"], folder)).stdout) as { series: object[] };
    expect(json.series).toMatchObject([
      { symbol: "ABC", bar: "1day", bars: 30, blocks: 1 },
      { symbol: "SPY", unfinished: false },
    ]);
    const shown = await data(["show", "SPY", "--bar", "1min", "--rows", "2"], folder);
    expect(shown.stdout).toBe(`time                    open    high    low   close  volume
2024-01-08T14:30:00Z     100     101     99   100.5    1000
2024-01-08T15:29:00Z  100.59  101.59  99.59  101.09    1059
57 bars in between left out; --rows shows more
`);
    const told = await data(["show", "SPY"], folder);
    expect(told.stdout).toContain("SPY  stock on SMART in USD, tick 0.01, America/New_York");
    expect(told.stdout).toContain("  asked for: 2024-01-08T14:30:00Z to 2024-01-08T15:30:00Z\n  from file spy.csv;");
  });

  it("dates the bars by the days of their exchange, as --from and --to do, an evening in New York included", async () => {
    const evening = "time,open,high,low,close,volume\n2024-01-12 08:00,1,1,1,1,1\n2024-01-12 19:59,1,1,1,1,1\n";
    const tokyo = "time,open,high,low,close,volume\n2024-01-12 09:00,1,1,1,1,1\n2024-01-12 09:01,1,1,1,1,1\n";
    const folder = folderWith({ "spy-1min.csv": evening, "sony.csv": tokyo });
    const imported = await data(["import", "spy-1min.csv", "--bar", "1min"], folder);
    expect(imported.stdout).toContain("2 bars added, 2024-01-12 to 2024-01-12\n");
    await data(
      ["import", "sony.csv", "--bar", "1min", "--exchange", "TSEJ", "--instrument-zone", "Asia/Tokyo"],
      folder,
    );
    const { stdout } = await data(["list"], folder);
    expect(stdout.match(/2024-01-\d\d +2024-01-\d\d/g)).toEqual(["2024-01-12  2024-01-12", "2024-01-12  2024-01-12"]);
    const shown = await data(["show", "SPY"], folder);
    expect(shown.stdout).toContain("  2 bars, 2024-01-12 to 2024-01-12\n");
  });

  it("lists every bad row and imports nothing of any file, unless it may skip them", async () => {
    const bad = pricesCsv(5, { 1: "2024-01-02,1,x,1,1,1", 3: "2024-01-04,100,90,110,100,5" });
    const folder = folderWith({ "abc.csv": bad, "good.csv": pricesCsv(9) });
    const refused = await data(["import", "good.csv", "abc.csv"], folder);
    expect(refused).toEqual({
      code: 1,
      stdout: "",
      stderr: `abc.csv: 2 of 5 rows cannot be right
  line 3 has the high "x"
  line 5 has high=90 below low=110
Nothing was imported, for 2 rows of the file cannot be right. Correct them, or give --skip-bad to import the others.
`,
    });
    expect(filesIn(folder)).toEqual(["abc.csv", "good.csv"]);
    const skipped = await data(["import", "good.csv", "abc.csv", "--skip-bad"], folder);
    expect(skipped.code).toBe(0);
    expect(skipped.stdout).toContain("3 bars added");
    expect(skipped.stdout).toContain("2 bad rows left out");
  });

  it("keeps stored bars that differ, unless the file is to win", async () => {
    const folder = folderWith({ "abc.csv": pricesCsv(5), "other.csv": pricesCsv(5, { 2: "2024-01-03,5,6,4,5,7" }) });
    await data(["import", "abc.csv"], folder);
    const refused = await data(["import", "ABC=other.csv"], folder);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^ABC 1day trades, regular hours, raw: 1 bars are stored already with other values, the first at 2024-01-03T14:30:00.000Z: open is .* there and 5 here\. Give --replace/,
    );
    const replaced = await data(["import", "ABC=other.csv", "--replace", "--json"], folder);
    expect(JSON.parse(replaced.stdout)).toMatchObject({
      files: [{ added: 0, same: 4, replaced: 1, bad: { count: 0 } }],
    });
  });

  it("says with --dry-run what it would do, and makes no store", async () => {
    const folder = folderWith({ "abc.csv": pricesCsv(5) });
    const { stdout } = await data(["import", "abc.csv", "--dry-run"], folder);
    expect(stdout).toContain("  5 bars, 2024-01-01 to 2024-01-05");
    expect(stdout).toContain("Nothing was stored: it was a dry run.");
    expect(filesIn(folder)).toEqual(["abc.csv"]);
  });

  it("exports what imports again as the same bars, and overwrites nothing", async () => {
    const folder = folderWith({ "spy.csv": MINUTES });
    await data(["import", "spy.csv"], folder);
    const { stdout } = await data(["export", "SPY"], folder);
    expect(stdout).toBe("59 bars written to SPY-1min-trades-regular-raw.csv.\n");
    await data(["import", "SPY-1min-trades-regular-raw.csv", "--store", "second.db"], folder);
    const print = (store: string): Promise<Ended> => data(["export", "SPY", "--stdout", "--store", store], folder);
    const [one, two] = await Promise.all([print("seatrial.db"), print("second.db")]);
    expect(one.stdout).toBe(readFileSync(join(folder, "SPY-1min-trades-regular-raw.csv"), "utf8"));
    expect(two).toEqual(one);
    const again = await data(["export", "SPY"], folder);
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is there already, and nothing is overwritten"),
    });
    expect((await data(["export", "SPY", "--out", "none/s.csv"], folder)).stderr).toBe(
      "none/s.csv cannot be written: no such file or directory. Name another place, or make room and rights in this one.\n",
    );
    await data(["export", "SPY", "--out", "s.csv.gz", "--from", "2024-01-08T15:00:00Z"], folder);
    expect(
      gunzipSync(readFileSync(join(folder, "s.csv.gz")))
        .toString()
        .split("\n"),
    ).toHaveLength(32);
    expect(filesIn(folder).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("exports block after block what is stored at once, adjusted too", async () => {
    const folder = folderWith({});
    const store = await openStore(join(folder, "seatrial.db"));
    store.putInstrument({ symbol: "SPY" });
    const bars = seriesOf(minutes(2 * FULL_BLOCK + 300));
    store.write(SPY_MINUTES, bars, { from: bars.start[0], to: bars.end[bars.length - 1], source: "test" });
    const splits = [{ exDate: "2024-06-03", numerator: 2, denominator: 1 }];
    store.actions.replace("SPY", { splits, dividends: [] }, "test");
    const series = store.series(SPY_MINUTES);
    for (const view of ["raw", "splits"] as const) {
      const expected = [...barRows([readAdjusted(store, series, view)], false)].map((rows) => Buffer.from(rows.take()));
      const { stdout } = await data(["export", "SPY", "--adjust", view, "--stdout"], folder);
      expect(stdout === Buffer.concat(expected).toString(), view).toBe(true);
    }
    store.close();
  });

  it("verifies the store and files, and lists gaps, with 3 where something is found", async () => {
    const folder = folderWith({ "spy.csv": MINUTES, "abc.csv": pricesCsv(5, { 3: "2024-01-03,100,90,110,100,5" }) });
    await data(["import", "spy.csv"], folder);
    const verified = await data(["verify"], folder);
    expect(verified).toEqual({
      code: 3,
      stderr: "",
      stdout: `SPY 1min trades, regular hours, raw
  gap (1): bars missing inside of sessions
    no bars for 1 min from 2024-01-08 14:47Z
59 bars looked at: 1 finding.
`,
    });
    expect(await data(["verify", "SPY", "--tolerance", "2"], folder)).toMatchObject({
      code: 0,
      stdout: "59 bars looked at: nothing is wrong.\n",
    });
    expect((await data(["verify", "SPY", "--skip", "gap,spike"], folder)).code).toBe(0);
    const gaps = await data(["gaps", "--json"], folder);
    expect(gaps.code).toBe(3);
    expect(JSON.parse(gaps.stdout)).toEqual([
      {
        series: "SPY 1min trades, regular hours, raw",
        calendar: true,
        gaps: [{ from: "2024-01-08T14:47:00Z", to: "2024-01-08T14:48:00Z", reason: "no bars" }],
      },
    ]);
    const file = await data(["verify", "abc.csv", "--json"], folder);
    expect(file.code).toBe(3);
    expect(JSON.parse(file.stdout)[0].kinds.map(({ kind }: { kind: string }) => kind)).toEqual([
      "range",
      "outside",
      "gap",
    ]);
  });

  it("answers SQL as a table or as JSON, and changes nothing", async () => {
    const folder = folderWith({ "spy.csv": MINUTES });
    await data(["import", "spy.csv"], folder);
    const asked = await data(["sql", "select time, close from bars('SPY') limit 2"], folder);
    expect(asked).toEqual({
      code: 0,
      stderr: "",
      stdout: "time                   close\n2024-01-08T14:30:00Z   100.5\n2024-01-08T14:31:00Z  100.51\n",
    });
    const json = await data(["sql", "select count(*) as bars from bars", "--json"], folder);
    expect(JSON.parse(json.stdout)).toEqual([{ bars: 59 }]);
    expect((await data(["sql", "select 1 as one where 0", "--json"], folder)).stdout).toBe("[]\n");
    expect(await data(["sql", "delete from block"], folder)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("Only reading is allowed here"),
    });
  });

  it("removes only what is named, and only with --yes", async () => {
    const folder = folderWith({ "abc.csv": pricesCsv(10), "spy.csv": MINUTES });
    await data(["import", "abc.csv", "spy.csv"], folder);
    const unsure = await data(["remove", "ABC"], folder);
    expect(unsure).toMatchObject({
      code: 2,
      stderr: "This would remove ABC, 1 series with 10 bars. Give --yes to do it; it cannot be undone.\n",
    });
    const part = await data(["remove", "ABC", "--from", "2024-01-08", "--to", "2024-01-09", "--yes"], folder);
    expect(part.stdout).toBe("Removed 2 bars of ABC 1day trades, regular hours, raw.\n");
    expect((await data(["list"], folder)).stdout).toContain("67 bars");
    await data(["remove", "ABC", "--yes"], folder);
    expect((await data(["list"], folder)).stdout).toContain("1 series of 1 instrument, 59 bars");
  });

  it("finds the store that the configuration names, and what it says of instruments", async () => {
    const folder = folderWith({
      "abc.csv": pricesCsv(40),
      "cross.ts": SMA_CROSS,
      "seatrial.config.json": JSON.stringify({
        data: "store",
        store: { file: "kept/bars.db" },
        instruments: { ABC: { tickSize: 0.005, exchange: "ARCA" } },
      }),
      "kept/.keep": "",
    });
    await data(["import", "abc.csv"], folder);
    expect(existsSync(join(folder, "kept", "bars.db"))).toBe(true);
    expect(JSON.parse((await data(["show", "ABC", "--json"], folder)).stdout)).toMatchObject({
      instrument: { symbol: "ABC", tickSize: 0.005, exchange: "ARCA" },
    });
    const run = await seatrial(["backtest", "cross.ts", "--no-report", "--fast", "3", "--slow", "5"], folder);
    expect(run.stderr).toBe("");
    expect(run.stdout).toContain("SmaCross on ABC");
  });

  it("runs a backtest on the symbols, bar sizes and view that are named", async () => {
    const folder = folderWith({ "abc.csv": pricesCsv(40), "xyz.csv": pricesCsv(40), "cross.ts": SMA_CROSS });
    await data(["import", "abc.csv", "xyz.csv", "--store", "b.db"], folder);
    const args = [
      "backtest",
      "cross.ts",
      "--no-report",
      "--fast",
      "3",
      "--slow",
      "5",
      "--data",
      "store",
      "--store",
      "b.db",
    ];
    const run = await seatrial(
      [...args, "--symbols", "XYZ,ABC", "--bar", "1day", "--adjust", "raw", "--from", "2024-01-20", "--json"],
      folder,
    );
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toMatchObject({
      instruments: ["XYZ", "ABC"].map((symbol) => expect.objectContaining({ symbol })),
    });
    const unnamed = await seatrial(args, folder);
    expect(unnamed).toMatchObject({ code: 2, stderr: expect.stringContaining("has 2 instruments, and none is named") });
  });

  it.each<[string, string[], number, string]>([
    ["no store", ["list"], 2, "There is no bar store seatrial.db."],
    ["no command", [], 2, "seatrial data import <file..>"],
    ["a command that is misspelt", ["improt"], 2, 'There is no command "data improt". Did you mean data import?'],
    ["a flag that is misspelt", ["list", "--jsn"], 2, "There is no flag --jsn. Did you mean --json?"],
    ["no file", ["import"], 2, "`seatrial data import` needs a file."],
    ["a file that is not there", ["import", "nope.csv"], 2, 'There is no file "nope.csv".'],
    [
      "a symbol for many files",
      ["import", "a.csv", "b.csv", "--symbol", "X"],
      2,
      "--symbol names one instrument, and there are 2 files.",
    ],
    ["a kind that is none", ["verify", "--skip", "gaps"], 2, '--skip is "gaps"; it must be one of damage, row,'],
    [
      "a day that is none",
      ["show", "SPY", "--bar", "1min", "--from", "2024-02-30", "--store", "s.db"],
      2,
      '--from is "2024-02-30"; it must be a date',
    ],
    ["a file that is no store", ["list", "--store", "spy.csv"], 1, "It is a file of another kind"],
    [
      "a symbol that is not there",
      ["show", "SPX", "--store", "s.db"],
      2,
      "The store s.db has no SPX. Did you mean SPY?",
    ],
  ])("answers %s in a sentence", async (_, args, code, words) => {
    const folder = folderWith({ "spy.csv": MINUTES });
    if (args.includes("s.db")) await data(["import", "spy.csv", "--store", "s.db"], folder);
    const ended = await data(args, folder);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
    expect(ended.stderr).toContain(words);
    expect(existsSync(join(folder, "seatrial.db"))).toBe(false);
  });
});

describe.skipIf(!hasShared || !hasSqlite)(`seatrial data with real files (${NO_SHARED})`, () => {
  let folder = "";
  beforeAll(() => {
    folder = folderWith({});
  });

  it("imports all of them as what they are, without a flag", async () => {
    const names = [
      "6eh4-1min-2024-01.csv.gz 6EH4 1min trades all 29996",
      "aapl-1day-raw.csv.gz AAPL 1day trades regular 5849",
      "eurusd-1hour.csv EURUSD 1hour midpoint all 5000",
      "goog-1day.csv GOOG 1day trades regular 2148",
      "goog-1min-2015-12-24-trades.csv.gz GOOG 1min trades all 1091",
      "ibm-1day-raw.csv.gz IBM 1day trades regular 5849",
      "ibm-1min-2013-10-quotes.csv.gz IBM 1min quotes all 2853",
      "ibm-1min-2013-10-trades.csv.gz IBM 1min trades all 2155",
      "spy-1day-raw.csv.gz SPY 1day trades regular 5849",
      "spy-1hour-raw.csv.gz SPY 1hour trades regular 40832",
      "spy-1min-2013-10-quotes.csv.gz SPY 1min quotes all 4557",
      "spy-1min-2013-10-trades.csv.gz SPY 1min trades all 4128",
      "spy-1sec-2013-10-07-trades.csv.gz SPY 1sec trades all 16675",
      "usdjpy-1min-2013-ask.csv.gz USDJPY 1min ask all 28761",
      "usdjpy-1min-2013-bid.csv.gz USDJPY 1min bid all 28761",
    ];
    const paths = names.map((line) => sharedPath(`data/${line.split(" ")[0]}`));
    const factors = ["aapl", "ibm", "spy"].map((name) => sharedPath(`data/${name}-factors.csv`));
    const { code, stdout } = await data(["import", ...paths, ...factors, "--json"], folder);
    expect(code).toBe(0);
    const { files } = JSON.parse(stdout) as {
      files: { file: string; series: Record<string, string>; added: number }[];
    };
    const told = files
      .slice(0, names.length)
      .map(({ file, series, added }) =>
        [file.split("/").at(-1), series.symbol, series.bar, series.what, series.hours, added].join(" "),
      );
    expect(told).toEqual(names);
  });

  it("finds New York's sessions in the daily files, and what is odd about Apple's prices", async () => {
    const { code, stdout } = await data(["verify", "AAPL", "SPY", "IBM", "--bar", "1day", "--json"], folder);
    expect(code).toBe(3);
    const kinds = (JSON.parse(stdout) as { what: string; kinds: { kind: string; count: number }[] }[]).flatMap(
      ({ what, kinds: found }) => found.map(({ kind, count }) => `${what.split(" ")[0]} ${kind} ${count}`),
    );
    expect(kinds).toEqual(["AAPL spike 9", "IBM spike 6", "SPY spike 1"]);
  });

  it("ends daily bars of short days early", async () => {
    const { stdout } = await data(
      ["sql", "select time, \"end\" from bars('SPY', '1day', '2020-11-26', '2020-11-28')", "--json"],
      folder,
    );
    expect(JSON.parse(stdout)).toEqual([{ time: "2020-11-27T14:30:00Z", end: Date.UTC(2020, 10, 27, 18) }]);
  });

  it("builds bars of volume from the minutes that a backtest names, and holds only bars of time itself", async () => {
    writeFileSync(join(folder, "cross.ts"), SMA_CROSS);
    const args = ["backtest", "cross.ts", "--data", "store", "--symbols", "SPY", "--json", "--no-report"];
    const run = await seatrial([...args, "--bar", "1min,500000volume", "--adjust", "raw"], folder);
    expect(run.stderr).toBe("");
    const { series } = JSON.parse(run.stdout) as { series: { name: string; bars: number }[] };
    expect(series.map(({ name }) => name)).toEqual(["SPY 1min", "SPY 500000volume"]);
    expect(series[1].bars).toBeGreaterThan(500);
    const unnamed = await seatrial([...args, "--bar", "500000volume"], folder);
    expect([unnamed.code, unnamed.stdout]).toEqual([2, ""]);
    expect(unnamed.stderr).toContain("Say which, as in --bar 1day; several between commas.");
    const asked = await data(["list", "--bar", "500000volume"], folder);
    expect(asked).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("are not bars of time") });
  });

  it("refuses a store cut in half, in a sentence", async () => {
    const cut = join(folder, "cut.db");
    const bytes = readFileSync(join(folder, "seatrial.db"));
    writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length / 2)));
    const ended = await data(["verify", "--store", "cut.db"], folder);
    expect([1, 3]).toContain(ended.code);
    expect(ended.stdout + ended.stderr).toMatch(/damaged|malformed/);
    expect(ended.stderr).not.toMatch(/bug in Seatrial/);
  });
});
