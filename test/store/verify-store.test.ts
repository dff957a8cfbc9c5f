import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Sessions } from "../../core/calendar/sessions.js";
import { checkBars } from "../../data/checks/check-bars.js";
import { FindingList } from "../../data/checks/finding-list.js";
import { type SessionLookup, tradingTime } from "../../data/checks/trading-time.js";
import { openStore } from "../../data/store/bar-store.js";
import { encodeBlock } from "../../data/store/block-codec.js";
import { gapsOf } from "../../data/store/gaps.js";
import { KeptColumns } from "../../data/store/kept-columns.js";
import { verifyFile, verifySeries } from "../../data/store/verify-store.js";
import {
  type Bar,
  hasSqlite,
  MINUTE,
  minutes,
  newPath,
  OPEN,
  opened,
  SPY_MINUTES,
  seriesOf,
  storeOf,
} from "./store-folder.js";

const DAY = 1440 * MINUTE;
/** Sessions of 390 minutes from Monday on. */
const lookup: SessionLookup = () => {
  const open = Float64Array.from({ length: 5 }, (_, day) => OPEN + day * DAY);
  return new Sessions(
    open,
    open.map((time) => time + 390 * MINUTE),
  );
};
const unknown: SessionLookup = () => undefined;
/** Whole sessions, with the bars of some minutes left out. */
const days = (count: number, without: (minute: number) => boolean = () => false): Bar[] =>
  Array.from({ length: count }, (_, day) => minutes(390, OPEN + day * DAY))
    .flat()
    .filter((_, i) => !without(i));
const answer = { from: OPEN, to: OPEN + 5 * DAY, source: "test" };

