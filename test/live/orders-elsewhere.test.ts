import { describe, expect, it } from "vitest";
import { REQUEST } from "../../brokers/gateway/wire/message-ids.js";
import type { BrokerOrder } from "../../brokers/tws/account/broker-order.js";
import type { BrokerState } from "../../brokers/tws/account/broker-state.js";
import type { UnnumberedQuestion } from "../../brokers/tws/connection/unnumbered.js";
import { Strategy, type StrategyClass } from "../../core/strategy.js";
import type { OrderRecord } from "../../live/ledger/order-record.js";
import { adoptOrder } from "../../live/reconcile/operator.js";
import { ElsewhereWatch } from "../../live/session/elsewhere-watch.js";
import { LateLists } from "../../live/session/late-lists.js";
import { SessionOperator } from "../../live/session/session-operator.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { placeOrder, type SaidOrder } from "../gateway/order-fields.js";
import { RawClient } from "../gateway/raw-client.js";
import type { ModelOrder } from "./broker-model.js";
import { holdPromise, run, startsEach } from "./closed-position.js";
import { CON_IDS } from "./live-run.js";
import { type Started, sessionAt, until } from "./sessions.js";

// A session beside another client of the same account, through real sockets: TWS tells each of its own orders alone.

const DATA = gatewayData(TWO_STOCKS);
const FROM = DATA.sessions[0].open[18];
const SECOND = 1_000;
const OTHER = 8;

class Idle extends Strategy {}

interface Beside extends Started {
  readonly other: RawClient;
  readonly record: OrderRecord;
  /** What the other client does with its order. */
  change(said: SaidOrder): void;
  cancel(): void;
  /** Waits until something holds, at most for so long a time of the market. */
  within(ms: number, holds: () => boolean): Promise<void>;
}

/** A session that has adopted an order of another client, to buy 100 SYN1 far below the market. */
async function besideAnother(strategy: StrategyClass = Idle): Promise<Beside> {
  const started = await sessionAt({
    data: DATA,
    ticks: { every: 15_000, spread: 2 },
    from: FROM,
    strategy,
    begins: false,
  });
  const { gateway, session } = started;
  const other = await RawClient.start(gateway.port, OTHER);
  const say = (said: SaidOrder): void => {
    other.send(...placeOrder(1, { quantity: 100, type: "LMT", limit: 1, ref: "theirs", ...said }));
  };
  say({});
  await other.until(() => other.of(3).length > 0);
  started.begin();
  await session.reconcile();
  const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
  await operator.adopt({ ref: "theirs" });
  const record = session.parts.ledger.records.find(({ intent }) => intent.clientId === OTHER) as OrderRecord;
  return {
    ...started,
    other,
    record,
    change: say,
    cancel: () => other.send(4, 1, 1, ""),
    within: async (ms, holds) => {
      const end = session.now + ms;
      await until(session, () => holds() || session.now > end);
      expect(holds()).toBe(true);
    },
  };
}

const endedAt = ({ gateway }: Beside): number => gateway.services.register.all[0].completedAt;

