import { describe, expect, it } from "vitest";
import { positions } from "../../brokers/tws/account/account-questions.js";
import { readBrokerState } from "../../brokers/tws/account/broker-state.js";
import { placeOrder } from "../gateway/order-fields.js";
import { RawClient } from "../gateway/raw-client.js";
import { startGateway, TestClock } from "../gateway/started.js";
import { connected } from "./connected.js";
import { ScriptedTws } from "./scripted-tws.js";

describe("the broker's state", () => {
  it("is nothing at an account that has just begun", async () => {
    const { port } = await startGateway();
    const link = await (await connected(port)).ready();
    expect(await readBrokerState(link)).toEqual({
      openOrders: [],
      completedOrders: [],
      executions: [],
      hasAllExecutions: true,
      positions: [],
      hasAllOrders: true,
      hasAllPositions: true,
    });
  });

  it("has the orders of other clients, what was filled with its commission, and what is held", async () => {
    const clock = new TestClock();
    const { port } = await startGateway({ wallClock: clock.wallClock });
    const other = await RawClient.start(port, 1);
    other.send(...placeOrder(1, { type: "MKT", ref: "entry" }));
    other.send(...placeOrder(2, { type: "LMT", limit: 1, ref: "deep" }));
    other.send(...placeOrder(3, { type: "LMT", limit: 1, ref: "gone" }));
    await clock.pass(60_000, other);
    other.send(4, 1, 3, "");
    await clock.pass(5_000, other);
    const state = await readBrokerState(await (await connected(port)).ready());
    expect(state.openOrders).toMatchObject([{ orderId: 2, clientId: 1, orderRef: "deep", limitPrice: 1 }]);
    expect(state.completedOrders.map(({ orderRef, status }) => [orderRef, status]).sort()).toEqual([
      ["entry", "Filled"],
      ["gone", "Cancelled"],
    ]);
    const bought = state.executions.reduce((sum, { shares }) => sum + shares, 0);
    expect(bought).toBe(100);
    for (const one of state.executions) {
      expect(one).toMatchObject({ orderRef: "entry", side: "BOT", clientId: 1, commission: expect.any(Number) });
    }
    expect(state.positions).toMatchObject([{ account: "DU1234567", symbol: "SYN1", quantity: 100 }]);
  });

  it("is not there without the ends of its lists", async () => {
    const gateway = await startGateway();
    const link = await (await connected(gateway.port)).ready();
    gateway.faults.hidesEnds = true;
    await expect(readBrokerState(link, 50)).rejects.toMatchObject({ code: "REQUEST_TIMED_OUT" });
  });

  it("has no positions of a list that came when nobody waited for it any more", async () => {
    let asked = 0;
    const row = (symbol: string, conId: number, units: number): (string | number)[] => [
      61,
      3,
      "DU1234567",
      conId,
      symbol,
      "STK",
      "",
      0,
      "",
      "",
      "SMART",
      "USD",
      symbol,
      symbol,
      units,
      100,
    ];
    const tws = await ScriptedTws.start({
      message: (caller, [id]) => {
        if (id === "49") caller.tellTime();
        if (id === "61" && asked++ === 0) caller.send(...row("SYN1", 1, 10));
        else if (id === "61") {
          caller.send(...row("SYN1", 1, 10));
          caller.send(...row("SYN2", 2, 20));
          caller.send(62, 1);
        }
      },
    });
    const link = await (await connected(tws.port)).ready();
    await expect(link.askUnnumbered(positions(50, undefined, true))).rejects.toMatchObject({
      code: "REQUEST_TIMED_OUT",
    });
    expect(await link.askUnnumbered(positions(1_000, undefined, true))).toHaveLength(2);
    // What was not answered is called off, and what is answered goes on.
    expect(tws.heard(61)).toHaveLength(2);
    expect(tws.heard(64)).toHaveLength(1);
  });

  it("says that executions may be missing where TWS is silent about them", async () => {
    const ends: Readonly<Record<string, (string | number)[]>> = { 16: [53, 1], 99: [102], 61: [62, 1] };
    const tws = await ScriptedTws.start({
      message: (caller, [id]) => {
        if (id === "49") caller.tellTime();
        if (ends[id] !== undefined) caller.send(...ends[id]);
      },
    });
    const link = await (await connected(tws.port)).ready();
    expect(await readBrokerState(link, 50)).toMatchObject({ executions: [], hasAllExecutions: false });
    expect(tws.heard(7)).toHaveLength(2);
  });

  it("is refused in one sentence where the API is read-only", async () => {
    const gateway = await startGateway();
    gateway.faults.isReadOnly = true;
    const link = await (await connected(gateway.port)).ready();
    await expect(readBrokerState(link)).rejects.toThrow("Read-Only API");
  });
});
