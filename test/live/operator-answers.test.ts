import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAILED } from "../../cli/exit-code.js";
import { codeOfClosing } from "../../cli/tell-session.js";
import type { Bar } from "../../core/market/bar.js";
import { MINUTE } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import type { Fill } from "../../core/orders/order.js";
import { Strategy } from "../../core/strategy.js";
import { adoptOrder } from "../../live/reconcile/operator.js";
import { openSession } from "../../live/session/open-session.js";
import type { Session } from "../../live/session/session.js";
import { SessionOperator } from "../../live/session/session-operator.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { BOOKS_AGREE } from "../../live/session-control.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { CON_IDS, INSTRUMENTS, LiveRun } from "./live-run.js";
import { morningGateway, SOLD_BY_HAND } from "./morning-gateway.js";
import { setupFor, until } from "./sessions.js";

const [SPY] = INSTRUMENTS;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seatrial-answers-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Buys a hundred with its first bar, and then protects them by a stop. */
class Protects extends Strategy {
  override onBar(bar: Bar): void {
    if (bar.instrument.symbol !== "SYN1" || this.state.bought === true) return;
    this.state.bought = true;
    this.buy("SYN1", 100);
  }
  override onFill({ order, price }: Fill): void {
    if (order.side === "buy") this.sell("SYN1", 100, { stop: Math.round(price * 90) / 100, tif: "GTC" });
  }
}

/** A session of the strategy above at a gateway with one fault. */
async function protectingSession(name: string, fault: object): Promise<Session> {
  const { gateway, data } = await morningGateway([fault]);
  const setup = setupFor(gateway, data, Protects, { journal: join(folder, `${name}.sqlite`), mode: "paper" });
  const session = await openSession(setup, () => undefined);
  closeAfterTest(() => session.stop());
  return session;
}

