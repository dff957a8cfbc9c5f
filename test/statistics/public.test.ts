import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { importUserFile } from "../../config/user-file.js";
import * as seatrial from "../../index.js";
import { scratch } from "../config/scratch.js";
import { codeBlocks, compile } from "../docs/code-blocks.js";
import { projectRoot } from "../shared-data.js";

const page = readFileSync(join(projectRoot, "docs", "statistics.md"), "utf8");

describe("the functions of docs/statistics.md", () => {
  it("are exported, each that the page names", () => {
    const named = [...page.matchAll(/`(\w+)(?:\([^`]*\))?`/g)].map(([whole, name]) => ({ whole, name }));
    const functions = named.filter(({ whole }) => whole.includes("(")).map(({ name }) => name);
    expect(functions).toEqual(expect.arrayContaining(["summary", "worstDrawdowns", "histogram", "rollingSharpe"]));
    for (const name of [...functions, "localDay"]) expect(seatrial, name).toHaveProperty(name, expect.any(Function));
  });
});

describe("the example of docs/statistics.md", () => {
  const [{ source }] = codeBlocks("docs/statistics.md");
  const own = source.replaceAll("./strategies/", `${projectRoot}/strategies/`);
  const messages = compile([own]);

  it("compiles against the real types", () => {
    expect(messages).toEqual([[]]);
  });

  it("runs, and tells the years whose returns compound to the total return", async () => {
    const folder = scratch({});
    const file = join(folder, "figures.ts");
    writeFileSync(file, own);
    const told: unknown[][] = [];
    const log = vi.spyOn(console, "log").mockImplementation((...words) => void told.push(words));
    await importUserFile(file).finally(() => log.mockRestore());
    const years = told.flat().find(Array.isArray) as { return: number }[];
    expect(years.length).toBeGreaterThan(15);
    const { default: SmaCross } = await import("../../strategies/sma-cross.js");
    const { statistics } = await seatrial.backtest({ strategy: SmaCross, data: "sample" });
    const compounded = years.reduce((product, year) => product * (1 + year.return), 1);
    expect(compounded - 1).toBeCloseTo(statistics.totalReturn as number, 10);
  });
});

it("turnover is told from the mean of the starting cash and of equity at the end of each day", () => {
  const day = 86_400_000;
  const time = Float64Array.from([0, 1, 100], (n) => n * day);
  const curve = { time, value: Float64Array.from([100, 400, 400]), length: 3 };
  const { turnover } = seatrial.summary(curve, seatrial.tradesFrom([]), { valueTraded: 600 });
  expect(turnover).toBeCloseTo(300 / 300 / (100 / 365.25), 12);
});
