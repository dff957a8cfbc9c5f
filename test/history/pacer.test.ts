import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HISTORY_LIMITS } from "../../brokers/ib/history-limits.js";
import { PACING_RULES } from "../../brokers/ib/pacing.js";
import type { PacingRule } from "../../data/history/history-limits.js";
import type { PacedRequest, RequestLog, SentRequest } from "../../data/history/paced-request.js";
import { Pacer } from "../../data/history/pacer.js";
import { RequestTable } from "../../data/store/request-table.js";
import { hasSqlite, newPath, opened } from "../store/store-folder.js";
import { FakeClock } from "./fake-clock.js";

/** A request as it was made, sent and answered. */
interface Sent {
  readonly request: PacedRequest;
  readonly asked: number;
  sent: number;
  readonly takes: number;
}

/** A log in memory. */
class MemoryLog implements RequestLog {
  readonly all: SentRequest[] = [];
  private read = 0;

  alone<T>(work: () => T): T {
    return work();
  }

  unread(): readonly SentRequest[] {
    const from = this.read;
    this.read = this.all.length;
    return this.all.slice(from);
  }

  note(sent: SentRequest): void {
    this.all.push(sent);
  }
}

const JITTER = 250;
const OWN = HISTORY_LIMITS.pacing.filter(({ counts }) => counts !== "messages");
const IB = PACING_RULES.filter(({ counts }) => counts !== "messages");

function counted(rule: PacingRule, one: PacedRequest, others: readonly PacedRequest[]): number {
  return others
    .filter((other) => !rule.smallBarsOnly || other.small)
    .filter((other) => rule.counts !== "identical requests" || other.identity === one.identity)
    .filter((other) => !rule.counts.startsWith("requests of") || other.family === one.family)
    .reduce((sum, other) => sum + (rule.counts === "requests" ? other.cost : 1), 0);
}

/** Whether a request may be sent at an instant after all those, by one rule, with so much air. */
function fits(rule: PacingRule, request: PacedRequest, at: number, earlier: readonly Sent[], air: number): boolean {
  if (rule.smallBarsOnly && !request.small) return true;
  const within = earlier.filter(({ sent }) => at - sent < rule.window + (rule.hard ? air : 0));
  const all = counted(rule, request, [...within.map((one) => one.request), request]);
  // What counts for more than a window holds goes when nothing else is in it.
  return all <= Math.max(rule.most, counted(rule, request, [request]));
}

const asks = fc.array(
  fc.record({
    wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })),
    family: fc.constantFrom("AAPL trades", "MSFT trades", "EUR.USD bid-ask"),
    span: fc.integer({ min: 0, max: 12 }),
    small: fc.boolean(),
    takes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30_000 })),
  }),
  { minLength: 1, maxLength: 150 },
);

async function play(given: typeof asks extends fc.Arbitrary<infer T> ? T : never, atOnce = 6): Promise<Sent[]> {
  const clock = new FakeClock();
  const pacer = new Pacer({ rules: HISTORY_LIMITS.pacing, atOnce, clock, log: new MemoryLog() });
  const sent: Sent[] = [];
  const work: Promise<void>[] = [];
  const signal = new AbortController().signal;
  const all = (async () => {
    for (const { wait, family, span, small, takes } of given) {
      if (wait > 0) await new Promise<void>((resolve) => clock.after(wait, resolve));
      const cost = family.endsWith("bid-ask") ? 2 : 1;
      const request: PacedRequest = { identity: `${family} ${span} ${small}`, family, small, cost };
      const asked = clock.now();
      const send = async (): Promise<void> => {
        sent.push({ request, asked, sent: clock.now(), takes });
        await new Promise<void>((resolve) => clock.after(takes, resolve));
      };
      work.push(pacer.run(request, send, signal));
    }
    await Promise.all(work);
  })();
  await clock.until(all);
  return sent;
}

