import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Outbox, type Urgency } from "../../brokers/tws/connection/outbox.js";
import { TwsError } from "../../brokers/tws/errors.js";

const SECOND = 1_000;
/** How long the pace stays halved. */
const SLOW = 60 * SECOND;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Message {
  readonly urgency: Urgency;
  readonly putAt: number;
  /** When it left; undefined as long as it waits. */
  leftAt: number | undefined;
}

/** An outbox whose messages note when they left, in the order in which they did. */
class Watched {
  readonly put: Message[] = [];
  readonly left: (Message & { leftAt: number })[] = [];
  readonly dropped: unknown[] = [];
  readonly outbox: Outbox;

  constructor(perSecond: number) {
    this.outbox = new Outbox(perSecond);
  }

  send(urgency: Urgency, count = 1): void {
    for (let i = 0; i < count; i++) {
      const message: Message = { urgency, putAt: performance.now(), leftAt: undefined };
      this.put.push(message);
      this.outbox.put(urgency, {
        write: () => void this.left.push(Object.assign(message, { leftAt: performance.now() })),
        dropped: (error) => void this.dropped.push(error),
      });
    }
  }

  /** The most messages that left within any stretch of a second that begins in [from, to). */
  mostInASecond(from = Number.NEGATIVE_INFINITY, to = Infinity): number {
    const times = this.left.map(({ leftAt }) => leftAt);
    const begun = times.filter((time) => time >= from && time < to);
    return Math.max(0, ...begun.map((first) => times.filter((t) => t >= first && t < first + SECOND).length));
  }
}

