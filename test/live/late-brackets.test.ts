import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alertText } from "../../live/alerts.js";
import { isOpen, type ModelOrder } from "./broker-model.js";
import { INSTRUMENTS, LiveRun } from "./live-run.js";

const [SPY] = INSTRUMENTS;
const EXITS = { limit: 95, stopLoss: 90, takeProfit: 110, tif: "GTC" } as const;

let run: LiveRun;

/** A bracket, of orders 1 to 3, that is so late that two looks in a row have not found it: it counts as lost. */
beforeEach(async () => {
  run = await LiveRun.start();
  run.model.fateOf = () => "late";
  run.act((orders) => orders.bracket(SPY, "buy", 100, EXITS));
  run.settle();
  run.lookTwice();
  run.pass(6_000);
  run.look();
  run.settle();
  expect(statuses()).toEqual(["rejected", "rejected", "rejected"]);
  run.alerts.length = 0;
});

afterEach(() => run.close());

const statuses = (): string[] => [0, 1, 2].map((row) => run.status(row));
const sizes = (): number[] => run.model.orders.map(({ quantity }) => quantity);
const stop = (): ModelOrder => run.model.order(1);
const open = (): number[] => run.model.open().map(({ orderId }) => orderId);

/** It comes to the broker, and nothing of that is heard. */
function arrives(): void {
  run.model.arrive();
  for (const order of run.model.orders) order.status = order.orderId === 1 ? "Submitted" : "PreSubmitted";
}

/** The broker tells of orders as it has them. */
function tell(...orders: ModelOrder[]): void {
  for (const order of orders) {
    run.model.tellOpen(order);
    run.model.tellStatus(order);
  }
}

/** Cancels leave from now on, and nothing is heard of them. */
function answerNoCancel(): void {
  run.model.cancel = (orderId) => {
    run.model.cancels.push(orderId);
    run.model.told.push({ kind: "written", orderId, what: "cancel" });
  };
}

/** What is held against the broker's books, once all is settled. */
function look(): void {
  run.pass(60_000);
  run.look();
  run.settle();
}

