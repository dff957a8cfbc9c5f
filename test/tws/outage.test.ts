import fc from "fast-check";
import { DateTime } from "luxon";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RESET_WINDOWS, type ResetWindow } from "../../brokers/ib/reset-windows.js";
import { type OutageTold, OutageWatch } from "../../brokers/tws/connection/outage.js";
import { endOfReset, type OffsetAt } from "../../brokers/tws/connection/reset-window-at.js";
import { HOUR, type Instant, MINUTE } from "../../core/market/bar-size.js";
import { zoneOffsets } from "../../data/zone-offsets.js";

const offsetAt: OffsetAt = (zone, instant) => zoneOffsets(zone).offsetAt(instant);
const NEW_YORK = "America/New_York";
/** An instant of New York's clocks. */
const at = (text: string): Instant => DateTime.fromISO(text, { zone: NEW_YORK }).toMillis();

const instants = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) });
/** Times of day at which no zone here puts its clocks forward or back. */
const clockTime = fc
  .record({ hour: fc.integer({ min: 4, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) })
  .map(({ hour, minute }) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
const windows = fc.array(
  fc.record<ResetWindow>({
    name: fc.constant("a reset"),
    zone: fc.constantFrom(NEW_YORK, "Europe/London", "Asia/Hong_Kong"),
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    from: clockTime,
    to: clockTime,
  }),
  { maxLength: 4 },
);

/** Whether the local clocks stand within a window: today's, or yesterday's where it goes over midnight. */
function isWithin(instant: Instant, { zone, days, from, to }: ResetWindow): boolean {
  const local = DateTime.fromMillis(instant, { zone });
  const clock = local.toFormat("HH:mm");
  const beginsOn = (day: DateTime): boolean => days.includes(day.weekday);
  if (from < to) return beginsOn(local) && clock >= from && clock < to;
  return (beginsOn(local) && clock >= from) || (beginsOn(local.minus({ days: 1 })) && clock < to);
}

describe("the end of a reset", () => {
  it("is known of an instant that lies within a window by the local clocks, and of no other", () => {
    fc.assert(
      fc.property(instants, windows, (instant, some) => {
        const end = endOfReset(instant, some, offsetAt);
        expect(end !== undefined).toBe(some.some((window) => isWithin(instant, window)));
      }),
      { numRuns: 500 },
    );
  });

  it("is the latest end of the windows that the instant lies in, by the clocks of that moment", () => {
    fc.assert(
      fc.property(instants, windows, (instant, some) => {
        const end = endOfReset(instant, some, offsetAt);
        const around = some.filter((window) => isWithin(instant, window));
        fc.pre(end !== undefined && around.length > 0);
        const ends = around.map(({ zone, to }) => {
          const local = DateTime.fromMillis(instant, { zone });
          const [hour, minute] = to.split(":").map(Number);
          const today = local.set({ hour, minute, second: 0, millisecond: 0 });
          return (today > local ? today : today.plus({ days: 1 })).toMillis();
        });
        expect(end).toBe(Math.max(...ends));
      }),
      { numRuns: 500 },
    );
  });

  it("is the same for all of one reset, whenever in it something is lost", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 130 * MINUTE - 1 }), (late) => {
        const begin = at("2026-01-13T23:40");
        expect(endOfReset(begin + late, RESET_WINDOWS, offsetAt)).toBe(at("2026-01-14T01:50"));
      }),
    );
    expect(endOfReset(at("2026-01-13T23:40") - 1, RESET_WINDOWS, offsetAt)).toBeUndefined();
    expect(endOfReset(at("2026-01-14T01:50"), RESET_WINDOWS, offsetAt)).toBeUndefined();
  });

  it("is that of the weekend's reset from Friday 23:00 on, and of the daily one on other nights", () => {
    expect(endOfReset(at("2026-01-16T23:00"), RESET_WINDOWS, offsetAt)).toBe(at("2026-01-17T03:00"));
    expect(endOfReset(at("2026-01-17T00:30"), RESET_WINDOWS, offsetAt)).toBe(at("2026-01-17T03:00"));
    expect(endOfReset(at("2026-01-17T02:00"), RESET_WINDOWS, offsetAt)).toBe(at("2026-01-17T03:00"));
    expect(endOfReset(at("2026-01-15T23:00"), RESET_WINDOWS, offsetAt)).toBeUndefined();
    expect(endOfReset(at("2026-01-18T00:30"), RESET_WINDOWS, offsetAt)).toBe(at("2026-01-18T01:50"));
  });

  it("is by the new time in the night in which the clocks are changed", () => {
    const [window] = RESET_WINDOWS;
    const late = [{ ...window, to: "04:00" }];
    // Four hours and twenty minutes by the clocks; an hour less in spring, an hour more in autumn.
    for (const [night, hours] of [
      ["2026-01-10", 0],
      ["2026-03-07", -1],
      ["2026-10-31", 1],
    ] as const) {
      const begin = at(`${night}T23:40`);
      expect(endOfReset(begin, late, offsetAt)).toBe(begin + 260 * MINUTE + hours * HOUR);
    }
  });
});

describe("the watch over an outage", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A watch that begins at an instant, and what it tells with when. */
  function watchAt(instant: Instant): { watch: OutageWatch; told: (OutageTold & { at: Instant })[] } {
    vi.setSystemTime(instant);
    const told: (OutageTold & { at: Instant })[] = [];
    const watch = new OutageWatch(RESET_WINDOWS, offsetAt, (outage) => told.push({ ...outage, at: Date.now() }));
    return { watch, told };
  }

  it("is overdue at once outside of the resets, and two minutes after its reset where it began in one", () => {
    fc.assert(
      fc.property(instants, fc.constantFrom("connection" as const, "upstream" as const), (since, of) => {
        const { watch, told } = watchAt(since);
        watch.begin(of);
        const expectedUntil = endOfReset(since, RESET_WINDOWS, offsetAt);
        const first = { since, of, expectedUntil, isOverdue: expectedUntil === undefined, at: since };
        expect(told).toEqual([first]);
        vi.advanceTimersByTime(12 * HOUR);
        const second = { ...first, isOverdue: true, at: (expectedUntil ?? 0) + 2 * MINUTE };
        expect(told).toEqual(expectedUntil === undefined ? [first] : [first, second]);
        watch.end();
      }),
    );
  });

  it("is never overdue where it ends with its reset", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 132 * MINUTE - 1 }), (lasts) => {
        const { watch, told } = watchAt(at("2026-01-13T23:40"));
        watch.begin("connection");
        vi.advanceTimersByTime(lasts);
        watch.end();
        vi.advanceTimersByTime(72 * HOUR);
        expect(told.map(({ isOverdue }) => isOverdue)).toEqual([false]);
      }),
    );
  });

  it("takes a second loss for part of the first, and one after its end for another", () => {
    const { watch, told } = watchAt(at("2026-01-13T12:00"));
    watch.begin("upstream");
    vi.advanceTimersByTime(MINUTE);
    watch.begin("connection");
    expect(told.map(({ of }) => of)).toEqual(["upstream"]);
    watch.end();
    vi.advanceTimersByTime(MINUTE);
    watch.begin("connection");
    expect(told.map(({ of, since }) => [of, since - told[0].since])).toEqual([
      ["upstream", 0],
      ["connection", 2 * MINUTE],
    ]);
    watch.end();
  });
});
