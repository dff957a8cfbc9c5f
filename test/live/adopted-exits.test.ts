import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unitsHeld } from "../../live/ledger/units-held.js";
import { unitsLeft } from "../../live/ledger/units-left.js";
import { adoptPosition, nameDifference } from "../../live/reconcile/operator.js";
import { CON_IDS, INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
const EXITS = { limit: 95, stopLoss: 90, takeProfit: 110, tif: "GTC" } as const;
const SHORT_EXITS = { limit: 96, stopLoss: 101, takeProfit: 80, tif: "GTC" } as const;

let run: LiveRun;
beforeEach(async () => {
  run = await LiveRun.start();
  run.books = true;
  const { model } = run;
  const change = model.change.bind(model);
  model.change = (intent) => {
    const { orderId } = intent;
    if (run.broker.isConnected) change(intent);
    else model.told.push({ kind: "unsent", orderId, what: "change", reason: "there is no connection" });
  };
});
afterEach(() => run.close());

/** What works at the broker: signed units and the price. */
function working(): [number, number][] {
  return run.model
    .open()
    .map(({ side, quantity, filled, stop, limit }): [number, number] => [
      side * (quantity - filled),
      stop === stop ? stop : limit,
    ]);
}

/** Takes over what others hold, as the operator says; answers what was cut for it. */
function adopt(): string[] {
  let cut: string[] = [];
  run.engine.hear(run.now, () => {
    cut = run.broker.tellNoted(run.now, () => void adoptPosition(run.ledger, "SPY", CON_IDS[0], 96, run.now));
  });
  run.turn();
  run.settle();
  return cut;
}

/** The same, of a process that is killed right behind the commit of that: nothing of what was asked with it leaves. */
function killBehindWord(): void {
  const { journal } = run;
  const commit = journal.commit.bind(journal);
  const killed = new Error("killed");
  journal.commit = () => {
    commit();
    throw killed;
  };
  expect(() => adopt()).toThrow(killed);
  run.kill();
}

function bracket(units = 100, filled = units, side: "buy" | "sell" = "buy"): void {
  const first = run.model.orders.length;
  run.act((orders) => orders.bracket(SPY, side, units, side === "buy" ? EXITS : SHORT_EXITS));
  run.settle();
  for (const n of [0, 1, 2]) run.model.accept(run.model.order(first + n), "PreSubmitted");
  if (filled > 0) run.model.fill(run.model.order(first), filled, 95);
  run.settle();
}

/** An order without exits that fills at once. */
function trade(side: "buy" | "sell", units: number): void {
  run.act((orders) => orders.submit(SPY, side, units));
  run.settle();
  const order = run.model.order(run.model.orders.length - 1);
  run.model.accept(order);
  run.model.fill(order, units, 95);
  run.settle();
}

function stop(units: number, price = 85): void {
  run.act((orders) => orders.submit(SPY, "sell", units, { stop: price, tif: "GTC" }));
  run.settle();
  run.model.accept(run.model.order(run.model.orders.length - 1), "PreSubmitted");
  run.settle();
}

/** Somebody trades so many units by hand, sold where below zero. */
function byHand(units: number): void {
  run.model.foreignFill(CON_IDS[0], "SPY", Math.sign(units), Math.abs(units), 96, "");
  run.lookTwice();
}

/** Where `denominator` units stood, `numerator` stand: here and at the broker. */
function split(numerator: number, denominator: number): void {
  const { engine, model } = run;
  const ratio = numerator / denominator;
  engine.hear(run.now, () => {
    engine.portfolio.split(0, numerator, denominator);
    for (const row of engine.working.of(0)) engine.book.split(row, numerator, denominator, SPY);
    run.broker.split(0, numerator, denominator);
  });
  for (const order of model.open()) {
    order.quantity *= ratio;
    order.filled *= ratio;
    model.tellOpen(order);
  }
  model.hold(CON_IDS[0], (model.positions.get(CON_IDS[0]) ?? 0) * (ratio - 1));
  model.passMidnight();
  run.settle();
  run.lookTwice();
}

const sellByHand = (units: number): void => byHand(-units);

describe("a position that was closed by hand and is adopted", () => {
  it("leaves none of its bracket's exits behind, which would open the opposite", () => {
    bracket();
    sellByHand(100);
    expect(adopt()).toEqual(["sell 100 SPY stop 90.00 (cancelled)", "sell 100 SPY limit 110.00 (cancelled)"]);
    expect(run.position()).toBe(0);
    expect(working()).toEqual([]);
    run.lookTwice();
    expect([run.position(), run.enginePosition()]).toEqual([0, 0]);
  });

  it("leaves exits of what is left of it", () => {
    bracket();
    sellByHand(70);
    expect(adopt()).toEqual(["sell 100 SPY stop 90.00 (cut to 30)", "sell 100 SPY limit 110.00 (cut to 30)"]);
    expect(working()).toEqual([
      [-30, 90],
      [-30, 110],
    ]);
    run.model.fill(run.model.order(1), 30, 90);
    run.settle();
    expect([run.position(), run.enginePosition()]).toEqual([0, 0]);
  });

  it("leaves exits of what is left of it where the session has started again since, too", async () => {
    bracket();
    run.kill();
    await run.open();
    sellByHand(70);
    expect(adopt()).toEqual(["sell 100 SPY stop 90.00 (cut to 30)", "sell 100 SPY limit 110.00 (cut to 30)"]);
    expect(working()).toEqual([
      [-30, 90],
      [-30, 110],
    ]);
  });

  it("leaves as many exits as are held, of what was bought first", () => {
    bracket(100);
    bracket(60);
    sellByHand(50);
    expect(adopt()).toEqual(["sell 60 SPY stop 90.00 (cut to 10)", "sell 60 SPY limit 110.00 (cut to 10)"]);
    expect(working()).toEqual([
      [-100, 90],
      [-100, 110],
      [-10, 90],
      [-10, 110],
    ]);
  });

  it("leaves no stop of the strategy's own", () => {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    run.model.accept(run.model.order(0));
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    run.act((orders) => orders.submit(SPY, "sell", 100, { stop: 90, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(1), "PreSubmitted");
    run.settle();
    sellByHand(100);
    expect(adopt()).toEqual(["sell 100 SPY stop 90.00 (cancelled)"]);
    expect(working()).toEqual([]);
  });

  it("leaves no other order that was to close it", () => {
    bracket();
    run.act((orders) => orders.submit(SPY, "sell", 100, { limit: 120, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(3));
    run.settle();
    sellByHand(100);
    expect(adopt()).toHaveLength(3);
    expect(working()).toEqual([]);
  });

  it("leaves of an order that turns it round what was to be opened", () => {
    bracket();
    run.act((orders) => orders.submit(SPY, "sell", 150, { limit: 120, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(3));
    run.settle();
    sellByHand(100);
    expect(adopt()).toContain("sell 150 SPY limit 120.00 (cut to 50)");
    expect(working()).toEqual([[-50, 120]]);
  });

  it("ends an entry that has filled a part, so that its exits close nothing that is not there", () => {
    bracket(100, 40);
    sellByHand(40);
    expect(adopt()).toContain("buy 100 SPY limit 95.00 (cancelled)");
    run.lookTwice();
    expect(run.position()).toBe(0);
    expect(working()).toEqual([]);
  });

  it("leaves no exits of what such an entry fills late, where that was closed by hand before it was heard of", () => {
    bracket(100, 40);
    sellByHand(100);
    run.model.fill(run.model.order(0), 60, 95);
    adopt();
    run.lookTwice();
    expect([run.position(), run.enginePosition()]).toEqual([0, 0]);
    expect(working()).toEqual([]);
  });

  it("leaves exits of what such an entry fills late and nobody has closed", () => {
    bracket(100, 40);
    sellByHand(60);
    run.model.fill(run.model.order(0), 60, 95);
    adopt();
    run.lookTwice();
    expect([run.position(), run.enginePosition()]).toEqual([40, 40]);
    expect(working().map(([units]) => units)).toEqual([-40, -40]);
  });

  it("leaves exits of what such an entry fills late beside a position of the other side", () => {
    bracket(100, 40);
    sellByHand(40);
    run.model.cancel = () => undefined;
    adopt();
    bracket(60, 60, "sell");
    run.model.fill(run.model.order(0), 10, 95);
    run.model.end(run.model.order(0), "Cancelled");
    run.settle();
    run.lookTwice();
    expect([run.position(), run.enginePosition()]).toEqual([-50, -50]);
    expect(working().map(([units]) => units)).toEqual([-10, -10, 60, 60]);
  });

  it("leaves no exits where the strategy had sold a part itself", () => {
    bracket();
    run.act((orders) => orders.submit(SPY, "sell", 50));
    run.settle();
    run.model.accept(run.model.order(3));
    run.model.fill(run.model.order(3), 50, 96);
    run.settle();
    sellByHand(50);
    expect(adopt()).toHaveLength(2);
    expect(working()).toEqual([]);
  });

  it("is remembered: exits that could not be cut are cut when there is a connection, and behind a new start", async () => {
    bracket();
    sellByHand(70);
    run.broker.isConnected = false;
    adopt();
    expect(working().map(([units]) => units)).toEqual([-100, -100]);
    run.kill();
    await run.open();
    run.settle();
    run.lookTwice();
    expect(working()).toEqual([
      [-30, 90],
      [-30, 110],
    ]);
  });

  it("is remembered behind a new start where the entry has not ended: its exits close no more than it may still open", async () => {
    bracket(100, 40);
    sellByHand(40);
    run.broker.isConnected = false;
    run.model.cancel = () => undefined;
    adopt();
    expect(working().map(([units]) => units)).toEqual([60, -100, -100]);
    run.kill();
    await run.open();
    run.settle();
    run.lookTwice();
    expect(working().map(([units]) => units)).toEqual([60, -60, -60]);
  });

  it("cuts a stop of the strategy's own that could not be cut when there is a connection, too", () => {
    trade("buy", 100);
    stop(100);
    sellByHand(30);
    run.broker.isConnected = false;
    adopt();
    sellByHand(40);
    adopt();
    expect(working()).toEqual([[-100, 85]]);
    run.broker.isConnected = true;
    run.turn();
    run.lookTwice();
    expect(working()).toEqual([[-30, 85]]);
  });

  it("cuts such a stop behind a new start as well, and no more once it is cut", async () => {
    trade("buy", 100);
    stop(100);
    sellByHand(70);
    run.broker.isConnected = false;
    adopt();
    run.kill();
    await run.open();
    run.settle();
    expect(working()).toEqual([[-30, 85]]);
    trade("buy", 20);
    run.act((orders) => {
      for (const order of orders.workingOrders(SPY)) orders.modify(order, { quantity: 50 });
    });
    run.settle();
    run.lookTwice();
    expect(working()).toEqual([[-50, 85]]);
  });

  it("cancels such a stop again whose cancel is refused, at the next look", () => {
    trade("buy", 100);
    stop(100);
    sellByHand(100);
    const { cancel } = run.model;
    run.model.cancel = (id) =>
      run.model.refuse(id, 161, "Cancel attempted when order is not in a cancellable state.", "order cancel");
    adopt();
    expect(working()).toEqual([[-100, 85]]);
    run.model.cancel = cancel;
    run.lookTwice();
    run.settle();
    expect(working()).toEqual([]);
  });

  it("leaves such a stop as it is where as much is held again meanwhile", async () => {
    trade("buy", 100);
    stop(100);
    sellByHand(70);
    run.broker.isConnected = false;
    adopt();
    byHand(70);
    adopt();
    run.kill();
    await run.open();
    run.settle();
    run.lookTwice();
    expect(working()).toEqual([[-100, 85]]);
  });

  it("cuts such a stop behind a new start although the session has opened more meanwhile", async () => {
    trade("buy", 100);
    stop(100);
    run.act((orders) => orders.submit(SPY, "buy", 60, { limit: 94, tif: "GTC" }));
    run.settle();
    const more = run.model.order(2);
    run.model.accept(more);
    run.settle();
    sellByHand(70);
    killBehindWord();
    run.model.fill(more, 60, 94);
    await run.open();
    run.settle();
    run.lookTwice();
    expect(run.position()).toBe(90);
    expect(working()).toEqual([[-30, 85]]);
  });

  it("cuts such a stop less where some of that is held again meanwhile, and others no less", async () => {
    trade("buy", 100);
    stop(100);
    run.act((orders) => orders.submit(SPY, "sell", 50, { limit: 110, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(2));
    run.settle();
    sellByHand(70);
    run.broker.isConnected = false;
    const cancels: number[] = [];
    run.model.cancel = (id) => void cancels.push(id);
    adopt();
    byHand(20);
    adopt();
    expect(working()).toEqual([
      [-100, 85],
      [-50, 110],
    ]);
    run.kill();
    await run.open();
    run.settle();
    run.lookTwice();
    expect(working()).toEqual([
      [-50, 85],
      [-50, 110],
    ]);
    expect(new Set(cancels)).toEqual(new Set([run.model.order(2).orderId]));
  });

  it.each([
    [2, 1, true],
    [2, 1, false],
    [1, 10, true],
    [1, 10, false],
  ])("cuts such a stop to as many units as are left behind a split, %d for %d, started again: %s", async (...how) => {
    const [numerator, denominator, isAgain] = how;
    trade("buy", 100);
    stop(100);
    sellByHand(70);
    run.broker.isConnected = false;
    adopt();
    split(numerator, denominator);
    if (isAgain) {
      run.kill();
      await run.open();
    } else run.broker.isConnected = true;
    run.settle();
    run.lookTwice();
    const left = (30 * numerator) / denominator;
    expect(run.position()).toBe(left);
    expect(working().map(([units]) => units)).toEqual([-left]);
  });

  it("takes off such a stop as well what another of its group has filled before it was cut", async () => {
    trade("buy", 100);
    run.act((orders) =>
      orders.oco([
        { instrument: SPY, side: "sell", quantity: 100, stop: 85, tif: "GTC" },
        { instrument: SPY, side: "sell", quantity: 100, limit: 110, tif: "GTC" },
      ]),
    );
    run.settle();
    for (const n of [1, 2]) run.model.accept(run.model.order(n), "PreSubmitted");
    run.settle();
    sellByHand(70);
    killBehindWord();
    run.model.fill(run.model.order(2), 10, 110);
    await run.open();
    run.settle();
    run.lookTwice();
    expect(run.position()).toBe(20);
    expect(working()).toEqual([
      [-20, 85],
      [-20, 110],
    ]);
  });

  it("leaves the exits of a group as they are where more is held by it", () => {
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    run.model.accept(run.model.order(0));
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    run.act((orders) =>
      orders.oco([
        { instrument: SPY, side: "sell", quantity: 50, stop: 90, tif: "GTC" },
        { instrument: SPY, side: "sell", quantity: 100, limit: 110, tif: "GTC" },
      ]),
    );
    run.settle();
    for (const n of [1, 2]) run.model.accept(run.model.order(n), "PreSubmitted");
    run.settle();
    run.model.foreignFill(CON_IDS[0], "SPY", 1, 40, 96, "");
    run.lookTwice();
    expect(adopt()).toEqual([]);
    expect(working()).toEqual([
      [-50, 90],
      [-100, 110],
    ]);
  });

  it("keeps all exits where others hold more of the same", () => {
    bracket();
    run.model.foreignFill(CON_IDS[0], "SPY", 1, 40, 96, "");
    run.lookTwice();
    expect(adopt()).toEqual([]);
    expect(run.position()).toBe(140);
    expect(working()).toHaveLength(2);
  });

  it("takes no more off exits than was closed, where a position of the other side has exits of its own", () => {
    bracket(100);
    bracket(60, 60, "sell");
    sellByHand(10);
    expect(adopt()).toHaveLength(2);
    expect(working().map(([units]) => units)).toEqual([-90, -90, 60, 60]);
  });

  it("takes it off exits of another entry where one that it was taken off fills whole before it can be cut", () => {
    bracket(100);
    bracket(60);
    sellByHand(50);
    run.model.fill(run.model.order(4), 60, 90);
    run.model.end(run.model.order(5), "Cancelled");
    adopt();
    run.lookTwice();
    expect([run.position(), run.enginePosition()]).toEqual([50, 50]);
    expect(working()).toEqual([
      [-50, 90],
      [-50, 110],
    ]);
  });

  it("leaves all exits where more of the position is adopted, whatever is on the other side", () => {
    bracket(100);
    bracket(60, 60, "sell");
    byHand(10);
    expect(adopt()).toEqual([]);
    expect(working().map(([units]) => units)).toEqual([-100, -100, 60, 60]);
  });

  it("takes it first off exits of what the strategy had closed itself", () => {
    bracket(100);
    trade("sell", 100);
    bracket(100);
    sellByHand(10);
    adopt();
    expect(working()).toEqual([
      [-90, 90],
      [-90, 110],
    ]);
  });

  it("leaves exits and stops of the strategy's own no more together than is held", () => {
    bracket(100);
    trade("buy", 100);
    stop(100);
    sellByHand(100);
    expect(adopt()).toEqual(["sell 100 SPY stop 85.00 (cancelled)"]);
    expect(working().map(([units]) => units)).toEqual([-100, -100]);
  });

  it("leaves two stops of half of it no more together than is held", () => {
    trade("buy", 100);
    stop(50, 90);
    stop(50, 89);
    sellByHand(50);
    adopt();
    expect(working()).toEqual([[-50, 90]]);
  });

  it("leaves an entry of the other side, with its exits", () => {
    bracket(100);
    bracket(60, 0, "sell");
    sellByHand(100);
    expect(adopt()).toHaveLength(2);
    expect(working().map(([units]) => units)).toEqual([-60, 60, 60]);
  });

  it("cuts a stop that the broker has not answered as soon as it does", () => {
    trade("buy", 100);
    sellByHand(30);
    run.act((orders) => orders.submit(SPY, "sell", 100, { stop: 90, tif: "GTC" }));
    run.turn();
    expect(adopt()).toEqual(["sell 100 SPY stop 90.00 (cut to 70)"]);
    run.model.accept(run.model.order(run.model.orders.length - 1), "PreSubmitted");
    run.settle();
    expect(working()).toContainEqual([-70, 90]);
    expect(working()).not.toContainEqual([-100, 90]);
  });

  describe.each([
    ["was written and never arrived", true],
    ["did not leave", false],
  ])("has a stop of the strategy's own cut again whose cut %s", (_what, isWritten) => {
    beforeEach(() => {
      trade("buy", 100);
      stop(100);
      sellByHand(70);
      const { change } = run.model;
      run.model.change = (intent) => {
        run.model.changes.push(intent);
        const { orderId } = intent;
        if (isWritten) run.model.told.push({ kind: "written", orderId, what: "change" });
        else run.model.told.push({ kind: "unsent", orderId, what: "change", reason: "nothing can be sent" });
      };
      expect(adopt()).toEqual(["sell 100 SPY stop 85.00 (cut to 30)"]);
      expect(working()).toEqual([[-100, 85]]);
      run.model.change = change;
    });

    it("when the connection is back", () => {
      run.broker.isConnected = false;
      run.turn();
      run.pass(5_000);
      run.broker.isConnected = true;
      run.turn();
      run.settle();
      run.lookTwice();
      expect(working()).toEqual([[-30, 85]]);
    });

    it("behind a new start", async () => {
      run.kill();
      await run.open();
      run.settle();
      run.lookTwice();
      expect(working()).toEqual([[-30, 85]]);
    });
  });

  it("has a stop of the strategy's own cut again whose cut did not leave when the account is looked at", () => {
    trade("buy", 100);
    stop(100);
    sellByHand(70);
    const { change } = run.model;
    run.model.change = ({ orderId }) =>
      run.model.told.push({ kind: "unsent", orderId, what: "change", reason: "nothing can be sent" });
    adopt();
    run.model.change = change;
    run.lookTwice();
    expect(working()).toEqual([[-30, 85]]);
  });

  it("leaves a stop that was cut to what the strategy makes of it later", () => {
    trade("buy", 100);
    stop(100);
    sellByHand(70);
    adopt();
    trade("buy", 20);
    run.act((orders) => {
      for (const order of orders.workingOrders(SPY)) orders.modify(order, { quantity: 50 });
    });
    run.settle();
    run.broker.isConnected = false;
    run.turn();
    run.broker.isConnected = true;
    run.turn();
    run.settle();
    run.lookTwice();
    expect(working()).toEqual([[-50, 85]]);
  });

  it("keeps the exits where the broker holds what nobody has named yet, and cuts them when it is named as others'", () => {
    bracket();
    run.model.foreignFill(CON_IDS[0], "SPY", -1, 100, 96, "");
    run.model.hold(CON_IDS[0], 100);
    run.lookTwice();
    expect(adopt()).toEqual([]);
    expect(working()).toHaveLength(2);
    run.engine.hear(run.now, () => {
      const named = { symbol: "SPY", conId: CON_IDS[0], quantity: 100, name: "foreign", price: 96, note: "" } as const;
      expect(run.broker.tellNoted(run.now, () => void nameDifference(run.ledger, named, run.now))).toHaveLength(2);
    });
    run.turn();
    run.settle();
    expect(working()).toEqual([]);
  });

  it("keeps a stop of the strategy's own where the broker holds what nobody has named yet, as well", () => {
    trade("buy", 100);
    stop(100);
    run.model.foreignFill(CON_IDS[0], "SPY", -1, 100, 96, "");
    run.model.hold(CON_IDS[0], 100);
    run.lookTwice();
    expect(adopt()).toEqual([]);
    expect(working()).toHaveLength(1);
    run.engine.hear(run.now, () => {
      const named = { symbol: "SPY", conId: CON_IDS[0], quantity: 100, name: "foreign", price: 96, note: "" } as const;
      expect(run.broker.tellNoted(run.now, () => void nameDifference(run.ledger, named, run.now))).toEqual([
        "sell 100 SPY stop 85.00 (cancelled)",
      ]);
    });
    run.turn();
    run.settle();
    expect(working()).toEqual([]);
  });

  it("leaves the exits of what is held by name where a difference says that less is there", () => {
    bracket();
    run.model.foreignFill(CON_IDS[0], "SPY", -1, 30, 96, "");
    run.model.hold(CON_IDS[0], -70);
    run.lookTwice();
    expect(run.ledger.unnamed("SPY")).toBe(-70);
    adopt();
    expect(working()).toEqual([
      [-70, 90],
      [-70, 110],
    ]);
  });

  it("is given back to its entry where the trade by hand is undone and adopted as well", () => {
    bracket();
    sellByHand(70);
    adopt();
    byHand(70);
    expect(adopt()).toEqual([]);
    run.act((orders) => {
      for (const order of orders.workingOrders(SPY)) orders.modify(order, { quantity: 100 });
    });
    run.settle();
    run.lookTwice();
    expect(working().map(([units]) => units)).toEqual([-100, -100]);
  });
});

describe("a trade by hand that turns the position round", () => {
  it("is given back to its entry where it is undone and adopted as well", () => {
    bracket(100);
    bracket(150, 150, "sell");
    byHand(80);
    adopt();
    expect(working().map(([units]) => units)).toEqual([-100, -100, 100, 100]);
    byHand(-80);
    expect(adopt()).toEqual([]);
    run.act((orders) => {
      for (const order of orders.workingOrders(SPY)) if (order.side === "buy") orders.modify(order, { quantity: 150 });
    });
    run.settle();
    run.lookTwice();
    expect(working().map(([units]) => units)).toEqual([-100, -100, 150, 150]);
  });
});

describe("what was closed by hand of a position whose instrument is split", () => {
  const units = (): number[] => working().map(([one]) => one);
  const left = (intent: number): number[] => {
    const entry = run.record(intent);
    return [unitsHeld(run.ledger, entry), unitsLeft(run.ledger, entry)].map((one) => Math.round(one * 1e6) / 1e6);
  };

  for (const [numerator, denominator] of [
    [4, 1],
    [1, 2],
    [3, 2],
  ]) {
    const now = (before: number): number => (before * numerator) / denominator;
    const words = `${numerator} for ${denominator}`;

    it(`stays closed, and what is closed later is counted as units are then, ${words}`, async () => {
      bracket(120);
      sellByHand(60);
      adopt();
      split(numerator, denominator);
      expect([run.position(), ...left(1)]).toEqual([now(60), now(60), now(60)]);
      expect(units()).toEqual([-now(60), -now(60)]);
      sellByHand(20);
      adopt();
      expect(units().map(Math.round)).toEqual([20 - now(60), 20 - now(60)]);
      run.kill();
      await run.open();
      run.settle();
      run.lookTwice();
      expect(units().map(Math.round)).toEqual([20 - now(60), 20 - now(60)]);
      expect(left(1)).toEqual([now(60) - 20, now(60) - 20]);
      sellByHand(now(60) - 20);
      adopt();
      expect(units()).toEqual([]);
    });

    it(`is given back as units are then, ${words}`, () => {
      bracket(120);
      bracket(60);
      sellByHand(40);
      adopt();
      split(numerator, denominator);
      expect([...left(1), ...left(4)]).toEqual([now(120), now(120), now(20), now(20)]);
      byHand(now(40));
      expect(adopt()).toEqual([]);
      expect([left(1)[0], left(4)[0]]).toEqual([now(120), now(60)]);
    });

    it(`is taken off an entry that has filled a part and ends behind it, ${words}`, () => {
      bracket(120, 60);
      const { cancel } = run.model;
      run.model.cancel = () => undefined;
      sellByHand(20);
      adopt();
      split(numerator, denominator);
      run.model.cancel = cancel;
      run.model.end(run.model.order(0), "Cancelled");
      run.settle();
      run.lookTwice();
      expect(left(1)).toEqual([now(40), now(40)]);
      expect(units()).toEqual([-now(40), -now(40)]);
    });
  }
});

describe("a difference that is named a correction", () => {
  it("leaves no exits behind of what is not held any more", () => {
    bracket();
    run.model.hold(CON_IDS[0], -100);
    run.lookTwice();
    run.engine.hear(run.now, () => {
      const named = {
        symbol: "SPY",
        conId: CON_IDS[0],
        quantity: -100,
        name: "correction",
        price: 96,
        note: "",
      } as const;
      expect(run.broker.tellNoted(run.now, () => void nameDifference(run.ledger, named, run.now))).toHaveLength(2);
    });
    run.turn();
    run.settle();
    expect(run.position()).toBe(0);
    expect(working()).toEqual([]);
  });
});
