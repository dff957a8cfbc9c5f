import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { type BrokerState, readBrokerState } from "../../brokers/tws/account/broker-state.js";
import { makeTwsClient } from "../../brokers/tws/client/tws-client.js";
import type { OrderId } from "../../brokers/tws/connection/ids.js";
import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import type { OrderFact } from "../../brokers/tws/orders/order-fact.js";
import { factsOf } from "../../brokers/tws/orders/order-facts.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import { TwsOrders } from "../../brokers/tws/orders/tws-orders.js";
import { placeOrder } from "../gateway/order-fields.js";
import { RawClient } from "../gateway/raw-client.js";
import { connected } from "./connected.js";
import { executionFields } from "./message-fields.js";
import { ACCOUNT, intent, LAST, type OrdersAt, ordersAt, SYN2, story } from "./order-parts.js";
import { ScriptedTws } from "./scripted-tws.js";

const FAR = LAST - 9;
const resting = { type: "limit", limit: FAR } as const;

/** The same story as `story` tells, read from the fields that were on the wire. */
function wireStory(messages: readonly (readonly string[])[], firstOrder = 1): string[] {
  return messages.flatMap((fields) => {
    switch (fields[0]) {
      case "5":
        return [`open ${fields[1]} ${fields[93]}`];
      case "3":
        return [`status ${fields[1]} ${fields[2]} ${fields[3]}/${fields[4]}`];
      case "11":
        return [`exec ${fields[2]} ${fields[19]}`];
      case "59":
        return ["commission"];
      case "4":
        return Number(fields[2]) >= firstOrder && Number(fields[2]) < 1e9 ? [`${fields[3]} ${fields[2]}`] : [];
      default:
        return [];
    }
  });
}

/** Without what only our side knows: what it wrote, and what a code means. */
function heard(facts: readonly OrderFact[]): string[] {
  return story(facts.filter(({ kind }) => kind !== "written" && kind !== "unsent")).map((line) =>
    line.replace(/^(\d+ \d+) .*/, "$1"),
  );
}

function bracket(at: OrdersAt, entry: Partial<OrderIntent> = {}): [OrderIntent, OrderIntent, OrderIntent] {
  const parent = at.next({ ...resting, ...entry });
  const exit = { side: -1, isExit: true, parent: parent.orderId, tif: "GTC", group: `g${parent.orderId}` } as const;
  return [
    parent,
    at.next({ ...exit, type: "limit", limit: LAST + 9 }),
    at.next({ ...exit, type: "stop", stop: LAST - 12 }),
  ];
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
}

/** Cuts the connection, and waits until that is noticed. */
async function cut(at: OrdersAt): Promise<void> {
  const lost = new Promise<void>((resolve) => {
    at.connection.events.on("state", ({ state }) => {
      if (state === "disconnected") resolve();
    });
  });
  at.cut();
  await lost;
}

