import { describe, expect, it } from "vitest";
import type { GatewayOrder } from "../../brokers/gateway/orders/gateway-order.js";
import { Strategy } from "../../core/strategy.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { placeOrder } from "../gateway/order-fields.js";
import { RawClient } from "../gateway/raw-client.js";
import type { Alter } from "./altering-relay.js";
import { brokerPosition, close, flatten, hold, holdPromise, run, startsEach } from "./closed-position.js";
import { CON_IDS } from "./live-run.js";
import { sessionAt, until } from "./sessions.js";

// A part of a position is closed by somebody else while an order of the session's that is to close it works.

const [SPY] = CON_IDS;
const DATA = gatewayData(TWO_STOCKS);
const [OWN, OTHER] = [7, 8];

/** A position of 100 that an order to close works for. */
function closing(toClose: () => unknown = close): void {
  hold();
  toClose();
  run.settle();
  run.model.accept(run.model.order(1));
  run.settle();
}

function lookAfter(ms: number): void {
  run.pass(ms);
  run.look();
  run.settle();
}

describe("a difference of the position that nobody has named", () => {
  startsEach();

  it("cuts an order that closes when a second look finds it again", () => {
    closing();
    run.model.hold(SPY, -40);
    lookAfter(0);
    expect(run.model.order(1).quantity).toBe(100);
    lookAfter(6_000);
    expect(run.model.order(1).quantity).toBe(60);
    expect(run.alerts.filter(({ code }) => code === "CLOSE_DISPUTED")).toMatchObject([
      { details: { symbol: "SPY", held: 60, wanted: 100 } },
    ]);
    lookAfter(60_000);
    expect(run.alerts.filter(({ code }) => code === "CLOSE_DISPUTED")).toHaveLength(1);
    run.model.fill(run.model.order(1), 60, 101);
    run.settle();
    expect([brokerPosition(), run.model.open()]).toEqual([0, []]);
  });

  it("cancels it where nothing is held", () => {
    closing();
    run.model.hold(SPY, -100);
    lookAfter(0);
    lookAfter(6_000);
    expect([brokerPosition(), run.model.open()]).toEqual([0, []]);
  });

  it("has the account looked at again soon, however long something else has been open", () => {
    hold();
    run.model.place = () => undefined;
    run.act((orders) => orders.submit(run.engine.market.instruments[1], "buy", 1));
    run.settle();
    Reflect.deleteProperty(run.model, "place");
    close();
    run.settle();
    run.model.accept(run.model.order(1));
    for (let i = 0; i < 8; i++) {
      run.look(false);
      run.settle();
    }
    run.model.hold(SPY, -40);
    lookAfter(0);
    run.asks.length = 0;
    run.pass(5_000);
    expect(run.asks).toContain("what the last look at the account has left open");
  });

  it("that is gone at the next look was a fill on its way, and cuts nothing", () => {
    closing();
    run.model.hold(SPY, -40);
    lookAfter(0);
    run.model.hold(SPY, 40);
    lookAfter(6_000);
    lookAfter(6_000);
    expect([run.model.order(1).quantity, run.model.handed.length]).toEqual([100, 2]);
    holdPromise();
  });

  it("that is explained by the fill of an order itself, told behind the look, cuts nothing", () => {
    closing();
    run.model.fill(run.model.order(1), 40, 101);
    const late = run.model.told.splice(0);
    const state = run.model.state();
    run.lookAt({ ...state, executions: [], openOrders: state.openOrders }, run.broker.beginReconcile(run.now));
    run.settle();
    expect(run.ledger.unnamed("SPY")).toBe(-40);
    run.model.told.push(...late);
    run.settle();
    lookAfter(6_000);
    expect([run.model.order(1).quantity, run.alerts.filter(({ code }) => code === "CLOSE_DISPUTED")]).toEqual([
      100,
      [],
    ]);
    run.model.fill(run.model.order(1), 60, 101);
    run.settle();
    holdPromise();
    expect(brokerPosition()).toBe(0);
  });

  it("that another order may have made has the order that closes cut to what both views hold when its fill is told", () => {
    closing();
    run.act((orders) => orders.submit(run.engine.market.instruments[0], "sell", 40, { limit: 101 }));
    run.settle();
    run.model.accept(run.model.order(2));
    run.settle();
    const before = run.model.state();
    run.model.fill(run.model.order(2), 40, 101);
    const late = run.model.told.splice(0);
    const { positions } = run.model.state();
    run.lookAt({ ...before, positions }, run.broker.beginReconcile(run.now));
    run.settle();
    expect([run.model.order(1).quantity, run.ledger.unnamed("SPY")]).toEqual([100, -40]);
    run.model.told.push(...late);
    run.settle();
    expect([run.model.order(1).quantity, brokerPosition()]).toEqual([20, 60]);
    holdPromise();
  });

  it("that a fill of its size does not explain cuts an order at the next look", () => {
    closing();
    run.model.hold(SPY, -40);
    lookAfter(0);
    run.model.fill(run.model.order(1), 40, 101);
    run.settle();
    lookAfter(6_000);
    expect([run.model.order(1).quantity, brokerPosition()]).toEqual([60, 20]);
  });

  it("is not there to be closed by an order that leaves behind it", () => {
    hold();
    run.model.hold(SPY, -40);
    lookAfter(0);
    lookAfter(6_000);
    close();
    run.settle();
    expect(run.model.order(1).quantity).toBe(60);
  });

  it("that is another at every look cuts nothing before it stands", () => {
    closing();
    for (const units of [-40, 10, -20]) {
      run.model.hold(SPY, units);
      lookAfter(6_000);
    }
    expect(run.model.order(1).quantity).toBe(100);
    lookAfter(6_000);
    expect(run.model.order(1).quantity).toBe(50);
  });

  it("is not agreed on by a look that could not read all, nor by two at one moment", () => {
    closing();
    run.model.hold(SPY, -40);
    lookAfter(0);
    lookAfter(1_000);
    run.pass(6_000);
    run.look(false);
    run.settle();
    lookAfter(1_000);
    expect(run.model.order(1).quantity).toBe(100);
    lookAfter(6_000);
    expect(run.model.order(1).quantity).toBe(60);
  });

  it("leaves what is to be closed by force owed, which is closed when it is there again", () => {
    closing(flatten);
    run.model.hold(SPY, -40);
    lookAfter(0);
    lookAfter(6_000);
    expect(run.model.order(1).quantity).toBe(60);
    run.model.fill(run.model.order(1), 60, 101);
    run.settle();
    expect(run.broker.takeOwed()).toEqual([]);
    run.model.hold(SPY, 40);
    lookAfter(6_000);
    expect(run.broker.takeOwed()).toEqual([0]);
    flatten();
    run.settle();
    expect(run.model.handed.map(({ quantity }) => quantity)).toEqual([100, 100, 40]);
    run.model.fill(run.model.order(2), 40, 101);
    run.settle();
    expect(brokerPosition()).toBe(0);
    holdPromise();
  });

  it("is found again by the next session as well", async () => {
    closing();
    run.model.hold(SPY, -40);
    lookAfter(0);
    run.kill();
    await run.open();
    run.settle();
    expect(run.model.order(1).quantity).toBe(100);
    lookAfter(6_000);
    expect(run.model.order(1).quantity).toBe(60);
  });

  it("leaves exits and plain orders as they are until it has a name", () => {
    hold({ stop: 90 });
    run.model.hold(SPY, -40);
    lookAfter(0);
    lookAfter(6_000);
    lookAfter(60_000);
    expect(run.model.order(1).quantity).toBe(100);
    expect(run.alerts.some(({ code }) => code === "POSITION_DIFFERS")).toBe(true);
  });
});

