import { IBApi, OrderAction, OrderType, SecType } from "@stoqey/ib";
import { describe, expect, it } from "vitest";
import { readBrokerState } from "../../brokers/tws/account/broker-state.js";
import { mend } from "../../brokers/tws/client/library-insides.js";
import type { TwsApi } from "../../brokers/tws/client/tws-api.js";
import { type MakeClient, makeTwsClient } from "../../brokers/tws/client/tws-client.js";
import { FIRST_REQUEST_ID, OrderIds } from "../../brokers/tws/connection/ids.js";
import type { Link, OrderTold } from "../../brokers/tws/connection/link.js";
import { URGENCY } from "../../brokers/tws/connection/outbox.js";
import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { symbolsLike } from "../../brokers/tws/contracts/contract-questions.js";
import { Contracts } from "../../brokers/tws/contracts/contracts.js";
import { UpdatingBars } from "../../brokers/tws/history/updating-bars.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { connected, connectionTo } from "./connected.js";
import { DAY_OF_MINUTES, got, historyFrom, knowsOneContract, never } from "./history-parts.js";
import { contractDetailsFields, executionFields, openOrderFields, positionFields } from "./message-fields.js";
import { type Caller, frame, ScriptedTws, until } from "./scripted-tws.js";

// The letters are those of the list of defects that were measured on version 1.6.10 of the client library.

const STOCK = DAY_OF_MINUTES.instrument;

/** Puts an order on its way, as whoever trades over a link does. */
function place(link: Link, orderId: number, dropped: (error: unknown) => void = () => undefined): void {
  const api = link.api as unknown as IBApi;
  link.outbox.put(URGENCY.order, {
    write: () =>
      void api.placeOrder(
        orderId,
        { symbol: "SYN1", secType: SecType.STK, exchange: "SMART", currency: "USD" },
        { action: OrderAction.BUY, orderType: OrderType.MKT, totalQuantity: 1, tif: "DAY", transmit: true },
      ),
    dropped,
  });
}

function bars(count: number): (string | number)[] {
  return Array.from({ length: count }, (_, i) => [
    1_600_000_000 + 60 * i,
    101.25,
    101.5,
    101.12,
    101.33,
    1234,
    101.3,
    12,
  ]).flat();
}

/** Clients as the library makes them, without a mended decoder. */
const unmended: MakeClient = async (address) => ({
  api: new IBApi(address) as unknown as TwsApi,
  mostBars: 5_000,
  written: () => 0,
});

function toldOrders(connection: TwsConnection): OrderTold[] {
  const told: OrderTold[] = [];
  connection.events.on("order", (one) => told.push(one));
  return told;
}

