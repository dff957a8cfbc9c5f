import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { Gateway } from "../../brokers/gateway/gateway.js";
import type { Bar } from "../../core/market/bar.js";
import type { Quote } from "../../core/market/quote.js";
import type { Fill } from "../../core/orders/order.js";
import { Strategy, type StrategyClass } from "../../core/strategy.js";
import { openDatabase } from "../../data/sqlite.js";
import { Journal } from "../../live/journal/journal.js";
import { screenOf } from "../../live/screen/screen.js";
import { openSession } from "../../live/session/open-session.js";
import type { Session } from "../../live/session/session.js";
import { SessionOperator } from "../../live/session/session-operator.js";
import type { AtStart, SessionSetup } from "../../live/session/session-setup.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { sessionAt, setupFor, until } from "./sessions.js";

const DATA = gatewayData(TWO_STOCKS);
const TICKS = { every: 15_000, spread: 2 };
const FROM = DATA.sessions[0].open[18];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seatrial-session-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Buys a hundred at its first bar, with a limit far away for a hundred more, and counts its bars. */
class Buys extends Strategy {
  override onBar(bar: Bar): void {
    const seen = Number(this.state.bars ?? 0);
    this.state.bars = seen + 1;
    if (bar.instrument.symbol !== "SYN1" || this.state.bought === true) return;
    this.state.bought = true;
    this.buy("SYN1", 100);
    this.buy("SYN1", 100, { limit: Math.round(bar.close * 90) / 100, tif: "GTC" });
  }
}

/** A gateway that a session may come back to. */
async function gatewayAt(faults: unknown = [], from = FROM): Promise<Gateway> {
  const gateway = await Gateway.listen({
    data: DATA,
    port: 0,
    speed: "max",
    ticks: TICKS,
    from,
    faults: parseFaultPlan(faults),
    limits: { messageRate: false },
  });
  closeAfterTest(() => gateway.close());
  return gateway;
}

async function begun(gateway: Gateway, type: StrategyClass, journal: string): Promise<Session> {
  const session = await openSession(setupFor(gateway, DATA, type, { journal }), () => undefined);
  closeAfterTest(() => session.stop());
  session.begin();
  return session;
}

describe("a signal that comes while a session is brought up", () => {
  /** Notes when signals are heard and the strategy's code runs; from the given hearing on one has come. */
  function listening(cameBy: number) {
    const done: string[] = [];
    const atStart: AtStart = {
      heard: async () => {
        done.push("heard");
        if (done.filter((what) => what === "heard").length >= cameBy) throw new Error("interrupted");
      },
      apart: (work) => {
        done.push("apart");
        return work();
      },
    };
    return { done, atStart };
  }

  it("is heard in front of all that is done while nobody listens", async () => {
    const { done, atStart } = listening(Infinity);
    const setup = setupFor(await gatewayAt(), DATA, Buys, { journal: ":memory:", atStart });
    const session = await openSession(setup, () => undefined);
    closeAfterTest(() => session.stop());
    // The class is built, and the bars in front of the beginning go through it.
    expect(done).toEqual(["heard", "apart", "heard", "apart"]);
  });

  it("ends the start, also where the warm-up has held the thread", async () => {
    const { done, atStart } = listening(2);
    const setup = setupFor(await gatewayAt(), DATA, Buys, { journal: ":memory:", atStart });
    await expect(openSession(setup, () => undefined)).rejects.toThrow("interrupted");
    expect(done).toEqual(["heard", "apart", "heard"]);
  });
});

describe("what the broker has", () => {
  it("is read once where a look is asked for while it is being read behind a reconnect", async () => {
    const gateway = await gatewayAt();
    const session = await begun(gateway, Buys, join(folder, "reading.sqlite"));
    await until(session, () => session.parts.engine.started);
    const link = await session.parts.connection.linkNow("a test");
    const behind = session.synchronise(link);
    const reports = await Promise.all([session.reconcile(), session.reconcile()]);
    await behind;
    expect(session.last?.report).toBe(reports[0]);
    expect(reports[1]).toBe(reports[0]);
  });

  it("is read once more where a look is asked for while another is under way", async () => {
    const gateway = await gatewayAt();
    const session = await begun(gateway, Buys, join(folder, "meanwhile.sqlite"));
    await until(session, () => session.parts.engine.started);
    const first = session.reconcile();
    session.parts.news.ask("a message could not be read");
    const report = await first;
    await until(session, () => session.last !== undefined && session.last.report !== report);
  });
});

