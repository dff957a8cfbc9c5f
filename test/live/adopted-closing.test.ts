import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAILED } from "../../cli/exit-code.js";
import { codeOfClosing } from "../../cli/tell-session.js";
import type { Bar } from "../../core/market/bar.js";
import { MINUTE } from "../../core/market/bar-size.js";
import { Strategy, type StrategyClass } from "../../core/strategy.js";
import { openSession } from "../../live/session/open-session.js";
import { SessionOperator } from "../../live/session/session-operator.js";
import type { SessionSetup } from "../../live/session/session-setup.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { morningGateway } from "./morning-gateway.js";
import { setupFor, until } from "./sessions.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seatrial-adopted-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Buys a hundred with its first bar. */
class Buys extends Strategy {
  override onBar(bar: Bar): void {
    if (bar.instrument.symbol !== "SYN1" || this.state.bought === true) return;
    this.state.bought = true;
    this.buy("SYN1", 100);
  }
}

class Rests extends Strategy {}

/** Asks for ten more where an order works. */
class AddsToIt extends Strategy {
  override onBar(bar: Bar): void {
    if (bar.instrument.symbol !== "SYN1" || this.state.asked === true || this.workingOrders("SYN1").length === 0)
      return;
    this.state.asked = true;
    this.buy("SYN1", 10, { limit: 1, tif: "GTC" });
  }
}

/** A session that has adopted an order which somebody has made by hand, and goes on. */
async function withTheirs(
  strategy: StrategyClass,
  order: { action: string; quantity: number; limit: number },
  more: Partial<SessionSetup> = {},
) {
  const { gateway, data } = await morningGateway([{ fault: "manual-order", at: "+5min", symbol: "SYN1", ...order }]);
  const setup = setupFor(gateway, data, strategy, {
    journal: join(mkdtempSync(join(folder, "a-")), "j.sqlite"),
    mode: "paper",
    ...more,
  });
  const session = await openSession(setup, () => undefined);
  closeAfterTest(() => session.stop());
  const begin = session.now;
  session.begin();
  await until(session, () => session.now > begin + 20 * MINUTE);
  await session.reconcile();
  const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
  const { ledger, engine } = session.parts;
  const [foreign] = ledger.foreignOrders.values();
  await operator.adopt({ ref: String(foreign.permId) });
  return { session, operator, engine, ledger, setup };
}

const ENTRY = { action: "BUY", quantity: 50, limit: 1 };
const EXIT = { action: "SELL", quantity: 100, limit: 100_000 };
const ENTRY_WORDS = "buy 50 SYN1 limit 1.00, which only client id 0 can cancel";
const EXIT_WORDS = "sell 100 SYN1 limit 100,000.00, which only client id 0 can cancel";

describe("an adopted order that only another client can cancel", () => {
  it("is shown with the session's orders at once, and no more as foreign", async () => {
    const { operator } = await withTheirs(Rests, ENTRY);
    const { orders, foreignOrders } = operator.view();
    expect(orders).toMatchObject([
      { symbol: "SYN1", side: "buy", type: "limit", quantity: 50, filled: 0, limit: 1, status: "accepted" },
    ]);
    expect(foreignOrders).toEqual([]);
  });

  it("is the same order of a session that starts again, whose strategy goes on with it", async () => {
    const { session, operator, setup } = await withTheirs(Buys, ENTRY);
    const { orders, positions } = operator.view();
    session.stop();
    const again = await openSession(setup, () => undefined);
    closeAfterTest(() => again.stop());
    const { orders: ordersAgain, positions: positionsAgain } = new SessionViewer(again, 0).view();
    const ageless = (all: typeof orders) => all.map((one) => ({ ...one, age: 0 }));
    expect(ageless(ordersAgain)).toEqual(ageless(orders));
    const quantities = (all: typeof positions) => all.map(({ symbol, quantity }) => [symbol, quantity]);
    expect(quantities(positionsAgain)).toEqual(quantities(positions));
    expect(quantities(positions)).toEqual([["SYN1", 100]]);
  });

  it.each([
    ["OPEN_ORDERS", { openOrders: 1 }],
    ["POSITION", { position: 55 }],
    ["EXPOSURE", { exposure: 55 }],
  ])("counts to the guards, which deny with %s what would be too much beside it", async (code, guards) => {
    const { session, engine } = await withTheirs(AddsToIt, ENTRY, { guards });
    await until(session, () => engine.strategy.state.asked === true);
    expect([...engine.flow.denials.keys()]).toEqual([code]);
  });

  it("is named at once by the answer to each command that was to close everything, where nothing is held", async () => {
    const { operator, engine } = await withTheirs(Rests, ENTRY);
    const flattened = await operator.flatten();
    expect(flattened).toBe(
      `Nothing is held of SYN1, but ${ENTRY_WORDS}, may still fill. Cancel it in TWS, and flatten again where it has filled.`,
    );
    expect(codeOfClosing(flattened)).toBe(FAILED);
    const closing = `Nothing is held of SYN1, but ${ENTRY_WORDS}, may still fill. Cancel it in TWS: what it fills until then is closed.`;
    expect(await operator.kill({ reason: "news", flatten: true })).toBe(`The kill switch is on: news. ${closing}`);
    await operator.releaseKill();
    await expect(operator.stop({ flatten: true })).rejects.toThrow(
      `The session goes on, for it has not closed its positions yet: ${closing}`,
    );
    expect(await operator.stop({ flatten: false })).toBe(`The session ends. ${closing}`);
    expect(engine.working.total).toBe(1);
  });

  it("does not keep a position on the other side of it from being closed", async () => {
    const { operator, engine } = await withTheirs(Buys, ENTRY);
    expect(engine.portfolio.quantity[0]).toBe(100);
    expect(await operator.flatten()).toBe(
      `Nothing is held of SYN1, but ${ENTRY_WORDS}, may still fill. Cancel it in TWS, and flatten again where it has filled.`,
    );
    expect(engine.portfolio.quantity[0]).toBe(0);
  });

  it("keeps what it may close from being closed, which the answer says at once", async () => {
    const { operator, engine } = await withTheirs(Buys, EXIT);
    const sentence =
      `100 SYN1 are still held: their closing order was not sent, for ${EXIT_WORDS}, may close them. Cancel it in TWS: ` +
      "when it has ended, what is held then is closed.";
    expect(await operator.flatten()).toBe(sentence);
    expect(await operator.kill({ reason: "news", flatten: true })).toBe(`The kill switch is on: news. ${sentence}`);
    expect(engine.portfolio.quantity[0]).toBe(100);
  });

  it("is named by the answer to a kill and to an end that closes nothing", async () => {
    const { operator } = await withTheirs(Rests, ENTRY);
    expect(await operator.kill({ reason: "news", flatten: false })).toBe(
      "The kill switch is on: news. Positions and their exits stay, and so do orders that only the client that made " +
        "them can cancel: buy 50 SYN1 limit 1.00.",
    );
    expect(await operator.stop({ flatten: false })).toBe(
      "The session ends; positions and their exits stay, and so does what may still open a position: buy 50 SYN1 limit " +
        "1.00. Cancel in TWS what is not to fill until its next start.",
    );
  });
});