describe.runIf(hasSqlite)("verifying a store", () => {
  it("finds nothing wrong with what was written", async () => {
    const store = await storeOf("SPY");
    store.write(SPY_MINUTES, seriesOf(days(5)), answer);
    const verdict = verifySeries(store, store.series(SPY_MINUTES), lookup);
    expect([verifyFile(store).count, verdict.findings.count, verdict.bars, verdict.calendar]).toEqual([
      0,
      0,
      1950,
      true,
    ]);
  });

  it("names every block with a flipped byte and goes on behind it", async () => {
    const path = newPath();
    const writer = await openStore(path);
    writer.putInstrument({ symbol: "SPY" });
    const rows = minutes(20_000);
    writer.write(SPY_MINUTES, seriesOf(rows), { from: OPEN, to: OPEN + 30_000 * MINUTE, source: "test" });
    writer.close();
    const bytes = readFileSync(path);
    for (const row of [6000, 16_000]) {
      const at = bytes.indexOf(Buffer.from(Float64Array.of(rows[row][2]).buffer));
      expect(at).toBeGreaterThan(0);
      bytes[at] ^= 0x80;
    }
    writeFileSync(path, bytes);
    const store = await opened(path, true);
    const series = store.series(SPY_MINUTES);
    const { findings } = verifySeries(store, series, unknown, { skip: ["gap"] });
    const heads = series.heads();
    expect(findings.kinds.map(({ kind }) => kind)).toEqual(["damage"]);
    expect(findings.kinds[0].findings.map(({ text }) => text)).toEqual(
      [heads[1], heads[3]].map(({ id, count }) => expect.stringContaining(`block ${id}, ${count} bars from `)),
    );
    expect(findings.count).toBe(2);
    expect(findings.kinds[0].findings[0].text).toMatch(/its checksum does not fit its bytes$/);
  });

  it("finds a flipped bit in any byte of a block", async () => {
    const path = newPath();
    const writer = await openStore(path);
    writer.putInstrument({ symbol: "SPY" });
    writer.write(SPY_MINUTES, seriesOf(minutes(3000)), { from: OPEN, to: OPEN + 3000 * MINUTE, source: "test" });
    writer.close();
    const sound = readFileSync(path);
    const first = Buffer.from(Float64Array.of(minutes(3000)[0][2]).buffer);
    const begin = sound.indexOf(first);
    // A stretch inside of the block's bytes: each of its bytes, flipped by one bit.
    for (let at = begin; at < begin + 20_000; at += 499) {
      const bytes = Buffer.from(sound);
      bytes[at] ^= 1 << (at % 8);
      writeFileSync(path, bytes);
      const store = await openStore(path, { readonly: true });
      expect(() => store.series(SPY_MINUTES).read()).toThrow(expect.objectContaining({ code: "BLOCK_DAMAGED" }));
      store.close();
    }
  });

  it("tells a file whose structure is damaged", async () => {
    const path = newPath();
    const writer = await openStore(path);
    writer.putInstrument({ symbol: "SPY" });
    writer.write(SPY_MINUTES, seriesOf(minutes(9000)), { from: OPEN, to: OPEN + 9000 * MINUTE, source: "test" });
    writer.close();
    const bytes = readFileSync(path);
    // The pages that hold the index of the blocks: their cells no longer agree with the rows.
    const size = 65_536;
    for (let page = 1; page < bytes.length / size; page++) {
      if (bytes[page * size] === 0x0a) bytes.fill(0xff, page * size + 8, page * size + 200);
    }
    writeFileSync(path, bytes);
    const store = await openStore(path, { readonly: true });
    expect(verifyFile(store).count).toBeGreaterThan(0);
    store.close();
  });

  it("finds bars that got in by another way: overlapping blocks, duplicates, a high below its low", async () => {
    const store = await storeOf("SPY");
    store.write(SPY_MINUTES, seriesOf(days(2)), answer);
    const odd = seriesOf(minutes(5, OPEN + 100 * MINUTE));
    [odd.high[2], odd.low[2]] = [1, 2];
    const { first, last, count, columns, checksum, data } = encodeBlock(
      { ...odd, bid: undefined, ask: undefined },
      0,
      5,
      MINUTE,
    );
    store.file.db
      .prepare(
        "insert into block (generation, first, last, count, columns, checksum, data) values (1, ?, ?, ?, ?, ?, ?)",
      )
      .run(first, last, count, columns, checksum, data);
    const { findings } = verifySeries(store, store.series(SPY_MINUTES), lookup, { skip: ["spike", "stale"] });
    expect(findings.kinds.map(({ kind }) => kind)).toEqual(["order", "range"]);
  });

  it("knows splits that are on record, and finds those that are not", async () => {
    const store = await storeOf("SPY");
    const key = { ...SPY_MINUTES, size: "1day" };
    const rows = [700, 101, 100, 99].map((price, day): Bar => {
      const start = OPEN + day * DAY;
      return [start, start + 390 * MINUTE, price, price + 1, price - 1, price, 1000 + day];
    });
    store.write(key, seriesOf(rows, "1day"), answer);
    const kinds = () => verifySeries(store, store.series(key), lookup).findings.kinds.map(({ kind }) => kind);
    expect(kinds()).toEqual(["split"]);
    store.actions.replace(
      "SPY",
      { splits: [{ exDate: "2024-01-09", numerator: 7, denominator: 1 }], dividends: [] },
      "test",
    );
    expect(kinds()).toEqual([]);
  });

  it("finds over many blocks what a look at all bars at once finds, of one series after another", async () => {
    const store = await storeOf("SPY", "IBM");
    const rows = minutes(12_000).map((bar, i): Bar => {
      const [start, end, open, , low, close, volume] = bar;
      // A spike on either side of the border between two blocks, and bars alike across the next one.
      if (i === 5119 || i === 5121) return [start, end, open, open * 2, low, close, volume];
      return i > 10_230 && i < 10_250 ? [start, end, 100, 101, 99, 100, 7] : bar;
    });
    const long = seriesOf(rows.filter((_, i) => i % 1000 !== 3));
    const short = seriesOf(minutes(700, OPEN, 50), "1min", "IBM");
    const ofIbm = { ...SPY_MINUTES, symbol: "IBM" };
    const span = { from: OPEN, to: OPEN + 12_000 * MINUTE, source: "test" };
    store.write(SPY_MINUTES, long, span);
    store.write(ofIbm, short, span);
    const into = new KeptColumns();
    for (const known of [lookup, unknown]) {
      for (const [key, bars] of [
        [SPY_MINUTES, long],
        [ofIbm, short],
        [SPY_MINUTES, long],
      ] as const) {
        const expected = new FindingList();
        const whole = { from: bars.start[0], to: bars.end[bars.length - 1] };
        const time = tradingTime(known, bars.instrument, key.hours, whole, () => bars);
        for (const finding of checkBars(bars, { time, splits: [] })) expected.add(finding);
        const { findings } = verifySeries(store, store.series(key), known, {}, into);
        expect(findings.kinds).toEqual(expected.kinds);
        expect(findings.count).toBeGreaterThan(key === ofIbm ? -1 : 10);
      }
    }
  });

  it("says where no calendar tells the sessions, and finds what the bars themselves tell", async () => {
    const store = await storeOf("SPY");
    store.write(SPY_MINUTES, seriesOf(days(3, (i) => (i > 100 && i < 120) || (i >= 390 && i < 780))), answer);
    const verdict = verifySeries(store, store.series(SPY_MINUTES), unknown);
    expect(verdict.calendar).toBe(false);
    expect(verdict.findings.kinds.flatMap(({ findings }) => findings.map(({ text }) => text))).toEqual([
      "no bars for 19 min from 2024-01-08 16:11Z",
    ]);
  });
});