describe("an order", () => {
  it("is written once, told as held and then as working, and cancelled", async () => {
    const at = await ordersAt();
    const { orderId } = at.place(resting);
    await at.pass();
    at.orders.cancel(orderId);
    await at.pass();
    expect(story(at.facts)).toEqual([
      "written order 1",
      "open 1 PreSubmitted",
      "status 1 PreSubmitted 0/100",
      "open 1 Submitted",
      "status 1 Submitted 0/100",
      "written cancel 1",
      "status 1 PendingCancel 0/100",
      "status 1 Cancelled 0/100",
      "202 1 order-cancelled",
    ]);
  });

  it("at the market fills, with its execution and commission", async () => {
    const at = await ordersAt();
    at.place({ ref: "mine" });
    await at.pass(5_000);
    expect(story(at.facts).slice(5)).toEqual(["exec 1 100", "open 1 Filled", "status 1 Filled 100/0", "commission"]);
    const execution = at.facts.find((fact) => fact.kind === "execution")?.execution;
    expect(execution).toMatchObject({ orderRef: "mine", clientId: 7, side: "BOT", cumulative: 100, symbol: "SYN1" });
    expect(at.facts.at(-1)).toEqual({ kind: "commission", execId: execution?.execId, commission: 1, currency: "USD" });
  });

  it("is changed under its id", async () => {
    const at = await ordersAt();
    const order = at.place(resting);
    await at.pass();
    at.orders.change({ ...order, limit: LAST + 5, quantity: 40 });
    await at.pass(5_000);
    expect(story(at.facts).slice(5)).toEqual([
      "written change 1",
      "open 1 Submitted",
      "status 1 Submitted 0/40",
      "exec 1 40",
      "open 1 Filled",
      "status 1 Filled 40/0",
      "commission",
    ]);
  });

  it("that is rejected is told so, and what is said of a change or a cancel leaves it uncertain", async () => {
    const at = await ordersAt();
    at.gateway.faults.addOrder({ kind: "reject", code: 201, text: "Order rejected - reason:No.", badJson: true }, 1);
    at.place(resting);
    const filled = at.place();
    await at.pass(5_000);
    at.orders.change({ ...filled, quantity: 300 });
    at.orders.cancel(filled.orderId);
    at.orders.cancel(99 as OrderId);
    await at.pass();
    const told = at.facts.filter((fact) => fact.kind === "refused").map((fact) => fact.told);
    expect(told.map(({ orderId, code, class: kind }) => [orderId, code, kind])).toEqual([
      [1, 201, "order-rejected"],
      [2, 104, "order-uncertain"],
      [2, 10148, "order-uncertain"],
      [99, 10147, "order-uncertain"],
    ]);
    expect(told[0].reject).toBe("{not json");
  });

  it("has an id that none had before, also after TWS has gone back", async () => {
    const at = await ordersAt({}, { usedOrderId: 40 });
    const ids = Array.from({ length: 3 }, () => at.orders.nextOrderId());
    expect(ids).toEqual([41, 42, 43]);
    expect(at.orders.clientId).toBe(7);
  });

  it("of an instrument whose contract nobody has read is not made", async () => {
    const at = await ordersAt();
    const strange = at.next({ instrument: { ...SYN2, symbol: "SYN9" } as typeof SYN2 });
    expect(() => at.orders.place([strange])).toThrow(expect.objectContaining({ code: "CONTRACT_UNREAD" }));
    expect(() => at.orders.fit(strange)).toThrow(expect.objectContaining({ code: "CONTRACT_UNREAD" }));
    expect(at.facts).toEqual([]);
  });

  it("is put on the steps of the contract's own market rule", async () => {
    const at = await ordersAt();
    const { intent: fitted, changed } = at.orders.fit(at.next({ type: "limit", limit: 99.12789, quantity: 10.5 }));
    expect([fitted.limit, fitted.quantity]).toEqual([99.12, 10]);
    expect(changed).toEqual([
      { field: "quantity", from: 10.5, to: 10 },
      { field: "limit", from: 99.12789, to: 99.12 },
    ]);
    at.orders.place([fitted]);
    await at.pass();
    expect(at.facts.some(({ kind }) => kind === "refused")).toBe(false);
  });
});

