import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderId } from "../../brokers/tws/connection/ids.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import { RawClient } from "../gateway/raw-client.js";
import { LAST, type OrdersAt, ordersAt } from "./order-parts.js";

/** What a session may do, and what may happen to it. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant("order" as const), isExit: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("bracket" as const) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("child" as const), of: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("change" as const), of: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("cancel" as const), of: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("cut" as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("pass" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const resting = { type: "limit", limit: LAST - 9 } as const;

/** What has been asked of the port, and how often each is still to be told of. */
class Asked {
  readonly intents: OrderIntent[] = [];
  readonly untold = new Map<string, number>();

  count(what: string, orderId: number, by: number): void {
    const key = `${what} ${orderId}`;
    this.untold.set(key, (this.untold.get(key) ?? 0) + by);
  }
}

async function take(at: OrdersAt, asked: Asked, one: Step): Promise<void> {
  const place = (...intents: OrderIntent[]): void => {
    asked.intents.push(...intents);
    for (const { orderId } of intents) asked.count("order", orderId, 1);
    at.orders.place(intents);
  };
  switch (one.what) {
    case "order":
      return place(at.next({ ...resting, isExit: one.isExit }));
    case "bracket": {
      const parent = at.next(resting);
      const exit = { side: -1, isExit: true, parent: parent.orderId } as const;
      return place(
        parent,
        at.next({ ...exit, type: "limit", limit: LAST + 9 }),
        at.next({ ...exit, type: "stop", stop: LAST - 12 }),
      );
    }
    case "child": {
      const parent = asked.intents[one.of % Math.max(asked.intents.length, 1)];
      if (parent === undefined) return;
      const exit = { side: -parent.side, isExit: true, parent: parent.orderId } as const;
      return place(at.next({ ...exit, type: "limit", limit: LAST + 9 * parent.side }));
    }
    case "change":
    case "cancel": {
      const intent = asked.intents[one.of % Math.max(asked.intents.length, 1)];
      if (intent === undefined) return;
      asked.count(one.what, intent.orderId, 1);
      if (one.what === "cancel") at.orders.cancel(intent.orderId);
      else at.orders.change({ ...intent, quantity: intent.quantity + 1 });
      return;
    }
    case "cut":
      at.cut();
      return new Promise((resolve) => setTimeout(resolve, 5));
    default:
      return new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function parentOf({ intents }: Asked, orderId: OrderId): OrderId {
  return intents.find((one) => one.orderId === orderId)?.parent as OrderId;
}

describe("whatever a session does, and whenever its connection is cut", () => {
  it("each thing is told as written or unsent, once, and what is unsent never arrives", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4, max: 40 }), fc.array(step, { maxLength: 25 }), async (perSecond, steps) => {
        const at = await ordersAt({}, { perSecond });
        const asked = new Asked();
        for (const one of steps) await take(at, asked, one);
        // What is left waits for its turn; a cut drops it.
        at.cut();
        await new Promise((resolve) => setTimeout(resolve, 20));
        const unsent = new Set<OrderId>();
        for (const fact of at.facts) {
          if (fact.kind !== "written" && fact.kind !== "unsent") continue;
          asked.count(fact.what, fact.orderId, -1);
          if (fact.kind === "unsent" && fact.what === "order") unsent.add(fact.orderId as OrderId);
        }
        for (const [key, count] of asked.untold) {
          // The cancel of an order that waits is told as that order's end.
          const [what, orderId] = key.split(" ");
          if (what === "cancel" && unsent.has(Number(orderId) as OrderId)) expect(count).toBeGreaterThanOrEqual(0);
          else expect([key, count]).toEqual([key, 0]);
        }
        // TWS has taken every id, and knew every parent but those that never came or had ended.
        const refused = at.facts.flatMap((fact) => (fact.kind === "refused" ? [fact.told] : []));
        expect(refused.filter(({ code }) => code === 103)).toEqual([]);
        const orphans = refused.filter(({ code }) => code === 135).map(({ orderId }) => parentOf(asked, orderId));
        expect(orphans.filter((parent) => !unsent.has(parent))).toEqual([]);
        const look = await RawClient.start(at.gateway.port, 3);
        look.send(16, 1);
        look.send(99, 0);
        await look.until(() => look.of(102).length === 1);
        const arrived = look.of(5).map((fields) => Number(fields[1]) as OrderId);
        expect(arrived.filter((orderId) => unsent.has(orderId))).toEqual([]);
        // Of a bracket that works, all that was not withdrawn or cancelled has arrived.
        const seen = new Set(arrived);
        for (const { parent, orderId } of asked.intents) {
          if (parent === 0 || !seen.has(orderId)) continue;
          expect(seen.has(parent as OrderId)).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
