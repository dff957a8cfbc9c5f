import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BacktestError } from "../../backtest/errors.js";
import { writeEvidence } from "../../backtest/evidence.js";
import { DAY_ORDER, LIMIT } from "../../core/orders/kinds.js";
import { projectRoot } from "../shared-data.js";
import { dailyWalk, HOSTILE, smaCrossResult, variedResult } from "./sample-run.js";

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "seatrial-evidence-"));
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

const FILES = ["equity.csv", "orders.csv", "report.html", "result.json", "trades.csv"];

function lines(file: string): string[] {
  return readFileSync(file, "utf8").trimEnd().split("\n");
}

describe("the evidence a backtest leaves", () => {
  it("is five files in a folder that is made for them", async () => {
    const folder = join(place, "a", "b");
    const paths = await writeEvidence(smaCrossResult(dailyWalk(300)), folder, "<p>report</p>");
    expect(readdirSync(folder).sort()).toEqual(FILES);
    expect(paths.toSorted()).toEqual(FILES.map((name) => join(folder, name)));
    expect(readFileSync(join(folder, "report.html"), "utf8")).toBe("<p>report</p>");
  });

  it("has every point of the curve with its drawdown and the benchmark", async () => {
    const result = smaCrossResult(dailyWalk(400));
    await writeEvidence(result, place, "");
    const rows = lines(join(place, "equity.csv"));
    expect(rows[0]).toBe("time,equity,drawdown,benchmark");
    expect(rows.length).toBe(result.equity.length + 1);
    let peak = 0;
    for (const [row, line] of rows.slice(1).entries()) {
      const [time, equity, drawdown, benchmark] = line.split(",");
      peak = Math.max(peak, result.equity.value[row]);
      expect(Date.parse(time)).toBe(result.equity.time[row]);
      expect(Number(equity)).toBeCloseTo(result.equity.value[row], 6);
      expect(Number(drawdown)).toBeCloseTo(1 - result.equity.value[row] / peak, 8);
      expect(Number(benchmark)).toBeCloseTo(result.benchmark?.value[row] ?? Number.NaN, 6);
    }
  });

  it("has the trades as they are in the result, the one still open marked as such", async () => {
    const result = smaCrossResult(dailyWalk(900));
    await writeEvidence(result, place, "");
    const [head, ...rows] = lines(join(place, "trades.csv")).map((line) => line.split(","));
    expect(rows.length).toBe(result.trades.length);
    const at = (name: string): number => head.indexOf(name);
    for (const [row, cells] of rows.entries()) {
      expect(Number(cells[at("entry_price")])).toBe(result.trades.entryPrice[row]);
      expect(Date.parse(cells[at("exit_time")])).toBe(result.trades.exitTime[row]);
      expect(Number(cells[at("profit")])).toBeCloseTo(result.trades.profit[row], 6);
      expect(cells[at("open")]).toBe(row < result.tradeLog.length ? "no" : "yes");
    }
  });

  it("has every order, with text that needs it in quotes", async () => {
    const result = smaCrossResult(dailyWalk(300));
    const id = result.orders.add(0, -1, LIMIT, 12.5);
    result.orders.createdAt[id] = Date.UTC(2001, 0, 2, 21);
    result.orders.tif[id] = DAY_ORDER;
    result.orders.limit[id] = 101.25;
    result.orders.tags.set(id, 'take, "profit"');
    await writeEvidence(result, place, "");
    expect(lines(join(place, "orders.csv")).at(-1)).toBe(
      `${id},WALK,sell,limit,DAY,created,12.5,0,,0,101.25,,,2001-01-02T21:00:00Z,,,,,,"take, ""profit""",`,
    );
  });

  it("says in JSON what is not a table, with null for what is not defined", async () => {
    const result = variedResult();
    await writeEvidence(result, place, "");
    const json = JSON.parse(readFileSync(join(place, "result.json"), "utf8"));
    expect(json.schemaVersion).toBe(1);
    expect(json.strategy).toBe(`Varied ${HOSTILE}`);
    expect(json.params.fast).toBe(10);
    expect(json.statistics.totalReturn).toBe(result.statistics.totalReturn);
    expect(Object.keys(json.statistics)).toEqual(Object.keys(result.statistics));
    expect(json.denials[0].code).toBe("STALE_QUOTE");
    expect(json.trades.total).toBe(result.trades.length);
    expect([json.inputHash, json.outcomeHash]).toEqual([result.inputHash, result.outcomeHash]);
    const short = smaCrossResult(dailyWalk(45));
    await writeEvidence(short, place, "");
    expect(JSON.parse(readFileSync(join(place, "result.json"), "utf8")).statistics.profitFactor).toBeNull();
  });

  it("takes the place of older evidence and leaves other files alone", async () => {
    writeFileSync(join(place, "notes.txt"), "mine");
    await writeEvidence(smaCrossResult(dailyWalk(300)), place, "old");
    await writeEvidence(smaCrossResult(dailyWalk(300)), place, "new");
    expect(readdirSync(place).sort()).toEqual([...FILES, "notes.txt"].sort());
    expect(readFileSync(join(place, "report.html"), "utf8")).toBe("new");
  });

  it("leaves nothing in a place that cannot be written, and says which", async () => {
    const file = join(place, "file");
    writeFileSync(file, "");
    const failure = await writeEvidence(smaCrossResult(dailyWalk(100)), join(file, "x"), "").catch((error) => error);
    expect(failure).toBeInstanceOf(BacktestError);
    expect(failure.code).toBe("OUTPUT_UNWRITABLE");
    expect(failure.message).toContain(join(file, "x"));
    await expect(writeEvidence(smaCrossResult(dailyWalk(100)), "/dev/null/x", "")).rejects.toThrow(BacktestError);
    expect(readdirSync(place)).toEqual(["file"]);
  });

  it.skipIf(process.platform !== "linux")("is refused at once where no folder can be made", () => {
    // In a process of its own, which can be ended when it never comes to an end.
    const script = `
      import { createJiti } from "jiti";
      const { Staging } = await createJiti(import.meta.url).import("./backtest/staging.ts");
      Staging.open("/proc/seatrial/out");
    `;
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: projectRoot,
      encoding: "utf8",
      timeout: 20_000,
    });
    expect({ status: run.status, signal: run.signal }).toEqual({ status: 1, signal: null });
    expect(run.stderr).toContain("mkdir '/proc/seatrial'");
  });

  it("keeps older evidence whole when writing the new one fails on the way", async () => {
    const result = smaCrossResult(dailyWalk(300));
    await writeEvidence(result, place, "old");
    const before = FILES.map((name) => readFileSync(join(place, name), "utf8"));
    const broken = {
      ...result,
      params: {
        get fast(): number {
          throw new Error("no space left");
        },
      },
    };
    await expect(writeEvidence(broken, place, "new")).rejects.toThrow("no space left");
    expect(readdirSync(place).sort()).toEqual(FILES);
    expect(FILES.map((name) => readFileSync(join(place, name), "utf8"))).toEqual(before);
    const fresh = join(place, "not", "there", "yet");
    await expect(writeEvidence(broken, fresh, "new")).rejects.toThrow(BacktestError);
    expect(readdirSync(place).sort()).toEqual(FILES);
  });

  it("replaces no file while a folder is in the way of another", async () => {
    const result = smaCrossResult(dailyWalk(300));
    await writeEvidence(result, place, "old");
    rmSync(join(place, "result.json"));
    mkdirSync(join(place, "result.json"));
    await expect(writeEvidence(result, place, "new")).rejects.toThrow(/result\.json is a folder/);
    expect(readFileSync(join(place, "report.html"), "utf8")).toBe("old");
    expect(readdirSync(place).sort()).toEqual(FILES);
  });

  it("is gone when the program is ended in the middle of it, and the program ends as it would have", async () => {
    const script = `
      import { createJiti } from "jiti";
      const jiti = createJiti(import.meta.url);
      const { minuteWalk, smaCrossResult } = await jiti.import("./test/report/sample-run.ts");
      const { writeEvidence } = await jiti.import("./backtest/evidence.ts");
      const result = smaCrossResult(minuteWalk(400_000));
      for (;;) await writeEvidence(result, process.argv[1], "x");
    `;
    const folder = join(place, "out");
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, folder], { cwd: projectRoot });
    const ended = new Promise((resolve) => child.on("exit", (_code, signal) => resolve(signal)));
    const half = (): boolean => existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(".partial-"));
    while (!half()) await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill("SIGINT");
    expect(await ended).toBe("SIGINT");
    expect(existsSync(folder) ? readdirSync(folder).sort() : FILES).toEqual(FILES);
  });
});
