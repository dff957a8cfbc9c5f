import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { Gateway } from "../../brokers/gateway/gateway.js";
import { classify } from "../../brokers/ib/codes.js";
import type { GuardTrip } from "../../core/guards/trip.js";
import { sma } from "../../core/indicators/index.js";
import type { Bar } from "../../core/market/bar.js";
import type { Fill, Order } from "../../core/orders/order.js";
import { Strategy, type StrategyClass } from "../../core/strategy.js";
import type { Ledger } from "../../live/ledger/ledger.js";
import { RecordingWriter } from "../../live/recording/recording-file.js";
import { type ParityResult, replaySession } from "../../live/recording/replay-session.js";
import { openSession } from "../../live/session/open-session.js";
import { SessionOperator } from "../../live/session/session-operator.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { placeOrder } from "../gateway/order-fields.js";
import { RawClient } from "../gateway/raw-client.js";
import { newFolder } from "./recorded-session.js";
import { type SessionOfTest, type Started, sessionAt, setupFor } from "./sessions.js";

const DATA = gatewayData(TWO_STOCKS);
const TICKS = { every: 15_000, spread: 2 };
const FROM = DATA.sessions[0].open[18];

class Cross extends Strategy.with({ fast: 5, slow: 20, quantity: 100 }) {
  private readonly fast = this.indicator(sma(this.params.fast));
  private readonly slow = this.indicator(sma(this.params.slow));

  override onBar(bar: Bar): void {
    const { quantity } = this.params;
    if (this.fast.crossedAbove(this.slow)) {
      const { close } = bar;
      this.bracket(bar.instrument, "buy", quantity, { stopLoss: close * 0.995, takeProfit: close * 1.005 });
    }
    if (this.fast.crossedBelow(this.slow)) this.closePosition(bar.instrument);
    this.state = { ...this.state, [bar.instrument.symbol]: bar.close };
  }
}

/** A session through the gateway that is recorded, and what comes of playing it with a strategy. */
async function played(
  type: StrategyClass,
  more: Partial<SessionOfTest> = {},
  during: (started: Started) => void = () => undefined,
  again: StrategyClass = type,
): Promise<ParityResult> {
  const folder = newFolder();
  const started = await sessionAt({
    data: DATA,
    ticks: TICKS,
    from: FROM,
    strategy: type,
    ...more,
    setup: { recording: () => new RecordingWriter(folder), ...more.setup },
  });
  during(started);
  await started.over;
  return replaySession(folder, again);
}

/** Does something at the n-th turn of a session. */
function atTurn(n: number, what: (started: Started) => void): (started: Started) => void {
  return (started) => {
    let turns = 0;
    started.session.onTurn = () => {
      turns++;
      // Outside of the turn itself, as a command comes.
      if (turns === n) queueMicrotask(() => what(started));
    };
  };
}

