import { describe, expect, it } from "vitest";
import { findZone } from "../../data/zone-offsets.js";
import { acceptanceReport } from "../../live/acceptance/acceptance-report.js";
import { UNPACED } from "../../live/acceptance/simulated-walks.js";
import { stepsOf } from "../../live/acceptance/steps.js";
import { Walk } from "../../live/acceptance/walk.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { connected, connectionTo } from "../tws/connected.js";
import { ScriptedTws, until } from "../tws/scripted-tws.js";
import {
  ACCOUNT,
  accept,
  CLIENT_ID,
  ESZ6,
  EURUSD,
  notOk,
  openAt,
  QUICK_TIMES,
  rowOf,
  SPY,
  subject,
} from "./acceptance-run.js";
import { type Alter, alteringRelay } from "./altering-relay.js";

const ABOUT = { version: "0.0.0", at: Date.UTC(2026, 0, 5), symbols: ["SPY"], allowsMarket: true, isSimulated: false };

/** Messages by their number on the wire. */
const ORDER_STATUS = "3";
const ERROR = "4";
const OPEN_ORDER = "5";
const CONTRACT = "10";
const EXECUTION = "11";
const HISTORY = "17";
const COMMISSION = "59";

/** And what is sent: an order, and where in it its group stands. */
const PLACE_ORDER = "3";
const ACTION_OF_ORDER = 16;
const QUANTITY_OF_ORDER = 17;
const GROUP_OF_ORDER = 22;
const PARENT_OF_ORDER = 28;

describe("acceptance against a simulated gateway", () => {
  it("finds no difference in any step with a stock, a pair of currencies and a future, and units traded", async () => {
    const instruments = [SPY, EURUSD, ESZ6];
    const gateway = await subject({ instruments });
    const result = await accept(gateway.port, { instruments, allowsMarket: true });
    expect(notOk(result)).toEqual([]);
    expect(result.rows.length).toBeGreaterThan(45);
    expect(result).toMatchObject({ left: [], isInterrupted: false, obstacles: [], serverVersion: 178 });
    expect(openAt(gateway)).toEqual([]);
    const sides = gateway.services.executions.all.map(({ isBuy }) => isBuy);
    expect(sides).toEqual([true, false, true, false, false]);
  });

  it("trades nothing without being allowed to, and says so", async () => {
    const gateway = await subject();
    const result = await accept(gateway.port);
    const reasons = notOk(result).map((row) => (row as { reason: string }).reason);
    expect(reasons).toEqual(Array.from({ length: 5 }, () => "--allow-market is not given"));
    expect(gateway.services.executions.all).toEqual([]);
    expect(openAt(gateway)).toEqual([]);
  });

  it("finds no difference while the market is closed: what then cannot be shown is not taken for shown", async () => {
    const gateway = await subject({ isOpen: false });
    const result = await accept(gateway.port, { allowsMarket: true });
    expect(result.rows.filter(({ result: one }) => one === "different").map(({ step }) => step)).toEqual([]);
    expect(notOk(result).map((row) => (row as { step: string }).step)).toEqual([
      "bars of SPY as they come",
      "quotes of SPY",
      "snapshot of SPY",
      "trades of SPY one by one",
      "SPY bought at the market",
      "position of SPY",
      "SPY sold again",
      "executions after a reconnect",
      "two exits of one entry of SPY",
    ]);
    expect(notOk(result).every((row) => (row as { reason: string }).reason === "its market is closed")).toBe(true);
    // It waits for the open, as 399 says.
    expect(rowOf(result, "far-away limit order").heard.map(({ label }) => label)).toContain("error 399");
    expect(openAt(gateway)).toEqual([]);
  });
});

describe("what is relied on", () => {
  it("is shown by the simulated gateway itself: whatever is found out there is as it should be", async () => {
    const { port } = await subject();
    const address = { host: "127.0.0.1", port, clientId: CLIENT_ID };
    const connection = connectionTo(port, { address, perSecond: UNPACED });
    const walk = new Walk({ connection, findZone, signal: new AbortController().signal, times: QUICK_TIMES });
    await connection.open();
    await walk.begin([SPY], ACCOUNT);
    const wrong: string[] = [];
    for (const step of stepsOf([SPY], true)) {
      const { facts, heard, notShown } = await walk.take(step);
      for (const [fact, value] of facts) if (value === "no") wrong.push(`${step.name}: ${fact}`);
      // A step that hears nothing and finds nothing out would pass against anything.
      if (heard.length === 0 && facts.size === 0) wrong.push(`${step.name} shows nothing`);
      if (notShown !== undefined) wrong.push(`${step.name}: ${notShown}`);
    }
    expect(wrong).toEqual([]);
    expect(await walk.own.withdraw()).toEqual([]);
  });
});