describe("defects of the client library that do not touch the adapter", () => {
  it("A: an order that could not be sent is never sent over a later connection", async () => {
    const tws = await knowsOneContract();
    const connection = await connected(tws.port, { perSecond: 2 });
    const link = await connection.ready();
    const dropped: number[] = [];
    for (let orderId = 1; orderId <= 5; orderId++) place(link, orderId, () => dropped.push(orderId));
    // One message of the first second is the heartbeat's.
    await until(() => tws.heard(3).length === 1);
    tws.caller.socket.destroy();
    await until(() => dropped.length === 4);
    place(link, 6, () => dropped.push(6));
    await connection.ready();
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(dropped).toEqual([2, 3, 4, 5, 6]);
    expect(tws.heard(3).map(([, orderId]) => orderId)).toEqual(["1"]);
    expect(tws.callers).toHaveLength(2);
  });

  it("B: every connection begins with its greeting, whatever the one before has left behind", async () => {
    let calls = 0;
    const tws = await ScriptedTws.start({
      started: (caller) => {
        calls++;
        if (calls < 4) caller.socket.destroy();
        else caller.welcome();
      },
    });
    const connection = connectionTo(tws.port);
    const opening = connection.open();
    const asking = setInterval(() => void connection.ask(symbolsLike("A")).catch(() => undefined), 1);
    await opening;
    clearInterval(asking);
    for (const caller of tws.callers) {
      expect(caller.bytes.subarray(0, 17).toString("latin1")).toBe("API\0\0\0\0\tv100..193");
      expect(caller.messages[0]).toEqual(["71", "2", "7", ""]);
    }
    expect(tws.callers).toHaveLength(4);
  });

  it("C: an answer of 100,000 bars, and a long answer of another kind, are read in linear time", async () => {
    const tws = await knowsOneContract((caller, [id, request]) => {
      if (id === "20") caller.sendFrame(frame([17, request, "a", "b", 100_000, ...bars(100_000)]));
      if (id === "81") {
        const found = Array.from({ length: 10_000 }, (_, i) => [
          i + 1,
          `S${i}`,
          "STK",
          "NYSE",
          "USD",
          0,
          "",
          "",
        ]).flat();
        caller.sendFrame(frame([79, request, 10_000, ...found]));
      }
    });
    const { history, connection } = await historyFrom(tws.port);
    const begin = performance.now();
    const year = { ...DAY_OF_MINUTES, duration: { count: 1, unit: "Y" } } as const;
    expect(got(await history.bars(year, never())).time).toHaveLength(100_000);
    expect(await connection.ask(symbolsLike("S"))).toHaveLength(10_000);
    // The library alone takes more than a minute for each.
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  it("C: the insides of the library are those that can be mended; a version with others would be read in small parts", async () => {
    const address = { host: "127.0.0.1", port: 1, clientId: 1 };
    const hooks = { failed: () => undefined, bars: () => undefined, ticks: () => false, batch: () => undefined };
    expect((await makeTwsClient(address, hooks)).mostBars).toBe(120_000);
    expect(mend({}, hooks)).toBe(false);
    expect(mend({ controller: { decoder: { dataQueue: new Map() } } }, hooks)).toBe(false);
    const tws = await knowsOneContract((caller, [id, request]) => {
      if (id === "20") caller.send(17, request, "a", "b", 3, ...bars(3));
    });
    const { history } = await historyFrom(tws.port, { makeClient: unmended });
    const year = { ...DAY_OF_MINUTES, duration: { count: 1, unit: "Y" } } as const;
    expect(await history.bars(year, never())).toMatchObject({ kind: "range" });
    expect(got(await history.bars(DAY_OF_MINUTES, never())).time).toHaveLength(3);
  });

  it("D: an answer beyond 16 MB is never asked for; where one comes, the connection is made anew and who asked is told", async () => {
    const tws = await knowsOneContract((caller, [id, request]) => {
      if (id === "20" && tws.callers.length === 1)
        caller.sendFrame(frame([17, request, "a", "b", 400_000, ...bars(400_000)]));
    });
    const { history, connection } = await historyFrom(tws.port);
    const endless = { ...DAY_OF_MINUTES, hours: "all", duration: { count: 1, unit: "Y" } } as const;
    expect(await history.bars(endless, never())).toMatchObject({ kind: "range" });
    expect(tws.heard(20)).toHaveLength(0);
    expect(await history.bars(DAY_OF_MINUTES, never())).toMatchObject({
      kind: "disconnected",
      text: expect.stringContaining("exceeded max message length"),
    });
    await connection.ready();
    expect(tws.callers).toHaveLength(2);
  });

  it("E: an error about order 1 reaches the order, and no request", async () => {
    const tws = await knowsOneContract();
    const connection = await connected(tws.port);
    const told = toldOrders(connection);
    const asked = connection.ask(symbolsLike("A"));
    await until(() => tws.heard(81).length === 1);
    const request = Number(tws.heard(81)[0][1]);
    expect(request).toBeGreaterThan(FIRST_REQUEST_ID);
    tws.caller.error(connection.orderIds.next(), 201, "Order rejected - reason:no");
    tws.caller.send(79, request, 0);
    expect(await asked).toEqual([]);
    expect(told.map(({ orderId, class: kind }) => [orderId, kind])).toEqual([[1, "order-rejected"]]);
  });

  it("F: no two orders have one id, however many are made at once and whatever TWS says is next", () => {
    const ids = new OrderIds(40);
    ids.told(12);
    const first = Array.from({ length: 100 }, () => ids.next());
    ids.told(60);
    const second = ids.next();
    ids.told(1_000);
    expect(new Set([...first, second, ids.next()]).size).toBe(102);
    expect([first[0], second, ids.used]).toEqual([41, 141, 1_000]);
  });

  it("G: a position that is closed takes no other with it", async () => {
    const held = { A: 100, B: 200, C: 300 };
    const tws = await brokerWith({
      positions: (caller) => {
        for (const [i, symbol] of (["A", "B", "C"] as const).entries()) {
          caller.send(...positionFields(i + 1, symbol, held[symbol]));
        }
      },
    });
    const link = await (await connected(tws.port)).ready();
    const quantities = async (): Promise<number[]> =>
      (await readBrokerState(link)).positions.map(({ quantity }) => quantity);
    expect(await quantities()).toEqual([100, 200, 300]);
    held.A = 0;
    expect(await quantities()).toEqual([200, 300]);
    await until(() => tws.heard(64).length === 2);
  });

  it("H: a reject that is no JSON reaches the order as it came, and the message behind it is read", async () => {
    const tws = await knowsOneContract();
    const connection = await connected(tws.port);
    const told = toldOrders(connection);
    const rejects = ["{not json", '{"a":"says \\u0022no\\u0022, 100 %"}', "", "Größe"];
    for (const [i, reject] of rejects.entries()) tws.caller.error(i + 1, 201, "Order rejected", reject);
    await until(() => told.length === 4);
    expect(told.map(({ reject }) => reject)).toEqual(["{not json", rejects[1], undefined, "Größe"]);
    expect(JSON.parse(told[1].reject ?? "")).toEqual({ a: 'says "no", 100 %' });
    expect(connection.state).toBe("ready");
  });

  it("I: a listener that throws costs nobody else an event, and its error is told", async () => {
    const tws = await knowsOneContract();
    const connection = await connected(tws.port);
    const failed: string[] = [];
    connection.events.on("listenerFailed", ({ event, error }) => failed.push(`${event}: ${(error as Error).message}`));
    connection.events.on("farm", () => {
      throw new Error("mine");
    });
    const farms: string[] = [];
    connection.events.on("farm", ({ name }) => farms.push(name));
    const fails = connection.ask({
      ...symbolsLike("A"),
      answers: () => ({
        symbolSamples: () => {
          throw new TypeError("mine too");
        },
      }),
    });
    const works = connection.ask(symbolsLike("B"));
    await until(() => tws.heard(81).length === 2);
    const [first, second] = tws.heard(81).map(([, request]) => request);
    const farm = frame([4, 2, -1, 2103, "Market data farm connection is broken:usfarm", ""]);
    tws.caller.sendFrame(Buffer.concat([frame([79, first, 0]), farm, frame([79, second, 0])]));
    await expect(fails).rejects.toMatchObject({ code: "ANSWER_UNREADABLE", cause: expect.any(TypeError) });
    expect(await works).toEqual([]);
    expect([failed, farms]).toEqual([["farm: mine"], ["usfarm"]]);
  });

  it("J: the step of prices comes from the contract's market rule", async () => {
    const tws = await knowsOneContract((caller, [id, rule]) => void (id === "91" && caller.send(93, rule, 1, 0, 0.05)));
    const contracts = new Contracts(await connected(tws.port));
    const details = await contracts.one(STOCK);
    expect([details.minTick, (await contracts.steps(details)).at(10)]).toEqual([0.01, 0.05]);
  });

  it("K: a last trade date with a time behind it is parted", async () => {
    const tws = await ScriptedTws.start({
      message: (caller, [id, , request]) => {
        if (id === "49") caller.tellTime();
        if (id !== "9") return;
        caller.send(...contractDetailsFields(request, { lastTradeDate: "20260320 08:30 US/Central" }));
        caller.send(52, 1, request);
      },
    });
    const details = await new Contracts(await connected(tws.port)).one(STOCK);
    expect([details.lastTradeDate, details.lastTradeTime]).toEqual(["20260320", "08:30 US/Central"]);
  });

  it("L: host, port, client id and pace are ours, whatever the environment says", async () => {
    const tws = await knowsOneContract();
    const said = { IB_HOST: "nowhere.invalid", IB_PORT: "1", MAX_REQ_PER_SECOND: "1", CLIENT_VERSION: "1" };
    Object.assign(process.env, said);
    try {
      const connection = await connected(tws.port);
      for (let i = 0; i < 20; i++) void connection.ask(symbolsLike(`S${i}`)).catch(() => undefined);
      await until(() => tws.heard(81).length === 20, "twenty requests", 500);
      expect(tws.heard(71)).toEqual([["71", "2", "7", ""]]);
    } finally {
      for (const name of Object.keys(said)) delete process.env[name];
    }
  });

  it("M: an execution that has just happened is no part of an answer, and is told for itself", async () => {
    const tws = await brokerWith({
      executions: (caller, request) => {
        caller.send(...executionFields(request, "a.01.01"));
        caller.send(...executionFields(-1, "b.01.01"));
        caller.send(...executionFields(request, "a.01.02"));
        caller.send(...executionFields(request, "a.01.01"));
        caller.send(59, 1, "a.01.02", 1.25, "USD", "1.7976931348623157E308", 0, "");
        caller.send(55, 1, request);
      },
    });
    const link = await (await connected(tws.port)).ready();
    const live: string[] = [];
    link.unnumbered.on("execution", ([, { execId }]) => live.push(execId ?? ""));
    const { executions } = await readBrokerState(link);
    expect(executions.map(({ execId, commission }) => [execId, commission])).toEqual([["a.01.02", 1.25]]);
    expect(live).toEqual(["b.01.01"]);
  });

  it("N: orders that have no permanent id yet are told apart, and one that is told twice is one", async () => {
    const tws = await brokerWith({
      openOrders: (caller) => {
        for (const [orderId, permId] of [
          [1, 0],
          [2, 0],
          [2, 0],
          [3, 77],
          [3, 77],
        ]) {
          caller.send(...openOrderFields(orderId, permId));
        }
      },
    });
    const link = await (await connected(tws.port)).ready();
    const { openOrders } = await readBrokerState(link);
    expect(openOrders.map(({ orderId }) => orderId)).toEqual([1, 2, 3]);
  });

  it("O: bars that keep up to date begin with those of the history, and each is an object of its own", async () => {
    const tws = await knowsOneContract((caller, [id, request]) => {
      if (id !== "20") return;
      caller.send(17, request, "a", "b", 3, ...bars(3));
      for (const close of [5, 6]) caller.send(90, request, 1, 1_600_000_180, 1, close, 9, 0, 1, 10);
    });
    const { complete, updates } = await updating(tws);
    await until(() => updates.length === 3);
    expect(complete.map(({ time }) => time / 1_000 - 1_600_000_000)).toEqual([0, 60, 120]);
    expect(updates.map(({ close }) => close)).toEqual([101.33, 5, 6]);
  });

  it("P: two streams of the same are two, and the end of one is not that of the other", async () => {
    const tws = await knowsOneContract((caller, [id, request]) => {
      if (id === "20") caller.send(17, request, "a", "b", 1, ...bars(1));
    });
    const connection = await connected(tws.port);
    const first = await updating(tws, connection);
    const second = await updating(tws, connection);
    await until(() => first.updates.length === 1 && second.updates.length === 1);
    first.bars.close();
    await until(() => tws.heard(25).length === 1);
    for (const [, request] of tws.heard(20)) tws.caller.send(90, request, 1, 1_600_000_060, 1, 5, 9, 0, 1, 10);
    await until(() => second.updates.length === 2);
    expect(first.updates).toHaveLength(1);
    expect(tws.heard(25)[0][2]).toBe(tws.heard(20)[0][1]);
  });

  it("Q: a stream that TWS has ended is not cancelled, and none is cancelled twice", async () => {
    const tws = await knowsOneContract((caller, [id, request]) => {
      if (id === "20") caller.error(Number(request), 354, "Requested market data is not subscribed.");
    });
    const { bars: stream, ended } = await updating(tws);
    await until(() => ended.length === 1);
    stream.close();
    stream.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(tws.heard(25)).toEqual([]);
  });

  it("R: a socket that is connected is not ready", async () => {
    const tws = await ScriptedTws.start({ started: () => undefined });
    const connection = connectionTo(tws.port, { attempts: 1, times: { start: 150 } });
    const opening = connection.open().catch((error: Error) => error);
    await until(() => tws.callers.length === 1 && tws.heard(71).length === 1);
    expect(connection.state).toBe("handshaking");
    await expect(connection.ask(symbolsLike("A"))).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    expect(await opening).toMatchObject({ code: "NO_ORDER_ID" });
  });

  it("S: history is asked for without chart options, which the library cannot pass on", async () => {
    const tws = await knowsOneContract();
    const { history } = await historyFrom(tws.port);
    void history.bars(DAY_OF_MINUTES, never());
    await until(() => tws.heard(20).length === 1);
    expect(tws.heard(20)[0]).toHaveLength(23);
    expect(tws.heard(20)[0].at(-1)).toBe("");
  });

  it("and one more: a request that cannot be encoded is told to who asked, and blocks no other", async () => {
    const tws = await knowsOneContract((caller, [id, request]) => void (id === "81" && caller.send(79, request, 0)));
    const connection = await connected(tws.port);
    const broken = connection.ask({
      ...symbolsLike("A"),
      send: (api, id) => api.reqContractDetails(id, undefined as never),
    });
    await expect(broken).rejects.toThrow(TypeError);
    expect(await connection.ask(symbolsLike("B"))).toEqual([]);
  });

  it("and another: a message that is unknown or cut short is told, and the next one is read", async () => {
    const tws = await knowsOneContract();
    const connection = await connected(tws.port);
    const undecoded: string[] = [];
    connection.events.on("undecoded", ({ messageId }) => undecoded.push(messageId));
    tws.caller.send(999, 1, 2, 3);
    tws.caller.send(5, 1);
    const asked = connection.ask(symbolsLike("A"));
    await until(() => tws.heard(81).length === 1);
    tws.caller.send(79, tws.heard(81)[0][1], 3, 1);
    await expect(asked).rejects.toMatchObject({ code: "ANSWER_UNREADABLE" });
    const next = connection.ask(symbolsLike("B"));
    await until(() => tws.heard(81).length === 2);
    tws.caller.send(79, tws.heard(81)[1][1], 0);
    expect(await next).toEqual([]);
    expect(undecoded).toEqual(["999", "5", "79"]);
  });
});

describe("the state of a broker of which a line cannot be read", () => {
  it.each([
    ["openOrders", 5, "hasAllOrders"],
    ["completedOrders", 101, "hasAllOrders"],
    ["positions", 61, "hasAllPositions"],
  ])("has what could be read, and says that there is more: of the %s", async (list, message, whole) => {
    const tws = await brokerWith({ [list]: (caller: Caller) => caller.send(message, 3) });
    const link = await (await connected(tws.port)).ready();
    const all = { hasAllOrders: true, hasAllExecutions: true, hasAllPositions: true };
    expect(await readBrokerState(link)).toMatchObject({ ...all, [whole]: false });
  });

  it("says so of an execution", async () => {
    const tws = await brokerWith({
      executions: (caller, request) => {
        caller.send(11, request, 1);
        caller.send(...executionFields(request, "a.1", 7));
        caller.send(55, 1, request);
      },
    });
    const link = await (await connected(tws.port)).ready();
    expect(await readBrokerState(link)).toMatchObject({
      executions: [{ execId: "a.1", shares: 7 }],
      hasAllExecutions: false,
      hasAllOrders: true,
    });
  });
});

/** A TWS that answers the questions for the broker's state. */
function brokerWith(says: {
  readonly openOrders?: (caller: Caller) => void;
  readonly completedOrders?: (caller: Caller) => void;
  readonly executions?: (caller: Caller, request: string) => void;
  readonly positions?: (caller: Caller) => void;
}): Promise<ScriptedTws> {
  return knowsOneContract((caller, fields) => {
    if (fields[0] === "16") {
      says.openOrders?.(caller);
      caller.send(53, 1);
    }
    if (fields[0] === "99") {
      says.completedOrders?.(caller);
      caller.send(102);
    }
    if (fields[0] === "7") {
      if (says.executions === undefined) caller.send(55, 1, fields[2]);
      else says.executions(caller, fields[2]);
    }
    if (fields[0] === "61") {
      says.positions?.(caller);
      caller.send(62, 1);
    }
  });
}

async function updating(tws: ScriptedTws, over?: TwsConnection) {
  const connection = over ?? (await connected(tws.port));
  // Minutes behind the bars: a history from there to this day would be too long.
  connection.clock.told(1_600_000_300);
  const contract = await new Contracts(connection).one(STOCK);
  const request = { ...DAY_OF_MINUTES, what: "trades", contract, from: 1_600_000_000_000 } as const;
  const stream = new UpdatingBars(connection, request, { apart: 0 });
  closeAfterTest(() => stream.close());
  const heard = {
    bars: stream,
    complete: [] as { time: number }[],
    updates: [] as { close: number }[],
    ended: [] as unknown[],
  };
  stream.events.on("complete", (bar) => heard.complete.push(bar));
  stream.events.on("update", (bar) => heard.updates.push(bar));
  stream.events.on("ended", ({ error }) => heard.ended.push(error));
  stream.start();
  return heard;
}
