import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HISTORY_LIMITS } from "../../brokers/ib/history-limits.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import { durationFor, reachBack } from "../../data/history/duration-span.js";
import { chunkLimit } from "../../data/history/history-limits.js";
import { type Chunk, halved, missingStretches, planChunks } from "../../data/history/plan-chunks.js";
import { TradingHours } from "../../data/history/trading-hours.js";
import { type Interval, intersect, normalise, subtract } from "../../data/intervals.js";
import { parseBarSize } from "../../index.js";

const DAY = 86_400_000;
const INSTRUMENTS: readonly InstrumentSpec[] = [
  { symbol: "AAPL" },
  { symbol: "EUR.USD", assetClass: "forex" },
  { symbol: "ESZ6", assetClass: "future", tickSize: 0.25 },
  { symbol: "7203", exchange: "TSEJ", currency: "JPY", timeZone: "Asia/Tokyo" },
  { symbol: "NESN", exchange: "EBS", currency: "CHF", timeZone: "Europe/Zurich" },
];
/** How many days of history are enough to need several chunks. */
const SPAN_DAYS: Readonly<Record<string, number>> = { "1sec": 2, "5sec": 4, "30sec": 10, "1min": 40, "5min": 200 };
const SIZES = ["1sec", "5sec", "30sec", "1min", "5min", "15min", "30min", "1hour", "4hour", "1day", "1week", "1month"];

interface Case {
  readonly hours: TradingHours;
  readonly wanted: Interval;
  readonly known: readonly Interval[];
}

const raws = fc.record({
  spec: fc.constantFrom(...INSTRUMENTS),
  size: fc.constantFrom(...SIZES),
  kind: fc.constantFrom("regular" as const, "all" as const),
  from: fc.integer({ min: Date.UTC(2012, 0, 1) / 1000, max: Date.UTC(2022, 0, 1) / 1000 }),
  share: fc.double({ min: 0.001, max: 1, noNaN: true }),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
});

type Raw = typeof raws extends fc.Arbitrary<infer T> ? T : never;

function caseOf({ spec, size: label, kind, from, share, cuts }: Raw): Case {
  const size = parseBarSize(label);
  const days = (SPAN_DAYS[label] ?? 4 * 365) * share;
  const span = { from: from * 1000, to: from * 1000 + days * DAY };
  const hours = new TradingHours(new Instrument(spec), size, kind, span);
  const wanted = { from: hours.barStart(span.from), to: hours.barStop(Math.floor(span.to / 1000) * 1000) };
  const points = cuts
    .sort((a, b) => a - b)
    .map((cut) => hours.barStart(Math.round(wanted.from + cut * (wanted.to - wanted.from))));
  const known: Interval[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) known.push({ from: points[i], to: points[i + 1] });
  return { hours, wanted, known: normalise(known) };
}

function chunksOf({ hours, wanted, known }: Case): Chunk[] {
  return planChunks(missingStretches(wanted, known, hours), hours, HISTORY_LIMITS);
}

function open(hours: TradingHours, spans: readonly Interval[]): Interval[] {
  return normalise(spans.flatMap(({ from, to }) => hours.open(from, to)));
}

const RUNS = { numRuns: 150 };

