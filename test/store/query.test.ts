import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../data/sqlite.js";
import { type BarStore, openStore } from "../../data/store/bar-store.js";
import { FULL_BLOCK } from "../../data/store/block-codec.js";
import { StoreQuery } from "../../data/store/query.js";
import { hasSqlite, MINUTE, minutes, newFolder, newPath, OPEN, opened, SPY_MINUTES, seriesOf } from "./store-folder.js";

const answer = { from: OPEN, to: OPEN + 10_000 * MINUTE, source: "IB", fetched: 7 };

async function asked(): Promise<{ store: BarStore; ask: (sql: string) => unknown[][]; query: StoreQuery }> {
  const store = await opened();
  store.putInstrument({ symbol: "SPY" });
  store.putInstrument({ symbol: "IBM" });
  store.write(SPY_MINUTES, seriesOf(minutes(6000)), answer);
  store.write({ ...SPY_MINUTES, symbol: "IBM" }, seriesOf(minutes(10)), answer);
  const query = await StoreQuery.open(store);
  return { store, query, ask: (sql) => [...query.ask(sql).rows].map((row) => [...row]) };
}

describe.runIf(hasSqlite)("a store that is asked in SQL", () => {
  it("has a table of bars, by symbol, bar size and time", async () => {
    const { ask, query } = await asked();
    const rows = minutes(6000);
    expect(ask("select count(*) from bars")).toEqual([[6010]]);
    expect(ask('select instrument, count(*), min(start), max("end") from bars group by 1 order by 1')).toEqual([
      ["IBM", 10, OPEN, OPEN + 10 * MINUTE],
      ["SPY", 6000, OPEN, OPEN + 6000 * MINUTE],
    ]);
    const { columns } = query.ask("select * from bars('SPY')");
    expect(columns).toEqual([
      "instrument",
      "size",
      "what",
      "hours",
      "adjustment",
      "time",
      "start",
      "end",
      "open",
      "high",
      "low",
      "close",
      "volume",
      "bid",
      "ask",
    ]);
    const [from, to] = [OPEN + 4090 * MINUTE, OPEN + 4100 * MINUTE];
    const iso = (instant: number): string => new Date(instant).toISOString();
    const expected = rows.slice(4090, 4100).map((row) => [row[0], row[2], row[3], row[4], row[5], row[6]]);
    const columnsAsked = "start, open, high, low, close, volume";
    expect(ask(`select ${columnsAsked} from bars('SPY', '1 min', '${iso(from)}', '${iso(to)}')`)).toEqual(expected);
    expect(
      ask(
        `select ${columnsAsked} from bars where symbol = 'SPY' and bar = '1min' and since = ${from} and until = ${to}`,
      ),
    ).toEqual(expected);
    expect(ask("select time from bars('SPY', '1min', '2024-01-08', '2024-01-09') limit 1")).toEqual([
      ["2024-01-08T14:30:00Z"],
    ]);
    expect(ask("select * from bars('NONE')")).toEqual([]);
    query.close();
  });

  it("reads bars of two places in one statement without the one harming the other", async () => {
    const { ask, query } = await asked();
    const rows = minutes(6000);
    const part = (from: number, to: number): string =>
      `bars('SPY', '1min', ${OPEN + from * MINUTE}, ${OPEN + to * MINUTE})`;
    // Across the border of the two blocks, each row beside all rows of the first block's beginning.
    const pairs = ask(`select a.close, b.close from ${part(FULL_BLOCK - 5, FULL_BLOCK + 5)} a, ${part(0, 3)} b`);
    const expected = rows
      .slice(FULL_BLOCK - 5, FULL_BLOCK + 5)
      .flatMap((a) => rows.slice(0, 3).map((b) => [a[5], b[5]]));
    const ordered = (one: unknown[][]): unknown[][] =>
      one
        .map((row) => row.join())
        .sort()
        .map((row) => row.split(","));
    expect(ordered(pairs)).toEqual(ordered(expected));
    query.close();
  });

  it("shows them adjusted", async () => {
    const { ask, store, query } = await asked();
    store.actions.replace(
      "IBM",
      { splits: [{ exDate: "2024-06-03", numerator: 2, denominator: 1 }], dividends: [] },
      "test",
    );
    const close = minutes(1)[0][5];
    expect(ask("select close, adjustment from bars('IBM', '1min', '', '', 'splits') limit 1")).toEqual([
      [close / 2, "splits"],
    ]);
    expect(ask("select close, adjustment from bars('IBM') limit 1")).toEqual([[close, "raw"]]);
    query.close();
  });

  it("tells blocks, coverage, splits and dividends by plain tables, to any SQLite program", async () => {
    const { store } = await asked();
    store.actions.replace(
      "SPY",
      { splits: [], dividends: [{ exDate: "2024-03-15", amount: 1.59, reference: 513.4 }] },
      "test",
    );
    // Another connection that knows nothing of bars.
    const plain = await openDatabase(store.path, { readonly: true });
    const all = (sql: string): unknown[] => plain.prepare(sql).all();
    expect(
      all("select instrument, size, first, last, count, first_utc from blocks order by instrument, first"),
    ).toEqual([
      {
        instrument: "IBM",
        size: "1min",
        first: OPEN,
        last: OPEN + 10 * MINUTE,
        count: 10,
        first_utc: "2024-01-08T14:30:00Z",
      },
      {
        instrument: "SPY",
        size: "1min",
        first: OPEN,
        last: OPEN + FULL_BLOCK * MINUTE,
        count: FULL_BLOCK,
        first_utc: "2024-01-08T14:30:00Z",
      },
      {
        instrument: "SPY",
        size: "1min",
        first: OPEN + FULL_BLOCK * MINUTE,
        last: OPEN + 6000 * MINUTE,
        count: 6000 - FULL_BLOCK,
        first_utc: "2024-01-12T03:50:00Z",
      },
    ]);
    expect(
      all("select instrument, begins, ends, bars, fetched, source from coverages where instrument = 'IBM'"),
    ).toEqual([{ instrument: "IBM", begins: OPEN, ends: answer.to, bars: 10, fetched: 7, source: "IB" }]);
    expect(all("select ex_date, amount, reference from dividend")).toEqual([
      { ex_date: "2024-03-15", amount: 1.59, reference: 513.4 },
    ]);
    plain.close();
  });

  it.each([
    "delete from block",
    "drop table block",
    "update series set what = 'bid'",
    "create table mine (x)",
    "vacuum",
    "pragma journal_mode = delete",
    "insert into split values (1, '2024-01-01', 2, 1, 'x') returning 1",
    "begin",
  ])("refuses %s, and does nothing", async (sql) => {
    const { query, ask } = await asked();
    expect(() => ask(sql)).toThrow(
      expect.objectContaining({
        code: "STORE_QUERY_REFUSED",
        message: expect.stringContaining("Only reading is allowed here"),
      }),
    );
    expect(ask("select count(*) from bars")).toEqual([[6010]]);
    query.close();
  });

  it("lets nothing out of the file or into another", async () => {
    const { query, ask } = await asked();
    const target = join(newFolder(), "copy.db");
    for (const sql of [`vacuum into '${target}'`, `attach '${target}' as other`]) {
      expect(() => ask(sql)).toThrow(expect.objectContaining({ code: "STORE_QUERY_REFUSED" }));
      expect(existsSync(target)).toBe(false);
    }
    query.close();
  });

  it.each([
    ["selec 1", 'The statement cannot be run: near "selec": syntax error.'],
    ["select * from bar", "no such table: bar. Did you mean bars?"],
    ["select nought from bars", "no such column: nought"],
    ["select 1; select 2", "more than one statement"],
    ["select * from bars('SPY', '1min', 'soon')", 'since is "soon"; it must be a date'],
    ["select * from bars('SPY', 'one')", 'The bar size "one" is not known.'],
    ["select * from bars('SPY', '1min', '', '', 'splitz')", "Did you mean splits?"],
  ])("answers %s in a sentence", async (sql, words) => {
    const { query, ask } = await asked();
    expect(() => ask(sql)).toThrow(
      expect.objectContaining({
        name: expect.stringMatching(/^(Store|Market)Error$/),
        message: expect.stringContaining(words),
      }),
    );
    query.close();
  });

  it("names a damaged block that a question runs into", async () => {
    const path = newPath();
    const store = await openStore(path);
    store.putInstrument({ symbol: "SPY" });
    store.write(SPY_MINUTES, seriesOf(minutes(10)), answer);
    store.file.db.prepare("update block set checksum = checksum + 1").run();
    const query = await StoreQuery.open(store);
    expect(() => [...query.ask("select * from bars").rows]).toThrow(expect.objectContaining({ code: "BLOCK_DAMAGED" }));
    query.close();
    store.close();
  });
});