describe("what TWS tells", () => {
  it.each(["usual", "duplicate", "reorder", "fill-first", "fill-without-status"] as const)(
    "is handed on message for message, %s or not",
    async (how) => {
      const received: (readonly string[])[] = [];
      const traffic = {
        dialling: () => undefined,
        sent: () => undefined,
        received: (fields: readonly string[]) => void received.push(fields),
        ended: () => undefined,
      };
      const at = await ordersAt({}, { traffic });
      if (how !== "usual") at.gateway.faults.statuses = how;
      at.place();
      at.place({ instrument: SYN2, quantity: 3_000 });
      const { orderId } = at.place(resting);
      await at.pass(30_000);
      at.orders.cancel(orderId);
      await at.pass();
      expect(heard(at.facts)).toEqual(wireStory(received));
      expect(heard(at.facts).length).toBeGreaterThan(20);
    },
  );

  it("twice is told twice", async () => {
    const at = await ordersAt();
    at.gateway.faults.addOrder({ kind: "double-answer" }, 1);
    at.place();
    await at.pass(5_000);
    const told = heard(at.facts);
    expect(told.filter((_, i) => i % 2 === 0)).toEqual(told.filter((_, i) => i % 2 === 1));
    expect(told).toContain("exec 1 100");
  });

  it("of a preset is told as it comes: cancelled, and living", async () => {
    const at = await ordersAt();
    at.gateway.faults.addOrder({ kind: "preset" }, 1);
    at.place(resting);
    await at.pass();
    expect(story(at.facts).slice(1, 5)).toEqual([
      "10349 1 order-notice",
      "status 1 Cancelled 0/100",
      "open 1 PreSubmitted",
      "status 1 PreSubmitted 0/100",
    ]);
  });

  it("of orders of other clients and by hand, where they are asked for, is told like the rest", async () => {
    const faults = parseFaultPlan([{ at: "+1s", fault: "manual-order", symbol: "SYN1", limit: FAR }]);
    const at = await ordersAt({ faults });
    at.other.send(...placeOrder(1, { type: "LMT", limit: FAR, ref: "theirs" }));
    await at.pass(2_000);
    const state = await readBrokerState(await at.connection.ready());
    const open = at.facts.flatMap((fact) => (fact.kind === "open" ? [fact.order] : []));
    expect(open).toMatchObject([
      { orderId: 1, clientId: 1, orderRef: "theirs" },
      { orderId: 0, clientId: 0, orderRef: "" },
    ]);
    expect(factsOf(state)).toEqual(open.map((order) => ({ kind: "open", order })));
  });

  it("in answer to a reading is the same facts again, with what has ended and what it cost", async () => {
    const at = await ordersAt();
    at.place({ ref: "filled" });
    at.place({ ...resting, ref: "open" });
    await at.pass(5_000);
    const live = at.facts.flatMap((fact) => (fact.kind === "execution" ? [fact.execution.execId] : []));
    const facts = factsOf(await readBrokerState(await at.connection.ready()));
    expect(facts).toEqual([
      { kind: "open", order: expect.objectContaining({ orderRef: "open", orderId: 2 }) },
      { kind: "completed", order: expect.objectContaining({ orderRef: "filled", status: "Filled", filled: 100 }) },
      { kind: "execution", execution: expect.objectContaining({ orderRef: "filled", execId: live[0] }) },
      { kind: "commission", execId: live[0], commission: 1, currency: "USD" },
    ]);
  });

  it("is not judged: corrections, executions of nothing, and what TWS has not got come as they are", async () => {
    const tws = await ScriptedTws.start();
    const connection = await connected(tws.port);
    const orders = new TwsOrders({ connection, account: ACCOUNT, contracts: new Map() });
    const facts: OrderFact[] = [];
    orders.onFact = (fact) => void facts.push(fact);
    const unset = "1.7976931348623157E308";
    const [kept, gone] = ["0000e0d5.5e2f1c3a.01.02", "0000e0d5.5e2f1c3a.02.02"];
    tws.caller.send(3, 4, "Submitted", unset, "", unset, 77, 0, unset, 7, "locate", 0);
    tws.caller.send(...executionFields(-1, kept, 50));
    tws.caller.send(...executionFields(-1, gone, 0));
    tws.caller.send(59, 1, kept, 1.25, "EUR", unset, unset, 0);
    tws.caller.send(59, 1, gone, unset, "EUR", unset, unset, 0);
    tws.caller.error(4, 399, "Order Message:\nBUY 50 SYN1\nWarning: held until the open.");
    tws.caller.error(4, 777, "What nobody has listed.");
    await until(() => facts.length === 6);
    expect(facts).toMatchObject([
      {
        kind: "status",
        orderId: 4,
        clientId: 7,
        permId: 77,
        filled: NaN,
        remaining: NaN,
        averagePrice: NaN,
        whyHeld: "locate",
      },
      { kind: "execution", execution: { execId: kept, shares: 50, cumulative: 50 } },
      { kind: "execution", execution: { execId: gone, shares: 0, cumulative: 0 } },
      { kind: "commission", execId: kept, commission: 1.25, currency: "EUR" },
      { kind: "refused", told: { orderId: 4, code: 399, class: "order-notice" } },
      { kind: "refused", told: { orderId: 4, code: 777, class: "order-uncertain" } },
    ]);
  });

  it("of an execution without its commission is a fact without one", () => {
    const execution = { execId: "a.01", commission: undefined } as BrokerState["executions"][number];
    const state = {
      openOrders: [],
      completedOrders: [],
      executions: [execution],
      hasAllExecutions: true,
      hasAllOrders: true,
      hasAllPositions: true,
      positions: [],
    };
    expect(factsOf(state)).toEqual([{ kind: "execution", execution }]);
  });

  it("goes on being told when whoever hears it throws", async () => {
    const at = await ordersAt();
    const failures: string[] = [];
    at.connection.events.on("listenerFailed", ({ event }) => void failures.push(event));
    const { onFact } = at.orders;
    at.orders.onFact = (fact) => {
      onFact(fact);
      throw new Error("no");
    };
    at.orders.place([at.next(), at.next(resting)]);
    await at.pass(5_000);
    expect(story(at.facts).filter((line) => line.startsWith("written") || line.startsWith("unsent"))).toEqual([
      "written order 1",
      "written order 2",
    ]);
    expect(failures.length).toBe(at.facts.length);
    at.orders.close();
    at.facts.length = 0;
    at.place(resting);
    await at.pass();
    expect(heard(at.facts)).toEqual([]);
  });
});