describe.runIf(hasSqlite)("the gaps of a series", () => {
  it("are sessions that nobody was asked for and minutes that an answer had no bars of", async () => {
    const store = await storeOf("SPY");
    const first = days(1, (i) => i >= 10 && i < 12);
    store.write(SPY_MINUTES, seriesOf(first), { from: OPEN, to: OPEN + DAY, source: "IB" });
    const last = days(5).filter(([start]) => start >= OPEN + 4 * DAY);
    store.write(SPY_MINUTES, seriesOf(last), { from: OPEN + 4 * DAY, to: OPEN + 5 * DAY, source: "IB" });
    store.write(SPY_MINUTES, undefined, { from: OPEN + 2 * DAY, to: OPEN + 3 * DAY, source: "IB" });
    const span = (day: number) => ({ from: OPEN + day * DAY, to: OPEN + day * DAY + 390 * MINUTE });
    expect(gapsOf(store.series(SPY_MINUTES), lookup)).toEqual({
      calendar: true,
      gaps: [
        { from: OPEN + 10 * MINUTE, to: OPEN + 12 * MINUTE, reason: "no bars" },
        { ...span(1), reason: "never fetched" },
        { ...span(3), reason: "never fetched" },
      ],
    });
    expect(gapsOf(store.series(SPY_MINUTES), lookup, { tolerance: 5 * MINUTE }).gaps).toHaveLength(2);
    expect(gapsOf(store.series(SPY_MINUTES), lookup, { from: OPEN, to: OPEN + DAY }).gaps).toHaveLength(1);
    expect(gapsOf(store.series(SPY_MINUTES), unknown).gaps).toEqual([
      { from: OPEN + 10 * MINUTE, to: OPEN + 12 * MINUTE, reason: "no bars" },
      { from: OPEN + DAY, to: OPEN + 2 * DAY, reason: "never fetched" },
      { from: OPEN + 3 * DAY, to: OPEN + 4 * DAY, reason: "never fetched" },
    ]);
  });

  it("are found across the borders of blocks, of one series after another", async () => {
    const store = await storeOf("SPY", "IBM");
    const count = 12_000;
    // The last bars of one block and the first of the next, and a bar in the middle of the last one.
    const missing = [5118, 5119, 5120, 5121, 11_000];
    const rows = minutes(count).filter((_, i) => !missing.includes(i));
    const ofIbm = { ...SPY_MINUTES, symbol: "IBM" };
    const span = { from: OPEN, to: OPEN + count * MINUTE, source: "IB" };
    store.write(SPY_MINUTES, seriesOf(rows), span);
    store.write(ofIbm, seriesOf(minutes(count).slice(0, 300), "1min", "IBM"), { ...span, to: OPEN + 300 * MINUTE });
    const open: SessionLookup = () => new Sessions(Float64Array.of(OPEN), Float64Array.of(span.to));
    const expected = [
      { from: OPEN + 5118 * MINUTE, to: OPEN + 5122 * MINUTE, reason: "no bars" },
      { from: OPEN + 11_000 * MINUTE, to: OPEN + 11_001 * MINUTE, reason: "no bars" },
    ];
    const into = new KeptColumns();
    for (const known of [open, unknown]) {
      // Without a calendar the sessions are the days that the bars show.
      const found = gapsOf(store.series(SPY_MINUTES), known, {}, into).gaps;
      expect(found).toEqual(expected);
      expect(gapsOf(store.series(ofIbm), known, {}, into).gaps).toEqual([]);
    }
  });
});
