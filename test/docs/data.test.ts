import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FINDING_KINDS } from "../../data/checks/finding.js";
import { openDatabase } from "../../data/sqlite.js";
import { FULL_BLOCK } from "../../data/store/block-codec.js";
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from "../../data/store/schema.js";
import { HOURS, WHATS } from "../../data/store/series-key.js";
import { migrate } from "../../data/store/store-file.js";
import { folderWith, pricesCsv, seatrial } from "../cli/seatrial.js";
import { projectRoot } from "../shared-data.js";
import { hasSqlite } from "../store/store-folder.js";
import { tableRows } from "./page-tables.js";

const read = (name: string): string => readFileSync(join(projectRoot, "docs", name), "utf8");
const page = read("data.md");
const importing = read("importing.md");
const codes = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]);

/** Prices of minutes from 09:30 in New York, a line each; `line` makes it of the time and a price. */
function minutes(line: (clock: string, price: string, i: number) => string, count = 30, step = 1): string {
  return Array.from({ length: count }, (_, i) => {
    const at = new Date(Date.UTC(2024, 0, 8, 9, 30 + i * step));
    return line(at.toISOString().slice(0, 16).replace("T", " "), (100 + Math.sin(i)).toFixed(2), i);
  }).join("\n");
}

const HEAD = "time,open,high,low,close,volume\n";
const plain = (clock: string, price: string, i: number): string =>
  `${clock},${price},${price},${price},${price},${100 + i}`;
const FACTORS =
  "date,price_factor,split_factor,reference_price\n2020-08-06,0.9982,0.25,455.61\n2020-08-28,1,0.25,499.23\n2050-12-31,1,1,0\n";

const FILES = {
  "prices/spy-1min.csv": HEAD + minutes(plain, 60),
  "prices/spy-factors.csv": FACTORS,
  "prices/.keep": "",
  "spy-1min.csv": HEAD + minutes(plain),
  "6eh4-1min.csv": `timestamp_utc,open,high,low,close\n${minutes((clock, price) => `${clock},${price},${price},${price},${price}`)}`,
  "eurusd-1min-bid.csv": HEAD + minutes(plain),
  "eurusd-1min-ask.csv": HEAD + minutes((clock, price, i) => plain(clock, (Number(price) + 0.01).toFixed(2), i)),
  "lean.csv": minutes((clock, price, i) => plain(clock, String(Math.round(Number(price) * 100) * 100), i), 6, 60),
  "sap.csv": `Datum_x;Date;Open;High;Low;Close\n${Array.from({ length: 20 }, (_, i) => `;${String(i + 1).padStart(2, "0")}.02.2024;100,5;101;99,25;100`).join("\n")}`,
  "aapl-factors.csv": FACTORS,
  "abc.csv": pricesCsv(60),
};

/** The commands of a page, without its comments. */
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap((match) =>
    match[1].split("\n").filter((line) => line !== "" && !line.startsWith("#")),
  );

/** The words of a command line, those between quotation marks as one. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]);

describe.runIf(hasSqlite).concurrent("docs/data.md and docs/importing.md", () => {
  it.each([
    ["docs/data.md", page],
    ["docs/importing.md", importing],
  ])("the commands of %s run, one after the other", { timeout: 300_000 }, async (_, text) => {
    const folder = folderWith(FILES);
    cpSync(join(projectRoot, "strategies"), join(folder, "strategies"), { recursive: true });
    if (text === page) await seatrial(["data", "import", "SPY=abc.csv", "IBM=abc.csv", "IBM=spy-1min.csv"], folder);
    await seatrial(["data", "import", "AAPL=abc.csv"], folder);
    for (const command of commandsOf(text)) {
      const [npx, name, ...args] = wordsOf(command);
      expect([npx, name]).toEqual(["npx", "seatrial"]);
      const { code, stderr } = await seatrial(args, folder);
      const found = /^(verify|gaps)$/.test(args[1]) ? [0, 3] : [0];
      expect(found, `${command}: ${stderr}`).toContain(code);
    }
  });

  it("name only flags that there are", async () => {
    const commands = ["import", "list", "show", "verify", "gaps", "export", "sql", "remove"].map((name) => [
      "data",
      name,
      "--help",
    ]);
    const helps = await Promise.all([["backtest", "--help"], ...commands].map((args) => seatrial(args, projectRoot)));
    const help = helps.map(({ stdout }) => stdout).join();
    const flags = new Set([...(page + importing).matchAll(/(?<![-|])--([a-z][a-z-]*)/g)].map((match) => match[1]));
    expect([...flags].filter((flag) => flag !== "runs" && !help.includes(`--${flag} `))).toEqual([]);
    expect(flags.size).toBeGreaterThan(20);
  });

  it("name every table, view and column that a store has, and no other", async () => {
    const db = await openDatabase(":memory:");
    migrate(db, MIGRATIONS);
    const names = db
      .prepare(
        "select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite_%' order by rowid",
      )
      .pluck()
      .all() as string[];
    const columns = (name: string): string[] =>
      (db.pragma(`table_info(${name})`) as { name: string }[]).map((one) => one.name);
    const real = names.map((name) => `${name}: ${columns(name).join(" ")}`);
    const stated = tableRows(page, "table or view").map(([name, list]) => `${name}: ${codes(list).join(" ")}`);
    expect(stated.sort()).toEqual(real.sort());
    expect(page).toContain(`Version ${SCHEMA_VERSION}, which is`);
    expect(page).toContain(`\`PRAGMA application_id\` is ${APPLICATION_ID}`);
    expect(page).toContain(`up to ${FULL_BLOCK.toLocaleString("en-US")} bars`);
    db.close();
  });

  it("name the values of what bars show and of their hours, and every kind of finding", () => {
    const parts = new Map(tableRows(page, "part").map(([part, , values]) => [part, values]));
    expect(codes(parts.get("what it shows") ?? "")).toEqual([...WHATS]);
    expect(codes(parts.get("hours") ?? "")).toEqual([...HOURS]);
    expect(tableRows(page, "kind").map(([kind]) => kind)).toEqual([...FINDING_KINDS]);
  });

  it("show what an import prints, and what it prints of bad rows", async () => {
    const session = HEAD + minutes(plain, 390);
    const folder = folderWith({
      "spy-1min.csv": session,
      "abc.csv": pricesCsv(5, { 1: "2024-01-02,1,x,1,1,1", 3: "2024-01-04,100,90,110,100,5" }),
    });
    const shown = [...importing.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map((match) => match[1]);
    expect((await seatrial(["data", "import", "spy-1min.csv"], folder)).stdout).toBe(shown[0]);
    expect((await seatrial(["data", "import", "abc.csv"], folder)).stderr).toBe(shown[1]);
  });
});