describe("orders that belong together", () => {
  it("a bracket becomes active as one, its exits held by their parent", async () => {
    const at = await ordersAt();
    at.orders.place(bracket(at));
    await at.pass();
    expect(story(at.facts)).toEqual([
      "written order 1",
      "written order 2",
      "written order 3",
      "open 1 PreSubmitted",
      "status 1 PreSubmitted 0/100",
      "open 1 Submitted",
      "status 1 Submitted 0/100",
      "open 2 PreSubmitted",
      "status 2 PreSubmitted 0/100",
      "open 3 PreSubmitted",
      "status 3 PreSubmitted 0/100",
    ]);
    const held = at.facts.flatMap((fact) => (fact.kind === "status" ? [fact.whyHeld] : []));
    expect(held).toEqual(["", "", "child", "child,trigger"]);
  });

  it("of a bracket the exit that fills ends the other", async () => {
    const at = await ordersAt();
    const [parent, target, stop] = bracket(at, { type: "market", limit: Number.NaN });
    at.orders.place([parent, { ...target, limit: LAST - 5 }, stop]);
    await at.pass(60_000);
    const told = story(at.facts);
    expect(told).toContain("status 2 Filled 100/0");
    expect(told).toContain("status 3 Cancelled 0/100");
  });

  it("a chain, in which each order waits for the fill of the one before", async () => {
    const at = await ordersAt();
    const first = at.next({ type: "market" });
    const second = at.next({ type: "market", side: -1, parent: first.orderId });
    const third = at.next({ type: "market", parent: second.orderId });
    at.orders.place([first, second, third]);
    await at.pass(60_000);
    const filled = at.facts.flatMap((fact) => (fact.kind === "execution" ? [fact.execution.orderId] : []));
    expect([...new Set(filled)]).toEqual([1, 2, 3]);
  });

  it("an order for a parent that was sent before", async () => {
    const at = await ordersAt();
    const { orderId } = at.place({ type: "limit", limit: FAR });
    await at.pass();
    const exit = { side: -1, isExit: true, parent: orderId, type: "limit" } as const;
    at.orders.place([at.next({ ...exit, limit: LAST + 5 }), at.next({ ...exit, limit: LAST + 6 })]);
    await at.pass();
    expect(story(at.facts)).toContain("open 2 PreSubmitted");
    expect(story(at.facts)).toContain("open 3 PreSubmitted");
  });

  it("a group without a parent works at once, and what one fills is taken off the others", async () => {
    const at = await ordersAt();
    const group = "either";
    at.orders.place([at.next({ ...resting, group }), at.next({ type: "limit", limit: LAST + 5, group })]);
    await at.pass(5_000);
    expect(story(at.facts)).toContain("status 1 Submitted 0/100");
    expect(story(at.facts)).toContain("status 2 Filled 100/0");
    expect(story(at.facts)).toContain("status 1 Cancelled 0/100");
  });

  it("a bracket of which a part cannot be written is taken back", async () => {
    const at = await ordersAt(
      {},
      {
        makeClient: async (address, hooks) => {
          const client = await makeTwsClient(address, hooks);
          const place = client.api.placeOrder.bind(client.api);
          client.api.placeOrder = (id, contract, order) => {
            if (id === 3) throw new Error("it cannot be encoded");
            return place(id, contract, order);
          };
          return client;
        },
      },
    );
    at.orders.place(bracket(at));
    await at.pass(5_000);
    const told = story(at.facts);
    expect(told.slice(0, 5)).toEqual([
      "written order 1",
      "written order 2",
      "unsent order 3",
      "written cancel 1",
      "written cancel 2",
    ]);
    expect(told.some((line) => line.startsWith("open"))).toBe(false);
    expect(told).toContain("status 1 Cancelled 0/100");
  });
});