describe("a gateway that does something else", () => {
  /** What is altered, the step in which it is found, and the difference. */
  const ALTERED: readonly [what: string, alter: Alter, step: string, what: string, got: string | RegExp][] = [
    [
      "another word for a status",
      changed(ORDER_STATUS, (fields) => fields.map((one) => (one === "PreSubmitted" ? "PendingSubmit" : one))),
      "far-away limit order",
      "orderStatus, status",
      "PendingSubmit",
    ],
    [
      "no word that an order is cancelled",
      lost((fields) => fields[0] === ERROR && fields[3] === "202"),
      "order cancelled",
      "error 202",
      "not told",
    ],
    [
      "another code for a cancel that comes too late",
      changed(ERROR, (fields) => fields.map((one) => (one === "10148" ? "161" : one))),
      "cancel of an order that has ended",
      "error 161",
      "told",
    ],
    [
      "an order without its orderRef",
      changed(OPEN_ORDER, (fields) => fields.with(23, "")),
      "far-away limit order",
      "its orderRef comes back",
      "no",
    ],
    [
      "a permId that comes later",
      changed(OPEN_ORDER, (fields) => fields.with(25, "0")),
      "far-away limit order",
      "openOrder, permId",
      "0",
    ],
    [
      "a status in front of its order",
      swapped(OPEN_ORDER, ORDER_STATUS),
      "far-away limit order",
      "order of messages",
      /orderStatus Submitted, openOrder Submitted/,
    ],
    [
      "hours that nobody can read",
      changed(CONTRACT, (fields) => fields.map((one) => (/^\d{8}:\d{4}-/.test(one) ? "always" : one))),
      "contract of SPY",
      "its hours",
      /"always" does not begin with a date/,
    ],
    [
      "bars that carry a date with their time",
      changed(HISTORY, (fields) => fields.map((one) => (/^\d{10}$/.test(one) ? "20150209 10:00:00" : one))),
      "bars of SPY in two chunks",
      "historicalData, time",
      "a time",
    ],
    ["a price of -1", changed("1", (fields) => fields.with(4, "-1")), "quotes of SPY", "tickPrice bid, price", "-1"],
    ["a list without an end", lost(([id]) => id === "62"), "positions", "answer", "none within 1 s"],
    [
      "a message of a form that is not known",
      changed("88", (fields) => fields.slice(0, 2)),
      "first time of SPY",
      "unreadable message 88",
      "told",
    ],
  ];

  it.each(ALTERED)("is found: %s", async (_what, alter, step, difference, got) => {
    const gateway = await subject();
    const result = await accept(await alteringRelay(gateway.port, alter));
    const row = rowOf(result, step);
    expect(row.result).toBe("different");
    const found = row.differences.find(({ what }) => what === difference);
    expect(row.differences.map(({ what }) => what)).toContain(difference);
    if (typeof got === "string") expect(found?.got).toBe(got);
    else expect(found?.got).toMatch(got);
    expect(openAt(gateway)).toEqual([]);
  });

  it("is found where a fill of one child cancels another: all children of an order are taken for one group", async () => {
    const alterSent: Alter = (fields) => [fields[0] === PLACE_ORDER ? fields.with(GROUP_OF_ORDER, "") : fields];
    const gateway = await subject();
    const result = await accept(await alteringRelay(gateway.port, (fields) => [fields], alterSent), {
      allowsMarket: true,
    });
    expect(rowOf(result, "two exits of one entry of SPY").differences).toEqual([
      { what: "the other works on", expected: "yes", got: "no" },
    ]);
    expect(result.left).toEqual([]);
  });

  it("sells nothing where what two exits were to close was never bought", async () => {
    const isEntry = (fields: readonly string[]): boolean =>
      fields[ACTION_OF_ORDER] === "BUY" && fields[QUANTITY_OF_ORDER] === "2";
    const soldAlone: string[] = [];
    const alterSent: Alter = (fields) => {
      if (fields[0] !== PLACE_ORDER) return [fields];
      if (fields[ACTION_OF_ORDER] === "SELL" && !(Number(fields[PARENT_OF_ORDER]) > 0)) soldAlone.push(fields[1]);
      return isEntry(fields) ? [] : [fields];
    };
    const gateway = await subject();
    const relay = await alteringRelay(gateway.port, (fields) => [fields], alterSent);
    const times = { answer: 1_000, market: 1_500, fill: 1_000, settle: 50, reconnect: 1_000 };
    const result = await accept(relay, { allowsMarket: true, times });
    expect(rowOf(result, "two exits of one entry of SPY").differences.map(({ what }) => what)).toContain(
      "one has filled",
    );
    // What the step before has bought.
    expect(soldAlone).toHaveLength(1);
    expect(gateway.services.executions.all.map(({ isBuy }) => isBuy)).toEqual([true, false]);
    expect(openAt(gateway)).toEqual([]);
  });

  it("is found where an order is refused: what would need it is not shown", async () => {
    const gateway = await subject();
    gateway.faults.addOrder({ kind: "reject", code: 201, text: "Order rejected - reason:No.", badJson: false }, 1);
    const result = await accept(gateway.port);
    expect(rowOf(result, "far-away limit order").differences.map(({ what }) => what)).toContain("error 201");
    for (const step of ["list of open orders", "order changed", "order over a reconnect", "order cancelled"]) {
      expect(rowOf(result, step)).toMatchObject({ result: "not shown", reason: "the order did not stay open" });
    }
    expect(rowOf(result, "bracket").result).toBe("ok");
  });

  it("is found in its fills: no commission, another word for a side, ids that are not the same again", async () => {
    const alter: Alter = (fields) => {
      // Of the first there never is one.
      if (fields[0] === COMMISSION && fields[2].endsWith("000001.01")) return [];
      if (fields[0] !== EXECUTION) return [fields];
      // What was told as it happened is told under another id when it is asked for.
      if (fields[1] !== "-1") return [fields.with(14, `${fields[14]}9`)];
      return [fields.map((one) => (one === "BOT" ? "BUY" : one))];
    };
    const gateway = await subject();
    const result = await accept(await alteringRelay(gateway.port, alter), {
      allowsMarket: true,
      times: { answer: 1_000, market: 1_500, fill: 2_000, settle: 50, reconnect: 1_000 },
    });
    expect(rowOf(result, "SPY bought at the market").differences).toContainEqual({
      what: "execDetails as it happens, side",
      expected: "BOT",
      got: "BUY",
    });
    expect(rowOf(result, "SPY bought at the market").differences).toContainEqual({
      what: "each execution has its commission",
      expected: "yes",
      got: "no",
    });
    expect(rowOf(result, "SPY sold again").result).toBe("ok");
    expect(rowOf(result, "executions after a reconnect").differences).toContainEqual({
      what: "executions have the same ids",
      expected: "yes",
      got: "no",
    });
    expect(result.left).toEqual([]);
    expect(openAt(gateway)).toEqual([]);
  });

  it("is none where it writes times as TWS may be set to, or has more figures and holdings than the simulated one", async () => {
    const foreign = ["4711", "XOM", "STK", "", "0", "", "", "NYSE", "USD", "XOM", "XOM"];
    const alter: Alter = (fields) => {
      if (fields[0] === EXECUTION) {
        return [fields.map((one) => one.replace(/^(\d{8}) (\d\d:\d\d:\d\d) US\/Eastern$/, "$1-$2"))];
      }
      if (fields[0] === "54") return [["6", "2", "WhatIfPMEnabled", "true", "", ACCOUNT], fields];
      if (fields[0] === "62") return [["61", "3", ACCOUNT, ...foreign, "-100", "95.5"], fields];
      return [fields];
    };
    const gateway = await subject();
    const result = await accept(await alteringRelay(gateway.port, alter), { allowsMarket: true });
    expect(notOk(result)).toEqual([]);
    expect(rowOf(result, "positions").heard.map(({ kind }) => kind)).toContain("position");
  });

  it("is none where the login has no data: that is not shown, and orders are kept away from a price that is late", async () => {
    let first: string | undefined;
    const alter: Alter = (fields) => {
      const [id, , request] = fields;
      if (id === HISTORY)
        return [
          [
            ERROR,
            "2",
            fields[1],
            "162",
            "Historical Market Data Service error message:No market data permissions for NYSE STK",
            "",
          ],
        ];
      // The first stream of quotes is refused; the next asks for late data.
      if (id === "58") first ??= request;
      if (id === "58" && request === first)
        return [[ERROR, "2", request, "354", "Requested market data is not subscribed.", ""]];
      const isTick = ["1", "2", "45", "46"].includes(id);
      return (isTick && request === first) || (id === "81" && fields[1] === first) ? [] : [fields];
    };
    const gateway = await subject();
    const result = await accept(await alteringRelay(gateway.port, alter), { allowsMarket: true });
    expect(notOk(result)).toEqual([
      ...["bars of SPY in two chunks", "daily bars of SPY", "bars of SPY as they come"].map((step) => ({
        step,
        result: "not shown",
        reason: expect.stringContaining("No market data permissions"),
        differences: [],
      })),
      {
        step: "quotes of SPY",
        result: "not shown",
        reason: "Requested market data is not subscribed.",
        differences: [],
      },
    ]);
    expect(rowOf(result, "far-away limit order").heard.length).toBeGreaterThan(2);
  });

  it("is none where the API is read-only: what needs orders is not shown", async () => {
    const gateway = await subject();
    gateway.faults.isReadOnly = true;
    const notes: string[] = [];
    const result = await accept(gateway.port, { allowsMarket: true, onNote: (note) => notes.push(note) });
    expect(notes).toEqual([
      expect.stringMatching(/^Whether an earlier run has left orders open is not known: code 321/),
    ]);
    const behind = result.rows.slice(result.rows.findIndex(({ step }) => step === "lists of orders"));
    expect(behind.every(({ result: one, differences }) => one === "not shown" && differences.length === 0)).toBe(true);
    expect(behind[0].reason).toBe("the API of TWS is read-only");
    expect(notOk({ rows: result.rows.slice(0, -behind.length) })).toEqual([]);
    expect(gateway.services.register.all).toEqual([]);
    expect(result.obstacles.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Nothing of orders was tried: the API of TWS is read-only\. Clear "Read-Only API"/),
    ]);
  });

  it("shows in its report nothing of what somebody holds, though that is where it differs", async () => {
    const gateway = await subject();
    const alter: Alter = (fields) => {
      if (fields[0] !== "62") return [fields];
      // One without its account.
      return [
        ["61", "3", "", "4711", "XOM", "STK", "", "0", "", "", "NYSE", "USD", "XOM", "XOM", "-100", "95.5"],
        fields,
      ];
    };
    const result = await accept(await alteringRelay(gateway.port, alter));
    expect(rowOf(result, "positions").differences).toEqual([
      { what: "position, account", expected: "an account", got: "empty" },
    ]);
    const report = acceptanceReport(result, ABOUT);
    expect(report).toContain('"position, account"');
    expect(report).not.toMatch(/XOM|4711|95\.5/);
  });

  it("is told with both sides' messages in a report that names no account, no place and no sum", async () => {
    const alter = changed(OPEN_ORDER, (fields) => fields.with(25, "0"));
    const gateway = await subject();
    const port = await alteringRelay(gateway.port, alter);
    const result = await accept(port, { allowsMarket: true });
    const text = acceptanceReport(result, ABOUT);
    for (const secret of [ACCOUNT, ACCOUNT.slice(2), "127.0.0.1", String(port)]) expect(text).not.toContain(secret);
    expect(text).toContain("DU0000001");
    // A million, less what was paid for one unit and its fees: the account's figures.
    expect(text).not.toMatch(/\b(999|1000)\d{3}\.\d/);
    const report = JSON.parse(text);
    expect(report).toMatchObject({ report: "Seatrial acceptance", isInterrupted: false, left: [] });
    const { ok, different, notShown } = report.counts;
    expect(ok + different + notShown).toBe(report.steps.length);
    const step = report.steps.find((one: { step: string }) => one.step === "what-if");
    expect(step.differences).toContainEqual({ what: "openOrder, permId", expected: "a number above 0", got: "0" });
    const [got] = step.messages.got;
    expect(got).toMatchObject({
      message: "openOrder",
      permId: 0,
      account: "DU0000001",
      initialMarginAfter: "a number above 0",
    });
    expect(step.messages.simulated.length).toBeGreaterThan(0);
    const calm = report.steps.find((one: { step: string }) => one.step === "time");
    expect(Object.keys(calm)).toEqual(["step", "relies", "result"]);
  });
});

