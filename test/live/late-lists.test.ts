import { describe, expect, it, vi } from "vitest";
import type { Message } from "../../brokers/gateway/wire/message.js";
import { REQUEST } from "../../brokers/gateway/wire/message-ids.js";
import { Strategy } from "../../core/strategy.js";
import { SessionOperator } from "../../live/session/session-operator.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { placeOrder } from "../gateway/order-fields.js";
import { RawClient } from "../gateway/raw-client.js";
import { type Started, sessionAt, until } from "./sessions.js";

// A list of the account that TWS tells behind its time, through real sockets. Such lists carry no number: what comes late
// answers whoever asks next, and lacks what was made since.

const DATA = gatewayData(TWO_STOCKS);
const OTHER = 8;
const MINUTE = 60_000;
/** How long a list is waited for. */
const LIST_WAIT = 10_000;

type Lists = "allOpenOrders" | "completedOrders" | "positions";

/** Lists as the gateway has made them, that stay there until they are told. */
interface Held {
  /** How many were asked for since. */
  readonly asked: () => number;
  /** What was made by now is told, and lists that are asked for from now on at once. */
  tell(): void;
}

/** From now on the gateway makes lists when they are asked for, and does not tell them. */
function holdLists({ gateway: { services } }: Started, name: Lists): Held {
  const handler = services.handler.bind(services);
  const made: (() => void)[] = [];
  let asked = 0;
  let isHeld = true;
  services.handler = (id) => {
    const handle = handler(id);
    if (id !== REQUEST[name] || handle === undefined) return handle;
    return (client, fields) => {
      asked++;
      const send = (message: Message): void => {
        if (isHeld) made.push(() => client.send(message));
        else client.send(message);
      };
      handle(Object.create(client, { send: { value: send } }), fields);
    };
  };
  return {
    asked: () => asked,
    tell: () => {
      services.handler = handler;
      isHeld = false;
      for (const one of made.splice(0)) one();
    },
  };
}

/** Orders that the strategy makes in the next handler. */
let wanted: (() => void)[] = [];

class OnDemand extends Strategy {
  override onQuote(): void {
    if (this.wants) this.buy("SYN1", 10, { limit: 1, tif: "GTC" });
  }
  private get wants(): boolean {
    return wanted.splice(0).length > 0;
  }
}

async function started(): Promise<Started> {
  wanted = [];
  const run = await sessionAt({
    data: DATA,
    ticks: { every: 15_000, spread: 2 },
    from: DATA.sessions[0].open[18],
    strategy: OnDemand,
    begins: false,
  });
  return run;
}

/** What waits for answers waits by the hand of the test. */
function holdTimers(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  closeAfterTest(() => void vi.useRealTimers());
}

async function withOrder({ session }: Started): Promise<void> {
  wanted.push(() => undefined);
  const { ledger } = session.parts;
  const { length } = ledger.records;
  await until(session, () => ledger.records.length > length && ledger.records[length].isAccepted);
}

/** An order is made, and a look at the account is answered by the list that was asked for before it. */
async function lookWithLateList(run: Started, held: ReturnType<typeof holdLists>): Promise<void> {
  await withOrder(run);
  const looking = run.session.reconcile();
  await until(run.session, () => held.asked() > 1);
  held.tell();
  const report = await looking;
  expect([report.isFull, report.lost]).toEqual([false, []]);
}

const troubles = ({ notes }: Started): string[] =>
  notes.filter(({ level }) => level === "error").map(({ event, text }) => `${event}: ${text}`);

describe.each<Lists>(["allOpenOrders", "completedOrders", "positions"])(
  "a list that is told too late, of %s",
  (name) => {
    it("is not taken for the answer of the look that asks next", async () => {
      holdTimers();
      const run = await started();
      const { session, begin } = run;
      begin();
      const held = holdLists(run, name);
      const failing = session.reconcile().catch((error: unknown) => String(error));
      await until(session, () => held.asked() > 0);
      vi.advanceTimersByTime(LIST_WAIT);
      expect(await failing).toContain("has not answered");
      await lookWithLateList(run, held);
      const { ledger } = session.parts;
      expect([ledger.records[0].state, ledger.blocks.size, troubles(run)]).toEqual(["acknowledged", 0, []]);
      const end = session.now + 2 * MINUTE;
      await until(session, () => session.now > end);
      expect((await session.reconcile()).isFull).toBe(true);
    });
  },
);

describe("a list for the watch over orders of other clients that is told too late", () => {
  it("is not taken for the answer of a look at the account", async () => {
    holdTimers();
    const run = await started();
    const { session, gateway, begin } = run;
    const other = await RawClient.start(gateway.port, OTHER);
    other.send(...placeOrder(1, { quantity: 100, type: "LMT", limit: 1, ref: "theirs" }));
    await other.until(() => other.of(3).length > 0);
    begin();
    await session.reconcile();
    await new SessionOperator(session, new SessionViewer(session, 0), () => undefined).adopt({ ref: "theirs" });
    const held = holdLists(run, "allOpenOrders");
    await until(session, () => held.asked() > 0);
    vi.advanceTimersByTime(LIST_WAIT);
    await until(session, () => run.notes.some(({ text }) => text.includes("could not be looked after")));
    await lookWithLateList(run, held);
    const { ledger } = session.parts;
    expect(ledger.records.map(({ state }) => state)).toEqual(["acknowledged", "acknowledged"]);
    expect([ledger.blocks.size, troubles(run)]).toEqual([0, []]);
  });
});
