import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adoptOrder } from "../../live/reconcile/operator.js";
import { CON_IDS, INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY, QQQ] = INSTRUMENTS;
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

describe("an order of a live session", () => {
  it("is in the journal before it is handed over", () => {
    let committed = -1;
    run.model.beforePlace = () => {
      committed = run.journal.entries().filter((entry) => entry.kind === "intent").length;
    };
    run.act((orders) => orders.submit(SPY, "buy", 100));
    expect(run.model.handed).toHaveLength(0);
    run.turn();
    expect(committed).toBe(1);
    expect(run.model.handed).toHaveLength(1);
    expect(run.model.handed[0].ref).toBe(`${run.journal.id}:1`);
  });

  it("goes from submitted to accepted to filled, with its commission in the fill where that came with it", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    expect(order.status).toBe("submitted");
    run.model.accept(run.model.order(0));
    run.settle();
    expect(order.status).toBe("accepted");
    run.model.fill(run.model.order(0), 40, 100.5, 1.5);
    run.settle();
    expect(order.status).toBe("partially filled");
    run.model.fill(run.model.order(0), 60, 100.6, 2);
    run.settle();
    expect(order.status).toBe("filled");
    expect(run.enginePosition()).toBe(100);
    expect(run.position()).toBe(100);
    expect(run.engine.portfolio.fees(0)).toBe(3.5);
    expect(Array.from(run.engine.fills.fee.subarray(0, 2))).toEqual([1.5, 2]);
  });

  it("is charged once when the commission comes long behind the execution, and again only by what is corrected", () => {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    const { execId } = run.model.fill(run.model.order(0), 100, 100);
    const commission = run.model.told.pop();
    expect(commission?.kind).toBe("commission");
    run.settle();
    expect(run.engine.portfolio.fees(0)).toBe(0);
    const tell = (amount: number): void => {
      run.model.told.push({ kind: "commission", execId, commission: amount, currency: "USD" });
      run.settle();
    };
    tell(1.25);
    tell(1.25);
    expect(run.engine.portfolio.fees(0)).toBe(1.25);
    tell(1);
    expect(run.engine.portfolio.fees(0)).toBe(1);
    tell(Number.MAX_VALUE);
    expect(run.engine.portfolio.fees(0)).toBe(1);
  });

  it("shows of each of its fills what that has cost, however late and in whichever order it is told", () => {
    const fees = (): number[] => run.broker.fillFees.map(({ fee }) => fee);
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    const ids = [30, 30, 40].map((quantity) => run.model.fill(run.model.order(0), quantity, 100).execId);
    run.model.told.splice(0, Infinity, ...run.model.told.filter(({ kind }) => kind !== "commission"));
    run.settle();
    expect(fees()).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    const tell = (place: number, commission: number): void => {
      run.model.told.push({ kind: "commission", execId: ids[place], commission, currency: "USD" });
      run.settle();
    };
    tell(1, 1.5);
    tell(0, 0);
    expect(fees()).toEqual([0, 1.5, Number.NaN]);
    tell(1, 1.25);
    tell(2, 2);
    expect(fees()).toEqual([0, 1.25, 2]);
    expect(run.engine.portfolio.fees(0)).toBe(3.25);
  });

  it("hears nothing new in what is told again", () => {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    run.model.accept(run.model.order(0));
    run.model.fill(run.model.order(0), 100, 100);
    const told = [...run.model.told];
    run.settle();
    const entries = run.journal.entries().length;
    for (let i = 0; i < 3; i++) {
      run.model.told.push(...told);
      run.settle();
    }
    expect(run.journal.entries()).toHaveLength(entries);
    expect(run.enginePosition()).toBe(100);
    expect(run.engine.fills.length).toBe(1);
  });

  it("is not booked by a status that says filled, and asks when its execution stays away", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    const model = run.model.order(0);
    run.model.fill(model, 100, 100);
    run.model.told = run.model.told.filter((fact) => fact.kind === "status");
    run.settle();
    expect(run.enginePosition()).toBe(0);
    expect(order.isWorking).toBe(true);
    run.pass(3_000);
    expect(run.asks).toEqual([expect.stringContaining("told to have filled 100 more")]);
    run.look();
    expect(run.enginePosition()).toBe(100);
    expect(order.status).toBe("filled");
  });

  it("is told cancelled only when all that filled before is booked", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    const model = run.model.order(0);
    run.model.accept(model);
    run.settle();
    run.model.fill(model, 30, 100);
    const execution = run.model.told.filter((fact) => fact.kind === "execution");
    run.model.told = run.model.told.filter((fact) => fact.kind !== "execution");
    run.model.end(model, "Cancelled");
    run.settle();
    expect(order.isWorking).toBe(true);
    run.model.told.push(...execution);
    run.settle();
    expect(order.status).toBe("cancelled");
    expect(run.enginePosition()).toBe(30);
  });

  it("is rejected with IB's code and what it says", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    run.model.reject(run.model.order(0), 201, "Order rejected - reason:no margin");
    run.settle();
    expect(order.status).toBe("rejected");
    expect(order.denial?.code).toBe("IB_201");
    expect(order.denial?.details.text).toBe("Order rejected - reason:no margin");
    expect(order.denial?.details.remedy).toMatch(/Act on the reason/);
    run.pass(10_000);
    expect(run.asks).toEqual([]);
  });

  it("is rejected a second behind the status Inactive that no message explains", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    run.model.end(run.model.order(0), "Inactive");
    run.settle();
    expect(order.isWorking).toBe(true);
    run.pass(1_500);
    expect(order.status).toBe("rejected");
    expect(order.denial?.code).toBe("INACTIVE");
  });

  it("that a look finds no trace of blocks nothing any more once it has ended by itself", () => {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    run.model.end(run.model.order(0), "Inactive");
    run.settle();
    run.model.passMidnight();
    run.look();
    expect(run.ledger.blockOf("SPY")?.why).toBe("lost 1");
    run.pass(2_000);
    expect(run.status(0)).toBe("rejected");
    expect(run.ledger.blockOf("SPY")).toBeUndefined();
  });

  it("is rejected by a message alone, and the broker is asked whether that is so", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    run.model.refuse(1, 103, "Duplicate order id", "order");
    run.settle();
    expect(order.status).toBe("rejected");
    run.pass(6_000);
    expect(run.asks).toEqual([expect.stringContaining("was refused, and its status does not say so")]);
  });

  it.each([false, true])(
    "asks for its end where its time in force is over and nobody tells, after a restart too (%s)",
    async (restarts) => {
      const goodTill = run.now + 60_000;
      run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90, tif: "GTD", goodTill }));
      run.settle();
      run.model.accept(run.model.order(0));
      run.settle();
      if (restarts) {
        run.kill();
        await run.open();
      }
      run.pass(115_000);
      expect(run.asks).toEqual([]);
      run.pass(10_000);
      expect(run.asks).toEqual([expect.stringContaining("time in force of order 1 is over since 60 s")]);
      run.pass(20 * 60_000);
      expect(run.asks).toHaveLength(2);
      run.model.order(0).status = "Cancelled";
      run.look();
      expect(run.status(0)).toBe("expired");
      expect(run.engine.working.total).toBe(0);
    },
  );

  it("becomes unknown without an answer, asks, and is never handed over again", () => {
    run.model.fateOf = () => "lost";
    const order = run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    run.pass(9_000);
    expect(order.status).toBe("submitted");
    run.pass(2_000);
    expect(order.status).toBe("unknown");
    expect(run.asks).toEqual([expect.stringContaining("not answered within 10 s")]);
    run.pass(3_600_000);
    expect(run.model.handed).toHaveLength(1);
  });

  it("leaves the unknown with a late answer", () => {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.turn();
    run.pass(11_000);
    expect(run.status(0)).toBe("unknown");
    run.model.accept(run.model.order(0));
    run.settle();
    expect(run.status(0)).toBe("accepted");
    run.model.fill(run.model.order(0), 100, 100);
    run.settle();
    expect(run.status(0)).toBe("filled");
  });

  it("that was certainly not sent is rejected, and nothing is asked", () => {
    run.model.fateOf = () => "unsent";
    const order = run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    expect(order.status).toBe("rejected");
    expect(order.denial?.code).toBe("UNSENT");
    run.pass(60_000);
    expect(run.asks).toEqual([]);
  });

  it("that is made and cancelled in one handler is never handed over, nor are its exits", () => {
    run.act((orders) => {
      const { entry } = orders.bracket(SPY, "buy", 100, { stopLoss: 90, takeProfit: 110 });
      orders.cancel(entry);
    });
    run.settle();
    expect(run.model.handed).toHaveLength(0);
    expect([0, 1, 2].map((row) => run.status(row))).toEqual(["cancelled", "cancelled", "cancelled"]);
  });

  it("takes an id above all that its client has used, although TWS begins to count anew", async () => {
    for (let i = 0; i < 3; i++) run.act((orders) => orders.submit(SPY, "buy", 1));
    run.settle();
    run.kill();
    run.model.rollBackIds();
    await run.open();
    run.act((orders) => orders.submit(SPY, "buy", 1));
    run.turn();
    expect(run.model.handed.map(({ orderId }) => orderId)).toEqual([1, 2, 3, 4]);
  });
});