describe("the answer to an operator", () => {
  it("does not say that journal and broker agree where a position could not be compared", async () => {
    const run = await LiveRun.start();
    closeAfterTest(() => run.close());
    run.act((orders) => orders.submit(SPY, "buy", 10));
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    run.model.hold(CON_IDS[0], 7);
    expect(run.look().differences).toHaveLength(1);
    // While the account is read, an order fills: the position is not compared, and stays blocked.
    const since = run.broker.beginReconcile(run.now);
    const state = run.model.state();
    run.model.fill(run.model.order(0), 10, 100);
    run.settle();
    const report = run.lookAt(state, since);
    expect(report.differences).toEqual([]);
    const session = {
      reconcile: () => Promise.resolve(report),
      parts: { ledger: run.ledger, setup: { instruments: INSTRUMENTS } },
    } as unknown as Session;
    const viewer = { view: () => ({ reconciliation: null }) } as unknown as SessionViewer;
    const answer = await new SessionOperator(session, viewer, () => undefined).reconcile();
    expect(answer).not.toContain(BOOKS_AGREE);
    expect(answer).toBe("Orders of SPY that increase are not sent: the broker holds 7, the session 0 and others 0.");
  });

  it("to a kill names an order that only another client can cancel", async () => {
    const run = await LiveRun.start();
    closeAfterTest(() => run.close());
    run.model.foreignOrder(CON_IDS[0], "SPY", 1, 50, 90, "theirs");
    run.look();
    adoptOrder(run.ledger, "theirs", run.now);
    run.turn();
    const session = {
      kill: (reason: string) => reason,
      hasFlattened: false,
      parts: { ledger: run.ledger, setup: { instruments: INSTRUMENTS } },
    } as unknown as Session;
    const operator = new SessionOperator(session, {} as SessionViewer, () => undefined);
    expect(await operator.kill({ reason: "news", flatten: false })).toBe(
      "The kill switch is on: news. Positions and their exits stay, and so do orders that only the client that made " +
        "them can cancel: buy 50 SPY limit 90.00.",
    );
  });

  it("to a flattening reads the account first, and closes nothing that somebody has closed by hand", async () => {
    const session = await protectingSession("by-hand", SOLD_BY_HAND);
    const begin = session.now;
    session.begin();
    await until(session, () => session.now > begin + 20 * MINUTE);
    expect(session.parts.engine.portfolio.quantity[0]).toBe(100);
    const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
    const sentence =
      "100 SYN1 are still held, and nothing closes them: others hold 100 against them, so that the account has as many " +
      "less to close.";
    expect(await operator.flatten()).toBe(sentence);
    expect(await operator.kill({ reason: "by command", flatten: true })).toBe(
      `The kill switch is on: by command. ${sentence}`,
    );
    expect(await operator.stop({ flatten: true })).toBe(`The session ends. ${sentence}`);
    expect(
      session.parts.ledger.records.filter(({ intent }) => intent.side < 0).map(({ intent }) => intent.type),
    ).toEqual(["stop"]);
  });

  it("to adopting what somebody has closed by hand names the stop that closed it and is cancelled", async () => {
    const session = await protectingSession("adopted", SOLD_BY_HAND);
    const begin = session.now;
    session.begin();
    await until(session, () => session.now > begin + 20 * MINUTE);
    await session.reconcile();
    const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
    expect(await operator.adopt({ symbol: "SYN1" })).toMatch(
      /^-100 units of SYN1 are the session's from now on\. Of its orders: sell 100 SYN1 stop [\d.]+ \(cancelled\)\.$/,
    );
    await until(session, () => session.parts.ledger.open.length === 0);
    expect(session.parts.engine.portfolio.quantity[0]).toBe(0);
  });

  it("to an end that closes nothing names what may still open a position", async () => {
    class Waits extends Protects {
      override onStart(): void {
        this.buy("SYN1", 10, { limit: 1, tif: "GTC" });
      }
    }
    for (const [strategy, end] of [
      [Protects, "stay."],
      [
        Waits,
        "stay, and so does what may still open a position: buy 10 SYN1 limit 1.00. Cancel in TWS what is not to fill " +
          "until its next start.",
      ],
    ] as const) {
      const { gateway, data } = await morningGateway([]);
      const journal = join(mkdtempSync(join(folder, "kept-")), "journal.sqlite");
      const session = await openSession(setupFor(gateway, data, strategy, { journal, mode: "paper" }), () => undefined);
      closeAfterTest(() => session.stop());
      session.begin();
      const { engine, ledger } = session.parts;
      await until(session, () => engine.portfolio.quantity[0] === 100 && ledger.records.at(-1)?.isAccepted === true);
      const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
      expect(await operator.stop({ flatten: false })).toBe(`The session ends; positions and their exits ${end}`);
    }
  });

  it("to an end of a simulated session says that nothing stays, for its gateway ends with it", async () => {
    const { gateway, data } = await morningGateway([]);
    const session = await openSession(setupFor(gateway, data, Protects, { journal: ":memory:" }), () => undefined);
    closeAfterTest(() => session.stop());
    session.begin();
    await until(session, () => session.parts.engine.portfolio.quantity[0] === 100);
    const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
    expect(await operator.stop({ flatten: false })).toBe(
      "The session ends; its simulated gateway, orders and positions end with it.",
    );
  });

  it("does not say that exits stay which a flattening has cancelled, where it is stopped all the same", async () => {
    const session = await protectingSession("unfinished", { fault: "lose-answer", on: "placeOrder", count: 1 });
    session.begin();
    await until(session, () => session.parts.ledger.records.length === 2);
    const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined, 0);
    await expect(operator.stop({ flatten: true })).rejects.toThrow("The session goes on");
    const answer = await operator.stop({ flatten: false });
    expect(answer).toMatch(/^The session ends\. 100 SYN1 are still held: /);
    expect(answer).not.toContain("exits stay");
  });
});

/** Buys a hundred of each with its first bar, and protects those of SYN2 by a stop. */
class BuysBoth extends Strategy {
  override onBar({ instrument: { symbol } }: Bar): void {
    if (this.state[symbol] === true) return;
    this.state[symbol] = true;
    this.buy(symbol, 100);
  }
  override onFill({ order, price }: Fill): void {
    const { symbol } = order.instrument;
    if (order.side === "buy" && symbol === "SYN2")
      this.sell(symbol, 100, { stop: Math.round(price * 0.5), tif: "GTC" });
  }
}