describe("a bracket that counts as lost and turns up with its entry filled", () => {
  it("keeps its exits, which count as working again", () => {
    arrives();
    run.model.fill(run.model.order(0), 100, 95);
    tell(...run.model.orders.slice(1));
    run.settle();
    expect(run.model.cancels).toEqual([]);
    expect(open()).toEqual([2, 3]);
    expect(statuses()).toEqual(["filled", "accepted", "accepted"]);
    expect([run.position(), run.enginePosition()]).toEqual([100, 100]);
    look();
    expect(run.model.cancels).toEqual([]);
    expect(run.ledger.blockOf("SPY")).toBeUndefined();
  });

  it("keeps them where a look at the account finds it, and where nothing of the entry was heard before", () => {
    arrives();
    run.model.fill(run.model.order(0), 100, 95);
    run.model.forget();
    tell(...run.model.orders.slice(1));
    run.settle();
    expect(run.model.cancels).toEqual([]);
    expect(run.asks).toContain("order 2 works, and what order 1 has filled, which it closes, is not known");
    look();
    expect(open()).toEqual([2, 3]);
    expect(statuses()).toEqual(["filled", "accepted", "accepted"]);
  });

  it("keeps them in a session that starts again, which goes on with them", async () => {
    run.kill();
    arrives();
    run.model.fill(run.model.order(0), 100, 95);
    run.model.forget();
    await run.open();
    run.settle();
    look();
    expect(open()).toEqual([2, 3]);
    expect(run.model.cancels).toEqual([]);
    const { book, working } = run.engine;
    expect(working.of(0).map((row) => [book.quantity[row], run.status(row)])).toEqual([
      [100, "accepted"],
      [100, "accepted"],
    ]);
    run.engine.hear(run.now, () => run.engine.flatten("flatten"));
    run.settle();
    expect(run.model.cancels).toEqual([2, 3]);
  });

  it("keeps them in a session that starts again and hears of them before its first look, behind one that did not look", async () => {
    arrives();
    // What the account says of the entry is late.
    run.model.order(0).status = "Inactive";
    tell(...run.model.orders.slice(1));
    run.settle();
    run.kill();
    run.model.order(0).status = "Submitted";
    run.model.fill(run.model.order(0), 100, 95);
    run.model.forget();
    const { state } = run.model;
    run.model.state = (...args) => {
      tell(stop());
      run.model.deliver();
      return state.apply(run.model, args);
    };
    await run.open();
    run.settle();
    look();
    expect(run.model.cancels).toEqual([]);
    expect(run.position()).toBe(100);
    expect(open()).toEqual([2, 3]);
    expect(run.ledger.blockOf("SPY")).toBeUndefined();
  });

  it("leaves its exits alone while what that has filled has no name, and goes on with them when it has one", () => {
    arrives();
    run.model.fill(run.model.order(0), 100, 95);
    run.model.forget();
    run.model.passMidnight();
    tell(...run.model.orders.slice(1));
    run.settle();
    look();
    look();
    expect(run.alerts.map(({ code }) => code)).toContain("POSITION_DIFFERS");
    expect([run.model.cancels, run.position()]).toEqual([[], 0]);
    const difference = { own: 100, foreign: 0, price: 95, numerator: 1, denominator: 1, note: "", isEstimate: true };
    const of = { kind: "adjustment", at: run.now, name: "recovered", symbol: "SPY", conId: 756733, intent: 1 } as const;
    run.ledger.note({ ...of, ...difference });
    run.settle();
    look();
    expect(run.model.cancels).toEqual([]);
    expect(statuses()).toEqual(["filled", "accepted", "accepted"]);
  });

  it("has its exits cancelled when what had no name is held no more", () => {
    arrives();
    run.model.order(0).status = "Inactive";
    run.model.passMidnight();
    run.model.hold(756733, 100);
    tell(...run.model.orders.slice(1));
    run.settle();
    look();
    expect(run.model.cancels).toEqual([]);
    run.model.hold(756733, -100);
    look();
    expect(run.model.cancels).toEqual([2, 3]);
  });

  it("says that they stay", () => {
    arrives();
    run.model.fill(run.model.order(0), 100, 95);
    tell(stop());
    run.settle();
    expect(run.alerts.map(alertText)).toEqual(["sell 100 SPY stop 90.00 works although it was told rejected."]);
    expect(run.notices.map(({ code, intent }) => [code, intent])).toContainEqual(["ORDER_REVIVED", 2]);
  });

  it("has one exit cut to what the other has closed, and ended by what closes it whole", () => {
    arrives();
    run.model.fill(run.model.order(0), 100, 95);
    tell(...run.model.orders.slice(1));
    run.settle();
    run.model.fill(run.model.order(2), 100, 110);
    run.model.end(stop(), "Cancelled");
    run.settle();
    expect(statuses()).toEqual(["filled", "cancelled", "filled"]);
    expect(run.enginePosition()).toBe(0);
    expect(run.model.cancels).toEqual([]);
  });

  it("has its exits cancelled where a flattening closes what they protect", () => {
    arrives();
    run.model.fill(run.model.order(0), 100, 95);
    tell(...run.model.orders.slice(1));
    run.settle();
    run.engine.hear(run.now, () => run.engine.flatten("flatten"));
    run.settle();
    expect(run.model.cancels).toEqual([2, 3]);
    expect(run.model.handed.at(-1)).toMatchObject({ side: -1, quantity: 100, type: "market" });
  });

  describe("and has exits that the run does not have", () => {
    beforeEach(async () => {
      run.kill();
      arrives();
      const exits = run.model.orders.slice(1);
      for (const order of exits) order.status = "Unseen";
      run.model.passMidnight();
      run.model.fill(run.model.order(0), 100, 95);
      run.model.forget();
      run.books = true;
      await run.open();
      run.settle();
      for (const order of exits) order.status = "PreSubmitted";
      tell(...exits);
      run.settle();
      expect([run.position(), run.enginePosition(), run.record(2).isUndead]).toEqual([100, 100, true]);
      expect(run.model.cancels).toEqual([]);
      run.model.fateOf = () => "arrives";
    });

    it.each([
      ["a flattening", () => run.engine.hear(run.now, () => run.engine.flatten("flatten"))],
      ["the strategy when it closes the position", () => void run.act((orders) => orders.closePosition(SPY))],
    ])("has them cancelled by %s, which closes when they have ended", (_, close) => {
      close();
      run.broker.flush();
      expect(run.model.cancels).toEqual([2, 3]);
      expect(run.model.handed.length).toBe(3);
      run.settle();
      expect(run.model.handed.at(-1)).toMatchObject({ side: -1, quantity: 100, type: "market" });
    });
  });

  it("is closed with the rest where the kill switch has flattened when nothing was known of it", () => {
    arrives();
    run.model.fill(run.model.order(0), 100, 95);
    run.model.forget();
    run.model.fateOf = () => "arrives";
    run.engine.hear(run.now, () => run.engine.kill("test", true));
    run.settle();
    expect(run.model.handed.length).toBe(3);
    run.look();
    run.settle();
    look();
    expect(run.model.cancels).toEqual([2, 3]);
    expect(run.model.handed.slice(3)).toMatchObject([{ side: -1, quantity: 100, type: "market" }]);
    run.model.fill(run.model.order(3), 100, 95);
    run.settle();
    look();
    expect([run.position(), run.enginePosition(), run.model.handed.length]).toEqual([0, 0, 4]);
  });

  it("has its exits cancelled where the position is closed by then", () => {
    arrives();
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    run.model.fateOf = () => "arrives";
    run.act((orders) => orders.submit(SPY, "sell", 100));
    run.settle();
    run.model.fill(run.model.order(3), 100, 96);
    run.settle();
    expect(run.enginePosition()).toBe(0);
    tell(...run.model.orders.slice(1, 3));
    run.settle();
    expect(run.model.cancels).toEqual([2, 3]);
    expect(statuses()).toEqual(["filled", "rejected", "rejected"]);
  });
});

