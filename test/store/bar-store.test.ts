import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bar, hasSqlite, MINUTE, minutes, OPEN, rowsOf, SPY_MINUTES, seriesOf, storeOf } from "./store-folder.js";

/** Minutes that may skip some, or end early, in order of time. */
const bars: fc.Arbitrary<Bar[]> = fc
  .array(
    fc.record({
      gap: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(500) }),
      short: fc.boolean(),
      prices: fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 4, maxLength: 4 }),
      volume: fc.oneof(fc.constant(0), fc.nat(1e9)),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let minute = 0;
    return steps.map(({ gap, short, prices, volume }): Bar => {
      minute += 1 + gap;
      const [low, open, close, high] = [...prices].sort((a, b) => a - b);
      const start = OPEN + minute * MINUTE;
      return [start, start + (short && gap > 0 ? MINUTE / 2 : MINUTE), open, high, low, close, volume];
    });
  });

describe.runIf(hasSqlite)("the bar store", () => {
  it("gives back what was written in any pieces, in any order, to the last bit", async () => {
    const store = await storeOf("SPY");
    let made = 0;
    fc.assert(
      fc.property(
        bars,
        fc.array(fc.nat(60), { maxLength: 6 }),
        fc.array(fc.double({ noNaN: true })),
        (rows, cuts, order) => {
          const symbol = `S${made++}`;
          store.putInstrument({ symbol });
          const key = { ...SPY_MINUTES, symbol };
          const edges = [...new Set([0, ...cuts.filter((cut) => cut < rows.length), rows.length])].sort(
            (a, b) => a - b,
          );
          const pieces = edges.slice(1).map((end, i) => rows.slice(edges[i], end));
          const shuffled = pieces
            .map((piece, i) => ({ piece, rank: order[i] ?? i }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ piece }) => piece);
          for (const piece of shuffled) {
            const answer = { from: piece[0]?.[0] ?? 0, to: (piece.at(-1)?.[0] ?? 0) + 1, source: "test" };
            store.write(key, seriesOf(piece), answer);
          }
          expect(store.find(key) === undefined ? [] : rowsOf(store.series(key).read())).toEqual(rows);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("reads of a range what a slice of the whole has, with as many bars in front as asked for", async () => {
    const store = await storeOf("SPY");
    const rows = minutes(10_000).filter((_, i) => i % 7 !== 3 && !(i > 4000 && i < 5200));
    store.write(SPY_MINUTES, seriesOf(rows), { from: OPEN, to: OPEN + 10_000 * MINUTE, source: "test" });
    const series = store.series(SPY_MINUTES);
    expect(series.heads().length).toBe(2);
    const at = fc.integer({ min: -10, max: 10_010 }).map((minute) => OPEN + minute * MINUTE);
    fc.assert(
      fc.property(at, at, fc.oneof(fc.constant(0), fc.nat(6000)), (from, to, before) => {
        const first = rows.findIndex((row) => row[0] >= from);
        const begin = first < 0 ? rows.length : first;
        const end = Math.max(begin, rows.filter((row) => row[0] < to).length);
        const expected = from <= to ? rows.slice(Math.max(0, begin - before), end) : undefined;
        const read = rowsOf(series.read({ from, to, before }));
        if (expected !== undefined) expect(read).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("lets a later answer take the place of what was stored of its stretch, and of nothing else", async () => {
    fc.assert(
      await (async () => {
        const store = await storeOf("SPY");
        let made = 0;
        return fc.property(bars, bars, fc.nat(60), fc.nat(60), (old, fresh, a, b) => {
          const symbol = `R${made++}`;
          store.putInstrument({ symbol });
          const key = { ...SPY_MINUTES, symbol };
          const end = OPEN + 100_000 * MINUTE;
          store.write(key, seriesOf(old), { from: OPEN, to: end, source: "first" });
          const [from, to] = [a, b].sort((x, y) => x - y).map((minute) => OPEN + minute * 10 * MINUTE);
          const inside = fresh.filter((row) => row[0] >= from && row[0] < to && row[1] <= to);
          store.write(key, seriesOf(inside), { from, to, source: "second" });
          const kept = old.filter((row) => row[0] < from || row[0] >= to);
          expect(rowsOf(store.series(key).read())).toEqual([...kept, ...inside].sort((x, y) => x[0] - y[0]));
        });
      })(),
      { numRuns: 100 },
    );
  });
});
