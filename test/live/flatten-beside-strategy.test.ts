import { describe, expect, it } from "vitest";
import { FAILED } from "../../cli/exit-code.js";
import { codeOfClosing } from "../../cli/tell-session.js";
import type { Bar } from "../../core/market/bar.js";
import type { Fill, Order } from "../../core/orders/order.js";
import { Strategy, type StrategyClass } from "../../core/strategy.js";
import { ClosingAnswers } from "../../live/session/closing-answers.js";
import { openSession } from "../../live/session/open-session.js";
import type { Session } from "../../live/session/session.js";
import { SessionOperator } from "../../live/session/session-operator.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { ALL_CLOSED } from "../../live/session-control.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { morningGateway } from "./morning-gateway.js";
import { setupFor, until } from "./sessions.js";

/** Buys a hundred with every bar at which nothing is held. */
class BuysAgain extends Strategy {
  override onBar({ instrument: { symbol } }: Bar): void {
    const isFree = this.position("SYN1").quantity === 0 && this.workingOrders("SYN1").length === 0;
    if (symbol === "SYN1" && isFree) this.buy("SYN1", 100);
  }
}

/** Enters by a bracket as soon as it hears that something was sold. */
class EntersOnClose extends Strategy {
  override onBar({ instrument: { symbol }, close }: Bar): void {
    if (symbol !== "SYN1" || this.state.entered === true) return;
    this.state.entered = true;
    this.enter(close);
  }
  override onFill({ order, price }: Fill): void {
    if (order.side === "sell") this.enter(price);
  }
  private enter(price: number): void {
    const [stopLoss, takeProfit] = [price * 0.9, price * 1.2].map(Math.round);
    this.bracket("SYN1", "buy", 100, { stopLoss, takeProfit });
  }
}

/** Has a stop under what it holds, and buys as soon as that is being cancelled: the order to close waits for the stop's end. */
class BuysMeanwhile extends BuysAgain {
  override onOrder({ status, type }: Order): void {
    if (status === "pending cancel" && type === "stop") this.buy("SYN1", 50);
  }
  override onFill({ order, price }: Fill): void {
    if (order.quantity === 100 && order.side === "buy") {
      this.sell("SYN1", 100, { stop: Math.round(price * 0.9), tif: "GTC" });
    }
  }
}

/** Leaves an order that is far from the market. */
class Rests extends BuysAgain {
  override onFill({ order, price }: Fill): void {
    if (order.side === "sell") this.buy("SYN1", 10, { limit: Math.round(price * 0.5), tif: "GTC" });
  }
}

/** Has an order in the other instrument that is to be cancelled as well. */
class WaitsInBoth extends BuysAgain {
  override onStart(): void {
    this.buy("SYN2", 1, { limit: 1, tif: "GTC" });
  }
}

/** A session that holds 100 SYN1. */
async function holding(strategy: StrategyClass): Promise<Session> {
  const { gateway, data } = await morningGateway([]);
  const session = await openSession(setupFor(gateway, data, strategy), () => undefined);
  closeAfterTest(() => session.stop());
  session.begin();
  await until(session, () => held(session) === 100 && session.parts.ledger.open.every(({ isAccepted }) => isAccepted));
  return session;
}

const held = (session: Session): number => session.parts.engine.portfolio.quantity[0];

/** What all is closed and opened again would be told as. */
const opened = (units: number): string =>
  `What was held of SYN1 is closed, and ${units} SYN1 are held by orders that were made since. The strategy goes on: ` +
  "`seatrial kill --flatten` closes them and keeps it from opening anything.";

describe("the answer to a flattening beside a strategy that goes on", () => {
  it.each([
    ["with its next bar", BuysAgain, 100],
    ["as soon as it hears of the close", EntersOnClose, 100],
    ["while the order to close waits", BuysMeanwhile, 50],
  ])("says that all was closed, and what it has opened since, %s", async (_when, strategy, units) => {
    const session = await holding(strategy);
    const from = session.flatten("flatten");
    const { fills } = session.parts.engine;
    await until(session, () => fills.length === 3 && held(session) === units);
    expect(new ClosingAnswers(session).flatness(from)).toBe(opened(units));
  });

  it("says so though it was waited for something else, and counts as one of which something stays", async () => {
    const session = await holding(WaitsInBoth);
    const { port } = session.parts;
    const cancel = port.cancel.bind(port);
    let wasClosed = false;
    // What works of the other instrument is cancelled once the strategy holds something again.
    port.cancel = (orderId) => {
      port.onFact({ kind: "written", orderId, what: "cancel" });
      session.onTurn = () => {
        wasClosed ||= held(session) === 0;
        if (!wasClosed || held(session) === 0) return;
        session.onTurn = undefined;
        cancel(orderId);
      };
    };
    const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
    const answer = await operator.flatten();
    expect(answer).toBe(opened(100));
    expect(codeOfClosing(answer)).toBe(FAILED);
  });

  it("says that all is closed where it has only made an order that has not filled", async () => {
    const session = await holding(Rests);
    const from = session.flatten("flatten");
    await until(session, () => held(session) === 0 && session.parts.ledger.open.length === 1);
    expect(new ClosingAnswers(session).flatness(from)).toBe(ALL_CLOSED);
  });

  it("tells what is still held of before from what was opened since", async () => {
    const session = await holding(BuysMeanwhile);
    const { port } = session.parts;
    const place = port.place.bind(port);
    // The order to close does not leave.
    port.place = (intents) => {
      if (intents.some(({ side }) => side > 0)) place(intents);
      else for (const { orderId } of intents) port.onFact({ kind: "unsent", orderId, what: "order", reason: "a test" });
    };
    const from = session.flatten("flatten");
    await until(session, () => held(session) === 150);
    expect(new ClosingAnswers(session).flatness(from)).toBe(
      "100 SYN1 are still held, and nothing closes them: its closing order has ended. Beside them 50 SYN1 are held by " +
        "orders that were made since.",
    );
  });
});
