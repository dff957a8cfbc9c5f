import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { Gateway } from "../../brokers/gateway/gateway.js";
import type { Bar } from "../../core/market/bar.js";
import { Strategy, type StrategyClass } from "../../core/strategy.js";
import { openSession } from "../../live/session/open-session.js";
import type { Session } from "../../live/session/session.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { setupFor, until } from "./sessions.js";

const DATA = gatewayData(TWO_STOCKS);
const FROM = DATA.sessions[0].open[18];
const MINUTE = 60_000;
const OUTAGE = { fault: "cut", at: "+5min" };

/** A session whose connection is cut in its sixth minute, and tried again so many milliseconds of the wall clock later. */
async function begun(type: StrategyClass, wait: number): Promise<{ session: Session; gateway: Gateway }> {
  const gateway = await Gateway.listen({
    data: DATA,
    port: 0,
    speed: "max",
    ticks: { every: 15_000, spread: 2 },
    from: FROM,
    faults: parseFaultPlan([OUTAGE]),
    limits: { messageRate: false },
  });
  closeAfterTest(() => gateway.close());
  const setup = setupFor(gateway, DATA, type, {});
  const connection = { ...setup.connection, times: { waits: [wait] } };
  const session = await openSession({ ...setup, connection }, () => undefined);
  closeAfterTest(() => session.stop());
  session.begin();
  return { session, gateway };
}

describe("the kill switch turned on around an outage", () => {
  it("cancels an entry though it comes while the account is being read again", async () => {
    class Rests extends Strategy {
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol !== "SYN1" || this.state.made === true) return;
        this.state.made = true;
        this.buy("SYN1", 100, { limit: Math.round(bar.close * 50) / 100, tif: "GTC" });
      }
    }
    const { session, gateway } = await begun(Rests, 0);
    let links = 0;
    let killedAt = Number.NaN;
    session.parts.connection.onLink(({ unnumbered }) => {
      if (++links !== 2) return;
      unnumbered.on("openOrderEnd", () => {
        if (killedAt === killedAt) return;
        killedAt = session.now;
        queueMicrotask(() => session.kill("operator", false));
      });
    });
    await until(session, () => killedAt === killedAt && session.parts.engine.working.total === 0);
    expect(session.now - FROM).toBeLessThan(7 * MINUTE);
    expect(session.now - killedAt).toBeLessThan(MINUTE);
    expect(session.parts.ledger.records.map(({ state }) => state)).toEqual(["cancelled"]);
    const desk = gateway.services.desk(gateway.accounts[0]);
    expect(desk.portfolio.quantity[0]).toBe(0);
  });

  it("leaves its exits to an entry that fills while nobody hears of it", async () => {
    class Enters extends Strategy {
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol !== "SYN1" || this.state.made === true) return;
        this.state.made = true;
        const at = (share: number): number => Math.round(bar.close * share) / 100;
        this.bracket("SYN1", "buy", 100, { limit: at(99.95), stopLoss: at(50), takeProfit: at(200), tif: "GTC" });
      }
    }
    const { session, gateway } = await begun(Enters, 400);
    const { connection, engine, ledger } = session.parts;
    let isKilled = false;
    connection.events.on("state", ({ state }) => {
      if (state !== "disconnected" || isKilled) return;
      isKilled = true;
      setTimeout(() => session.kill("operator", false), 1);
    });
    await until(session, () => isKilled && session.isReconciled && connection.state === "ready");
    const { now } = session;
    await until(session, () => session.now > now + 2 * MINUTE);
    await session.reconcile();
    expect(engine.portfolio.quantity[0]).toBe(100);
    expect(ledger.records.map(({ state }) => state)).toEqual(["filled", "acknowledged", "acknowledged"]);
    expect(gateway.services.desk(gateway.accounts[0]).portfolio.quantity[0]).toBe(100);
    expect(engine.working.total).toBe(2);
  });
});