describe("acceptance leaves nothing behind", () => {
  it("where it is broken off in the middle, with an order open", async () => {
    const gateway = await subject();
    const stop = new AbortController();
    const result = await accept(gateway.port, {
      signal: stop.signal,
      onRow: ({ step }) => {
        if (step === "far-away limit order") {
          expect(openAt(gateway)).toHaveLength(1);
          stop.abort(new Error("stopped"));
        }
      },
    });
    expect(result).toMatchObject({ left: [], isInterrupted: true });
    expect(result.rows.at(-1)?.step).toBe("far-away limit order");
    expect(openAt(gateway)).toEqual([]);
  });

  it("where it is broken off between what it buys and what it sells", async () => {
    const gateway = await subject();
    const stop = new AbortController();
    const result = await accept(gateway.port, {
      allowsMarket: true,
      signal: stop.signal,
      onRow: ({ step }) => step === "SPY bought at the market" && stop.abort(new Error("stopped")),
    });
    expect(result).toMatchObject({ left: [], isInterrupted: true });
    expect(gateway.services.executions.all.map(({ isBuy }) => isBuy)).toEqual([true, false]);
  });

  it("or says what, and sells nothing twice, where an order that was to sell it may still work", async () => {
    const gateway = await subject();
    let isSilent = false;
    // From then on nothing is told of any order, as if it still worked.
    const port = await alteringRelay(
      gateway.port,
      lost(([id]) => isSilent && [ORDER_STATUS, ERROR, OPEN_ORDER, EXECUTION, COMMISSION].includes(id)),
    );
    const stop = new AbortController();
    const result = await accept(port, {
      allowsMarket: true,
      signal: stop.signal,
      times: { ...QUICK_TIMES, fill: 1_000 },
      onRow: ({ step }) => {
        if (step === "SPY bought at the market") isSilent = true;
        if (step === "SPY sold again") stop.abort(new Error("stopped"));
      },
    });
    expect(gateway.services.executions.all.map(({ isBuy }) => isBuy)).toEqual([true, false]);
    expect(result.left).toEqual([
      "1 SPY was bought and not sold again, and an order of it may still be open: look at both in TWS.",
    ]);
  });

  it("where it is broken off before its first step", async () => {
    const gateway = await subject();
    const stop = new AbortController();
    const accepted = accept(gateway.port, { signal: stop.signal });
    void until(() => [...gateway.clients.all].length > 0).then(() => stop.abort(new Error("stopped early")));
    await expect(accepted).rejects.toThrow("stopped early");
    expect(gateway.services.register.all).toEqual([]);
    await until(() => [...gateway.clients.all].length === 0, "the end of the connection");
  });

  it("or says what: by its order id, where a cancel is refused", async () => {
    const gateway = await subject();
    const stop = new AbortController();
    const notes: string[] = [];
    const result = await accept(gateway.port, {
      signal: stop.signal,
      onNote: (note) => notes.push(note),
      onRow: ({ step }) => {
        if (step !== "far-away limit order") return;
        gateway.faults.isReadOnly = true;
        stop.abort(new Error("stopped"));
      },
    });
    const [{ orderId }] = gateway.services.register.all;
    expect(result.left).toEqual([expect.stringMatching(`^Order ${orderId} of SPY may still be open`)]);
    expect(notes).toEqual(result.left);
    expect(openAt(gateway)).toHaveLength(1);
  });

  it("or says what, where the gateway is gone; the steps behind are not shown", async () => {
    const gateway = await subject();
    const result = await accept(gateway.port, {
      onRow: ({ step }) => {
        if (step === "far-away limit order") void gateway.close();
      },
    });
    expect(result.left).toEqual([expect.stringMatching(/^Order \d+ of SPY may still be open/)]);
    const behind = result.rows.slice(result.rows.findIndex(({ step }) => step === "list of open orders") + 1);
    expect(behind.length).toBeGreaterThan(8);
    expect(new Set(behind.map(({ reason }) => reason))).toEqual(new Set(["there is no connection any more"]));
    expect(result.obstacles.map(({ code }) => code)).toEqual(["CONNECTION_GONE"]);
  });

  it("of an earlier run of the same client id that was killed, and touches no order of anybody else", async () => {
    const gateway = await subject();
    await leave(gateway.port, CLIENT_ID, "seatrial-acceptance-killed-1");
    await leave(gateway.port, CLIENT_ID + 1, "seatrial-acceptance-killed-1");
    await leave(gateway.port, CLIENT_ID, "mine");
    const notes: string[] = [];
    const result = await accept(gateway.port, { onNote: (note) => notes.push(note) });
    expect(result.left).toEqual([]);
    expect(notes).toEqual([
      "Order 1 of SPY was left open by an earlier run; it is cancelled.",
      "Order 1 of SPY was left open by an earlier run as client 4, which alone can cancel it.",
    ]);
    expect(openAt(gateway)).toEqual(["4 seatrial-acceptance-killed-1 Submitted", "3 mine Submitted"]);
    expect(result.rows.filter(({ result: one }) => one === "different")).toEqual([]);
    // Nothing of what is somebody else's is in the report.
    expect(acceptanceReport(result, ABOUT)).not.toContain("mine");
  });
});