describe("chunks", () => {
  it("keep exactly what is missing, each instant once, and never across what is known", () => {
    fc.assert(
      fc.property(raws, (raw) => {
        const one = caseOf(raw);
        const { hours, wanted, known } = one;
        const kept = chunksOf(one).map(({ keep }) => keep);
        const missing = open(hours, subtract([wanted], known));
        expect(open(hours, kept)).toEqual(missing);
        const length = (spans: readonly Interval[]): number => spans.reduce((sum, { from, to }) => sum + to - from, 0);
        expect(length(kept)).toBe(length(normalise(kept)));
        expect(intersect(kept, known)).toEqual([]);
      }),
      RUNS,
    );
  });

  it("ask for all that is kept of them, in whole bars, and for no closed hours at either end", () => {
    fc.assert(
      fc.property(raws, (raw) => {
        const one = caseOf(raw);
        const { hours } = one;
        for (const { ask, keep } of chunksOf(one)) {
          expect(subtract(hours.open(keep.from, keep.to), [ask])).toEqual([]);
          expect(hours.barStart(ask.from)).toBe(ask.from);
          expect(hours.barStop(ask.to)).toBe(ask.to);
          const spans = hours.open(ask.from, ask.to);
          expect([spans[0].from, spans[spans.length - 1].to]).toEqual([ask.from, ask.to]);
        }
      }),
      RUNS,
    );
  });

  it("are no longer than is usual for their bars, and asked for in words that reach over them and are allowed", () => {
    fc.assert(
      fc.property(raws, (raw) => {
        const one = caseOf(raw);
        const { hours } = one;
        const { usual, most } = chunkLimit(HISTORY_LIMITS, hours.size);
        for (const { ask, duration } of chunksOf(one)) {
          expect(ask.from).toBeGreaterThanOrEqual(reachBack(usual, ask.to, hours));
          expect(reachBack(duration, ask.to, hours)).toBeLessThanOrEqual(ask.from);
          expect(HISTORY_LIMITS.isAllowed(hours.size, duration)).toBe(true);
          expect(reachBack(duration, ask.to, hours)).toBeGreaterThanOrEqual(reachBack(most, ask.to, hours));
        }
      }),
      RUNS,
    );
  });

  it("come the newest first within a stretch, and are none where nothing is missing or all is closed", () => {
    fc.assert(
      fc.property(raws, (raw) => {
        const one = caseOf(raw);
        const starts = chunksOf(one).map(({ ask }) => ask.from);
        expect(starts).toEqual([...starts].sort((a, b) => b - a));
        expect(chunksOf({ ...one, known: [one.wanted] })).toEqual([]);
      }),
      RUNS,
    );
    const hours = new TradingHours(new Instrument({ symbol: "AAPL" }), parseBarSize("1min"), "regular", {
      from: Date.UTC(2024, 0, 1),
      to: Date.UTC(2024, 1, 1),
    });
    // From Friday's close to Monday's open.
    const weekend = { from: Date.UTC(2024, 0, 5, 21), to: Date.UTC(2024, 0, 8, 14, 30) };
    expect(missingStretches(weekend, [], hours)).toEqual([]);
  });

  it("halve into two that keep the same, and asking for either is less", () => {
    fc.assert(
      fc.property(raws, (raw) => {
        const one = caseOf(raw);
        const { hours } = one;
        for (const chunk of chunksOf(one).slice(0, 5)) {
          const parts = halved(chunk, hours, HISTORY_LIMITS);
          if (parts === undefined) continue;
          const [newer, older] = parts;
          expect(older.keep.from).toBe(chunk.keep.from);
          expect(older.keep.to).toBe(newer.keep.from);
          expect(newer.keep.to).toBe(chunk.keep.to);
          for (const part of parts) {
            expect(subtract(hours.open(part.keep.from, part.keep.to), [part.ask])).toEqual([]);
            expect(subtract([part.ask], [chunk.ask])).toEqual([]);
            expect(reachBack(part.duration, part.ask.to, hours)).toBeLessThanOrEqual(part.ask.from);
            expect(HISTORY_LIMITS.isAllowed(hours.size, part.duration)).toBe(true);
          }
        }
      }),
      RUNS,
    );
  });

  it("end, however often they are halved", () => {
    fc.assert(
      fc.property(raws, (raw) => {
        const one = caseOf(raw);
        const work = chunksOf(one).slice(0, 1);
        const bars = work
          .flatMap(({ ask }) => one.hours.open(ask.from, ask.to))
          .reduce((sum, { from, to }) => sum + Math.ceil((to - from) / one.hours.size.ms) + 1, 0);
        let count = 0;
        for (let next = work.pop(); next !== undefined; next = work.pop()) {
          const parts = halved(next, one.hours, HISTORY_LIMITS);
          if (parts !== undefined) work.push(...parts);
          // No more than a tree has nodes whose leaves are bars.
          expect(++count).toBeLessThan(2 * bars);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("a year of bars of an hour and more", () => {
  it.each(["1hour", "1day"])("is one request: %s", (label) => {
    const size = parseBarSize(label);
    const span = { from: Date.UTC(2014, 0, 1, 5), to: Date.UTC(2024, 0, 1, 5) };
    const hours = new TradingHours(new Instrument({ symbol: "AAPL" }), size, "regular", span);
    const chunks = planChunks(missingStretches(span, [], hours), hours, HISTORY_LIMITS);
    expect(chunks).toHaveLength(10);
    expect(chunks.map(({ duration }) => `${duration.count} ${duration.unit}`)).toEqual(Array(10).fill("1 Y"));
  });

  it("is one for the last days of a series that is refreshed", () => {
    const hours = new TradingHours(new Instrument({ symbol: "AAPL" }), parseBarSize("1day"), "regular", {
      from: Date.UTC(2024, 0, 1),
      to: Date.UTC(2024, 1, 1),
    });
    // From Thursday's close to Monday's.
    const [chunk] = planChunks(
      missingStretches({ from: Date.UTC(2024, 0, 4, 21), to: Date.UTC(2024, 0, 8, 21) }, [], hours),
      hours,
      HISTORY_LIMITS,
    );
    expect(chunk.duration).toEqual({ count: 4, unit: "D" });
  });
});

describe("the duration to ask for", () => {
  it("is the one that reaches least beyond what is wanted", () => {
    const hours = (label: string): TradingHours =>
      new TradingHours(new Instrument({ symbol: "AAPL" }), parseBarSize(label), "regular", {
        from: Date.UTC(2022, 0, 1),
        to: Date.UTC(2024, 1, 1),
      });
    const words = (label: string, from: number, to: number): string => {
      const duration = durationFor({ from, to }, parseBarSize(label), hours(label), HISTORY_LIMITS);
      return duration === undefined ? "none" : `${duration.count} ${duration.unit}`;
    };
    const open = Date.UTC(2024, 0, 8, 14, 30);
    const close = Date.UTC(2024, 0, 8, 21);
    expect(words("1sec", open, open + 1_800_000)).toBe("1800 S");
    expect(words("1sec", open, open + 1_000)).toBe("30 S");
    expect(words("5sec", open, open + 7_200_000)).toBe("7200 S");
    expect(words("1min", open, close)).toBe("1 D");
    expect(words("1min", close - 7 * DAY, close)).toBe("1 W");
    expect(words("5min", Date.UTC(2023, 11, 8, 21), close)).toBe("1 M");
    expect(words("1hour", Date.UTC(2023, 0, 9, 14, 30), close)).toBe("1 Y");
    expect(words("1day", Date.UTC(2022, 0, 10, 14, 30), close)).toBe("2 Y");
  });
});
