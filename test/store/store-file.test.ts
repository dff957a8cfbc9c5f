import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../data/sqlite.js";
import { openStore } from "../../data/store/bar-store.js";
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from "../../data/store/schema.js";
import { migrate } from "../../data/store/store-file.js";
import {
  hasSqlite,
  MINUTE,
  minutes,
  newFolder,
  newPath,
  OPEN,
  opened,
  rowsOf,
  SPY_MINUTES,
  seriesOf,
} from "./store-folder.js";

const answer = { from: OPEN, to: OPEN + 10_000 * MINUTE, source: "test" };

async function filled(count = 100): Promise<string> {
  const path = newPath();
  const store = await openStore(path);
  store.putInstrument({ symbol: "SPY" });
  store.write(SPY_MINUTES, seriesOf(minutes(count)), answer);
  store.close();
  return path;
}

describe.runIf(hasSqlite)("the file of a store", () => {
  it("is made where there is none, and nothing is made for somebody who only reads", async () => {
    const path = newPath();
    await expect(openStore(path, { readonly: true })).rejects.toMatchObject({
      code: "STORE_MISSING",
      message: `There is no bar store ${path}. Make one with \`seatrial data import\`, or name another with --store.`,
    });
    expect(existsSync(path)).toBe(false);
    (await openStore(path)).close();
    const store = await opened(path, true);
    expect(store.list()).toEqual([]);
    expect(store.instruments()).toEqual([]);
  });

  it("keeps a write-ahead log and its marks: what it is, and the version of its schema", async () => {
    const { db } = (await opened()).file;
    expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(db.pragma("application_id", { simple: true })).toBe(APPLICATION_ID);
    expect(db.pragma("user_version", { simple: true })).toBe(SCHEMA_VERSION);
    expect(db.pragma("foreign_keys", { simple: true })).toBe(1);
  });

  it("of version 1 is brought to the present one with everything in it, for readers too", async () => {
    const path = newPath();
    const old = await openDatabase(path);
    migrate(old, MIGRATIONS.slice(0, 1));
    expect(old.pragma("user_version", { simple: true })).toBe(1);
    expect(() => old.prepare("select * from blocks")).toThrow(/no such table/);
    old.exec(`insert into instrument values (1, 'SPY', 'etf', 'ARCA', 'USD', 1, 0.01, 1, 0, 0, 'America/New_York', null, null);
      insert into series (id, instrument, size, what, hours, adjustment) values (1, 1, '1min', 'trades', 'regular', 'raw');
      insert into generation (id, series, begun, completed) values (1, 1, 5, 6);
      update series set generation = 1;
      insert into coverage values (1, ${OPEN}, ${OPEN + 2 * MINUTE}, 2, 7, 'IB');`);
    // Two bars as version 1 wrote them: starts, open, high, low, close and volume as doubles.
    const doubles = Float64Array.from([OPEN, OPEN + MINUTE, 1, 2, 3, 4, 0.5, 1, 2, 3, 10, 20]);
    old
      .prepare(
        "insert into block (generation, first, last, count, columns, checksum, data) values (1, ?, ?, 2, 4, ?, ?)",
      )
      .run(OPEN, OPEN + 2 * MINUTE, 4049448348342956, Buffer.from(doubles.buffer));
    old.close();
    copyFileSync(path, `${path}.copy`);
    for (const [file, readonly] of [
      [path, false],
      [`${path}.copy`, true],
    ] as const) {
      const store = await opened(file, readonly);
      expect(store.file.db.pragma("user_version", { simple: true })).toBe(SCHEMA_VERSION);
      expect(store.instrument("SPY")).toMatchObject({ assetClass: "etf", exchange: "ARCA" });
      expect(rowsOf(store.series(SPY_MINUTES).read())).toEqual([
        [OPEN, OPEN + MINUTE, 1, 3, 0.5, 2, 10],
        [OPEN + MINUTE, OPEN + 2 * MINUTE, 2, 4, 1, 3, 20],
      ]);
      expect(store.series(SPY_MINUTES).coverage()).toMatchObject([{ source: "IB", bars: 2, fetched: 7 }]);
      expect(store.file.db.prepare("select instrument, size, count from blocks").get()).toEqual({
        instrument: "SPY",
        size: "1min",
        count: 2,
      });
      expect(store.actions.splits("SPY")).toEqual([]);
    }
  });

  it("takes a step of a migration whole or not at all", async () => {
    const db = await openDatabase(newPath());
    migrate(db, MIGRATIONS.slice(0, 1));
    const broken = [MIGRATIONS[0], `${MIGRATIONS[1]}; create table split (id integer)`];
    expect(() => migrate(db, broken)).toThrow(/already exists/);
    expect(db.pragma("user_version", { simple: true })).toBe(1);
    expect(() => db.prepare("select * from split")).toThrow(/no such table/);
    migrate(db);
    expect(db.prepare("select count(*) from split").pluck().get()).toBe(0);
    db.close();
  });

  it("of a newer schema is refused in a sentence and not touched", async () => {
    const path = await filled();
    const db = await openDatabase(path);
    db.pragma(`user_version = ${SCHEMA_VERSION + 5}`);
    db.close();
    const before = readFileSync(path);
    for (const readonly of [true, false]) {
      await expect(openStore(path, { readonly })).rejects.toMatchObject({
        code: "STORE_NEWER",
        message: `${path} has schema version ${SCHEMA_VERSION + 5}, and this Seatrial knows up to ${SCHEMA_VERSION}. Install a newer Seatrial; the file was not changed.`,
      });
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("that is no database, or one of another kind, is refused in a sentence and not touched", async () => {
    const text = join(newFolder(), "prices.csv");
    writeFileSync(text, "date,close\n".repeat(500));
    const foreign = join(newFolder(), "other.db");
    execFileSync(process.execPath, [
      "-e",
      `new (require("better-sqlite3"))(${JSON.stringify(foreign)}).exec("create table t (x)")`,
    ]);
    for (const [path, code, words] of [
      [text, "SQLITE_UNREADABLE", "It is a file of another kind"],
      [foreign, "STORE_FOREIGN", "is an SQLite database, and not a bar store."],
    ] as const) {
      const before = readFileSync(path);
      for (const readonly of [true, false]) {
        await expect(openStore(path, { readonly })).rejects.toMatchObject({
          code,
          message: expect.stringContaining(words),
        });
      }
      expect(readFileSync(path).equals(before)).toBe(true);
    }
  });

  it("on a full disk keeps what it had, and takes more once there is room", async () => {
    const path = await filled();
    const store = await opened(path);
    const { db } = store.file;
    // The limit of pages is SQLite's own full disk: it ends in the same place and by the same way.
    db.pragma(`max_page_count = ${(db.pragma("page_count", { simple: true }) as number) + 2}`);
    const more = { from: OPEN + 100 * MINUTE, to: OPEN + 100_000 * MINUTE, source: "test" };
    const bars = seriesOf(minutes(50_000, more.from));
    expect(() => store.write(SPY_MINUTES, bars, more)).toThrow(
      expect.objectContaining({
        code: "STORE_FULL",
        message: `There is no room left for ${path}. Free some disk space and run it again; what the store held before is untouched.`,
      }),
    );
    expect(rowsOf(store.series(SPY_MINUTES).read())).toEqual(minutes(100));
    expect(store.series(SPY_MINUTES).coverage()).toHaveLength(1);
    db.pragma("max_page_count = 1000000");
    store.write(SPY_MINUTES, bars, more);
    expect(store.series(SPY_MINUTES).extent().bars).toBe(50_100);
  });

  it("that may only be read says so when it is written to", async () => {
    const store = await opened(await filled(), true);
    expect(() => store.putInstrument({ symbol: "IBM" })).toThrow(
      expect.objectContaining({ code: "STORE_READ_ONLY", message: expect.stringContaining("cannot be written") }),
    );
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "without the right to write is refused before anything is done",
    async () => {
      const path = await filled();
      chmodSync(path, 0o444);
      await expect(openStore(path)).rejects.toMatchObject({
        code: "STORE_READ_ONLY",
        message: `${path} cannot be written: the file is read-only. Check the permissions of the file and its folder; nothing was changed.`,
      });
      expect((await opened(path, true)).list()).toHaveLength(1);
      chmodSync(dirname(path), 0o555);
      expect((await opened(path, true)).list()).toHaveLength(1);
      chmodSync(dirname(path), 0o755);
    },
  );

  it("with a flipped byte in a block names the block and hands out nothing of it", async () => {
    const path = await filled(10_000);
    const bytes = readFileSync(path);
    // A price in the middle of the second block: it stands in the file as it does in memory.
    const price = Buffer.from(Float64Array.of(minutes(10_000)[6000][2]).buffer);
    const at = bytes.indexOf(price);
    expect(at).toBeGreaterThan(0);
    expect(bytes.indexOf(price, at + 1)).toBe(-1);
    bytes[at + 3] ^= 1;
    writeFileSync(path, bytes);
    const store = await opened(path, true);
    const series = store.series(SPY_MINUTES);
    const second = series.heads()[1];
    expect(() => series.read()).toThrow(
      expect.objectContaining({
        code: "BLOCK_DAMAGED",
        message: expect.stringContaining(
          `block ${second.id} of SPY 1min trades, regular hours, raw, ${new Date(second.first).toISOString()} to `,
        ),
      }),
    );
    expect(() => series.read()).toThrow(/its checksum does not fit its bytes/);
    expect(series.read({ to: second.first }).length).toBe(second.first === OPEN ? 0 : series.heads()[0].count);
  });
});

describe.runIf(hasSqlite)("several processes", () => {
  it("read while another writes, each seeing whole answers only", async () => {
    const path = await filled(10);
    const writer = await opened(path);
    const readers = [await opened(path, true), await opened(path, true)];
    for (let chunk = 1; chunk < 30; chunk++) {
      const from = OPEN + chunk * 10 * MINUTE;
      const bars = seriesOf(minutes(10, from));
      writer.transaction(() => {
        writer.write(SPY_MINUTES, bars, { from, to: from + 10 * MINUTE, source: "test" });
        for (const reader of readers) expect(reader.series(SPY_MINUTES).extent().bars).toBe(chunk * 10);
      });
      for (const reader of readers) {
        expect(reader.series(SPY_MINUTES).read().length).toBe((chunk + 1) * 10);
        expect(reader.series(SPY_MINUTES).read({ from }).length).toBe(10);
      }
    }
  });

  it("of which several make the same store in the same moment, all have it", { timeout: 60_000 }, async () => {
    const url = JSON.stringify(new URL("../../dist/data/store/bar-store.js", import.meta.url).href);
    // SQLite is loaded before, and all wait for a file that appears.
    const script = `
      const [path, name, flag] = process.argv.slice(1);
      import(${url}).then(async ({ openStore }) => {
        (await openStore(":memory:")).close();
        console.log("ready");
        while (!require("fs").existsSync(flag));
        const store = await openStore(path);
        store.putInstrument({ symbol: name });
        store.close();
      });`;
    const names = ["A", "B", "C"];
    for (let round = 0; round < 6; round++) {
      const path = newPath();
      const flag = join(newFolder(), "go");
      const processes = names.map((name) => spawn(process.execPath, ["-e", script, path, name, flag]));
      const said = processes.map(({ stderr }) => text(stderr));
      await Promise.all(processes.map(({ stdout }) => once(stdout, "data")));
      writeFileSync(flag, "");
      expect(await Promise.all(said)).toEqual(["", "", ""]);
      const store = await opened(path, true);
      expect(store.instruments().map(({ symbol }) => symbol)).toEqual(names);
      expect(store.file.db.pragma("page_size", { simple: true })).toBe(65_536);
    }
  });

  it("of which a second one writes, wait for each other", async () => {
    const path = await filled(10);
    const store = await opened(path);
    const script = `
      import(${JSON.stringify(new URL("../../dist/data/store/bar-store.js", import.meta.url).href)}).then(async ({ openStore }) => {
        const store = await openStore(${JSON.stringify(path)});
        for (let i = 0; i < 50; i++) store.putInstrument({ symbol: process.argv[1] + i });
        store.close();
      });`;
    const runs = ["A", "B"].map((name) =>
      spawnSync("sh", ["-c", `"$0" -e "$1" ${name} & "$0" -e "$1" ${name}${name}; wait`, process.execPath, script]),
    );
    expect(runs.map(({ stderr }) => String(stderr))).toEqual(["", ""]);
    expect(store.instruments()).toHaveLength(201);
    expect(statSync(path).size).toBeGreaterThan(0);
  });
});
