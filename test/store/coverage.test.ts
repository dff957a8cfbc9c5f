import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sessions } from "../../core/calendar/sessions.js";
import { normalise, subtract } from "../../data/intervals.js";
import { hasSqlite, MINUTE, minutes, OPEN, SPY_MINUTES, seriesOf, storeOf } from "./store-folder.js";

const at = (minute: number): number => OPEN + minute * MINUTE;

describe.runIf(hasSqlite)("coverage", () => {
  it("says of every instant whether it was asked for, by whom and when: the latest answer counts", async () => {
    const store = await storeOf("SPY");
    let made = 0;
    const answers = fc.array(
      fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(answers, (asked) => {
        const symbol = `C${made++}`;
        store.putInstrument({ symbol });
        const key = { ...SPY_MINUTES, symbol };
        asked.forEach(({ from, to }, i) => {
          store.write(key, undefined, { from: at(from), to: at(to), source: `answer ${i}`, fetched: i });
        });
        const known = store.find(key)?.coverage() ?? [];
        for (let minute = 0; minute < 31; minute++) {
          const last = asked.findLastIndex(({ from, to }) => from <= minute && minute < to);
          const found = known.filter(({ from, to }) => from <= at(minute) && at(minute) < to);
          expect(found.map(({ source, fetched, bars }) => [source, fetched, bars])).toEqual(
            last < 0 ? [] : [[`answer ${last}`, last, 0]],
          );
        }
        const span = { from: at(0), to: at(31) };
        expect(store.missing(key, span.from, span.to)).toEqual(
          subtract([span], normalise(asked.map(({ from, to }) => ({ from: at(from), to: at(to) })))),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("is there where the answer was that there is no data", async () => {
    const store = await storeOf("SPY");
    store.write(SPY_MINUTES, undefined, { from: at(0), to: at(60), source: "IB", fetched: 7 });
    expect(store.series(SPY_MINUTES).coverage()).toEqual([
      { from: at(0), to: at(60), bars: 0, fetched: 7, source: "IB" },
    ]);
    expect(store.missing(SPY_MINUTES, at(-10), at(70))).toEqual([
      { from: at(-10), to: at(0) },
      { from: at(60), to: at(70) },
    ]);
  });

  it("knows no gaps in closed hours", async () => {
    const store = await storeOf("SPY");
    const open = Float64Array.from([at(0), at(1440)]);
    const sessions = new Sessions(
      open,
      open.map((time) => time + 390 * MINUTE),
    );
    store.write(SPY_MINUTES, seriesOf(minutes(390)), { from: at(0), to: at(390), source: "IB" });
    expect(store.missing(SPY_MINUTES, at(0), at(1440), sessions)).toEqual([]);
    expect(store.missing(SPY_MINUTES, at(-60), at(1500), sessions)).toEqual([{ from: at(1440), to: at(1500) }]);
    expect(store.missing(SPY_MINUTES, at(0), at(1440))).toEqual([{ from: at(390), to: at(1440) }]);
  });

  it("of a series that nothing is known of is missing whole", async () => {
    const store = await storeOf("SPY");
    expect(store.missing(SPY_MINUTES, at(0), at(5))).toEqual([{ from: at(0), to: at(5) }]);
  });

  it("lands together with its bars or not at all", async () => {
    const store = await storeOf("SPY");
    store.write(SPY_MINUTES, seriesOf(minutes(10)), { from: at(0), to: at(10), source: "IB" });
    const late = seriesOf([[at(9) + MINUTE / 2, at(11), 1, 1, 1, 1, 0]]);
    expect(() => store.write(SPY_MINUTES, late, { from: at(9) + 1, to: at(20), source: "IB" })).toThrow(
      expect.objectContaining({ code: "BARS_COLLIDE" }),
    );
    expect(store.series(SPY_MINUTES).extent()).toMatchObject({ bars: 10, last: at(10) });
    expect(store.series(SPY_MINUTES).coverage()).toHaveLength(1);
  });
});

describe.runIf(hasSqlite)("an answer that cannot be", () => {
  it.each([
    [
      "bars outside of it",
      [at(0), at(1), 1, 1, 1, 1, 0],
      at(1),
      at(2),
      "BARS_OUTSIDE_ANSWER",
      "lies outside of what was asked for",
    ],
    [
      "a high below the low",
      [at(0), at(1), 1, 1, 2, 1, 0],
      at(0),
      at(2),
      "BAR_RANGE_INVALID",
      "outside low=2 to high=1",
    ],
    [
      "times between milliseconds",
      [at(0) + 0.5, at(1), 1, 1, 1, 1, 0],
      at(0),
      at(2),
      "BAR_TIME_FRACTIONAL",
      "whole milliseconds",
    ],
    [
      "an end before its beginning",
      [at(0), at(1), 1, 1, 1, 1, 0],
      at(0),
      at(-1),
      "BARS_OUTSIDE_ANSWER",
      "lies outside",
    ],
  ] as const)("%s: refused in a sentence, and nothing stored", async (_, bar, from, to, code, words) => {
    const store = await storeOf("SPY");
    expect(() => store.write(SPY_MINUTES, seriesOf([bar]), { from, to, source: "test" })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    );
    expect(store.list()).toEqual([]);
  });

  it("is one of an instrument that nobody has described", async () => {
    const store = await storeOf("SPY", "IBM");
    const key = { ...SPY_MINUTES, symbol: "SPX" };
    expect(() => store.write(key, undefined, { from: 0, to: 1, source: "test" })).toThrow(
      expect.objectContaining({ code: "SERIES_UNKNOWN", message: expect.stringContaining("Did you mean SPY?") }),
    );
  });
});