describe("a bracket that counts as lost and of which only the entry has come", () => {
  const told = (): string[] => run.alerts.filter(({ code }) => code === "ENTRY_UNPROTECTED").map(alertText);
  const TEXT =
    "sell 100 SPY stop 90.00 is not there: it counts as gone. Of buy 100 SPY limit 95.00, which it was to protect, 100 units are held without it.";

  /** Its exits have not come, and it has filled. */
  function fillsAlone(): void {
    arrives();
    for (const order of run.model.orders.slice(1)) order.status = "Cancelled";
    run.model.passMidnight();
    run.model.fill(run.model.order(0), 100, 95);
  }

  it("is told to hold what nothing protects, once the account was looked at for its stop", () => {
    fillsAlone();
    run.settle();
    expect(run.asks).toContain("order 1 has filled, and its stop counts as gone");
    expect(told()).toEqual([]);
    look();
    look();
    expect(told()).toEqual([TEXT]);
  });

  it("is told so by a session that starts again", async () => {
    run.kill();
    fillsAlone();
    run.model.forget();
    await run.open();
    run.settle();
    look();
    expect(told()).toEqual([TEXT]);
  });

  it("is not told so where the strategy has made another stop by then", () => {
    fillsAlone();
    run.settle();
    run.model.fateOf = () => "arrives";
    run.act((orders) => orders.submit(SPY, "sell", 100, { stop: 89, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(3), "PreSubmitted");
    run.settle();
    look();
    expect(told()).toEqual([]);
  });

  it("is told so where its stop came, and had been cancelled before it filled", () => {
    answerNoCancel();
    arrives();
    run.model.order(0).status = "Inactive";
    tell(stop());
    run.settle();
    run.look();
    run.settle();
    expect(run.model.cancels).toContain(2);
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    look();
    expect(told()).toEqual([]);
    run.model.end(stop(), "Cancelled");
    run.settle();
    expect(told()).toEqual([TEXT]);
  });
});

describe("an exit that counts as lost and turns up while nothing is known of its entry", () => {
  it("is kept by a fill that is told when its cancel was refused, and is not asked for again", () => {
    run.model.cancel = (orderId) => {
      run.model.cancels.push(orderId);
      run.model.told.push({ kind: "written", orderId, what: "cancel" });
      run.model.refuse(orderId, 161, "Cancel attempted when order is not in a cancellable state.", "order cancel");
    };
    arrives();
    // What the account says of the entry is late.
    run.model.order(0).status = "Inactive";
    tell(stop());
    run.settle();
    expect(run.model.cancels).toEqual([]);
    run.look();
    run.settle();
    expect(run.model.cancels).toContain(2);
    run.model.cancels.length = 0;
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    run.pass(60_000);
    expect(run.model.cancels).not.toContain(2);
    expect(run.status(1)).toBe("accepted");
  });
});

describe("an exit that counts as lost and turns up without a connection to cancel it", () => {
  /** It was to be cancelled, for its entry held nothing, and that has not left when the entry fills. */
  function isNotCancelled(): void {
    const cancel = run.model.cancel.bind(run.model);
    run.model.cancel = (orderId) => {
      run.model.told.push({ kind: "unsent", orderId, what: "cancel", reason: "the connection was lost" });
    };
    arrives();
    // What the account says of the entry is late.
    run.model.order(0).status = "Inactive";
    tell(stop());
    run.settle();
    run.look();
    run.settle();
    expect([run.record(2).isUndead, run.record(2).isCancelUnsent]).toEqual([true, true]);
    run.model.cancel = cancel;
    run.model.fill(run.model.order(0), 100, 95);
  }

  it("is kept by a fill of its entry that is told before the cancel could leave", () => {
    isNotCancelled();
    run.settle();
    look();
    expect(run.model.cancels).not.toContain(2);
    expect(run.status(1)).toBe("accepted");
    expect(open()).toContain(2);
  });

  it("is kept by one that the next look at the account finds", () => {
    isNotCancelled();
    run.model.forget();
    look();
    expect(run.model.cancels).not.toContain(2);
    expect(run.status(1)).toBe("accepted");
    expect(open()).toContain(2);
  });
});

describe("an exit that counts as lost and turns up when the strategy has made another in its place", () => {
  /** The entry has filled, and the strategy protects what it holds with an order of its own. */
  function protectedBy(price: { stop: number } | { limit: number }, units = 100): void {
    arrives();
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    run.model.fateOf = () => "arrives";
    run.act((orders) => orders.submit(SPY, "sell", units, { ...price, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(3), "PreSubmitted");
    run.settle();
    tell(stop());
    run.settle();
  }

  it("is cancelled, for the two would close more than is held", () => {
    protectedBy({ stop: 89 });
    expect(run.model.cancels).toEqual([2]);
    expect(run.status(1)).toBe("rejected");
  });

  it("works again with the units that the other does not close", () => {
    protectedBy({ stop: 89 }, 60);
    expect(run.model.cancels).toEqual([]);
    expect(run.status(1)).toBe("accepted");
    expect(sizes()).toEqual([100, 40, 100, 60]);
    expect(run.engine.book.quantity[1]).toBe(40);
  });

  it("works again so in a session that starts again", async () => {
    arrives();
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    run.model.fateOf = () => "arrives";
    run.act((orders) => orders.submit(SPY, "sell", 60, { stop: 89, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(3), "PreSubmitted");
    run.settle();
    run.kill();
    await run.open();
    run.settle();
    look();
    expect(run.model.cancels).toEqual([]);
    expect(sizes()).toEqual([100, 40, 40, 60]);
  });

  it("works again where it is a stop and that is none", () => {
    protectedBy({ limit: 120 });
    expect(run.model.cancels).toEqual([]);
    expect(run.status(1)).toBe("accepted");
  });

  it("works again where that is the exit of a new bracket whose entry has not filled, and protects nothing yet", () => {
    arrives();
    run.model.fateOf = () => "arrives";
    run.act((orders) => orders.bracket(SPY, "buy", 100, { ...EXITS, limit: 94 }));
    run.settle();
    for (const order of run.model.orders.slice(3)) run.model.accept(order, "PreSubmitted");
    run.settle();
    run.model.fill(run.model.order(0), 100, 95);
    tell(...run.model.orders.slice(1, 3));
    run.settle();
    expect(run.model.cancels).toEqual([]);
    expect(statuses()).toEqual(["filled", "accepted", "accepted"]);
  });
});

describe("a bracket that counts as lost and turns up with a part of its entry filled", () => {
  it("has the rest of the entry cancelled, and its exits cut to what is held", () => {
    arrives();
    run.model.fill(run.model.order(0), 40, 95);
    tell(...run.model.orders);
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(open()).toEqual([2, 3]);
    expect(sizes()).toEqual([100, 40, 40]);
    expect(run.enginePosition()).toBe(40);
    look();
    expect(open()).toEqual([2, 3]);
    expect(run.ledger.blockOf("SPY")).toBeUndefined();
  });

  it("lets them follow what it fills before the cancel has come through", () => {
    const cancel = run.model.cancel.bind(run.model);
    run.model.cancel = (orderId) => void run.model.told.push({ kind: "written", orderId, what: "cancel" });
    arrives();
    run.model.fill(run.model.order(0), 40, 95);
    tell(...run.model.orders);
    run.settle();
    run.model.fill(run.model.order(0), 60, 95);
    run.settle();
    run.model.cancel = cancel;
    expect(sizes()).toEqual([100, 100, 100]);
    expect(statuses()).toEqual(["filled", "accepted", "accepted"]);
    expect(run.enginePosition()).toBe(100);
  });
});

describe("a bracket that turns up with a part of its entry filled when the session starts again", () => {
  it("has its exits follow what the entry, which the run does not have, fills before its cancel has come through", async () => {
    answerNoCancel();
    run.kill();
    arrives();
    run.model.fill(run.model.order(0), 40, 95);
    run.model.forget();
    run.books = true;
    await run.open();
    run.settle();
    expect([run.model.cancels, sizes()]).toEqual([[1], [100, 40, 40]]);
    run.model.fill(run.model.order(0), 60, 95);
    run.settle();
    expect(sizes()).toEqual([100, 100, 100]);
    expect([run.position(), run.enginePosition()]).toEqual([100, 100]);
  });
});

describe("a bracket that counts as lost and turns up with nothing of its entry filled", () => {
  it("has its entry cancelled, and its exits when that has ended", () => {
    arrives();
    tell(...run.model.orders);
    run.turn();
    run.model.deliver();
    run.turn();
    expect(run.model.cancels).toEqual([1]);
    run.settle();
    expect(run.model.cancels).toEqual([1, 2, 3]);
    expect(run.model.orders.filter(isOpen)).toEqual([]);
    expect(statuses()).toEqual(["rejected", "rejected", "rejected"]);
    look();
    expect(run.ledger.blockOf("SPY")).toBeUndefined();
  });

  it("has the account looked at where a cancel is not answered, and is free when nothing of it is left there", () => {
    answerNoCancel();
    arrives();
    tell(run.model.order(0));
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    run.asks.length = 0;
    run.pass(11_000);
    expect(run.asks).toEqual(["the cancel of order 1 was not answered within 10 s"]);
    for (const order of run.model.orders) order.status = "Cancelled";
    look();
    expect(run.ledger.blockOf("SPY")).toBeUndefined();
  });

  it("keeps its exits where that fills before its cancel has come through", () => {
    answerNoCancel();
    arrives();
    tell(...run.model.orders);
    run.settle();
    run.model.fill(run.model.order(0), 100, 95);
    run.settle();
    expect(run.model.cancels).toEqual([1]);
    expect(statuses()).toEqual(["filled", "accepted", "accepted"]);
  });
});