describe("a bracket of a live session", () => {
  it("goes out as one, with its exits behind its entry and in a group of their own", () => {
    let together = 0;
    run.model.beforePlace = (intents) => {
      together = intents.length;
    };
    run.act((orders) => orders.bracket(SPY, "buy", 100, { stopLoss: 90, takeProfit: 110 }));
    run.act((orders) => orders.submit(QQQ, "buy", 5));
    run.turn();
    expect(together).toBe(1);
    const [entry, stop, target, other] = run.model.handed;
    expect([entry.parent, stop.parent, target.parent, other.parent]).toEqual([0, entry.orderId, entry.orderId, 0]);
    expect([entry.group, other.group]).toEqual(["", ""]);
    expect(stop.group).toBe(target.group);
    expect(stop.group).toMatch(new RegExp(`^${run.journal.id}:g\\d+$`));
    expect(stop.isExit && target.isExit && !entry.isExit).toBe(true);
  });

  it("is refused altogether with its entry, although of the exits only that is missed", () => {
    run.act((orders) => orders.bracket(SPY, "buy", 100, { stopLoss: 90, takeProfit: 110 }));
    run.turn();
    run.model.forget();
    run.model.refuse(1, 201, "Order rejected - reason:no", "order");
    run.model.refuse(2, 135, "Can't find order with id =1", "order");
    run.model.refuse(3, 135, "Can't find order with id =1", "order");
    run.settle();
    expect([0, 1, 2].map((row) => run.status(row))).toEqual(["rejected", "rejected", "rejected"]);
  });

  it("lets the broker take off its exits what they no longer have to close", () => {
    run.act((orders) => orders.bracket(SPY, "buy", 100, { stopLoss: 90, takeProfit: 110 }));
    run.settle();
    for (const order of run.model.orders) run.model.accept(order);
    run.settle();
    run.model.fill(run.model.order(0), 100, 100);
    run.model.fill(run.model.order(2), 40, 110);
    run.model.order(1).quantity = 60;
    run.model.tellOpen(run.model.order(1));
    run.settle();
    expect(run.engine.book.quantity[1]).toBe(60);
    run.model.fill(run.model.order(1), 60, 90);
    run.settle();
    expect(run.status(1)).toBe("filled");
    expect(run.enginePosition()).toBe(0);
    expect(run.position()).toBe(0);
  });

  it("tells a stop triggered when the broker no longer holds it for that", () => {
    run.act((orders) => orders.submit(SPY, "buy", 100, { stop: 105 }));
    run.settle();
    run.model.order(0).whyHeld = "trigger";
    run.model.accept(run.model.order(0), "PreSubmitted");
    run.settle();
    expect(run.status(0)).toBe("accepted");
    run.model.order(0).whyHeld = "";
    run.model.accept(run.model.order(0));
    run.settle();
    expect(run.status(0)).toBe("triggered");
  });
});