describe("a session that ends and starts again", () => {
  it("has its position, its working order and its state, and sends nothing twice", async () => {
    const journal = join(folder, "again.sqlite");
    const gateway = await gatewayAt();
    const first = await begun(gateway, Buys, journal);
    await until(first, () => first.parts.engine.portfolio.quantity[0] === 100);
    first.stop();
    const second = await begun(gateway, Buys, journal);
    const { engine } = second.parts;
    expect(engine.portfolio.quantity[0]).toBe(100);
    expect(engine.working.count[0]).toBe(1);
    expect(engine.portfolio.equity).toBeGreaterThan(900_000);
    const bars = Number(engine.strategy.state.bars);
    expect(bars).toBeGreaterThan(0);
    await until(second, () => Number(engine.strategy.state.bars) > bars + 4);
    expect(engine.book.length).toBe(1);
    expect(second.last?.report.isSettled).toBe(true);
  });

  it("finds a fill that happened while it was away", async () => {
    const journal = join(folder, "away.sqlite");
    const gateway = await gatewayAt();
    class Rests extends Strategy {
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol !== "SYN1" || this.state.made === true) return;
        this.state.made = true;
        this.buy("SYN1", 100, { limit: Math.round(bar.close * 10_010) / 10_000, tif: "GTC" });
      }
    }
    const first = await begun(gateway, Rests, journal);
    await until(first, () => first.parts.ledger.open.some(({ isAccepted }) => isAccepted));
    // The market goes on without it.
    first.abandon();
    const now = gateway.simulation.now;
    gateway.simulation.advanceTo(now + 30 * 60_000);
    const second = await begun(gateway, Rests, journal);
    expect(second.parts.engine.portfolio.quantity[0]).toBe(100);
    expect(second.parts.ledger.executions.size).toBeGreaterThan(0);
    expect(second.last?.report.differences).toEqual([]);
  });

  it("keeps a kill switch that was on, and trades again once it is released", async () => {
    const journal = join(folder, "kill.sqlite");
    const gateway = await gatewayAt();
    class Wants extends Strategy {
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol === "SYN2") this.target("SYN2", 10);
      }
    }
    const first = await begun(gateway, Wants, journal);
    const operator = new SessionOperator(first, new SessionViewer(first, 0), () => undefined);
    await operator.kill({ reason: "a test", flatten: false });
    first.stop();
    const second = await begun(gateway, Wants, journal);
    await until(second, () => second.parts.engine.flow.denials.has("KILL_SWITCH"));
    expect(second.parts.engine.portfolio.quantity[1]).toBe(0);
    const again = new SessionOperator(second, new SessionViewer(second, 0), () => undefined);
    expect(again.view().killSwitch).toMatchObject({ isOn: true, reason: "a test" });
    expect(await again.releaseKill()).toBe("The kill switch is off.");
    await until(second, () => second.parts.engine.portfolio.quantity[1] === 10);
  });
});

describe("a kill switch that was asked for while no session ran", () => {
  class Starts extends Strategy {
    override onStart(): void {
      this.buy("SYN1", 100);
    }
  }

  it("is on before the strategy's first handler, and stays on for the starts to come", async () => {
    const journal = join(folder, "asked.sqlite");
    const gateway = await gatewayAt();
    const setup = { journal, killAsked: () => ({ reason: "in the night", flatten: false }) };
    const session = await openSession(setupFor(gateway, DATA, Starts, setup), () => undefined);
    closeAfterTest(() => session.stop());
    session.begin();
    await until(session, () => session.parts.engine.started);
    expect([...session.parts.engine.flow.denials.keys()]).toEqual(["KILL_SWITCH"]);
    expect(session.parts.ledger.records).toHaveLength(0);
    session.stop();
    const next = await begun(gateway, Starts, journal);
    expect(next.parts.journal.killSwitch()).toMatchObject({ isOn: true, reason: "in the night" });
    expect(next.parts.engine.guards.killSwitch.isOn).toBe(true);
  });
});

