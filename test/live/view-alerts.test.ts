import { describe, expect, it } from "vitest";
import { alertText } from "../../live/alerts.js";
import { Ledger } from "../../live/ledger/ledger.js";
import { alertsBetween, LedgerAlerts } from "../../live/session/view-alerts.js";
import type { SessionView } from "../../live/session-view.js";
import { aView } from "./a-session.js";

/** What is told when a view of this kind comes behind the ordinary one, and again behind itself. */
function told(changes: Partial<SessionView>): string[] {
  const before = aView({ foreign: [] });
  const after = { ...before, ...changes };
  expect(alertsBetween(after, after)).toEqual([]);
  return alertsBetween(before, after).map((alert) => `${alert.code}: ${alertText(alert)}`);
}

const { connection, fills, orders, trips } = aView();

describe("what somebody is called for", () => {
  it.each<[string, Partial<SessionView>, string]>([
    [
      "clocks that differ",
      { connection: { ...connection, clockSkew: -2_500 } },
      "CLOCK_SKEWED: The clock of this machine and the broker's differ by -2.5 s.",
    ],
    [
      "a fill that was booked from a change of position",
      { fills: [{ ...fills[0], isRecovered: true, at: 1 }] },
      "FILL_RECOVERED: A fill of buy 100 SPY was booked from the change of position; its price 511.20 is an estimate.",
    ],
    [
      "a foreign position",
      { foreign: [{ symbol: "IBM", quantity: -50, averagePrice: null }] },
      "FOREIGN_POSITION: The account holds -50 IBM that no order of this session has made.",
    ],
    [
      "a foreign order",
      { foreignOrders: [{ ...orders[0], ref: "hand-1" }] },
      "FOREIGN_ORDER: The account has a working order that is not this session's: sell 100 stop 505.00 SPY.",
    ],
    [
      "an order without an answer",
      { orders: [{ ...orders[0], status: "unknown", age: 12_000 }] },
      "ORDER_UNKNOWN: sell 100 stop 505.00 SPY was sent 12 s ago and the broker has said nothing of it.",
    ],
    [
      "a limit of losses",
      {
        trips: [
          ...trips,
          {
            code: "DAILY_LOSS",
            count: 1,
            last: { at: 0, symbol: "SPY", reason: "DAILY_LOSS: loss=3100.00 limit=3000.00" },
          },
        ],
      },
      "LOSS_LIMIT: The limit of DAILY_LOSS is reached: loss=3100.00 limit=3000.00 lost.",
    ],
  ])("%s is told once", (_what, changes, sentence) => {
    expect(told(changes)).toEqual([sentence]);
  });

  it("is nothing where all is well, and at the start what is there already", () => {
    expect(told({})).toEqual([]);
    expect(alertsBetween(undefined, aView()).map(({ code }) => code)).toEqual(["FOREIGN_POSITION"]);
  });

  it("is an order that was rejected, and an execution that was corrected or taken back, once each", () => {
    const ledger = new Ledger({ journalId: "abc", clientId: 1, account: "DU1" });
    const order = { ...INTENT, id: 1, ref: ledger.refOf(1), orderId: 1 };
    ledger.note(order);
    ledger.note({ ...order, id: 2, ref: ledger.refOf(2), orderId: 2 });
    const told = new LedgerAlerts(ledger);
    expect(told.look(0)).toEqual([]);
    const verdict = { kind: "verdict", at: 0, intent: 2, verdict: "rejected", remedy: "", passes: 0 } as const;
    ledger.note({ ...verdict, code: "IB_201", text: "no margin" });
    const execution = { ...EXECUTION, orderRef: ledger.refOf(1) };
    ledger.note(execution);
    expect(told.look(1).map((one) => `${one.code}: ${alertText(one)}`)).toEqual([
      expect.stringMatching(/^ORDER_REJECTED: The broker has rejected buy 100 SPY: IB_201.*\.$/),
    ]);
    ledger.note({ ...execution, revision: 2, quantity: 90, price: 510 });
    expect(told.look(2).map((one) => `${one.code}: ${alertText(one)}`)).toEqual([
      "EXECUTION_CORRECTED: The exchange has corrected the execution 0001.01: it is 90 SPY at 510.00 now.",
    ]);
    ledger.note({ ...execution, revision: 3, quantity: 0 });
    expect(told.look(3).map((one) => `${one.code}: ${alertText(one)}`)).toEqual([
      "EXECUTION_BUSTED: The exchange has taken the execution 0001.01 back: it was of SPY.",
    ]);
    expect(told.look(4)).toEqual([]);
    // What a session has found in its journal is no news.
    expect(new LedgerAlerts(ledger).look(5)).toEqual([]);
  });
});

const INTENT = {
  kind: "intent",
  at: 0,
  clientId: 1,
  permId: 0,
  symbol: "SPY",
  conId: 7,
  side: 1,
  type: "market",
  tif: "DAY",
  quantity: 100,
  limit: Number.NaN,
  stop: Number.NaN,
  trail: Number.NaN,
  isTrailFraction: false,
  limitOffset: Number.NaN,
  goodTill: Number.NaN,
  outsideRth: false,
  parent: 0,
  group: "",
  flags: 0,
  tag: "",
  madeAt: 0,
} as const;

const EXECUTION = {
  kind: "execution",
  at: 0,
  base: "0001.01",
  revision: 1,
  intent: 1,
  symbol: "SPY",
  conId: 7,
  orderId: 1,
  clientId: 1,
  permId: 9,
  side: 1,
  quantity: 100,
  price: 511.2,
  time: "",
  cumulative: 100,
} as const;