describe("a change and a cancel of a live session", () => {
  it("are journalled before they are sent, several changes of one handler as one", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90 }));
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    run.act((orders) => {
      orders.modify(order, { limit: 91 });
      orders.modify(order, { limit: 92, quantity: 120 });
    });
    run.settle();
    expect(run.model.changes.map(({ limit, quantity }) => [limit, quantity])).toEqual([[92, 120]]);
    expect(run.record(1).asked).toMatchObject({ limit: 92, quantity: 120 });
    run.act((orders) => orders.cancel(order));
    expect(order.status).toBe("pending cancel");
    run.act((orders) => orders.cancel(order));
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(order.status).toBe("cancelled");
  });

  it("puts the terms back that a refused change would have replaced", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90 }));
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    run.act((orders) => orders.modify(order, { limit: 95 }));
    run.turn();
    run.model.forgetAnswers();
    run.model.order(0).limit = 90;
    run.model.refuse(1, 201, "Order rejected - reason:no", "order change");
    run.settle();
    expect(order.limit).toBe(90);
    expect(order.status).toBe("accepted");
    expect(run.asks).toHaveLength(1);
  });

  it("name the parent that the order went out with, and none where that had ended before", async () => {
    const advance = (ms: number): void => {
      run.pass(ms);
      run.engine.advance(run.now);
      run.turn();
    };
    advance(7 * 3_600_000);
    const made = { limit: 100, outsideRth: true, tif: "GTC" } as const;
    const first = run.act((orders) => orders.submit(SPY, "buy", 100, made));
    const held = run.act((orders) => orders.submit(SPY, "sell", 100, { stop: 90, tif: "GTC", parent: first }));
    const second = run.act((orders) => orders.submit(QQQ, "buy", 10, made));
    const sent = run.act((orders) => orders.submit(QQQ, "sell", 10, { ...made, limit: 110, parent: second }));
    run.settle();
    for (const order of [...run.model.orders]) run.model.accept(order);
    run.model.fill(run.model.order(0), 100, 100);
    run.model.fill(run.model.order(1), 10, 100);
    run.settle();
    advance(17 * 3_600_000);
    for (let i = 0; i < 2; i++) {
      run.showPrices();
      run.settle();
    }
    expect(run.model.handed.map(({ parent }) => parent)).toEqual([0, 0, 2, 0]);
    run.model.accept(run.model.order(3), "PreSubmitted");
    run.settle();
    run.act((orders) => orders.modify(held, { stop: 95 }));
    run.act((orders) => orders.modify(sent, { limit: 111 }));
    run.settle();
    expect(run.model.changes.map(({ orderId, parent }) => [orderId, parent])).toEqual([
      [4, 0],
      [3, 2],
    ]);
    run.kill();
    await run.open();
    const [stop] = run.engine.desk.orders.workingOrders(SPY);
    run.act((orders) => orders.modify(stop, { stop: 96 }));
    run.settle();
    expect(run.model.changes.at(-1)).toMatchObject({ orderId: 4, stop: 96, parent: 0 });
  });

  it("keeps an order working whose cancel was refused, and asks", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90 }));
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    run.act((orders) => orders.cancel(order));
    run.turn();
    run.model.fill(run.model.order(0), 100, 90);
    run.model.forget();
    run.model.refuse(1, 10148, "cannot be cancelled, state: Filled.", "order cancel");
    run.settle();
    expect(order.isWorking).toBe(true);
    expect(run.asks).toHaveLength(1);
    run.look();
    expect(order.status).toBe("filled");
    expect(run.enginePosition()).toBe(100);
  });

  it("sends a cancel again that was certainly not sent, once the order is seen to work", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90 }));
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    run.act((orders) => orders.cancel(order));
    run.turn();
    run.model.order(0).status = "Submitted";
    run.model.told = [{ kind: "unsent", orderId: 1, what: "cancel", reason: "the connection was lost" }];
    run.settle();
    run.look();
    expect(run.model.cancels).toEqual([1, 1]);
    run.settle();
    expect(order.status).toBe("cancelled");
  });

  it("of an order that another client has made is told impossible once an order, however often it is asked for", async () => {
    for (const ref of ["one", "two"]) {
      run.model.foreignOrder(CON_IDS[0], "SPY", 1, 50, 90, ref);
      run.look();
      adoptOrder(run.ledger, ref, run.now);
    }
    run.turn();
    run.kill();
    await run.open();
    for (let i = 0; i < 3; i++) {
      run.act((orders) => orders.cancelAll());
      run.settle();
    }
    expect(run.alerts.filter(({ code }) => code === "ORDER_NOT_CANCELLABLE")).toHaveLength(2);
    expect(run.model.cancels).toEqual([]);
    expect([0, 1].map((row) => run.status(row))).toEqual(["accepted", "accepted"]);
  });

  it("takes an order's end at the close for its expiry, unless it was to be cancelled", () => {
    const day = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90 }));
    const kept = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90, tif: "GTC" }));
    run.settle();
    run.pass(6.5 * 3_600_000);
    run.model.end(run.model.order(0), "Cancelled");
    run.model.end(run.model.order(1), "Cancelled");
    run.settle();
    expect([day.status, kept.status]).toEqual(["expired", "cancelled"]);
  });

  it("takes the end of a good-till-date order for its expiry, although the broker knows whole seconds", () => {
    const goodTill = run.now + 60_400;
    const order = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90, tif: "GTD", goodTill }));
    run.settle();
    run.model.accept(run.model.order(0));
    run.pass(60_000);
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    expect(order.status).toBe("expired");
  });
});