describe("a session through the gateway", () => {
  it("leads to the same decisions when it is played", async () => {
    const result = await played(Cross);
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
    expect(result.decisions).toBeGreaterThan(50);
  });

  it("whose bars are waited for behind their ends is played as it was", async () => {
    const result = await played(Cross, { setup: { feed: { barGrace: 1_500 } } });
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
    expect(result.decisions).toBeGreaterThan(50);
  });

  it("in which the kill switch was turned on, released, and everything was closed, is played as it was", async () => {
    const result = await played(
      Cross,
      {},
      atTurn(400, ({ session }) => {
        session.kill("operator", false);
        session.flatten("flatten");
        session.releaseKill();
      }),
    );
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
  });

  it("in which an operator's commands were refused is played to its end", async () => {
    const refusals: unknown[] = [];
    const result = await played(
      Cross,
      {},
      atTurn(400, ({ session }) => {
        const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
        for (const refused of [
          operator.settle({ ref: "XX", as: "gone" }),
          operator.settle({ ref: session.parts.ledger.refOf(1), as: "gone" }),
          operator.adopt({ symbol: DATA.instruments[0].symbol }),
          operator.adopt({ ref: "by-hand" }),
          operator.nameDifference({ symbol: DATA.instruments[0].symbol, quantity: -10, as: "foreign" }),
        ]) {
          refused.catch((error: Error) => refusals.push(error.message));
        }
      }),
    );
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
    expect(refusals).toEqual([
      "The session has no order XX. Give the ref of an order without a trace, as `seatrial status` shows it.",
      expect.stringMatching(/^Order \w+:1 is not lost: it is filled\./),
      expect.stringContaining("nothing foreign to adopt"),
      expect.stringContaining("nothing foreign to adopt under by-hand"),
      expect.stringContaining("The difference of"),
    ]);
  });

  it("in which an order of others was adopted and has filled is played as it was", async () => {
    class Hears extends Strategy {
      override onFill({ order, quantity }: Fill): void {
        if (order.instrument.symbol !== "SYN1") return;
        this.state = { filled: quantity, order: order.id };
        this.sell("SYN2", 7);
      }
    }
    const [series] = DATA.series;
    const low = Math.min(...series.low.slice(series.start.indexOf(FROM) + 30, series.start.indexOf(FROM) + 200));
    let heard: unknown;
    let answer = "";
    let orders: readonly string[] = [];
    const faults = parseFaultPlan([
      { fault: "manual-order", at: "+10min", symbol: "SYN1", quantity: 100, limit: low + 0.5 },
    ]);
    const result = await played(Hears, { gateway: { faults } }, (started) => {
      const { session } = started;
      const { ledger, engine } = session.parts;
      const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
      let isAsked = false;
      session.onTurn = () => {
        heard = engine.strategy.state;
        const [foreign] = ledger.foreignOrders.values();
        if (foreign === undefined && !isAsked && session.now > FROM + 15 * 60_000) {
          isAsked = true;
          queueMicrotask(async () => {
            await session.reconcile();
            const [order] = ledger.foreignOrders.values();
            answer = await operator.adopt({ ref: String(order.permId) });
            orders = operator.view().orders.map(({ symbol, side, quantity }) => `${side} ${quantity} ${symbol}`);
          });
        }
      };
    });
    expect(answer).toContain("is the session's order 1 from now on: buy 100 SYN1 limit");
    expect(orders).toEqual(["buy 100 SYN1"]);
    expect(heard).toMatchObject({ filled: 100 });
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
  });

  it("in which another client has cancelled an order that was adopted is played as it was", async () => {
    class Hears extends Strategy {
      override onOrder(order: Order): void {
        this.state = { status: order.status };
        if (order.status === "cancelled" && order.instrument.symbol === "SYN1") this.buy("SYN2", 7);
      }
    }
    let heard: unknown;
    const result = await played(Hears, {}, (started) => {
      const { session, gateway } = started;
      const { ledger, engine } = session.parts;
      const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
      session.onTurn = () => {
        if (ledger.records.some(({ end }) => end?.as === "cancelled")) heard ??= { ...engine.strategy.state };
      };
      void RawClient.start(gateway.port, 8).then(async (other) => {
        other.send(...placeOrder(1, { quantity: 100, type: "LMT", limit: 1, ref: "theirs" }));
        await other.until(() => other.of(3).length > 0);
        await session.reconcile();
        await operator.adopt({ ref: "theirs" });
        other.send(4, 1, 1, "");
      });
    });
    expect(heard).toEqual({ status: "cancelled" });
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
    expect(result.decisions).toBeGreaterThan(0);
  });

  it("that was asked to stop and to close its positions is played to its end", async () => {
    const result = await played(
      Cross,
      {},
      atTurn(400, ({ session }) => session.closeDown()),
    );
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
  });

  it("whose strategy failed is played to its end", async () => {
    class Fails extends Cross {
      private bars = 0;
      override onBar(bar: Bar): void {
        super.onBar(bar);
        if (++this.bars === 300) throw new Error("boom");
      }
    }
    const result = await played(Fails);
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
  });

  it("in which the kill switch's cancels were refused and asked for again is played as it was", async () => {
    class Rests extends Strategy {
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol !== "SYN1" || this.state.made === true) return;
        this.state.made = true;
        this.buy("SYN1", 100, { limit: Math.round(bar.close * 50) / 100, tif: "GTC" });
      }
    }
    const [code, text] = [161, "Cancel attempted when order is not in a cancellable state."];
    let ledger: Ledger | undefined;
    let asked = 0;
    const result = await played(
      Rests,
      {},
      atTurn(400, ({ session }) => {
        const { port } = session.parts;
        ledger = session.parts.ledger;
        const cancel = port.cancel.bind(port);
        port.cancel = (orderId) => {
          if (++asked > 3) {
            cancel(orderId);
            return;
          }
          port.onFact({ kind: "written", orderId, what: "cancel" });
          const told = { ...classify(code, "order cancel", text), code, text, orderId, reject: undefined };
          port.onFact({ kind: "refused", told });
        };
        session.kill("operator", false);
      }),
    );
    expect(asked).toBe(4);
    expect(ledger?.records.map(({ state }) => state)).toEqual(["cancelled"]);
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
  });

  it("in which a change has not left is played as it was, with what the strategy did about it", async () => {
    class Lowers extends Strategy {
      private bars = 0;
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol !== "SYN1") return;
        this.bars++;
        const low = (percent: number): number => Math.round(bar.close * percent) / 100;
        if (this.bars === 3) this.buy("SYN1", 100, { limit: low(50), tif: "GTC" });
        const [order] = this.workingOrders("SYN1");
        if (this.bars === 6 && order !== undefined) this.modify(order, { limit: low(40) });
      }
      override onGuard({ order, denial }: GuardTrip): void {
        this.state = { code: denial.code, limit: order.limit };
        this.buy("SYN1", 1, { limit: order.limit / 2, tif: "GTC" });
      }
    }
    let heard: unknown;
    let orders = 0;
    const result = await played(Lowers, {}, ({ session }) => {
      const { port, engine, ledger } = session.parts;
      port.change = ({ orderId }) => port.onFact({ kind: "unsent", orderId, what: "change", reason: "a gap" });
      session.onTurn = () => {
        heard = engine.strategy.state;
        orders = ledger.records.length;
      };
    });
    expect(heard).toEqual({ code: "UNSENT", limit: expect.any(Number) });
    expect(orders).toBe(2);
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
  });

  it("in which a bracket's stop is refused and its entry cancelled for that is played as it was", async () => {
    class Enters extends Strategy {
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol !== "SYN1" || this.state.made === true) return;
        this.state.made = true;
        const at = (percent: number): number => Math.round(bar.close * percent) / 100;
        this.bracket("SYN1", "buy", 100, { limit: at(50), stopLoss: at(40), takeProfit: at(200), tif: "GTC" });
      }
    }
    let ledger: Ledger | undefined;
    let alerts: readonly string[] = [];
    const result = await played(Enters, {}, ({ session }) => {
      const { port, news } = session.parts;
      ledger = session.parts.ledger;
      const place = port.place.bind(port);
      // Between two steps of its exchange.
      port.place = (intents) => place(intents.map((one) => ({ ...one, stop: one.stop + 0.001 })));
      session.onTurn = () => {
        alerts = news.alerts.map(({ code }) => code);
      };
    });
    expect(ledger?.records.map(({ state }) => state)).toEqual(["cancelled", "rejected", "cancelled"]);
    expect(alerts).toEqual(["ENTRY_UNPROTECTED", "ORDER_REJECTED"]);
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
  });

  it("whose strategy reads the wall clock is caught, and the first differing decision is shown", async () => {
    class ReadsClock extends Strategy {
      override onBar(bar: Bar): void {
        if (bar.close > bar.open) this.buy(bar.instrument, 1 + (Math.floor(performance.now() * 1000) % 97));
      }
    }
    const { difference } = await played(ReadsClock);
    expect(difference?.recorded?.[2]).toBe("order");
    expect(difference?.replayed?.[2]).toBe("order");
    expect(difference?.recorded?.[11]).not.toBe(difference?.replayed?.[11]);
  });

  it.each([1, 2, 3])("under faults is played as it was, with what they did to it: seed %i", async (seed) => {
    const faults = parseFaultPlan({ random: { every: "20min" } });
    const result = await played(Cross, { gateway: { faults, seed } });
    expect(result.difference).toBeUndefined();
    expect(result.decisions).toBeGreaterThan(0);
  });

  it("that goes on from another one is played from what that had left", async () => {
    const gateway = await Gateway.listen({ data: DATA, port: 0, speed: "max", ticks: TICKS, from: FROM });
    closeAfterTest(() => gateway.close());
    const journal = join(newFolder(), "..", "parity.sqlite");
    const results: ParityResult[] = [];
    for (let part = 0; part < 3; part++) {
      const folder = newFolder();
      const recording = (): RecordingWriter => new RecordingWriter(folder);
      const session = await openSession(setupFor(gateway, DATA, Cross, { journal, recording }), () => undefined);
      closeAfterTest(() => session.stop());
      let turns = 0;
      const enough = new Promise<void>((resolve) => {
        session.onTurn = () => void (++turns === 300 && resolve());
      });
      session.begin();
      await enough;
      session.stop();
      results.push(replaySession(folder, Cross));
    }
    expect(results.map(({ difference }) => difference)).toEqual([undefined, undefined, undefined]);
    expect(results.reduce((sum, { decisions }) => sum + decisions, 0)).toBeGreaterThan(20);
  });
});