describe("without a connection", () => {
  it("an order is told as unsent, and never sent when it is back", async () => {
    const at = await ordersAt();
    const order = at.place(resting);
    await at.pass();
    const { port } = at.gateway;
    at.connection.events.on("state", ({ state }) => {
      if (state !== "disconnected") return;
      at.orders.place(bracket(at));
      at.orders.change({ ...order, quantity: 50 });
      at.orders.cancel(order.orderId);
    });
    await cut(at);
    await at.connection.ready();
    expect(story(at.facts).slice(5)).toEqual([
      "unsent order 2",
      "unsent order 3",
      "unsent order 4",
      "unsent change 1",
      "unsent cancel 1",
    ]);
    expect(at.facts.at(-1)).toMatchObject({ reason: "the connection is disconnected" });
    await at.pass(60_000);
    const look = await RawClient.start(port, 3);
    look.send(16, 1);
    look.send(99, 0);
    await look.until(() => look.of(102).length === 1);
    expect(look.of(5).map((fields) => [fields[1], fields[14]])).toEqual([["1", "100"]]);
    expect(look.of(101)).toEqual([]);
  });

  it("orders that wait for their turn when it ends are told as unsent, each once, and never sent", async () => {
    const at = await ordersAt({}, { perSecond: 5 });
    await drained(at.connection);
    const placed = Array.from({ length: 12 }, () => at.place(resting));
    const waiting = placed.length - written(at.facts).length;
    expect(waiting).toBeGreaterThan(5);
    await cut(at);
    await at.connection.ready();
    await at.pass();
    const fates = story(at.facts).filter((line) => /^(written|unsent)/.test(line));
    expect(fates).toHaveLength(12);
    expect(fates.filter((line) => line.startsWith("unsent"))).toHaveLength(waiting);
    const look = await RawClient.start(at.gateway.port, 3);
    look.send(16, 1);
    await look.until(() => look.of(53).length === 1);
    expect(look.of(5).length).toBeLessThanOrEqual(12 - waiting);
  });

  it("nothing is written before it is ready, and a cancel not before it was", async () => {
    let orders: OrdersAt | undefined;
    const at = await ordersAt(
      {},
      {
        synchronise: async () => {
          orders?.place(resting);
          orders?.orders.cancel(1 as OrderId);
          await Promise.resolve();
        },
      },
    );
    at.place(resting);
    await at.pass();
    orders = at;
    await cut(at);
    await at.connection.ready();
    expect(story(at.facts).slice(5)).toEqual(["unsent order 2", "unsent cancel 1"]);
  });

  it("of TWS to IB no order is sent, and a cancel is", async () => {
    const faults = parseFaultPlan([{ at: "+1s", fault: "upstream-lost", for: "10s" }]);
    const at = await ordersAt({ faults });
    const { orderId } = at.place(resting);
    await at.pass();
    await at.pass(1_000);
    expect(at.connection.state).toBe("upstream lost");
    at.place();
    at.orders.change({ ...intent({ orderId }), quantity: 5 });
    at.orders.cancel(orderId);
    await at.pass(10_000);
    await at.connection.ready();
    expect(story(at.facts).slice(5)).toEqual([
      "unsent order 2",
      "unsent change 1",
      "written cancel 1",
      "status 1 PendingCancel 0/100",
      "status 1 Cancelled 0/100",
      "202 1 order-cancelled",
    ]);
  });

  it("what was filled meanwhile is read, with the facts that it is made of", async () => {
    let read: BrokerState | undefined;
    const at = await ordersAt(
      {},
      {
        synchronise: async (link) => {
          read = await readBrokerState(link);
        },
      },
    );
    at.place({ ref: "away" });
    await at.pass();
    await cut(at);
    at.clock.now += 10_000;
    await at.connection.ready();
    expect(factsOf(read as BrokerState)).toMatchObject([
      { kind: "completed", order: { orderRef: "away", filled: 100 } },
      { kind: "execution", execution: { orderRef: "away", shares: 100 } },
      { kind: "commission", commission: 1 },
    ]);
  });
});

