import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { readBrokerState } from "../../brokers/tws/account/broker-state.js";
import { Contracts } from "../../brokers/tws/contracts/contracts.js";
import { tradedContracts } from "../../brokers/tws/orders/traded-contract.js";
import type { ReconcileReport } from "../../live/reconcile/reconcile.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { NOON } from "../gateway/started.js";
import { ACCOUNT, type OrdersAt, ordersAt, SYN1, SYN2 } from "../tws/order-parts.js";
import { LiveRun } from "./live-run.js";

// The session's broker over a real socket: our own adapter, and the simulated gateway behind it.

interface GatewayRun {
  readonly at: OrdersAt;
  readonly run: LiveRun;
  /** Time passes at the gateway, and what it has told is heard. */
  pass(ms?: number): Promise<void>;
  look(): Promise<ReconcileReport>;
}

async function sessionAt(...faults: readonly object[]): Promise<GatewayRun> {
  const at = await ordersAt({ faults: parseFaultPlan(faults) });
  const contracts = await tradedContracts(new Contracts(at.connection), [SYN1, SYN2]);
  const conIds = [SYN1, SYN2].map(({ symbol }) => contracts.get(symbol)?.details.conId ?? 0);
  const run = new LiveRun({ port: at.orders, instruments: [SYN1, SYN2], conIds, account: ACCOUNT });
  closeAfterTest(async () => run.close());
  run.now = NOON;
  await run.open(false);
  const look = async (): Promise<ReconcileReport> => {
    const since = run.broker.beginReconcile(run.now);
    const link = await at.connection.ready();
    return run.lookAt(await readBrokerState(link, 2_000), since);
  };
  await look();
  return {
    at,
    run,
    look,
    pass: async (ms = 0) => {
      await at.pass(ms);
      run.now += ms;
      run.turn();
    },
  };
}

const soon = (fault: string, more: object = {}): object => ({ at: "+0s", fault, ...more });
const buy = (run: LiveRun, quantity = 100) => run.act((orders) => orders.submit(SYN1, "buy", quantity));

describe("a live session's orders at the gateway", () => {
  it("fill, are charged, and are what the account says", async () => {
    const { run, pass, look } = await sessionAt();
    const order = buy(run);
    run.turn();
    await pass(5_000);
    expect(order.status).toBe("filled");
    expect(run.enginePosition()).toBe(100);
    expect(run.engine.portfolio.fees(0)).toBeGreaterThan(0);
    expect(run.engine.fills.fee[0]).toBe(run.engine.portfolio.fees(0));
    expect((await look()).isSettled).toBe(true);
  });

  it("are changed and cancelled there", async () => {
    const { run, pass, look } = await sessionAt();
    const order = run.act((orders) => orders.submit(SYN1, "buy", 100, { limit: 1, tif: "GTC" }));
    run.turn();
    await pass(1_000);
    run.act((orders) => orders.modify(order, { limit: 2 }));
    run.turn();
    await pass(1_000);
    expect(run.record(1).terms).toMatchObject({ told: { limit: 2 }, isChanging: false });
    run.act((orders) => orders.cancel(order));
    run.turn();
    await pass(1_000);
    expect(order.status).toBe("cancelled");
    expect((await look()).isSettled).toBe(true);
  });

  it.each([
    "duplicate-statuses",
    "reorder-statuses",
    "fill-first",
    "fill-without-status",
    "double-answer",
    "no-perm-ids",
    "preset-tif",
  ])("come to the same with %s", async (fault) => {
    const { run, pass, look } = await sessionAt(soon(fault));
    const order = buy(run);
    run.turn();
    await pass(5_000);
    if (run.asks.length > 0) await look();
    await pass(5_000);
    expect(order.status).toBe("filled");
    expect(run.enginePosition()).toBe(100);
    const close = run.act((orders) => orders.closePosition(SYN1));
    run.turn();
    await pass(5_000);
    if (run.asks.length > 0) await look();
    expect(close?.status).toBe("filled");
    expect(run.enginePosition()).toBe(0);
    expect(run.engine.fills.length).toBe(2);
    expect((await look()).differences).toEqual([]);
  });

  it("have exits that live behind their entry and close what it has opened", async () => {
    const { run, pass, look } = await sessionAt();
    run.act((orders) => orders.bracket(SYN1, "buy", 100, { stopLoss: 1, takeProfit: 10_000 }));
    run.turn();
    await pass(5_000);
    expect([0, 1, 2].map((row) => run.status(row))).toEqual(["filled", "accepted", "accepted"]);
    expect(run.engine.book.tif[1]).toBe(1);
    const [, stop] = [0, 1, 2].map((row) => run.engine.desk.orders.handle(row));
    run.act((orders) => orders.cancelAll());
    run.turn();
    await pass(5_000);
    expect(stop.status).toBe("cancelled");
    expect((await look()).isSettled).toBe(true);
  });

  it("are rejected with what the gateway says", async () => {
    const { run, pass } = await sessionAt(soon("reject-order", { code: 201, text: "Order rejected - reason:no" }));
    const order = buy(run);
    run.turn();
    await pass(1_000);
    expect(order.status).toBe("rejected");
    expect(order.denial).toMatchObject({ code: "IB_201", details: { text: "Order rejected - reason:no" } });
  });

  it("that vanish are gone after two looks", async () => {
    const { run, pass, look } = await sessionAt(soon("lose-order"));
    const order = buy(run);
    run.turn();
    await pass(1_000);
    run.pass(11_000);
    expect(order.status).toBe("unknown");
    await look();
    expect(buy(run).denial?.code).toBe("RECONCILE");
    run.pass(6_000);
    await look();
    expect(order.status).toBe("rejected");
    const next = buy(run);
    run.turn();
    await pass(5_000);
    expect(next.status).toBe("filled");
    expect((await look()).isSettled).toBe(true);
  });

  it("of which nothing is told are found by a look", async () => {
    const { run, pass, look } = await sessionAt(soon("lose-answer"));
    const order = buy(run);
    run.turn();
    await pass(5_000);
    run.pass(11_000);
    expect(order.status).toBe("unknown");
    expect((await look()).isSettled).toBe(true);
    expect(order.status).toBe("filled");
    expect(run.enginePosition()).toBe(100);
    expect(run.engine.portfolio.fees(0)).toBeGreaterThan(0);
  });

  it("that fill while nobody is there are booked once", async () => {
    const { at, run, look } = await sessionAt(soon("fill-while-disconnected"));
    const states: string[] = [];
    at.connection.events.on("state", ({ state }) => void states.push(state));
    const order = buy(run);
    run.turn();
    await expect.poll(() => states.length > 1 && states.at(-1) === "ready", { timeout: 10_000 }).toBe(true);
    for (let i = 0; i < 2; i++) {
      at.clock.now += 5_000;
      run.now += 5_000;
      await look();
      run.turn();
    }
    expect(order.status).toBe("filled");
    expect(run.enginePosition()).toBe(100);
    expect(run.engine.fills.length).toBe(1);
    expect((await look()).isSettled).toBe(true);
  });
});
