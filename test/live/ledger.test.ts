import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BrokerState } from "../../brokers/tws/account/broker-state.js";
import type { OrderFact } from "../../brokers/tws/orders/order-fact.js";
import type { IntentEntry } from "../../live/ledger/entry.js";
import { hearFact } from "../../live/ledger/hear-fact.js";
import { Ledger } from "../../live/ledger/ledger.js";
import { reconcile } from "../../live/reconcile/reconcile.js";
import { ACCOUNT, BrokerModel, CLIENT } from "./broker-model.js";
import { CON_IDS, INSTRUMENTS, MORNING } from "./live-run.js";

const [SPY] = INSTRUMENTS;
const [SPY_ID] = CON_IDS;

/** A ledger with so many orders to buy 100 SPY, sent to a model of the broker. */
function sent(count: number): { ledger: Ledger; model: BrokerModel } {
  const ledger = new Ledger({ journalId: "j0urn1", clientId: CLIENT, account: ACCOUNT });
  ledger.symbolOf.set(SPY_ID, "SPY");
  const model = new BrokerModel(new Map([["SPY", SPY_ID]]));
  look(ledger, model.state(), MORNING);
  for (let i = 1; i <= count; i++) {
    const orderId = model.nextOrderId();
    const none = Number.NaN;
    const terms = { quantity: 100, limit: none, stop: none, trail: none };
    const same = { ...terms, ref: ledger.refOf(i), orderId, side: 1, type: "market", tif: "DAY" } as const;
    const more = { isTrailFraction: false, limitOffset: none, goodTill: none, outsideRth: false, group: "" } as const;
    const entry: IntentEntry = {
      kind: "intent",
      at: MORNING,
      id: i,
      ...same,
      ...more,
      clientId: CLIENT,
      permId: 0,
      symbol: "SPY",
      conId: SPY_ID,
      parent: 0,
      flags: 0,
      tag: "",
      madeAt: MORNING,
      filledBefore: 0,
    };
    ledger.note(entry);
    ledger.note({ kind: "request", at: MORNING, intent: i, what: "order", ...terms });
    model.place([{ ...same, ...more, instrument: SPY, parent: 0, isExit: false }]);
  }
  ledger.takeOutcomes();
  return { ledger, model };
}

function look(ledger: Ledger, state: BrokerState, now: number) {
  const contracts = [{ symbol: "SPY", conId: SPY_ID, multiplier: 1, mark: 100 }];
  return reconcile(ledger, { state, now, isUpstreamUp: true, since: ledger.count, contracts });
}

/** What a ledger has come to, without when and in what order it heard of it. */
function essence(ledger: Ledger): unknown {
  return {
    position: ledger.holding("SPY").quantity,
    foreign: ledger.foreign.get(SPY_ID),
    executions: [...ledger.executions.values()]
      .map(({ base, revision, intent, quantity, price }) => ({ base, revision, intent, quantity, price }))
      .sort((a, b) => a.base.localeCompare(b.base)),
    commissions: [...ledger.commissions.values()]
      .map(({ base, amount }) => ({ base, amount }))
      .sort((a, b) => a.base.localeCompare(b.base)),
    orders: ledger.records.map((record) => ({
      state: record.state,
      filled: record.filled,
      value: record.fills.bookedValue,
      fees: [...record.fills.fees],
      permId: record.permId,
    })),
    blocks: [...ledger.blocks.keys()],
  };
}

/** A morning at the broker: fills in parts, corrections, a cancel, a rejection, an order that goes on working. */
function morning(model: BrokerModel): void {
  const [a, b, c, d, e] = model.orders;
  model.accept(a, "PreSubmitted");
  model.accept(a);
  const first = model.fill(a, 40, 100, 1);
  model.accept(b);
  model.fill(a, 60, 101, 1.5);
  model.correct(first, 40, 100.5);
  model.accept(c);
  model.fill(c, 30, 99, 0.5);
  model.end(c, "Cancelled");
  model.reject(d, 201, "Order rejected - reason:no");
  model.accept(e);
  const wrong = model.fill(e, 100, 98, 1);
  model.correct(wrong, 90, 98);
}