describe("orders that wait for their turn", () => {
  it("leave new ones in the order of their ids, changes of exits in front of them, and cancels first", async () => {
    const at = await ordersAt({}, { perSecond: 4 });
    const [working, stop] = [at.place(resting), at.place({ ...resting, side: -1, limit: LAST + 9, isExit: true })];
    await drained(at.connection);
    for (let i = 0; i < 4; i++) at.place(resting);
    at.place({ ...resting, ref: "entry" });
    at.place({ ...resting, side: -1, limit: LAST + 8, isExit: true, ref: "exit" });
    const margin = at.orders.whatIf(at.next(resting));
    at.orders.change({ ...stop, limit: LAST + 7 });
    at.orders.cancel(working.orderId);
    await until(() => written(at.facts).length === 10);
    expect(written(at.facts).slice(6)).toEqual(["cancel 1", "change 2", "order 7", "order 8"]);
    expect((await margin).initialMargin).toBeGreaterThan(0);
    await at.pass();
    expect(at.facts.flatMap((fact) => (fact.kind === "refused" ? [fact.told.code] : []))).toEqual([202]);
  });

  it("leave no exit of what is cancelled", async () => {
    const at = await ordersAt({}, { perSecond: 3 });
    await drained(at.connection);
    for (let i = 0; i < 3; i++) at.place(resting);
    const [kept, gone] = [at.place(resting), at.place(resting)];
    const exit = { type: "limit", limit: LAST + 9, side: -1, isExit: true } as const;
    at.place({ ...exit, parent: kept.orderId });
    at.place({ ...exit, parent: gone.orderId });
    at.orders.cancel(gone.orderId);
    await until(() => written(at.facts).length === 5);
    const fates = story(at.facts).filter((line) => /^(written|unsent)/.test(line));
    expect(fates.slice(3)).toEqual(["unsent order 5", "unsent order 7", "written order 4", "written order 6"]);
    await at.pass();
    expect(at.facts.filter(({ kind }) => kind === "refused")).toEqual([]);
  });

  it("leave a bracket in one go, when there is room for all of it", async () => {
    const at = await ordersAt({}, { perSecond: 4 });
    await drained(at.connection);
    at.place(resting);
    at.place(resting);
    at.orders.place(bracket(at));
    expect(written(at.facts)).toEqual(["order 1", "order 2"]);
    await until(() => written(at.facts).length > 2);
    expect(written(at.facts)).toHaveLength(5);
  });

  it("leave in their latest shape", async () => {
    const at = await ordersAt({}, { perSecond: 3 });
    await drained(at.connection);
    for (let i = 0; i < 3; i++) at.place(resting);
    const late = at.place(resting);
    at.orders.change({ ...late, quantity: 70 });
    at.orders.change({ ...late, quantity: 60 });
    await until(() => written(at.facts).length === 6);
    expect(written(at.facts).slice(3)).toEqual(["order 4", "change 4", "change 4"]);
    await at.pass();
    expect(story(at.facts).filter((line) => line.startsWith("status 4"))).toEqual([
      "status 4 PreSubmitted 0/60",
      "status 4 Submitted 0/60",
    ]);
  });

  it("say the stop of a trailing one that is new, though a change that says none has joined it", async () => {
    const at = await ordersAt({}, { perSecond: 4 });
    const trails = { type: "trailing-stop", side: -1, isExit: true, trail: 20, tif: "GTC" } as const;
    const working = at.place({ ...trails, stop: LAST - 20 });
    await drained(at.connection);
    for (let i = 0; i < 4; i++) at.place(resting);
    const late = at.place({ ...trails, stop: LAST - 21 });
    for (const { orderId, stop } of [working, late]) {
      const change = at.next({ ...trails, orderId, quantity: 70 });
      if (orderId === working.orderId) at.orders.change({ ...change, stop: stop + 5 });
      at.orders.change(change);
    }
    await until(() => written(at.facts).length === 9);
    await at.pass();
    const stops = new Map(
      at.facts.flatMap((fact) =>
        fact.kind === "open" ? [[fact.order.orderId, [fact.order.trailStopPrice, fact.order.quantity]] as const] : [],
      ),
    );
    expect(stops.get(working.orderId)).toEqual([LAST - 15, 70]);
    expect(stops.get(late.orderId)).toEqual([LAST - 21, 70]);
  });

  it("are never sent once they are cancelled, nor what waits for their fill", async () => {
    const at = await ordersAt({}, { perSecond: 3 });
    const working = at.place(resting);
    await drained(at.connection);
    for (let i = 0; i < 3; i++) at.place(resting);
    const [parent, target, stop] = bracket(at);
    at.orders.place([parent, target, stop]);
    at.orders.cancel(target.orderId);
    const whole = bracket(at);
    at.orders.place(whole);
    at.orders.cancel(whole[0].orderId);
    at.orders.change({ ...working, quantity: 10 });
    at.orders.cancel(working.orderId);
    await at.pass();
    await at.pass();
    const fates = story(at.facts).filter((line) => /^(written|unsent)/.test(line));
    expect(fates.slice(4)).toEqual([
      "unsent order 6",
      "unsent order 8",
      "unsent order 9",
      "unsent order 10",
      "unsent change 1",
      "written cancel 1",
      "written order 5",
      "written order 7",
    ]);
    const told = story(at.facts);
    expect(told).toContain("open 5 Submitted");
    expect(told).toContain("open 7 PreSubmitted");
    expect(told.some((line) => /^open (6|8|9|10) /.test(line))).toBe(false);
    expect(told).toContain("status 1 Cancelled 0/100");
  });

  it("are never sent once everything is cancelled, whoever made it", async () => {
    const at = await ordersAt({}, { perSecond: 3 });
    at.other.send(...placeOrder(1, { type: "LMT", limit: FAR }));
    const first = at.place(resting);
    await drained(at.connection);
    for (let i = 0; i < 3; i++) at.place(resting);
    at.orders.place(bracket(at));
    at.orders.change({ ...first, quantity: 10 });
    await at.orders.cancelEverything();
    await at.pass();
    const fates = story(at.facts).filter((line) => /^(written|unsent)/.test(line));
    expect(fates.slice(4)).toEqual(["unsent order 5", "unsent order 6", "unsent order 7", "unsent change 1"]);
    const look = await RawClient.start(at.gateway.port, 3);
    look.send(16, 1);
    await look.until(() => look.of(53).length === 1);
    expect(look.of(5)).toEqual([]);
    expect(at.other.of(3).at(-1)?.slice(1, 3)).toEqual(["1", "Cancelled"]);
  });

  it("everything cannot be cancelled without a connection", async () => {
    const at = await ordersAt();
    at.connection.close();
    await expect(at.orders.cancelEverything()).rejects.toMatchObject({ code: "NOT_CONNECTED" });
  });
});

