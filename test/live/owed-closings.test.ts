import { describe, expect, it } from "vitest";
import { adoptPosition } from "../../live/reconcile/operator.js";
import { brokerPosition, flatten, hold, run, startsEach } from "./closed-position.js";
import { CON_IDS, INSTRUMENTS } from "./live-run.js";

const [SPY] = INSTRUMENTS;

startsEach();

/** Of 100 others have closed 40, so that by force 60 are closed, and 40 are owed. */
function owed(): void {
  run.books = true;
  hold();
  run.model.foreignFill(CON_IDS[0], "SPY", -1, 40, 101);
  run.look();
  flatten();
  run.settle();
  run.model.fill(run.model.order(2), 60, 101);
  run.settle();
  expect([run.model.order(2).quantity, run.position(), brokerPosition()]).toEqual([60, 40, 0]);
}

/** An operator says that it was the session's that was closed by hand. */
function adopt(): void {
  run.engine.hear(run.now, () => {
    run.broker.tellNoted(run.now, () => void adoptPosition(run.ledger, "SPY", CON_IDS[0], 101, run.now));
  });
  run.settle();
  run.look();
}

describe("what is owed of a position that was to be closed by force", () => {
  it("is closed when others hold nothing against it any more", () => {
    owed();
    run.model.foreignFill(CON_IDS[0], "SPY", 1, 40, 101);
    run.look();
    expect(run.broker.takeOwed()).toEqual([0]);
  });

  it("is owed no more where the strategy has opened a position since, which is to stay", () => {
    owed();
    run.act((orders) => orders.submit(SPY, "buy", 100));
    run.settle();
    run.model.fill(run.model.order(3), 100, 102);
    run.settle();
    adopt();
    expect([run.position(), brokerPosition()]).toEqual([100, 100]);
    expect(run.broker.takeOwed()).toEqual([]);
  });

  it("is owed still while nothing may be opened, whatever an order brings that the kill switch could not cancel", () => {
    hold();
    run.act((orders) => orders.submit(SPY, "buy", 10, { limit: 95, tif: "GTC" }));
    run.settle();
    run.model.accept(run.model.order(1));
    run.settle();
    run.model.foreignFill(CON_IDS[0], "SPY", -1, 40, 101);
    run.look();
    run.model.cancel = (orderId) => void run.model.told.push({ kind: "written", orderId, what: "cancel" });
    run.engine.hear(run.now, () => run.engine.kill("by hand", true));
    run.settle();
    run.model.fill(run.model.order(1), 10, 95);
    run.settle();
    run.model.foreignFill(CON_IDS[0], "SPY", 1, 40, 101);
    run.look();
    expect(run.broker.takeOwed()).toEqual([0]);
  });
});