describe("an adopted order of another client", () => {
  it("ends in the session within half a minute of its cancel in TWS", async () => {
    const beside = await besideAnother();
    const { session, record, cancel, within } = beside;
    expect(session.parts.engine.working.total).toBe(1);
    cancel();
    await within(600 * SECOND, () => record.end !== undefined);
    expect(session.now - endedAt(beside)).toBeLessThan(30 * SECOND);
    expect([record.state, record.filled, session.parts.engine.working.total]).toEqual(["cancelled", 0, 0]);
  });

  it("that is missing among the open orders because it has filled is booked, and never counts as cancelled", async () => {
    const { session, record, change, within, notes } = await besideAnother();
    change({ limit: 1_000 });
    await within(600 * SECOND, () => record.end !== undefined);
    expect([record.state, record.filled, session.parts.engine.portfolio.quantity[0]]).toEqual(["filled", 100, 100]);
    expect(session.parts.ledger.foreign.get(record.intent.conId) ?? 0).toBe(0);
    expect(session.parts.ledger.blocks.size).toBe(0);
    expect(notes.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("has the size that its client gives it", async () => {
    const { session, record, change, within } = await besideAnother();
    change({ quantity: 40 });
    await within(60 * SECOND, () => record.asked.quantity === 40);
    expect(session.parts.engine.book.quantity[record.row]).toBe(40);
    expect(record.state).toBe("acknowledged");
  });

  it("has the limit that its client gives it, and nobody is called for that", async () => {
    const { session, record, change, within, notes } = await besideAnother();
    change({ limit: 2 });
    await within(60 * SECOND, () => record.asked.limit === 2);
    const end = session.now + 120 * SECOND;
    await until(session, () => session.now > end);
    expect([session.parts.engine.book.limit[record.row], record.state]).toEqual([2, "acknowledged"]);
    expect(notes.filter(({ level }) => level === "error" || level === "warn")).toEqual([]);
    expect(notes.filter(({ text }) => text.includes("another price")).length).toBe(1);
  });

  it("is asked for without a line in the journal while nothing is new, of the session's own orders neither", async () => {
    class Waits extends Strategy {
      override onStart(): void {
        this.buy("SYN1", 10, { limit: 1, tif: "GTC" });
        this.buy("SYN2", 10, { stop: 10_000, tif: "GTC" });
      }
    }
    const { gateway, session } = await besideAnother(Waits);
    const { services } = gateway;
    const handler = services.handler.bind(services);
    let lists = 0;
    services.handler = (id) => {
      if (id === REQUEST.allOpenOrders) lists++;
      return handler(id);
    };
    const { ledger } = session.parts;
    await until(session, () => ledger.records.length === 3 && ledger.records.every((one) => one.isAccepted));
    const end = session.now + 120 * SECOND;
    const { count } = ledger;
    await until(session, () => session.now > end);
    expect(lists).toBeGreaterThan(6);
    expect(ledger.count).toBe(count);
  });

  it("is asked for in one list at a time, for two at once would end each other", async () => {
    const { gateway, session } = await besideAnother();
    const { services } = gateway;
    const handler = services.handler.bind(services);
    const held: (() => void)[] = [];
    services.handler = (id) => {
      const handle = handler(id);
      if (id !== REQUEST.allOpenOrders || handle === undefined) return handle;
      return (client, fields) => void held.push(() => handle(client, fields));
    };
    await until(session, () => held.length > 0);
    const reading = session.reconcile();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(held.length).toBe(1);
    services.handler = handler;
    held[0]();
    expect((await reading).isFull).toBe(true);
  });
});

describe("a watch over orders of other clients", () => {
  startsEach();

  /** Somebody's order to buy 50 SPY, which the session has adopted. */
  function adopted(ref = "theirs"): ModelOrder {
    const order = run.model.foreignOrder(CON_IDS[0], "SPY", 1, 50, 90, ref);
    run.look();
    run.engine.hear(run.now, () => void run.broker.tellNoted(run.now, () => adoptOrder(run.ledger, ref, run.now)));
    run.turn();
    return order;
  }

  /** What it hears when it asks: a list, of which a line may be unreadable, or nothing in time. */
  type Listed = { readonly orders: readonly BrokerOrder[]; readonly hasUnread?: boolean } | "nothing";

  function watching(list: () => Listed) {
    const asks: string[] = [];
    const lists: number[] = [];
    const failures: string[] = [];
    const late = new LateLists(() => run.now);
    const watch = new ElsewhereWatch({
      ledger: run.ledger,
      late,
      now: () => run.now,
      asks: () => ({
        askUnnumbered: async <T>(question: UnnumberedQuestion<T>): Promise<T> => {
          lists.push(run.now);
          const told = list();
          if (told === "nothing") throw new Error("it was not told in time");
          const handlers = question.answers({ give: () => undefined, fail: () => undefined });
          if (told.hasUnread === true) handlers.unread?.();
          return told.orders as T;
        },
      }),
      ask: (reason) => asks.push(reason),
      failed: (error) => failures.push(String(error)),
    });
    watch.looked();
    /** Lets so many seconds pass. */
    const pass = async (seconds: number): Promise<void> => {
      for (const end = run.now + seconds * SECOND; run.now < end; run.now += SECOND) {
        if (watch.due <= run.now) watch.onDue();
        await watch.underWay;
      }
    };
    return { watch, late, asks, lists, failures, pass };
  }

  const listed = (): Listed => ({ orders: run.model.state().openOrders });

  it("asks for nothing where there are none, nor of those that this client has made", async () => {
    const { watch, lists, pass } = watching(listed);
    await pass(60);
    const order = run.model.foreignOrder(CON_IDS[0], "SPY", 1, 50, 90, "another:1");
    Object.assign(order, { clientId: run.model.clientId, orderId: 900 });
    run.look();
    adoptOrder(run.ledger, "another:1", run.now);
    await pass(60);
    expect([watch.due, lists]).toEqual([Infinity, []]);
  });

  it("asks for the open orders every ten seconds, and no more while none is missing", async () => {
    adopted();
    const { lists, asks, pass } = watching(listed);
    await pass(60);
    expect([lists.length, asks]).toEqual([5, []]);
  });

  it("has the account looked at where one is missing, ever more seldom, and concludes nothing by itself", async () => {
    adopted();
    const { lists, asks, pass } = watching(() => ({ orders: [] }));
    await pass(12);
    expect(asks).toEqual(["made elsewhere and no more among the open orders: order 1"]);
    await pass(600);
    expect(lists.length).toBe(6);
    expect([run.record(1).state, run.engine.working.total]).toEqual(["acknowledged", 1]);
    // Another that is missing is no less urgent for that.
    adopted("theirs too");
    while (asks.at(-1)?.endsWith("order 1, order 2") === false) await pass(1);
    const { length } = asks;
    await pass(11);
    expect(asks.length).toBe(length + 1);
  });

  it("takes an order for missing neither where a line cannot be read nor where something was heard meanwhile", async () => {
    const order = adopted();
    const unread = watching(() => ({ orders: [], hasUnread: true }));
    await unread.pass(60);
    const meanwhile = watching(() => {
      run.model.fill(order, 1, 90);
      run.settle();
      return { orders: [] };
    });
    await meanwhile.pass(40);
    expect([unread.asks, meanwhile.asks, meanwhile.lists.length]).toEqual([[], [], 3]);
  });

  it("waits a minute behind a list that was not told, which may come yet", async () => {
    adopted();
    const { lists, asks, pass } = watching(() => "nothing");
    await pass(120);
    expect([lists.length, asks]).toEqual([2, []]);
  });

  it("has it told once that it hears nothing, and again only behind a list that came", async () => {
    adopted();
    let list: Listed = "nothing";
    const { failures, pass } = watching(() => list);
    await pass(200);
    expect(failures).toEqual(["Error: it was not told in time"]);
    list = listed();
    await pass(70);
    list = "nothing";
    await pass(20);
    expect(failures).toHaveLength(2);
  });

  it("says meanwhile that such a list may answer others, until it comes no more or the connection is a new one", async () => {
    adopted();
    const answers: Listed[] = ["nothing"];
    const { late, pass } = watching(() => answers.shift() ?? listed());
    await pass(5);
    expect(late.mayAnswer).toBe(false);
    await pass(20);
    expect(late.mayAnswer).toBe(true);
    await pass(60);
    expect(late.mayAnswer).toBe(false);
    answers.push("nothing");
    await pass(11);
    expect(late.mayAnswer).toBe(true);
    late.reconnected();
    expect(late.mayAnswer).toBe(false);
  });
});

describe("an adopted order that the list of open orders lacks", () => {
  startsEach();

  function adopted(): ModelOrder {
    const order = run.model.foreignOrder(CON_IDS[0], "SPY", 1, 50, 90, "theirs");
    run.look();
    run.engine.hear(run.now, () => void run.broker.tellNoted(run.now, () => adoptOrder(run.ledger, "theirs", run.now)));
    run.turn();
    return order;
  }

  const look = (state: Partial<BrokerState>): void => {
    run.lookAt({ ...run.model.state(), ...state }, run.broker.beginReconcile(run.now));
  };

  it("by mistake, works on", () => {
    adopted();
    look({ openOrders: [] });
    expect([run.record(1).state, run.record(1).end]).toEqual(["lost", undefined]);
    run.pass(6_000);
    look({});
    expect([run.record(1).state, run.engine.working.total, run.ledger.blocks.size]).toEqual(["acknowledged", 1, 0]);
  });

  it("because it has just filled, is not gone before its execution is told", () => {
    const order = adopted();
    run.model.fill(order, 50, 90);
    run.model.forget();
    look({ completedOrders: [], executions: [] });
    expect([run.record(1).state, run.record(1).end]).toEqual(["lost", undefined]);
    run.pass(1_000);
    look({ completedOrders: [] });
    expect([run.record(1).state, run.enginePosition(), run.ledger.blocks.size]).toEqual(["filled", 50, 0]);
    holdPromise();
  });

  it("and whose execution never is told, has filled what the position has changed by", () => {
    const order = adopted();
    run.model.fill(order, 50, 90);
    run.model.passMidnight();
    run.model.forget();
    for (let i = 0; i < 3; i++) {
      run.look();
      run.pass(6_000);
    }
    expect([run.record(1).state, run.enginePosition(), run.ledger.blocks.size]).toEqual(["filled", 50, 0]);
    holdPromise();
  });

  it("of which nobody tells anything any more, is gone when two looks and the position agree", () => {
    const order = adopted();
    run.model.end(order, "Cancelled");
    run.model.passMidnight();
    run.model.forget();
    run.look();
    expect([run.record(1).state, run.engine.working.total]).toEqual(["lost", 1]);
    run.pass(6_000);
    run.look();
    expect([run.record(1).isOpen, run.engine.working.total, run.enginePosition()]).toEqual([false, 0, 0]);
    expect(run.ledger.blocks.size).toBe(0);
  });
});