describe("a what-if", () => {
  it("tells margin and commission as TWS does, and leaves no order", async () => {
    const at = await ordersAt();
    const told = await at.orders.whatIf(at.next({ type: "limit", limit: LAST, quantity: 200 }));
    const raw = placeOrder(1, { type: "LMT", limit: LAST, quantity: 200, whatIf: 1 });
    at.other.send(...raw);
    await at.pass(60_000);
    const [open] = at.other.of(5);
    expect(told).toMatchObject({
      initialMargin: Number(open[100]),
      maintenanceMargin: Number(open[101]),
      equityWithLoan: Number(open[102]),
      commission: Number(open[103]),
      commissionCurrency: "USD",
      warning: "",
    });
    expect(told.before).toEqual({ initialMargin: 0, maintenanceMargin: 0, equityWithLoan: 1_000_000 });
    expect(told.initialMargin).toBeGreaterThan(0);
    expect(at.facts).toEqual([]);
    const state = await readBrokerState(await at.connection.ready());
    expect([state.openOrders, state.completedOrders, state.positions]).toEqual([[], [], []]);
  });

  it("of an exit is asked without its parent", async () => {
    const at = await ordersAt();
    const [parent, , stop] = bracket(at);
    expect((await at.orders.whatIf({ ...stop, parent: parent.orderId })).warning).toBe("");
  });

  it("of what the account cannot carry says so", async () => {
    const at = await ordersAt();
    const { warning } = await at.orders.whatIf(at.next({ type: "limit", limit: LAST, quantity: 100_000 }));
    expect(warning).toContain("YOUR ORDER IS NOT ACCEPTED");
  });

  it("that is refused fails with what TWS said, and is no fact", async () => {
    const at = await ordersAt();
    const asked = at.orders.whatIf(at.next({ type: "limit", limit: 99.1234 }));
    await expect(asked).rejects.toMatchObject({ code: "REQUEST_REFUSED", refusal: { code: 110 } });
    expect(at.facts).toEqual([]);
  });

  it("that is not answered in time fails, and its late answer is no fact", async () => {
    const at = await ordersAt();
    const { connection, contracts } = at;
    const orders = new TwsOrders({ connection, account: ACCOUNT, contracts, whatIfWait: 1 });
    at.orders.close();
    at.hold(true);
    const late = [orders.whatIf(at.next()), orders.whatIf(at.next({ type: "limit", limit: 99.1234 }))];
    for (const asked of late) await expect(asked).rejects.toMatchObject({ code: "REQUEST_TIMED_OUT" });
    orders.onFact = (fact) => void at.facts.push(fact);
    at.hold(false);
    await at.pass();
    expect(at.facts).toEqual([]);
  });

  it("fails without a connection", async () => {
    const at = await ordersAt();
    at.connection.close();
    await expect(at.orders.whatIf(at.next())).rejects.toMatchObject({ code: "NOT_CONNECTED" });
  });
});

/** What has been written, in order. */
function written(facts: readonly OrderFact[]): string[] {
  return facts.flatMap((fact) => (fact.kind === "written" ? [`${fact.what} ${fact.orderId}`] : []));
}

/** Waits until nothing that was sent before holds messages up. */
async function drained(connection: TwsConnection): Promise<void> {
  const { outbox } = await connection.ready();
  await until(() => !outbox.isWaiting);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
}