describe("a kill switch that is on", () => {
  it("holds for the session that cannot keep it for the next", async () => {
    const gateway = await gatewayAt();
    const session = await begun(gateway, Buys, join(folder, "unkept.sqlite"));
    await until(session, () => session.parts.engine.started);
    // A journal that is closed keeps nothing, as one whose disk is full.
    session.parts.journal.close();
    expect(() => session.kill("the disk is full", false)).toThrow();
    expect(session.parts.engine.guards.killSwitch.isOn).toBe(true);
  });

  it("keeps its first reason and time when it is asked for again, and may still be asked to flatten", async () => {
    const { session, notes } = await sessionAt({ data: DATA, ticks: TICKS, from: FROM, strategy: Buys });
    const viewer = new SessionViewer(session, 0);
    const operator = new SessionOperator(session, viewer, () => undefined);
    await until(session, () => session.parts.engine.portfolio.quantity[0] === 100);
    expect(await operator.kill({ reason: "news", flatten: false })).toMatch(/^The kill switch is on: news\./);
    const first = viewer.view().killSwitch;
    const { now } = session;
    await until(session, () => session.now > now + 2 * 60_000);
    const again = await operator.kill({ reason: "panic", flatten: false });
    expect(again).toContain(`is on: news (it was on already, since ${new Date(now).toISOString()}).`);
    expect(viewer.view().killSwitch).toEqual(first);
    await operator.kill({ reason: "more panic", flatten: true });
    expect(viewer.view().killSwitch).toEqual({ ...first, flatten: true });
    const last = await operator.kill({ reason: "even more panic", flatten: false });
    expect(last).toMatch(/(All positions of the session are closed|are still held: .*)\.$/);
    expect(viewer.view().killSwitch).toEqual({ ...first, flatten: true });
    expect(session.parts.journal.killSwitch()).toEqual({ ...first, flatten: true });
    expect(notes.filter(({ event }) => event === "KILL_SWITCH_ON")).toHaveLength(1);
  });
});

describe("a session whose journal cannot be written", () => {
  it("sends nothing more, says so, and stands by", async () => {
    const journal = join(folder, "broken.sqlite");
    const { session, notes, gateway } = await sessionAt({
      data: DATA,
      ticks: TICKS,
      from: FROM,
      strategy: Buys,
      setup: { journal },
    });
    // What the session keeps when it begins: the next to be written is the intent of its first order.
    await until(session, () => session.parts.journal.lossFigures() !== undefined);
    const other = await openDatabase(journal);
    for (const { name } of other.prepare("select name from sqlite_master where name like 'intent%'").all() as {
      name: string;
    }[]) {
      other.exec(`drop table ${name}`);
    }
    other.close();
    await until(session, () => notes.some(({ event }) => event === "JOURNAL_FAILED"));
    const said = notes.find(({ event }) => event === "JOURNAL_FAILED")?.text;
    expect(said).toBe("The journal cannot be written: no such table: intent.");
    const { now } = session;
    await until(session, () => session.now > now + 5 * 60_000);
    expect(session.parts.engine.portfolio.quantity[0]).toBe(0);
    expect(gateway.services.desk(gateway.accounts[0]).portfolio.quantity[0]).toBe(0);
    expect(session.parts.engine.flow.denials.has("JOURNAL")).toBe(false);
  });
});

