import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayQuote, servesHistory } from "../../brokers/ib/data-farms.js";
import { BarTimes } from "../../brokers/tws/feed/bar-times.js";
import { EventRing } from "../../brokers/tws/feed/event-ring.js";
import { CHANGED, MarketState, QUOTED, TICK } from "../../brokers/tws/feed/market-state.js";
import { Turns } from "../../brokers/tws/feed/turns.js";
import { Timetable } from "../../brokers/tws/scheduler.js";
import { Sessions } from "../../core/calendar/sessions.js";
import { BAR, QUOTE, TRADE } from "../../core/feed.js";
import { HOUR, MINUTE, parseBarSize } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";

describe("a ring of events", () => {
  it("hands out what was pushed, in order, as known when it was released, however full it becomes", () => {
    const step = fc.oneof(
      fc.record({ push: fc.constantFrom("quote", "trade", "bar"), value: fc.double({ noNaN: true }) }),
      fc.record({ take: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ release: fc.constant(true) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const ring = new EventRing(4);
        const pushed: (readonly number[])[] = [];
        const expected: (readonly number[])[] = [];
        const taken: number[][] = [];
        let now = 0;
        const take = (): boolean => {
          if (!ring.take()) return false;
          const { kind, subject, row, time, a } = ring;
          taken.push(kind === BAR ? [kind, subject, row, time] : [kind, subject, row, time, a]);
          return true;
        };
        for (const one of steps) {
          now += 10;
          if ("release" in one) {
            ring.release(now);
            for (const event of pushed.splice(0)) expected.push(event.map((value) => (value === -7 ? now : value)));
          } else if ("take" in one) {
            for (let i = 0; i < one.take; i++) take();
          } else if (one.push === "bar") {
            ring.bar(3, now, now - 5, false);
            pushed.push([BAR, 3, now, -7]);
          } else {
            if (one.push === "quote") ring.quote(1, one.value, 2, 3, 4);
            else ring.trade(2, one.value, 5);
            pushed.push([one.push === "quote" ? QUOTE : TRADE, one.push === "quote" ? 1 : 2, -1, -7, one.value]);
          }
        }
        while (take());
        expect(taken).toEqual(expected);
        expect(ring.length).toBe(pushed.length);
        expect(ring.isDry).toBe(true);
      }),
    );
  });
});

describe("what is known of quotes", () => {
  const known = (): MarketState => {
    const state = new MarketState([new Instrument({ symbol: "SPY" })]);
    tell(state, [100, 100.02, 3, 4, 100.01], 1_000);
    return state;
  };
  const tell = (state: MarketState, values: readonly number[], now: number): boolean => {
    const { bid, ask, bidSize, askSize, last } = state;
    for (const [i, column] of [bid, ask, bidSize, askSize, last].entries()) column[0] = values[i];
    state.note(0, TICK | QUOTED | CHANGED);
    const hasNews = state.hasNews(0);
    state.settle(now);
    return hasNews;
  };
  const times = ({ tickAt, quoteAt, changedAt }: MarketState): number[] => [tickAt[0], quoteAt[0], changedAt[0]];

  it("is no younger where a break has come between and it is told again to the last digit", () => {
    const state = known();
    for (const now of [2_000, 3_000]) {
      state.forget(0, now);
      // The sides need not come together.
      expect(tell(state, [100, Number.NaN, 3, Number.NaN, Number.NaN], now)).toBe(false);
      expect(tell(state, [100, 100.02, 3, 4, 100.01], now)).toBe(false);
      expect(times(state)).toEqual([now, 1_000, 1_000]);
    }
  });

  it("is no younger where several breaks have come between, and some of it was told behind the last of them alone", () => {
    const none = Number.NaN;
    const state = known();
    state.forget(0, 2_000);
    expect(tell(state, [100, 100.02, none, none, none], 2_000)).toBe(false);
    state.forget(0, 3_000);
    expect(tell(state, [100, 100.02, 3, 4, 100.01], 3_000)).toBe(false);
    expect(times(state)).toEqual([3_000, 1_000, 1_000]);
    // A bid that is other is news, and the rest is as old as before.
    state.forget(0, 4_000);
    expect(tell(state, [100.01, none, 3, none, none], 4_000)).toBe(true);
    state.forget(0, 5_000);
    expect(tell(state, [100.01, 100.02, 3, 4, 100.01], 5_000)).toBe(false);
    expect(times(state)).toEqual([5_000, 4_000, 4_000]);
  });

  it.each([0, 1, 2, 3, 4])("is news once anything of it is other than before (%i)", (which) => {
    const state = known();
    state.forget(0, 2_000);
    const values = [100, 100.02, 3, 4, 100.01].map((value, i) => (i === which ? value + 1 : value));
    expect(tell(state, values, 3_000)).toBe(true);
    expect(times(state)).toEqual([3_000, 3_000, 3_000]);
    // What comes behind it is news too, though it is what was known before.
    expect(tell(state, [100, 100.02, 3, 4, 100.01], 4_000)).toBe(true);
    expect(times(state)).toEqual([4_000, 4_000, 4_000]);
  });
});