describe("a correction of an execution", () => {
  it("takes the old figures back and books the new ones", () => {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    const execution = run.model.fill(run.model.order(0), 100, 100);
    run.settle();
    run.model.correct(execution, 100, 99.5);
    run.settle();
    expect(run.enginePosition()).toBe(100);
    expect(run.ledger.holding("SPY").averagePrice).toBe(99.5);
    expect(run.engine.portfolio.averagePrice(0)).toBeCloseTo(99.5, 9);
  });

  it("of no units takes it back altogether, and nothing is missed afterwards", () => {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    const execution = run.model.fill(run.model.order(0), 100, 100);
    run.settle();
    run.model.correct(execution, 0, 100);
    run.settle();
    expect(run.position()).toBe(0);
    expect(run.enginePosition()).toBe(0);
    run.pass(10_000);
    expect(run.asks).toEqual([]);
    expect(run.look().isSettled).toBe(true);
  });

  it("is not undone by the old revision told again", () => {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    const execution = run.model.fill(run.model.order(0), 100, 100);
    run.settle();
    run.model.correct(execution, 80, 100);
    run.settle();
    run.model.told.push({ kind: "execution", execution });
    run.settle();
    expect(run.position()).toBe(80);
  });
});

describe("what a live session denies", () => {
  it("is an order while there is no connection", () => {
    run.broker.isConnected = false;
    expect(run.act((orders) => orders.submit(SPY, "buy", 100)).denial?.code).toBe("NOT_CONNECTED");
  });

  it("is an order of an instrument whose account was never looked at", async () => {
    const fresh = new LiveRun();
    await fresh.open(false);
    const order = fresh.act((orders) => orders.submit(SPY, "buy", 100));
    expect(order.denial).toMatchObject({ code: "RECONCILE", details: { instrument: "SPY" } });
    fresh.close();
  });
});