describe("a session whose strategy goes wrong", () => {
  it("stops a strategy whose state cannot be kept, and goes on itself", async () => {
    class Circular extends Strategy {
      override onBar(): void {
        this.state.self = this.state;
      }
    }
    const { session, notes } = await sessionAt({ data: DATA, ticks: TICKS, from: FROM, strategy: Circular });
    await until(session, () => notes.some(({ event }) => event === "STRATEGY_FAILED"));
    const { now } = session;
    await until(session, () => session.now > now + 2 * 60_000);
    expect(session.state).toBe("running");
    expect(notes.filter(({ event }) => event === "STRATEGY_FAILED")).toHaveLength(1);
    const view = new SessionViewer(session, 0).view();
    expect(view.failure).toMatch(
      /^The session of Circular failed: .*an object that contains itself in this\.state\.self/,
    );
    expect(screenOf(view, 80, 24)[1]).toBe("Circular HAS FAILED  session running, orders at the broker work on");
  });

  it("has its kill switch turned on though a handler fails that falls due at that very moment", async () => {
    class Fails extends Buys {
      override onStart(): void {
        this.schedule({ every: 1 }, () => {
          if (this.state.fails === true) throw new Error("it cannot be worked out");
        });
      }
    }
    const { session, notes } = await sessionAt({ data: DATA, ticks: TICKS, from: FROM, strategy: Fails });
    await until(session, () => session.parts.engine.portfolio.quantity[0] === 100);
    const { engine, clock } = session.parts;
    engine.strategy.state.fails = true;
    // The clock goes on between what is done in front of a command and the command.
    session.onTurn = () => {
      session.onTurn = undefined;
      clock.moveTo(clock.now + 90_000);
    };
    session.kill("news", true);
    expect(engine.guards.killSwitch.isOn).toBe(true);
    expect(notes.filter(({ event }) => event === "STRATEGY_FAILED").map(({ text }) => text)).toEqual([
      expect.stringContaining("it cannot be worked out"),
    ]);
    await until(session, () => engine.portfolio.quantity[0] === 0);
    expect(session.state).toBe("running");
  });

  it("goes on with one whose bracket the market has passed: it is denied, and counted", async () => {
    class Late extends Strategy {
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol === "SYN1") this.bracket("SYN1", "buy", 10, { stopLoss: bar.close * 1.05 });
      }
    }
    const { session, notes } = await sessionAt({ data: DATA, ticks: TICKS, from: FROM, strategy: Late });
    await until(session, () => (session.parts.engine.flow.denials.get("BRACKET_CROSSED")?.count ?? 0) > 2);
    expect(notes.filter(({ event }) => event === "STRATEGY_FAILED")).toEqual([]);
    const [trip] = new SessionViewer(session, 0).view().trips;
    expect(trip).toMatchObject({ code: "BRACKET_CROSSED", last: { symbol: "SYN1" } });
  });

  it("shows the latest trip of a guard, and keeps trips in the journal, once a minute", async () => {
    const journal = join(folder, "trips.sqlite");
    class Greedy extends Strategy {
      private n = 0;
      override onQuote(): void {
        if (this.n < 200) this.buy("SYN1", 1_000 + this.n++);
      }
    }
    const setup = { journal, guards: { orderSize: 10, orderRate: false } } as const;
    const { session } = await sessionAt({ data: DATA, ticks: TICKS, from: FROM, strategy: Greedy, setup });
    await until(session, () => (session.parts.engine.flow.denials.get("ORDER_SIZE")?.count ?? 0) >= 60);
    const [trip] = new SessionViewer(session, 0).view().trips.filter(({ code }) => code === "ORDER_SIZE");
    expect(trip.last.reason).not.toContain("=1000 ");
    expect(trip.last.symbol).toBe("SYN1");
    session.stop();
    const left = await Journal.openExisting(journal);
    const kept = left.trips(100).filter(({ denial }) => denial.code === "ORDER_SIZE");
    left.close();
    expect(kept.length).toBeGreaterThan(1);
    expect(kept.length).toBeLessThan(trip.count / 2);
  });
});