describe("a ledger", () => {
  const straight = (): { ledger: Ledger; facts: OrderFact[]; state: BrokerState } => {
    const { ledger, model } = sent(5);
    morning(model);
    for (const fact of model.told) hearFact(ledger, fact, MORNING + 1);
    const facts = [...model.told];
    return { ledger, facts, state: model.state() };
  };

  it("comes to the same whatever it hears, how often and in which order, once it was held against the broker", () => {
    const { ledger, facts, state } = straight();
    look(ledger, state, MORNING + 60_000);
    const expected = essence(ledger);
    expect(expected).toMatchObject({ position: 220 });
    fc.assert(
      fc.property(fc.shuffledSubarray([...facts, ...facts]), fc.integer({ min: 0, max: 3 }), (heard, looks) => {
        const other = sent(5).ledger;
        for (const fact of heard) hearFact(other, fact, MORNING + 1);
        for (let i = 0; i <= looks; i++) look(other, state, MORNING + (i + 1) * 60_000);
        // Commissions are no part of the broker's state.
        for (const fact of facts) if (fact.kind === "commission") hearFact(other, fact, MORNING + 1);
        expect(essence(other)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("needs no look where everything was heard, in whatever order", () => {
    const { ledger, facts } = straight();
    const expected = essence(ledger);
    fc.assert(
      fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (heard) => {
        const other = sent(5).ledger;
        for (const fact of heard) hearFact(other, fact, MORNING + 1);
        const { orders: _, ...own } = essence(other) as { orders: unknown };
        const { orders: __, ...same } = expected as { orders: unknown };
        expect(own).toEqual(same);
      }),
      { numRuns: 300 },
    );
  });

  it("rebuilt from its entries is what it was", () => {
    const { ledger, model } = sent(5);
    const entries: Parameters<Ledger["keep"]>[0][] = [];
    ledger.keep = (entry) => void entries.push(entry);
    morning(model);
    for (const fact of model.told) hearFact(ledger, fact, MORNING + 1);
    look(ledger, model.state(), MORNING + 60_000);
    const again = sent(5).ledger;
    again.restore(entries);
    expect(essence(again)).toEqual(essence(ledger));
    expect(again.takeOutcomes()).toEqual([]);
  });

  it("tells every fill once, so that what was told adds up to what is held", () => {
    const { facts } = straight();
    fc.assert(
      fc.property(fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length }), (heard) => {
        const other = sent(5).ledger;
        let told = 0;
        let fees = 0;
        for (const fact of heard) {
          hearFact(other, fact, MORNING + 1);
          for (const outcome of other.takeOutcomes()) {
            if (outcome.kind === "filled") told += outcome.quantity;
            if (outcome.kind === "busted") told -= outcome.quantity;
            if (outcome.kind === "filled") fees += outcome.fee;
            if (outcome.kind === "charged") fees += outcome.amount;
          }
        }
        expect(told).toBe(other.holding("SPY").quantity);
        const charged = other.records.flatMap((record) => [...record.fills.fees.values()]);
        expect(fees).toBeCloseTo(
          charged.reduce((sum, amount) => sum + amount, 0),
          9,
        );
      }),
      { numRuns: 300 },
    );
  });

  it("takes an order that flashes as cancelled by a preset for one that lives", () => {
    const { ledger, model } = sent(1);
    const [order] = model.orders;
    model.refuse(order.orderId, 10349, "Order TIF was set to DAY based on order preset.", "order");
    order.status = "Cancelled";
    model.tellStatus(order);
    model.accept(order);
    for (const fact of model.told) hearFact(ledger, fact, MORNING + 1);
    const kinds = ledger.takeOutcomes().map(({ kind }) => kind);
    expect(kinds).toEqual(["notice", "ask", "accepted"]);
    expect(ledger.records[0].isOpen).toBe(true);
  });

  it("hears nothing of an order whose id was refused as used: its news are of another", () => {
    const { ledger, model } = sent(1);
    model.refuse(1, 103, "Duplicate order id", "order");
    for (const fact of model.told) hearFact(ledger, fact, MORNING + 1);
    hearFact(
      ledger,
      {
        kind: "status",
        orderId: 1,
        clientId: CLIENT,
        permId: 55,
        status: "Submitted",
        filled: 0,
        remaining: 10,
        averagePrice: 0,
        whyHeld: "",
      },
      MORNING + 2,
    );
    expect(ledger.records[0].state).toBe("rejected");
    expect(ledger.records[0].permId).toBe(0);
  });

  it("asks where the broker uses a word or a code that is not known, and concludes nothing", () => {
    const { ledger, model } = sent(2);
    const [one, two] = model.orders;
    one.status = "Baffled";
    model.tellStatus(one);
    model.refuse(two.orderId, 99_999, "Something", "order");
    for (const fact of model.told) hearFact(ledger, fact, MORNING + 1);
    expect(ledger.takeOutcomes().map(({ kind }) => kind)).toEqual(["ask", "unknown", "ask"]);
    expect(ledger.records.every((record) => record.isOpen)).toBe(true);
  });

  it("takes no order of another account for its own", () => {
    const { ledger, model } = sent(1);
    const execution = model.fill(model.orders[0], 100, 100);
    hearFact(ledger, { kind: "execution", execution: { ...execution, account: "DU9999999" } }, MORNING + 1);
    expect(ledger.executions.size).toBe(0);
    expect(ledger.holding("SPY").quantity).toBe(0);
  });
});
