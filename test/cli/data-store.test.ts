import { execFileSync, spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../data/sqlite.js";
import { SCHEMA_VERSION } from "../../data/store/schema.js";
import { hasSqlite } from "../store/store-folder.js";
import { COMMAND, type Ended, folderWith, SMA_CROSS, seatrial, start } from "./seatrial.js";

const data = (args: readonly string[], folder: string): Promise<Ended> => seatrial(["data", ...args], folder);

/** Minutes around the clock, in UTC: two prices and a volume of each are its own. */
function minutes(count: number): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const time = new Date(Date.UTC(2024, 0, 8, 0, i)).toISOString();
    const price = 100 + (i % 1000) / 1000 + i / 1e7;
    return `${time},${price},${price + 0.5},${price - 0.5},${price},${i + 1}`;
  });
  return `time,open,high,low,close,volume\n${lines.join("\n")}\n`;
}

const SMALL = minutes(400);
const AROUND_THE_CLOCK = JSON.stringify({ instruments: { SPY: { exchange: "24/7" }, BIG: { exchange: "24/7" } } });

/** A folder with a store that holds 400 bars of SPY. */
async function filled(more: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = folderWith({ "spy.csv": SMALL, "seatrial.config.json": AROUND_THE_CLOCK, ...more });
  expect(await data(["import", "spy.csv"], folder)).toMatchObject({ code: 0, stderr: "" });
  return folder;
}

const isRoot = process.getuid?.() === 0;

/** Runs the command as somebody whom the rights of a file bind: as root, as a user who owns nothing. */
function asNobody(args: readonly string[], folder: string): Promise<Ended> {
  const who = isRoot ? { uid: 65_534, gid: 65_534 } : {};
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder, env: { PATH: process.env.PATH }, ...who });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => void (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

describe.runIf(hasSqlite).concurrent("a store in a bad way, by the command line", () => {
  it("on a full disk: one sentence, and what it held is there and sound", async ({ skip }) => {
    const folder = folderWith({
      "spy.csv": SMALL,
      "big.csv": minutes(40_000),
      "seatrial.config.json": AROUND_THE_CLOCK,
    });
    const disk = join(folder, "disk");
    mkdirSync(disk);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], { stdio: "ignore" });
    } catch {
      return skip("a small disk cannot be made here");
    }
    try {
      const store = ["--store", join("disk", "s.db")];
      expect(await data(["import", "spy.csv", ...store], folder)).toMatchObject({ code: 0 });
      expect(await data(["import", "big.csv", ...store], folder)).toEqual({
        code: 1,
        stdout: "",
        stderr:
          "There is no room left for disk/s.db. Free some disk space and run it again; what the store held before is untouched.\n",
      });
      const listed = JSON.parse((await data(["list", "--json", ...store], folder)).stdout) as { series: object[] };
      expect(listed.series).toMatchObject([{ symbol: "SPY", bars: 400 }]);
      expect(await data(["verify", ...store], folder)).toMatchObject({
        code: 0,
        stdout: "400 bars looked at: nothing is wrong.\n",
      });
    } finally {
      execFileSync("umount", [disk]);
    }
  });

  it.skipIf(process.platform === "win32")("that is read-only: it is read, and not written to", async () => {
    const folder = await filled({ "big.csv": minutes(500) });
    const store = join(folder, "seatrial.db");
    chmodSync(folder, 0o777);
    chmodSync(store, 0o444);
    const before = readFileSync(store);
    expect(await asNobody(["data", "import", "big.csv"], folder)).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "seatrial.db cannot be written: the file is read-only. Check the permissions of the file and its folder; nothing was changed.\n",
    });
    expect(await asNobody(["data", "verify"], folder)).toMatchObject({
      code: 0,
      stdout: "400 bars looked at: nothing is wrong.\n",
    });
    expect(readFileSync(store).equals(before)).toBe(true);
  });

  it.each([
    ["that is no database", "spy.csv", 1, "It is a file of another kind"],
    ["of another kind", "other.db", 2, "is an SQLite database, and not a bar store."],
    ["of a newer schema", "newer.db", 1, `and this Seatrial knows up to ${SCHEMA_VERSION}. Install a newer Seatrial`],
  ])("%s: one sentence, and not a byte of it is changed", async (_, name, exit, words) => {
    const folder = await filled({ "big.csv": minutes(500) });
    const other = await openDatabase(join(folder, "other.db"));
    other.exec("create table t (x)");
    other.close();
    copyFileSync(join(folder, "seatrial.db"), join(folder, "newer.db"));
    const newer = await openDatabase(join(folder, "newer.db"));
    newer.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    newer.close();
    const before = readFileSync(join(folder, name));
    for (const args of [["list"], ["verify"], ["import", "big.csv"], ["sql", "select 1"], ["remove", "SPY", "--yes"]]) {
      const { code, stdout, stderr } = await data([...args, "--store", name], folder);
      expect([args[0], code, stdout, stderr.split("\n").length]).toEqual([args[0], exit, "", 2]);
      expect(stderr).toContain(words);
    }
    expect(readFileSync(join(folder, name)).equals(before)).toBe(true);
  });

  it("with a flipped byte: verify names the block, and nothing hands out its bars", async () => {
    const folder = await filled({ "cross.ts": SMA_CROSS });
    const path = join(folder, "seatrial.db");
    const bytes = readFileSync(path);
    const price = Buffer.from(Float64Array.of(100 + 200 / 1000 + 200 / 1e7).buffer);
    const at = bytes.indexOf(price);
    expect(at).toBeGreaterThan(0);
    bytes[at + 2] ^= 4;
    writeFileSync(path, bytes);
    const verified = await data(["verify"], folder);
    expect(verified.code).toBe(3);
    expect(verified.stdout).toMatch(/damage \(1\).*\n +block \d+, 400 bars from .*its checksum does not fit its bytes/);
    for (const args of [
      ["data", "export", "SPY", "--stdout"],
      ["data", "sql", "select sum(close) from bars"],
      ["backtest", "cross.ts", "--data", "store", "--no-report"],
    ]) {
      const { code, stdout, stderr } = await seatrial(args, folder);
      expect([args[1], code, stdout]).toEqual([args[1], 1, ""]);
      expect(stderr).toMatch(/block \d+ of SPY 1min trades, .*its checksum does not fit its bytes/);
    }
  });

  it("is read by two processes while another writes to it, and they see whole imports only", async () => {
    const folder = await filled({ "big.csv": minutes(150_000) });
    const writer = start(["data", "import", "big.csv"], folder);
    let over = false;
    void writer.ended.then(() => {
      over = true;
    });
    const counts = new Set<number>();
    const read = async (): Promise<void> => {
      for (let last = false; !last; ) {
        last = over;
        const { code, stdout, stderr } = await data(["sql", "select count(*) as bars from bars", "--json"], folder);
        expect([code, stderr]).toEqual([0, ""]);
        counts.add((JSON.parse(stdout) as [{ bars: number }])[0].bars);
      }
    };
    await Promise.all([read(), read()]);
    expect(await writer.ended).toMatchObject({ code: 0, stderr: "" });
    expect([...counts].sort((a, b) => a - b).filter((bars) => bars !== 400)).toEqual([150_400]);
  });
});