describe("the log of a session", () => {
  it("has a line for each order, fill, guard that trips and release of the kill switch", async () => {
    class Trades extends Strategy {
      private n = 0;
      override onQuote(): void {
        this.n++;
        if (this.n === 1) this.buy("SYN1", 5);
        if (this.n === 2) this.buy("SYN1", 5, { limit: 1, tif: "GTC" });
        if (this.n === 3) this.buy("SYN1", 1_000);
      }
    }
    const setup = { guards: { orderSize: 10, priceBand: false } } as const;
    const { session, notes } = await sessionAt({ data: DATA, ticks: TICKS, from: FROM, strategy: Trades, setup });
    const has = (event: string): boolean => notes.some((note) => note.event === event);
    await until(session, () => has("FILL") && has("ORDER_SIZE") && session.parts.ledger.open.length === 1);
    session.kill("news", true);
    await until(session, () => has("ORDER_CANCELLED") && session.parts.engine.portfolio.quantity[0] === 0);
    session.releaseKill();
    const of = (event: string): string[] => notes.filter((note) => note.event === event).map(({ text }) => text);
    expect(of("ORDER_ACCEPTED")[0]).toMatch(/^SYN1: buy 5 SYN1, \w+:1, is accepted$/);
    expect(of("FILL")).toEqual([
      expect.stringMatching(/^SYN1: bought 5 SYN1 at [\d.]+, \w+:1$/),
      expect.stringMatching(/^SYN1: sold 5 SYN1 at [\d.]+, \w+:3$/),
    ]);
    expect(of("ORDER_CANCELLED")).toEqual([
      expect.stringMatching(/^SYN1: buy 5 SYN1 limit 1\.00, \w+:2, is cancelled$/),
    ]);
    expect(of("ORDER_SIZE")[0]).toMatch(/^denied: SYN1 ORDER_SIZE: /);
    expect(of("KILL_SWITCH_RELEASED")).toEqual(["The kill switch is off."]);
    // Whoever looks sees that the alert before it is over.
    expect(session.parts.news.alerts[0].code).toBe("KILL_SWITCH_RELEASED");
  });
});

describe("a position that is owed a closing", () => {
  it.each([false, true])(
    "is closed behind the next look at the account, unless that was taken back (%s)",
    async (isBack) => {
      const { session } = await sessionAt({ data: DATA, ticks: TICKS, from: FROM, strategy: Buys });
      const { engine, broker } = session.parts;
      await until(session, () => engine.portfolio.quantity[0] === 100);
      session.kill("news", false);
      // @ts-expect-error as if a dispute had cut the closing short
      broker.forced.owed.add(0);
      if (isBack) session.releaseKill();
      const orders = engine.book.length;
      await session.reconcile();
      if (isBack) expect(engine.book.length).toBe(orders);
      else await until(session, () => engine.portfolio.quantity[0] === 0);
    },
  );
});

describe("an operator", () => {
  it("sees the session as plain data, flattens it and stops it", async () => {
    const { session } = await sessionAt({ data: DATA, ticks: TICKS, from: FROM, strategy: Buys });
    await until(session, () => session.parts.engine.portfolio.quantity[0] === 100);
    let hasEnded = false;
    const operator = new SessionOperator(session, new SessionViewer(session, 0), () => {
      hasEnded = true;
    });
    const view = operator.view();
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    expect(view.positions).toMatchObject([{ symbol: "SYN1", quantity: 100 }]);
    expect(view.orders).toMatchObject([{ symbol: "SYN1", type: "limit", status: "accepted" }]);
    expect(view.fills[0]).toMatchObject({ symbol: "SYN1", quantity: 100 });
    expect(view.account).not.toContain("1234567");
    expect(view.quotes.every(({ bid, ask }) => bid !== null && ask !== null)).toBe(true);
    expect(await operator.flatten()).toBe("All positions of the session are closed.");
    expect(session.parts.engine.working.total).toBe(0);
    await operator.stop({ flatten: false });
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasEnded).toBe(true);
  });

  it("is refused what the run does not trade, an order or a position, and is told why", async () => {
    const { session } = await sessionAt({ data: DATA, ticks: TICKS, from: FROM, strategy: Buys });
    const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
    const { ledger } = session.parts;
    const made = { at: session.now, symbol: "EBAY", conId: 195035969, orderId: 0, clientId: 0, orderRef: "by hand" };
    ledger.note({
      ...made,
      kind: "foreign-order",
      permId: 77,
      action: "BUY",
      orderType: "LMT",
      tif: "GTC",
      quantity: 5,
      filled: 0,
      limit: 40,
      aux: Number.NaN,
      trailStop: Number.NaN,
      trailingPercent: Number.NaN,
      limitOffset: Number.NaN,
      outsideRth: false,
      status: "Submitted",
    });
    ledger.note({
      ...made,
      kind: "execution",
      base: "0001",
      revision: 1,
      intent: 0,
      permId: 78,
      side: 1,
      quantity: 3,
      price: 41,
      cumulative: 3,
      time: "20260105 10:00:00 US/Eastern",
    });
    const why = "is in EBAY, which this run does not trade: nothing would look after it. Start the session with EBAY";
    await expect(operator.adopt({ ref: "by hand" })).rejects.toThrow(`Order by hand ${why}`);
    await expect(operator.adopt({ ref: "77" })).rejects.toThrow(`Order 77 ${why}`);
    await expect(operator.adopt({ symbol: "EBAY" })).rejects.toThrow(`A position of 3 ${why}`);
    await expect(operator.adopt({ symbol: "IBM" })).rejects.toThrow("There is nothing foreign to adopt under IBM.");
    expect(operator.view().foreignOrders).toMatchObject([{ ref: "by hand", symbol: "EBAY" }]);
  });

  it.each(["stop", "abandon"] as const)("sees it as it was when it has ended: %s", async (how) => {
    const { session } = await sessionAt({ data: DATA, ticks: TICKS, from: FROM, strategy: Buys });
    const operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
    await operator.kill({ reason: "a test", flatten: false });
    operator.view();
    session[how]();
    expect(operator.view()).toMatchObject({ state: "stopped", killSwitch: { isOn: true, reason: "a test" } });
  });
});

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

