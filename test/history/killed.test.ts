import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Instrument } from "../../core/market/instrument.js";
import { reachBack } from "../../data/history/duration-span.js";
import type { Duration } from "../../data/history/history-limits.js";
import { TradingHours } from "../../data/history/trading-hours.js";
import { type Interval, intersect } from "../../data/intervals.js";
import { openStore } from "../../data/store/bar-store.js";
import { verifyFile } from "../../data/store/verify-store.js";
import { parseBarSize } from "../../index.js";
import { projectRoot } from "../shared-data.js";
import { hasSqlite, newFolder } from "../store/store-folder.js";

const SCRIPT = join(projectRoot, "test", "history", "fetch-process.mjs");
const SYMBOLS = ["AAPL", "IBM", "MSFT"];
const FROM = 20231002;
const TO = 20231229;
/** How often a download is killed; the long form takes minutes. */
const KILLS = process.env.SEATRIAL_LONG ? 100 : 6;

interface Ended {
  readonly killed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a download, and kills it so many milliseconds after it has begun. */
function run(folder: string, takes: number, killAfter?: number): Promise<Ended> {
  const args = [
    SCRIPT,
    join(folder, "bars.db"),
    join(folder, "asked.log"),
    "1min",
    String(FROM),
    String(TO),
    String(takes),
  ];
  const child = spawn(process.execPath, args);
  let stdout = "";
  let stderr = "";
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (killAfter !== undefined && stdout.startsWith("begun"))
      timer ??= setTimeout(() => child.kill("SIGKILL"), killAfter);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (_code, signal) => {
      clearTimeout(timer);
      resolve({ killed: signal === "SIGKILL", stdout, stderr });
    });
  });
}

interface Asked {
  readonly symbol: string;
  readonly end: number;
  readonly duration: Duration;
}

function askedIn(folder: string): Asked[] {
  const path = join(folder, "asked.log");
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Asked);
}

/** What the store holds of each symbol, after the file has been opened and found sound. */
async function covered(folder: string): Promise<Map<string, readonly Interval[]>> {
  const path = join(folder, "bars.db");
  const found = new Map<string, readonly Interval[]>();
  if (!existsSync(path)) return found;
  const store = await openStore(path);
  expect(verifyFile(store).count).toBe(0);
  for (const symbol of SYMBOLS) {
    const key = { symbol, size: "1min", what: "trades", hours: "regular", adjustment: "splits" } as const;
    const series = store.find(key);
    // Every bar that is there is covered: bars and coverage came together or not at all.
    if (series !== undefined) {
      const bars = series.read();
      const known = series.coverage();
      for (let row = 0; row < bars.length; row++)
        expect(known.some(({ from, to }) => bars.start[row] >= from && bars.start[row] < to)).toBe(true);
      found.set(symbol, known);
    }
  }
  store.close();
  return found;
}

function openTime(spans: readonly Interval[], hours: TradingHours): number {
  return spans.flatMap(({ from, to }) => hours.open(from, to)).reduce((sum, { from, to }) => sum + to - from, 0);
}

describe.runIf(hasSqlite)("a download that is killed", () => {
  it(
    `ends complete after ${KILLS} kills at random moments, and no request is repeated for what was stored`,
    async () => {
      const span = { from: Date.UTC(2023, 9, 2), to: Date.UTC(2024, 0, 1) };
      const hours = new TradingHours(new Instrument({ symbol: "AAPL" }), parseBarSize("1min"), "regular", span);
      let kills = 0;
      let downloads = 0;
      while (kills < KILLS) {
        const folder = newFolder();
        downloads++;
        for (let ended: Ended | undefined; ended === undefined || ended.killed; ) {
          const before = await covered(folder);
          const asked = askedIn(folder).length;
          ended = await run(folder, 30, kills < KILLS ? Math.random() * 700 : undefined);
          if (ended.killed) kills++;
          else expect(ended.stderr).toBe("");
          const compared = new Set<string>();
          for (const { symbol, end, duration } of askedIn(folder).slice(asked)) {
            const stretch = { from: reachBack(duration, end, hours), to: end };
            const known = intersect(before.get(symbol) ?? [], [stretch]);
            // What a request has in common with the store is the bar to compare, and what its rounded duration reaches over.
            if (openTime(known, hours) / openTime([stretch], hours) < 0.6) continue;
            // Beside a stretch that is as long as one may be, that bar is a request of its own: once in a run, and no more.
            expect(stretch.to - stretch.from).toBe(hours.size.ms);
            expect(compared).not.toContain(symbol);
            compared.add(symbol);
          }
          if (!ended.killed) {
            const result = JSON.parse(ended.stdout.split("\n")[1]) as { equal: boolean; missing: number };
            expect(result).toMatchObject({ equal: true, missing: 0 });
            // A chunk that was stored has been asked for once.
            const all = askedIn(folder);
            const known = await covered(folder);
            expect(openTime(known.get("AAPL") ?? [], hours)).toBe(openTime([span], hours));
            expect(all.length).toBeLessThanOrEqual(3 * 14 + 8 * kills);
          }
        }
      }
      expect(downloads).toBeGreaterThan(0);
    },
    KILLS * 15_000,
  );
});
