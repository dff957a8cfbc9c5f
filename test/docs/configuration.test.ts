import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { DEFAULTS } from "../../backtest/models.js";
import { CONFIG_FILES } from "../../config/load-config.js";
import { SYNTHETIC_DEFAULTS } from "../../data/synthetic/synthetic-market.js";
import { calendarNamed, exchangeSessions } from "../../index.js";
import { folderWith, seatrial } from "../cli/seatrial.js";
import { projectRoot } from "../shared-data.js";
import { codeBlocks } from "./code-blocks.js";
import { rowsUnder, tablesOf } from "./page-tables.js";

const page = readFileSync(join(projectRoot, "docs", "configuration.md"), "utf8");

/** The keys of an interface; those of objects that are written out in it with the key in front. */
function keysOf(path: string, name: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(join(projectRoot, path), "utf8"), ts.ScriptTarget.ES2022);
  const found = source.statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === name);
  return membersOf((found as ts.InterfaceDeclaration).members);
}

function membersOf(members: ts.NodeArray<ts.TypeElement>): string[] {
  return members.flatMap((member) => {
    const { type } = member as ts.PropertySignature;
    const name = (member.name as ts.Identifier).text;
    const parts = type !== undefined && ts.isUnionTypeNode(type) ? [...type.types] : [type];
    const inner = parts.flatMap((part) => (part && ts.isTypeLiteralNode(part) ? membersOf(part.members) : []));
    return [name, ...inner.map((key) => `${name}.${key}`)];
  });
}

const stated = (heading: string): string[] => rowsUnder(page, heading).map(([key]) => key);
const under = (key: string, keys: readonly string[]): string[] => keys.map((one) => `${key}.${one}`);

describe("docs/configuration.md", () => {
  it("lists every setting of a configuration, and no other", () => {
    const keys = [...keysOf("config/config.ts", "RunSettings"), ...keysOf("config/config.ts", "SeatrialConfig")];
    const account = under("account", keysOf("config/config.ts", "AccountSettings"));
    expect(stated("## Settings").sort()).toEqual([...keys, ...account].sort());
    expect(stated("## CSV")).toEqual(under("csv", keysOf("config/config.ts", "CsvSettings")));
    expect(stated("## Store")).toEqual(under("store", keysOf("config/config.ts", "StoreSettings")));
  });

  it("names every option of backtest() that is no setting, and every setting that is no option", () => {
    const settings = [...keysOf("config/config.ts", "RunSettings"), "runs"];
    const options = keysOf("backtest/options.ts", "BacktestOptions");
    const [, section] = /^## In `backtest\(\)`\n([\s\S]*?)^## /m.exec(page) as RegExpExecArray;
    const differ = [...options, ...settings].filter((key) => !settings.includes(key) || !options.includes(key));
    expect(differ).toContain("quotes");
    for (const key of differ) expect(section, key).toMatch(new RegExp(`\`${key}[\`.]`));
  });

  it("lists every field of an instrument, and no other", () => {
    const fields = keysOf("core/market/instrument.ts", "InstrumentSpec").filter((field) => field !== "symbol");
    expect(fields).toContain("future.initialMargin");
    expect(stated("## Instruments")).toEqual(fields);
  });

  it("lists every setting of a synthetic market with its default, and no other", () => {
    const rows = rowsUnder(page, "### A synthetic market").map(([key, fallback]) => [key, fallback]);
    expect(rows).toEqual(Object.entries(SYNTHETIC_DEFAULTS).map(([key, value]) => [key, String(value)]));
  });

  it("states the defaults of a run, and the names of the file", () => {
    const rows = new Map(rowsUnder(page, "## Settings").map(([key, , fallback]) => [key, fallback]));
    for (const [key, value] of Object.entries(DEFAULTS)) {
      if (key === "volumeLimit") continue;
      expect(rows.get(key === "margin" ? "account.margin" : key), key).toMatch(new RegExp(`^${value}(;|$)`));
    }
    for (const name of CONFIG_FILES) expect(page).toContain(`\`${name}\``);
    expect(tablesOf(page).length).toBeGreaterThan(5);
  });
});

/** A year of daily bars on the dates of a calendar, in steps of a tick. */
function year(calendar: string, price: number, tick: number): string {
  const { date = [] } = exchangeSessions(calendarNamed(calendar), 20240102, 20241231);
  const rows = Array.from(date, (day, i) => {
    const text = String(day);
    const value = price * (1 + 0.1 * Math.sin(i / 9));
    const cells = [value, value * 1.01, value * 0.99, value].map((one) => (Math.round(one / tick) * tick).toFixed(4));
    return [`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`, ...cells, 100_000].join(",");
  });
  return `date,open,high,low,close,volume\n${rows.join("\n")}\n`;
}

const STRATEGY = `import { type Bar, Strategy } from "seatrial";
export default class InAndOut extends Strategy {
  override onBar({ instrument }: Bar): void {
    this.target(instrument, this.position(instrument).isFlat ? 1 : 0);
  }
}
`;

const PRICES = {
  "prices/spy-1day.csv": year("XNYS", 450, 0.01),
  "prices/esz6-1day.csv": year("CME-EQUITY", 5_000, 0.25),
  "prices/usdjpy-1day.csv": year("IDEALPRO", 150, 0.005),
  "prices/sap-1day.csv": year("XETR", 180, 0.02),
  "prices/aapl-1day.csv": year("XNAS", 200, 0.01),
  "prices/aapl-call-1day.csv": year("XNAS", 12, 0.01),
};

describe("the configurations of docs/configuration.md", () => {
  const examples = codeBlocks("docs/configuration.md").filter(({ source }) => source.includes("defineConfig("));

  it("are those of a future, a forex pair, a European stock and an option, behind the first", () => {
    expect(examples).toHaveLength(5);
  });

  it.each(examples)("$place runs, and trades", async ({ source }) => {
    const own = source.includes("SPY") ? source.replace(/ {2}params: .*\n/, "") : source;
    const folder = folderWith({ "seatrial.config.ts": own, "in-and-out.ts": STRATEGY, ...PRICES });
    const { code, stdout, stderr } = await seatrial(["backtest", "in-and-out.ts", "--json", "--no-report"], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const result = JSON.parse(stdout) as { statistics: { trades: number } };
    expect(result.statistics.trades).toBeGreaterThan(50);
  });
});