/** So many messages, a while after those before. */
const happening = fc.record({
  wait: fc.integer({ min: 0, max: 1_500 }),
  urgency: fc.constantFrom<Urgency>(0, 1, 2, 3, 4),
  count: fc.integer({ min: 0, max: 40 }),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** An outbox through which all of them have gone. */
function after(perSecond: number, happenings: readonly Happening[]): Watched {
  const one = new Watched(perSecond);
  for (const { wait, urgency, count } of happenings) {
    vi.advanceTimersByTime(wait);
    one.send(urgency, count);
  }
  vi.runAllTimers();
  return one;
}

const paces = fc.integer({ min: 1, max: 50 });

describe("the outbox", () => {
  it("lets no more messages out than it may in any second, each as soon as it may, and loses none", () => {
    fc.assert(
      fc.property(paces, fc.array(happening, { maxLength: 15 }), (perSecond, happenings) => {
        const one = after(perSecond, happenings);
        expect(one.left).toHaveLength(one.put.length);
        expect(one.mostInASecond()).toBeLessThanOrEqual(perSecond);
        for (const [i, { leftAt, putAt }] of one.left.entries()) {
          // Either at once, or a second after the one that many before it.
          expect(leftAt === putAt || leftAt === one.left[i - perSecond]?.leftAt + SECOND).toBe(true);
        }
      }),
    );
  });

  it("sends the more urgent first, and what is as urgent in its order", () => {
    fc.assert(
      fc.property(paces, fc.array(happening, { maxLength: 15 }), (perSecond, happenings) => {
        const one = after(perSecond, happenings);
        const order = new Map(one.put.map((message, i) => [message, i]));
        for (const [i, message] of one.left.entries()) {
          const overtaken = one.left.slice(i + 1).filter((later) => {
            if (later.putAt >= message.leftAt) return false;
            if (later.urgency !== message.urgency) return later.urgency < message.urgency;
            return (order.get(later) ?? 0) < (order.get(message) ?? 0);
          });
          expect(overtaken).toEqual([]);
        }
      }),
    );
  });

  it("sends half as many for a minute when TWS complains, half of that when it does again, and never below five", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 50 }), fc.integer({ min: 1, max: 5 }), (perSecond, complaints) => {
        const one = new Watched(perSecond);
        one.send(2, perSecond);
        let pace = perSecond;
        for (let i = 0; i < complaints; i++) {
          one.outbox.slowDown();
          pace = Math.max(5, Math.floor(pace / 2));
        }
        const slowFrom = performance.now();
        one.send(2, 70 * perSecond);
        vi.advanceTimersByTime(SLOW - SECOND);
        expect(one.mostInASecond(slowFrom + 1)).toBe(pace);
        vi.runAllTimers();
        expect(one.mostInASecond(slowFrom + SLOW + 1)).toBe(perSecond);
      }),
      { numRuns: 30 },
    );
  });

  it("counts the minute from the last complaint", () => {
    const one = new Watched(40);
    one.outbox.slowDown();
    vi.advanceTimersByTime(SLOW - SECOND);
    one.outbox.slowDown();
    one.send(2, 1_000);
    vi.advanceTimersByTime(30 * SECOND);
    expect(one.mostInASecond()).toBe(10);
  });

  it("holds what waits already to the slower pace, and makes no pace faster by a complaint", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), (perSecond) => {
        const one = new Watched(perSecond);
        one.send(2, 50);
        one.outbox.slowDown();
        vi.advanceTimersByTime(10 * SECOND);
        expect(one.mostInASecond()).toBe(perSecond);
        one.outbox.close(new TwsError("CONNECTION_CLOSED", { what: "a message" }));
      }),
    );
    const one = new Watched(40);
    one.send(2, 200);
    vi.advanceTimersByTime(500);
    one.outbox.slowDown();
    vi.advanceTimersByTime(10 * SECOND);
    expect(one.mostInASecond(one.left[0].leftAt + 1)).toBe(20);
  });

  it("drops what waits, and whatever comes, with why the connection ended", () => {
    fc.assert(
      fc.property(paces, fc.integer({ min: 0, max: 100 }), (perSecond, count) => {
        const one = new Watched(perSecond);
        one.send(3, count);
        const reason = new TwsError("CONNECTION_CLOSED", { what: "a message" });
        one.outbox.close(reason);
        one.send(0);
        vi.runAllTimers();
        expect(one.left).toHaveLength(Math.min(count, perSecond));
        expect(one.dropped).toEqual(new Array(count + 1 - one.left.length).fill(reason));
        expect(one.outbox.isWaiting).toBe(false);
      }),
    );
  });

  it("lets messages that belong together leave in one go, within the pace where it has room for them", () => {
    const parts = fc.array(
      fc.record({ wait: fc.integer({ min: 0, max: 900 }), count: fc.integer({ min: 0, max: 8 }) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), parts, (perSecond, groups) => {
        const { outbox } = new Watched(perSecond);
        const left: { at: number; group: number }[] = [];
        for (const [group, { wait, count }] of groups.entries()) {
          vi.advanceTimersByTime(wait);
          const write = (): void => {
            for (let i = 0; i < count; i++) left.push({ at: performance.now(), group });
          };
          outbox.put(2, { count, write, dropped: () => undefined });
        }
        vi.runAllTimers();
        // All of them, in order, none parted, and none waits longer than the pace wants.
        expect(left.map(({ group }) => group)).toEqual(
          groups.flatMap(({ count }, i) => Array.from({ length: count }, () => i)),
        );
        for (const [i] of groups.entries()) {
          expect(new Set(left.filter(({ group }) => group === i).map(({ at }) => at)).size).toBeLessThanOrEqual(1);
        }
        const largest = Math.max(perSecond, ...groups.map(({ count }) => count));
        for (const { at: first } of left) {
          expect(left.filter(({ at }) => at >= first && at < first + SECOND).length).toBeLessThanOrEqual(largest);
        }
      }),
    );
  });

  it("does not keep a message waiting behind others that need more room and are less urgent", () => {
    const { outbox } = new Watched(4);
    const left: string[] = [];
    const put = (urgency: Urgency, name: string, count: number): void =>
      outbox.put(urgency, { count, write: () => void left.push(name), dropped: () => undefined });
    put(2, "two", 2);
    put(2, "three", 3);
    expect(left).toEqual(["two"]);
    put(0, "cancel", 1);
    expect(left).toEqual(["two", "cancel"]);
    vi.advanceTimersByTime(SECOND);
    expect(left).toEqual(["two", "cancel", "three"]);
  });

  it("asks how many there are when it is their turn, and takes no room for none", () => {
    const { outbox } = new Watched(2);
    const left: string[] = [];
    let count = 2;
    outbox.put(2, { count: 2, write: () => void left.push("first"), dropped: () => undefined });
    const second = { write: () => void left.push("second"), dropped: () => undefined };
    outbox.put(2, Object.defineProperty(second, "count", { get: () => count }));
    count = 0;
    outbox.put(3, { write: () => undefined, dropped: () => undefined });
    expect(left).toEqual(["first", "second"]);
  });

  it("tells whoever sends what cannot be written, and goes on", () => {
    const { outbox } = new Watched(40);
    const told: unknown[] = [];
    const broken = new Error("cannot be encoded");
    const write = (): never => {
      throw broken;
    };
    outbox.put(2, { write, dropped: (error) => void told.push(error) });
    outbox.put(2, { write: () => void told.push("sent"), dropped: () => undefined });
    expect(told).toEqual([broken, "sent"]);
  });
});