describe("a trade of others that is told", () => {
  startsEach();

  it("cuts an order that closes by force to what the account holds, at once", () => {
    closing(flatten);
    run.model.foreignFill(SPY, "SPY", -1, 40, 101);
    lookAfter(0);
    expect(run.model.order(1).quantity).toBe(60);
    expect(run.alerts.some(({ code }) => code === "CLOSE_DISPUTED")).toBe(true);
    run.model.fill(run.model.order(1), 60, 101);
    run.settle();
    expect([brokerPosition(), run.model.open()]).toEqual([0, []]);
  });

  it("leaves the strategy's own as it is, which may be against another session's", () => {
    closing();
    run.model.foreignFill(SPY, "SPY", -1, 40, 101);
    lookAfter(0);
    lookAfter(6_000);
    expect(run.model.order(1).quantity).toBe(100);
  });
});

describe("a part that is sold beside a session, and whose execution nobody tells", () => {
  /** The executions of others come as those of another account: each message keeps its length. */
  const untold: Alter = (fields) => {
    const isOfOthers = fields[0] === "11" && fields[22] === String(OTHER);
    return [isOfOthers ? fields.with(16, fields[16].replace(/.$/, "X")) : fields];
  };

  it("is not sold again by its order to close", async () => {
    class Closes extends Strategy {
      override onBar(): void {
        const { state } = this;
        if (state.bought !== true) this.buy("SYN1", 100);
        else if (state.closes !== true && this.position("SYN1").quantity === 100) {
          state.closes = true;
          this.closePosition("SYN1", { limit: 1_000, tif: "GTC" });
        }
        state.bought = true;
      }
    }
    const { gateway, session, begin, notes } = await sessionAt({
      data: DATA,
      ticks: { every: 15_000, spread: 2 },
      from: DATA.sessions[0].open[18],
      strategy: Closes,
      alter: untold,
      begins: false,
    });
    const other = await RawClient.start(gateway.port, OTHER);
    begin();
    const closing = (): GatewayOrder | undefined =>
      gateway.services.register.all.find(({ isBuy, clientId }) => !isBuy && clientId === OWN);
    await until(session, () => closing() !== undefined);
    other.send(...placeOrder(1, { action: "SELL", quantity: 40, type: "MKT" }));
    await until(session, () => notes.some(({ event }) => event === "CLOSE_DISPUTED"));
    const end = session.now + 60_000;
    await until(session, () => session.now > end);
    expect(closing()).toMatchObject({ quantity: 60, filled: 0 });
    expect(notes.filter(({ event }) => event === "CLOSE_DISPUTED")).toHaveLength(1);
  });
});
