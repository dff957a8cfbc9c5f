import { describe, expect, it } from "vitest";
import { Strategy } from "../../core/strategy.js";
import { ledgerView } from "../../live/ledger-view.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { placeOrder } from "../gateway/order-fields.js";
import { RawClient } from "../gateway/raw-client.js";
import { run, startsEach } from "./closed-position.js";
import { CON_IDS } from "./live-run.js";
import { sessionAt } from "./sessions.js";

const [SPY] = CON_IDS;
const MINUTE = 60_000;

describe("an order of others that gets another price", () => {
  startsEach();

  const shown = (): unknown[] => ledgerView(run.ledger, run.now).foreignOrders.map(({ limit, stop }) => [limit, stop]);
  const told = (): number => run.alerts.filter(({ code }) => code === "FOREIGN_ORDER").length;

  it("is shown with it from the next look on, is told once, and costs nothing while it stays", () => {
    const order = run.model.foreignOrder(SPY, "SPY", 1, 50, 90, "theirs");
    run.look();
    expect(shown()).toEqual([[90, null]]);
    order.limit = 91;
    run.look();
    expect(shown()).toEqual([[91, null]]);
    const { count } = run.ledger;
    for (let i = 0; i < 3; i++) {
      run.pass(MINUTE);
      run.look();
    }
    expect([run.ledger.count, told()]).toEqual([count, 1]);
  });

  it("is shown with it by a session that does not run", async () => {
    const order = run.model.foreignOrder(SPY, "SPY", 1, 50, 90, "theirs");
    run.look();
    order.limit = 91;
    run.look();
    run.kill();
    await run.open(false);
    expect(shown()).toEqual([[91, null]]);
  });

  it("is known with the terms that a journal of before has not kept, and told no second time", () => {
    const order = run.model.foreignOrder(SPY, "SPY", -1, 50, Number.NaN, "theirs");
    order.terms = { orderType: "TRAIL", auxPrice: 2 };
    run.look();
    order.terms = { orderType: "TRAIL", auxPrice: 2, trailingPercent: 2.5, outsideRth: true };
    run.look();
    expect([...run.ledger.foreignOrders.values()]).toMatchObject([{ trailingPercent: 2.5, outsideRth: true }]);
    expect(told()).toBe(1);
  });

  it("all the time by itself is noted once a minute", () => {
    const order = run.model.foreignOrder(SPY, "SPY", -1, 50, 90, "theirs");
    const look = (): void => {
      const state = run.model.state();
      const openOrders = state.openOrders.map((one) => ({ ...one, orderType: "TRAIL LIMIT", auxPrice: 2 }));
      run.lookAt({ ...state, openOrders }, run.broker.beginReconcile(run.now));
    };
    look();
    const { count } = run.ledger;
    for (let i = 0; i < 60; i++) {
      run.pass(MINUTE / 10);
      order.limit += 0.1;
      look();
    }
    expect(run.ledger.count - count).toBe(6);
    expect(told()).toBe(1);
  });
});

it("a changed price of another client's order is shown behind a look, through a socket", async () => {
  class Idle extends Strategy {}
  const data = gatewayData(TWO_STOCKS);
  const { gateway, session, begin, notes } = await sessionAt({
    data,
    ticks: { every: 15_000, spread: 2 },
    from: data.sessions[0].open[18],
    strategy: Idle,
    begins: false,
  });
  const other = await RawClient.start(gateway.port, 8);
  const place = async (limit: number): Promise<void> => {
    const { length } = other.of(3);
    other.send(...placeOrder(1, { quantity: 100, type: "LMT", limit, ref: "theirs" }));
    await other.until(() => other.of(3).length > length);
  };
  await place(1);
  begin();
  await session.reconcile();
  const shown = (): unknown[] => new SessionViewer(session, 0).view().foreignOrders.map(({ limit }) => limit);
  expect(shown()).toEqual([1]);
  await place(2);
  await session.reconcile();
  expect(shown()).toEqual([2]);
  expect(notes.filter(({ event }) => event === "FOREIGN_ORDER")).toHaveLength(1);
});