describe("a position with a stop", () => {
  const isProtected = ({ parts }: Session): boolean =>
    parts.engine.portfolio.quantity[0] === 100 && parts.engine.working.count[0] === 1;

  it("is closed in the instant in which its stop is cancelled", async () => {
    const { session, gateway } = await sessionAt({ data: DATA, ticks: TICKS, from: FROM, strategy: Protects });
    await until(session, () => isProtected(session) && session.parts.ledger.open[0]?.isAccepted === true);
    const asked = session.now;
    session.flatten("flatten");
    await until(session, () => session.parts.engine.portfolio.quantity[0] === 0);
    const [, stop, closing] = session.parts.ledger.records;
    expect([stop.state, closing.state]).toEqual(["cancelled", "filled"]);
    expect([stop.endedAt, closing.intent.at]).toEqual([asked, asked]);
    expect(gateway.services.desk(gateway.accounts[0]).portfolio.quantity[0]).toBe(0);
  });

  it("is closed though nothing is told of its stop: once the broker was asked", async () => {
    const gateway = await gatewayAt([{ fault: "lose-answer", on: "placeOrder", count: 1 }]);
    const session = await begun(gateway, Protects, join(folder, "lost.sqlite"));
    await until(session, () => isProtected(session));
    const asked = session.now;
    session.flatten("flatten");
    await until(session, () => session.parts.engine.portfolio.quantity[0] === 0);
    const [, stop, closing] = session.parts.ledger.records;
    expect([stop.state, closing.state]).toEqual(["cancelled", "filled"]);
    expect(closing.intent.at).toBeGreaterThanOrEqual(asked + 10_000);
    expect(gateway.services.desk(gateway.accounts[0]).portfolio.quantity[0]).toBe(0);
  });

  it("is closed by the next session where this one is killed with a closing order that waits", async () => {
    const journal = join(folder, "flatten.sqlite");
    const gateway = await gatewayAt([{ fault: "lose-answer", on: "placeOrder", count: 1 }]);
    const first = await begun(gateway, Protects, journal);
    await until(first, () => isProtected(first));
    first.kill("a test", true);
    first.abandon();
    expect(first.parts.ledger.records).toHaveLength(2);
    const second = await begun(gateway, Protects, journal);
    expect(second.hasFlattened).toBe(true);
    await until(second, () => second.parts.engine.portfolio.quantity[0] === 0);
    const { records } = second.parts.ledger;
    expect(records.map(({ state }) => state)).toEqual(["filled", "cancelled", "filled"]);
    expect(gateway.services.desk(gateway.accounts[0]).portfolio.quantity[0]).toBe(0);
  });
});

