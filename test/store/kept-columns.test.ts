import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { BarStore } from "../../data/store/bar-store.js";
import { FULL_BLOCK } from "../../data/store/block-codec.js";
import { KeptColumns } from "../../data/store/kept-columns.js";
import { BarSeries, Instrument, parseBarSize } from "../../index.js";
import { hasSqlite, MINUTE, minutes, OPEN, rowsOf, SPY_MINUTES, seriesOf, storeOf } from "./store-folder.js";

const QUOTES = { ...SPY_MINUTES, what: "quotes" } as const;
const BARS = 2 * FULL_BLOCK + 700;
const LAST = OPEN + BARS * MINUTE;
const answer = { from: OPEN, to: LAST, source: "test" };

/** Quote bars a cent below and above those of `minutes`. */
function quotes(count: number): BarSeries {
  const { start, end, open, high, low, close, volume } = seriesOf(minutes(count));
  const prices = { open, high, low, close };
  const moved = (by: number) => ({
    open: open.map((price) => price + by),
    high: high.map((price) => price + by),
    low: low.map((price) => price + by),
    close: close.map((price) => price + by),
  });
  const columns = { start, end, volume, ...prices, bid: moved(-0.01), ask: moved(0.01) };
  return new BarSeries(new Instrument({ symbol: "SPY" }), parseBarSize("1min"), columns, "midpoint");
}

/** Every number of a series, copied. */
function everything({ start, end, open, high, low, close, volume, bid, ask, length }: BarSeries): unknown {
  const sides = [bid, ask].map((side) => side && [side.open, side.high, side.low, side.close].map((one) => [...one]));
  return [length, [start, end, open, high, low, close, volume].map((column) => [...column]), sides];
}

describe.runIf(hasSqlite)("columns that are kept", () => {
  let store: BarStore;
  beforeAll(async () => {
    store = await storeOf("SPY");
    store.write(SPY_MINUTES, seriesOf(minutes(BARS)), answer);
    store.write(QUOTES, quotes(BARS), answer);
  });

  it("are read into again by every series, and grow to the longest", () => {
    const series = store.series(SPY_MINUTES);
    const into = new KeptColumns();
    const second = series.read({ to: OPEN + 100 * MINUTE, into });
    const { buffer } = series.read({ into }).start;
    expect(second.start.buffer).not.toBe(buffer);
    for (const range of [{ to: OPEN + MINUTE }, { from: OPEN + 6000 * MINUTE, before: 9 }, {}, { to: OPEN }]) {
      const { start, open, length } = series.read({ ...range, into });
      expect(start.buffer).toBe(buffer);
      expect([start.length, open.length]).toEqual([length, length]);
    }
  });

  it("give what new ones give, whatever was read into them before", () => {
    const into = new KeptColumns();
    const minute = fc.integer({ min: -10, max: BARS + 10 }).map((at) => OPEN + at * MINUTE);
    const reads = fc.record({
      from: minute,
      to: minute,
      before: fc.nat(300),
      key: fc.constantFrom(SPY_MINUTES, QUOTES),
    });
    fc.assert(
      fc.property(reads, ({ key, ...range }) => {
        const series = store.series(key);
        expect(everything(series.read({ ...range, into }))).toEqual(everything(series.read(range)));
      }),
      { numRuns: 60 },
    );
  });

  it("hold bid and ask for a series that has them, and show none of a series that has none", () => {
    const into = new KeptColumns();
    const whole = (key: typeof SPY_MINUTES | typeof QUOTES) => store.series(key).read({ into });
    expect(whole(SPY_MINUTES).bid).toBeUndefined();
    const { bid, ask } = whole(QUOTES);
    expect([bid?.close[BARS - 1], ask?.close[BARS - 1]]).toEqual([
      quotes(BARS).bid?.close[BARS - 1],
      quotes(BARS).ask?.close[BARS - 1],
    ]);
    expect([whole(SPY_MINUTES).bid, whole(SPY_MINUTES).ask]).toEqual([undefined, undefined]);
    expect(whole(QUOTES).bid?.close.buffer).toBe(bid?.close.buffer);
  });

  it("are nothing to a series that was read without them", () => {
    const series = store.series(SPY_MINUTES);
    const into = new KeptColumns();
    const kept = series.read({ into });
    const own = series.read();
    const before = everything(own);
    series.read({ from: OPEN + 3000 * MINUTE, into });
    expect(everything(own)).toEqual(before);
    expect(own.start.buffer).not.toBe(kept.start.buffer);
  });

  it("take one block after the other of a series, each whole", () => {
    const series = store.series(SPY_MINUTES);
    const memory = new Set<unknown>();
    const rows = [];
    for (const block of series.eachBlock()) {
      rows.push(...rowsOf(block));
      memory.add(block.close.buffer);
    }
    expect(series.extent().blocks).toBe(3);
    expect(memory.size).toBe(1);
    expect(rows).toEqual(minutes(BARS));
  });

  it("take each block as the file has it when it is asked for, and let others write meanwhile", async () => {
    const other = await storeOf("SPY");
    other.write(SPY_MINUTES, seriesOf(minutes(BARS)), answer);
    const blocks = other.series(SPY_MINUTES).eachBlock();
    const first = blocks.next().value as BarSeries;
    expect(first.length).toBe(FULL_BLOCK);
    const changed = minutes(FULL_BLOCK, OPEN + FULL_BLOCK * MINUTE, 300);
    other.write(SPY_MINUTES, seriesOf(changed), {
      from: changed[0][0],
      to: changed[0][0] + FULL_BLOCK * MINUTE,
      source: "test",
    });
    const second = blocks.next().value as BarSeries;
    expect(rowsOf(second)).toEqual(changed);
  });
});
