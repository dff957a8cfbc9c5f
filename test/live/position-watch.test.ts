import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Bar } from "../../core/market/bar.js";
import { MINUTE } from "../../core/market/bar-size.js";
import { Strategy } from "../../core/strategy.js";
import { openSession } from "../../live/session/open-session.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { CON_IDS, INSTRUMENTS, LiveRun } from "./live-run.js";
import { morningGateway, SOLD_BY_HAND } from "./morning-gateway.js";
import { setupFor, until } from "./sessions.js";

const [SPY] = INSTRUMENTS;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seatrial-positions-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Buys a hundred with its first bar, and keeps them. */
class Keeps extends Strategy {
  override onBar(bar: Bar): void {
    if (bar.instrument.symbol !== "SYN1" || this.state.bought === true) return;
    this.state.bought = true;
    this.buy("SYN1", 100);
  }
}

describe("a session whose position is closed by hand", () => {
  it("says so within a minute, though nobody has asked it to look", async () => {
    const { gateway, data } = await morningGateway([SOLD_BY_HAND]);
    const heard: [number, string][] = [];
    const setup = setupFor(gateway, data, Keeps, { journal: join(folder, "by-hand.sqlite") });
    const session = await openSession(setup, ({ event }) => void heard.push([gateway.simulation.now, event]));
    closeAfterTest(() => session.stop());
    const begin = gateway.simulation.now;
    session.begin();
    await until(session, () => session.now > begin + 20 * MINUTE);
    const told = heard.find(([, event]) => event === "FOREIGN_OPPOSITE");
    expect(told?.[0]).toBeGreaterThan(begin + 10 * MINUTE);
    expect(told?.[0]).toBeLessThan(begin + 11.5 * MINUTE);
  });
});

describe("a position that TWS tells", () => {
  let run: LiveRun;
  beforeEach(async () => {
    run = await LiveRun.start();
    run.asks.length = 0;
  });
  afterEach(() => run.close());

  function tell(quantity: number, account = run.ledger.identity.account, conId = CON_IDS[0]): void {
    run.model.told.push({
      kind: "position",
      position: { account, conId, symbol: "SPY", quantity, averageCost: Number.NaN },
    });
    run.settle();
  }

  it("in front of the execution that makes it calls for no look", () => {
    run.act((orders) => orders.submit(SPY, "buy", 10));
    run.settle();
    run.model.accept(run.model.order(0));
    tell(10);
    run.pass(4_000);
    run.model.fill(run.model.order(0), 10, 100);
    run.settle();
    run.pass(60_000);
    expect(run.asks).toEqual([]);
  });

  it("and nothing explains has the account looked at, once", () => {
    tell(-25);
    expect(run.asks).toEqual([]);
    run.pass(6_000);
    expect(run.asks).toEqual(["the account holds -25 SPY, and 0 are known"]);
    tell(-25);
    run.pass(60_000);
    expect(run.asks).toHaveLength(1);
    tell(-30);
    run.pass(6_000);
    expect(run.asks).toHaveLength(2);
  });

  it("is asked about anew when it comes to that once more", () => {
    tell(-25);
    run.pass(6_000);
    expect(run.asks).toHaveLength(1);
    tell(0);
    run.pass(1_000);
    run.look();
    run.pass(60_000);
    run.asks.length = 0;
    tell(-25);
    run.pass(6_000);
    expect(run.asks).toEqual(["the account holds -25 SPY, and 0 are known"]);
  });

  it("of one instrument waits its five seconds whatever was told of another", () => {
    tell(10, undefined, CON_IDS[1]);
    run.pass(4_000);
    tell(10);
    run.model.hold(CON_IDS[1], 10);
    run.pass(2_000);
    expect(run.asks).toEqual(["the account holds 10 QQQ, and 0 are known"]);
  });

  it("is asked about though it changes all the time", () => {
    for (let quantity = 1; quantity < 4; quantity++) {
      tell(quantity);
      run.pass(4_000);
    }
    expect(run.asks.length).toBeGreaterThan(0);
  });

  it("is done with where a look has found it", () => {
    run.model.hold(CON_IDS[0], -25);
    tell(-25);
    run.look();
    run.asks.length = 0;
    run.pass(60_000);
    expect(run.asks.filter((why) => why.includes("the account holds"))).toEqual([]);
  });

  it("of another account or of what is not traded is nobody's concern", () => {
    tell(5, "DU0000009");
    tell(5, run.ledger.identity.account, 999);
    run.pass(60_000);
    expect(run.asks).toEqual([]);
  });
});