describe("the time of IB's bars", () => {
  const open = Date.UTC(2024, 10, 29, 14, 30);
  // The day after Thanksgiving: it closes at 13:00 in New York.
  const early = new Sessions(Float64Array.of(open), Float64Array.of(open + 3.5 * HOUR));
  const clock = { offsetAt: () => -5 * HOUR };
  const dates = Int32Array.of(20241129);

  it("is clipped at the session's close, and of a day that of its session", () => {
    const times = (size: string) => new BarTimes(parseBarSize(size), early, dates, clock);
    expect(times("1hour").endOf(open)).toBe(open + 30 * MINUTE);
    expect(times("1hour").endOf(open + 30 * MINUTE)).toBe(open + 90 * MINUTE);
    expect(times("4hour").endOf(open)).toBe(open + 2.5 * HOUR);
    expect(times("4hour").endOf(open + 2.5 * HOUR)).toBe(open + 3.5 * HOUR);
    expect(times("1day").startOf(20241129)).toBe(open);
    expect(times("1day").endOf(20241129)).toBe(open + 3.5 * HOUR);
    expect(times("1day").endOf(20241128)).toBe(Number.NaN);
  });

  it("ends with a break, and knows of a hole only while the market was open", () => {
    const lunch = new Sessions(Float64Array.of(0, 24 * HOUR), Float64Array.of(6 * HOUR, 30 * HOUR), {
      breakStart: Float64Array.of(2.5 * HOUR, 26.5 * HOUR),
      breakEnd: Float64Array.of(3.5 * HOUR, 27.5 * HOUR),
    });
    const times = new BarTimes(parseBarSize("1hour"), lunch, Int32Array.of(20240101, 20240102), { offsetAt: () => 0 });
    expect(times.endOf(2 * HOUR)).toBe(2.5 * HOUR);
    expect(times.hasHole(2.5 * HOUR, 3.5 * HOUR)).toBe(false);
    expect(times.hasHole(6 * HOUR, 24 * HOUR)).toBe(false);
    expect(times.hasHole(2 * HOUR, 4 * HOUR)).toBe(true);
  });
});

describe("a timetable", () => {
  it("does what is due, in order, when it is looked at, and what that asks for the next time", () => {
    const clock = { now: 0 };
    const timetable = new Timetable(clock);
    const done: string[] = [];
    timetable.after(20, () => done.push("second"));
    timetable.after(10, () => {
      done.push("first");
      callOff();
      timetable.after(0, () => done.push("next"));
    });
    const callOff = timetable.after(20, () => done.push("called off"));
    expect(timetable.due).toBe(10);
    clock.now = 9;
    timetable.run();
    expect(done).toEqual([]);
    clock.now = 30;
    timetable.run();
    expect(done).toEqual(["first", "second"]);
    expect(timetable.due).toBe(30);
    timetable.run();
    expect(done).toEqual(["first", "second", "next"]);
    expect(timetable.due).toBe(Infinity);
  });
});

describe("turns", () => {
  it("are taken by so many at once, kept until they are done, and left by who does not want them any more", () => {
    const turns = new Turns<string>(2);
    const ran: string[] = [];
    for (const one of ["a", "b", "c", "d", "e"]) turns.take(one, () => ran.push(one));
    turns.take("a", () => ran.push("a again"));
    turns.done("d");
    expect(ran).toEqual(["a", "b", "a again"]);
    turns.done("a");
    turns.done("a");
    expect(ran).toEqual(["a", "b", "a again", "c"]);
    turns.done("c");
    expect(ran.at(-1)).toBe("e");
  });
});

describe("data farms", () => {
  it("quote what their names say, and one that nobody knows may quote anything", () => {
    const stock = { secType: "STK", currency: "USD" };
    const german = { secType: "STK", currency: "EUR" };
    const future = { secType: "FUT", currency: "USD" };
    const pair = { secType: "CASH", currency: "USD" };
    const quoted = (farm: string): boolean[] => [stock, german, future, pair].map((one) => mayQuote(farm, one));
    expect(quoted("usfarm.nj")).toEqual([true, false, false, false]);
    expect(quoted("usfuture")).toEqual([false, false, true, false]);
    expect(quoted("cashfarm")).toEqual([false, false, false, true]);
    expect(quoted("eufarmnj")).toEqual([false, true, false, false]);
    expect(quoted("moonfarm")).toEqual([true, true, true, true]);
    for (const farm of ["ushmds", "euhmds", "secdefil"]) expect(quoted(farm)).toEqual([false, false, false, false]);
    expect(["ushmds", "cashhmds", "usfarm"].map(servesHistory)).toEqual([true, true, false]);
  });
});