describe("acceptance beside another client", () => {
  it("takes none of its open orders for its own where their ids are the same", async () => {
    const gateway = await subject();
    for (let n = 0; n < 12; n++) await leave(gateway.port, CLIENT_ID + 1, "another's");
    const result = await accept(gateway.port);
    expect(result.rows.flatMap(({ step, differences }) => differences.map(({ what }) => `${step}: ${what}`))).toEqual(
      [],
    );
    expect(openAt(gateway)).toHaveLength(12);
  });
});

describe("acceptance refuses real money", () => {
  it.each([7496, 4001])("at the port %i, before it connects", async (port) => {
    await expect(accept(port)).rejects.toMatchObject({ code: "PORT_IS_LIVE" });
    await expect(accept(port)).rejects.toThrow("`seatrial acceptance` trades none");
  });

  it.each([
    ["U7654321", undefined],
    ["DU7654321,U1234567", "DU7654321"],
  ])("of the login %s, and has asked for nothing by then", async (accounts, account) => {
    const tws = await ScriptedTws.start({
      started: (caller) => caller.welcome(accounts),
      message: (caller, [id]) => id === "49" && caller.tellTime(),
    });
    await expect(accept(tws.port, { account })).rejects.toMatchObject({ code: "ACCOUNT_IS_LIVE" });
    const asked = tws.callers.flatMap(({ messages }) => messages.map(([id]) => id));
    expect(asked.filter((id) => id !== "71" && id !== "49")).toEqual([]);
  });
});