describe("a session that is stopped and closes its positions", () => {
  const isProtected = ({ parts }: Session): boolean =>
    parts.engine.portfolio.quantity[0] === 100 && parts.ledger.records[1]?.isAccepted === true;

  it("ends behind the close when its closing order is with the broker, and not before", async () => {
    const hoursOf: Partial<SessionSetup>["hoursOf"] = ({ index }) => ({
      sessions: DATA.sessions[index],
      tradeDates: DATA.tradeDates[index],
    });
    const close = DATA.sessions[0].close[18];
    const gateway = await gatewayAt([], close - 20 * 60_000);
    // An hour a second: the night lasts longer than the session takes to stop.
    const setup = { hoursOf, lockstep: { port: gateway.lockstepPort, speed: 3_600 } };
    const session = await openSession(setupFor(gateway, DATA, Protects, setup), () => undefined);
    closeAfterTest(() => session.stop());
    session.begin();
    await until(session, () => session.now > close + 30 * 60_000);
    expect(isProtected(session)).toBe(true);
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const operator = new SessionOperator(session, new SessionViewer(session, 0), () => {
      session.stop();
      end();
    });
    const answer = await operator.stop({ flatten: true });
    await over;
    expect(answer).toMatch(
      /^The session ends\. 100 SYN1 are still held: the order to close them works .*, whose market opens at /,
    );
    const [, stop, closing] = session.parts.ledger.records;
    expect([stop.state, closing.state]).toEqual(["cancelled", "acknowledged"]);
  });

  it("goes on where a closing order cannot be sent, and ends when it is asked again behind that", async () => {
    const gateway = await gatewayAt([{ fault: "lose-answer", on: "placeOrder", count: 1 }]);
    const session = await begun(gateway, Protects, join(folder, "unfinished.sqlite"));
    await until(session, () => session.parts.ledger.records.length === 2);
    let ends = 0;
    const operator = new SessionOperator(session, new SessionViewer(session, 0), () => ends++, 0);
    const refused = operator.stop({ flatten: true });
    await expect(refused).rejects.toThrow(
      "The session goes on, for it has not closed its positions yet: 100 SYN1 are still held: their closing order was not sent",
    );
    await until(session, () => session.parts.engine.portfolio.quantity[0] === 0);
    expect(ends).toBe(0);
    expect(await operator.stop({ flatten: true })).toBe("All positions of the session are closed.");
    await new Promise((resolve) => setImmediate(resolve));
    expect(ends).toBe(1);
  });
});

/** Buys as soon as it holds nothing and nothing works. */
class Reenters extends Strategy {
  override onQuote({ instrument }: Quote): void {
    if (this.position(instrument).isFlat && !this.hasWorkingOrders(instrument)) this.buy(instrument, 7);
  }
}

describe("a session that is asked to stop and to close its positions", () => {
  it("makes no order any more that would be left behind, and trades again at its next start", async () => {
    const gateway = await gatewayAt();
    const journal = join(folder, "closing.sqlite");
    const session = await begun(gateway, Reenters, journal);
    const { engine, ledger } = session.parts;
    await until(session, () => engine.portfolio.quantity[0] === 7 && engine.portfolio.quantity[1] === 7);
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const operator = new SessionOperator(session, new SessionViewer(session, 0), () => {
      session.stop();
      end();
    });
    const before = ledger.records.length;
    expect(await operator.stop({ flatten: true })).toBe("All positions of the session are closed.");
    await over;
    expect(ledger.records.slice(before).map(({ intent }) => [intent.side, intent.quantity])).toEqual([
      [-1, 7],
      [-1, 7],
    ]);
    expect(ledger.open).toHaveLength(0);
    expect(engine.flow.denials.get("STOPPING")?.first).toEqual({ code: "STOPPING", details: { positions: "closing" } });
    const next = await begun(gateway, Reenters, journal);
    await until(next, () => next.parts.engine.portfolio.quantity[0] === 7);
  });
});