/** A session that has 100 SYN2 and their stop from an earlier run, which traded both, and 100 SYN1 that it trades. */
async function withoutSyn2(faults: unknown = []) {
  const { gateway, data } = await morningGateway(faults);
  const journal = join(mkdtempSync(join(folder, "untraded-")), "journal.sqlite");
  const first = await openSession(setupFor(gateway, data, BuysBoth, { journal }), () => undefined);
  closeAfterTest(() => first.stop());
  first.begin();
  const isBought = (): boolean => [0, 1].every((i) => first.parts.engine.portfolio.quantity[i] === 100);
  await until(first, () => isBought() && first.parts.ledger.records[2]?.isAccepted === true);
  first.stop();
  const instruments = [new Instrument({ ...data.instruments[0], exchange: "SMART" }, 0)];
  const session = await openSession(setupFor(gateway, data, BuysBoth, { journal, instruments }), () => undefined);
  closeAfterTest(() => session.stop());
  session.begin();
  let hasEnded = false;
  const operator = new SessionOperator(session, new SessionViewer(session, 0), () => {
    hasEnded = true;
  });
  return { session, operator, stop: String(first.parts.ledger.records[2].asked.stop), hasEnded: () => hasEnded };
}

describe("what a session has of an instrument that this run does not trade", () => {
  const left = (stop: string): string =>
    `100 SYN2 are still held, and sell 100 SYN2 stop ${stop}.00 may still fill: this run does not trade SYN2. Start the ` +
    "session with SYN2 among its symbols and flatten it then, or in TWS cancel what works of it, then close what the " +
    "account has of it.";

  it("is named by the answer to each command that was to close everything, and keeps none from ending", async () => {
    const { session, operator, stop, hasEnded } = await withoutSyn2();
    const kill = await operator.kill({ reason: "news", flatten: false });
    expect(kill).toBe(
      "The kill switch is on: news. Positions and their exits stay, and so do orders in what this run does not trade: " +
        `sell 100 SYN2 stop ${stop}.00.`,
    );
    await operator.releaseKill();
    const flattened = await operator.flatten();
    expect(flattened).toBe(left(stop));
    expect(codeOfClosing(flattened)).toBe(FAILED);
    expect(session.parts.engine.portfolio.quantity[0]).toBe(0);
    expect(await operator.kill({ reason: "news", flatten: true })).toBe(`The kill switch is on: news. ${left(stop)}`);
    const end = await operator.stop({ flatten: true });
    expect(end).toBe(`The session ends. ${left(stop)}`);
    expect(codeOfClosing(end)).toBe(FAILED);
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasEnded()).toBe(true);
  });

  it("is shown with what it trades, and marked", async () => {
    const { operator } = await withoutSyn2();
    const { positions, orders } = operator.view();
    expect(positions.map(({ symbol, quantity, isUntraded }) => [symbol, quantity, isUntraded])).toEqual([
      ["SYN1", 100, false],
      ["SYN2", 100, true],
    ]);
    expect(orders).toMatchObject([
      { symbol: "SYN2", side: "sell", type: "stop", status: "accepted", isUntraded: true },
    ]);
  });

  it("is not to be closed in TWS where somebody has closed it there already", async () => {
    const { session, operator, stop } = await withoutSyn2([
      { fault: "manual-order", at: "+40min", symbol: "SYN2", action: "SELL", quantity: 100 },
    ]);
    const begin = session.now;
    await until(session, () => session.now > begin + 60 * MINUTE);
    expect(await operator.flatten()).toBe(
      "100 SYN2 are still held, though others hold 100 against them, so that the account has as many less to close, and " +
        `sell 100 SYN2 stop ${stop}.00 may still fill: this run does not trade SYN2. Start the session with SYN2 among ` +
        "its symbols and adopt what was closed by hand, or in TWS cancel what works of it.",
    );
  });
});