/** An order far below the market that stays there. */
async function leave(port: number, clientId: number, orderRef: string): Promise<void> {
  const connection = await connected(port, { address: { host: "127.0.0.1", port, clientId } });
  closeAfterTest(() => connection.close());
  const { api } = await connection.linkNow("an order");
  const contract = { symbol: "SPY", secType: "STK", exchange: "SMART", currency: "USD" };
  const order = {
    action: "BUY",
    orderType: "LMT",
    totalQuantity: 1,
    lmtPrice: 1,
    tif: "DAY",
    transmit: true,
    orderRef,
  };
  const told = new Promise<void>((resolve) => {
    api.on("orderStatus", (_id, status) => status === "Submitted" && resolve());
  });
  api.placeOrder(connection.orderIds.next(), contract, order);
  await told;
  connection.close();
}

function changed(message: string, change: (fields: readonly string[]) => readonly string[]): Alter {
  return (fields) => [fields[0] === message ? change(fields) : fields];
}

function lost(isLost: (fields: readonly string[]) => boolean): Alter {
  return (fields) => (isLost(fields) ? [] : [fields]);
}

/** Messages of the first kind come behind the next of the second. */
function swapped(first: string, second: string): Alter {
  let held: readonly string[] | undefined;
  return (fields) => {
    if (fields[0] === first && held === undefined) {
      held = fields;
      return [];
    }
    const late = held;
    if (late === undefined || fields[0] !== second) return [fields];
    held = undefined;
    return [fields, late];
  };
}