describe("an entry that is flattened while the connection is away", () => {
  it("is closed when it turns out that it has filled meanwhile", async () => {
    class Enters extends Strategy {
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol !== "SYN1" || this.state.made === true) return;
        this.state.made = true;
        const at = (percent: number): number => Math.round(bar.close * percent) / 100;
        this.bracket("SYN1", "buy", 100, { limit: at(99.5), tif: "GTC", stopLoss: at(50), takeProfit: at(200) });
      }
    }
    const gateway = { faults: parseFaultPlan([{ fault: "cut", at: "+5min" }]) };
    // Long enough for the market to reach the entry on a busy machine, and days in front of the end of the data.
    const times = { waits: [600] };
    const from = DATA.sessions[0].open[2];
    const { session } = await sessionAt({ data: DATA, ticks: TICKS, from, strategy: Enters, gateway, times });
    const { ledger, engine, connection } = session.parts;
    let filledAtFlatten: number | undefined;
    connection.events.on("state", ({ state }) => {
      if (state !== "disconnected" || filledAtFlatten !== undefined) return;
      filledAtFlatten = ledger.records[0].filled;
      setTimeout(() => session.flatten("flatten"), 1);
    });
    await until(session, () => ledger.records.length === 4 && ledger.open.length === 0);
    expect(filledAtFlatten).toBe(0);
    const told = ledger.records.map(({ intent, state }) => [intent.type, intent.side, state]);
    expect(told[0]).toEqual(["limit", 1, "filled"]);
    expect(told[3]).toEqual(["market", -1, "filled"]);
    expect(engine.portfolio.quantity[0]).toBe(0);
  });
});

describe("a session at a read-only API", () => {
  it("knows an order for rejected, and one that it could not cancel for working", async () => {
    const gateway = await gatewayAt([
      { fault: "read-only", at: "+90s", for: "5min" },
      { fault: "read-only", at: "+10min", for: "5min" },
    ]);
    class Tries extends Strategy {
      private n = 0;
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol !== "SYN1") return;
        this.n++;
        if (this.n === 2) this.buy("SYN1", 100);
        if (this.n === 8) this.buy("SYN1", 50, { limit: Math.round(bar.close * 50) / 100, tif: "GTC" });
        if (this.n === 12) this.cancelAll();
      }
    }
    const session = await begun(gateway, Tries, join(folder, "read-only.sqlite"));
    await until(session, () => session.now > FROM + 13 * 60_000);
    const { ledger, engine } = session.parts;
    const [tried, rests] = ledger.records;
    expect(tried).toMatchObject({ state: "rejected", isUnknown: false });
    expect(tried.end?.as).toBe("rejected");
    expect(engine.flow.denials.get("IB_321")?.first.details).toMatchObject({
      text: expect.stringContaining("Read-Only"),
    });
    expect(ledger.blockOf("SYN1")).toBeUndefined();
    expect(rests.end).toBeUndefined();
    expect(engine.working.count[0]).toBe(1);
    await until(session, () => session.now > FROM + 17 * 60_000);
    expect((await session.reconcile()).isSettled).toBe(true);
    expect([rests.isOpen, engine.working.count[0]]).toEqual([true, 1]);
  });
});

describe("a session through a cut connection", () => {
  it("comes back, reconciles, and neither loses nor doubles an order", async () => {
    const gateway = await gatewayAt([
      { fault: "cut", at: "+5min" },
      { fault: "cut", at: "+20min" },
    ]);
    class Trades extends Strategy {
      private n = 0;
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol === "SYN1") this.target("SYN1", (this.n++ % 3) * 100);
      }
    }
    const setup = setupFor(gateway, DATA, Trades, {});
    const told: string[] = [];
    const session = await openSession(
      {
        ...setup,
        connection: { ...setup.connection, times: { waits: [5] } },
      },
      ({ event }) => told.push(event),
    );
    closeAfterTest(() => session.stop());
    session.begin();
    await until(session, () => session.now > FROM + 60 * 60_000 && session.isReconciled);
    const { ledger, engine } = session.parts;
    await session.reconcile();
    expect(gateway.faultEvents.length).toBeGreaterThanOrEqual(2);
    expect(told).toContain("CONNECTION_LOST");
    expect(told).not.toContain("OUTAGE_OUTLIVED");
    expect(session.last?.report.differences).toEqual([]);
    const { portfolio } = gateway.services.desk(gateway.accounts[0]);
    expect(engine.portfolio.quantity[0]).toBe(portfolio.quantity[0]);
    expect(new Set(ledger.records.map(({ intent }) => intent.ref)).size).toBe(ledger.records.length);
  });
});