describe("the pacer", () => {
  it("never exceeds a window, IB's or its own, for any sequence of requests", async () => {
    await fc.assert(
      fc.asyncProperty(asks, async (given) => {
        const sent = await play(given);
        expect(sent).toHaveLength(given.length);
        for (const [i, { request, sent: at }] of sent.entries()) {
          for (const rule of OWN) expect(fits(rule, request, at, sent.slice(0, i), JITTER), rule.name).toBe(true);
          for (const rule of IB) expect(fits(rule, request, at, sent.slice(0, i), 0), rule.name).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("never has more under way than it may", async () => {
    await fc.assert(
      fc.asyncProperty(asks, fc.integer({ min: 1, max: 8 }), async (given, atOnce) => {
        const sent = await play(given, atOnce);
        for (const { sent: at } of sent) {
          const open = sent.filter((one) => one.sent <= at && one.sent + one.takes > at).length;
          expect(open).toBeLessThanOrEqual(atOnce);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is never idle while a request waits that may be sent", async () => {
    await fc.assert(
      fc.asyncProperty(asks, async (given) => {
        const sent = await play(given);
        for (const one of sent) {
          // Only then may what forbids it end: a window, or the answer to another.
          const ends = sent.flatMap((other) => [
            other.sent + other.takes,
            ...OWN.map(({ window, hard }) => other.sent + window + (hard ? JITTER : 0)),
          ]);
          for (const at of [one.asked, ...ends].filter((instant) => instant >= one.asked && instant < one.sent)) {
            const earlier = sent.filter((other) => other.sent <= at && other !== one);
            const open = earlier.filter((other) => other.sent + other.takes >= at).length;
            const forbidden = open >= 6 || OWN.some((rule) => !fits(rule, one.request, at, earlier, JITTER));
            // At one instant the order of what happens in it decides; a millisecond later nothing does.
            const later = sent.some((other) => other !== one && other.sent === at);
            expect(forbidden || later, `${at - one.asked} ms after it was asked for`).toBe(true);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("lets others pass a request that has to wait", async () => {
    const clock = new FakeClock();
    const pacer = new Pacer({ rules: OWN, atOnce: 6, clock, log: new MemoryLog() });
    const began = clock.now();
    const order: string[] = [];
    const ask = (identity: string): Promise<void> => {
      const request = { identity, family: identity, small: true, cost: 1 };
      return pacer.run(
        request,
        async () => void order.push(`${identity} ${clock.now() - began}`),
        new AbortController().signal,
      );
    };
    await clock.until(Promise.all([ask("a"), ask("a"), ask("b")]));
    expect(order).toEqual(["a 0", "b 1000", "a 15250"]);
  });

  it("sends nothing while it is held up, and nothing that has been given up", async () => {
    const clock = new FakeClock();
    const pacer = new Pacer({ rules: [], atOnce: 6, clock, log: new MemoryLog() });
    const began = clock.now();
    pacer.hold(15_000);
    const abort = new AbortController();
    const request = { identity: "a", family: "a", small: false, cost: 1 };
    const given = pacer.run(request, async () => "sent", abort.signal);
    const kept = pacer.run(request, async () => clock.now() - began, new AbortController().signal);
    abort.abort(new Error("given up"));
    await expect(given).rejects.toThrow("given up");
    expect(await clock.until(kept)).toBe(15_000);
  });

  it("waits for nothing when all that waited have been given up", async () => {
    const clock = new FakeClock();
    const pacer = new Pacer({ rules: [], atOnce: 6, clock, log: new MemoryLog() });
    pacer.hold(600_000);
    const abort = new AbortController();
    const request = { identity: "a", family: "a", small: false, cost: 1 };
    const given = Promise.allSettled([1, 2].map(() => pacer.run(request, async () => "sent", abort.signal)));
    abort.abort(new Error("given up"));
    expect((await given).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(() => clock.step()).toThrow("no timer is set");
    expect(await clock.until(pacer.run(request, async () => "sent", new AbortController().signal))).toBe("sent");
  });

  it("frees the place of a request that fails", async () => {
    const clock = new FakeClock();
    const pacer = new Pacer({ rules: [], atOnce: 1, clock, log: new MemoryLog() });
    const signal = new AbortController().signal;
    const request = { identity: "a", family: "a", small: false, cost: 1 };
    const broken = pacer.run(request, () => Promise.reject(new Error("broken")), signal);
    const next = pacer.run(request, async () => "sent", signal);
    await expect(broken).rejects.toThrow("broken");
    expect(await clock.until(next)).toBe("sent");
  });
});

describe.runIf(hasSqlite)("the log of requests in a store", () => {
  const head: PacedRequest = { identity: "AAPL head", family: "AAPL", small: true, cost: 1 };

  it("holds back the next process after one that was killed", async () => {
    const path = newPath();
    const clock = new FakeClock();
    const send = async (): Promise<number> => clock.now();
    const pacer = async (): Promise<Pacer> => {
      const log = new RequestTable((await opened(path)).file, 660_000);
      return new Pacer({ rules: OWN, atOnce: 6, clock, log });
    };
    const signal = new AbortController().signal;
    const first = await clock.until((await pacer()).run(head, send, signal));
    const second = await clock.until((await pacer()).run(head, send, signal));
    expect(second - first).toBe(15_250);
  });

  it("is shared by two at the same time", async () => {
    const path = newPath();
    const clock = new FakeClock();
    const times: number[] = [];
    const send = async (): Promise<void> => void times.push(clock.now());
    const signal = new AbortController().signal;
    const both: Pacer[] = [];
    for (const store of [await opened(path), await opened(path)])
      both.push(new Pacer({ rules: OWN, atOnce: 6, clock, log: new RequestTable(store.file, 660_000) }));
    const asked = Array.from({ length: 10 }, (_, i) => both[i % 2].run({ ...head, identity: `${i}` }, send, signal));
    await clock.until(Promise.all(asked));
    const gaps = times.slice(1).map((time, i) => time - times[i]);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
  });

  it("forgets what no window counts any more, and takes a clock that was put back for the present", async () => {
    const store = await opened();
    const log = new RequestTable(store.file, 660_000);
    const clock = new FakeClock();
    log.note({ request: head, at: clock.now() + 3_600_000 });
    const pacer = new Pacer({ rules: OWN, atOnce: 6, clock, log });
    const began = clock.now();
    const at = await clock.until(pacer.run(head, async () => clock.now(), new AbortController().signal));
    expect(at - began).toBe(15_250);
    log.note({ request: head, at: began + 10_000_000 });
    expect(store.file.db.prepare("select count(*) from request").pluck().get()).toBe(1);
  });
});
