import { describe, expect, it } from "vitest";
import type { ConnectionState } from "../../brokers/tws/connection/connection-events.js";
import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { TwsError } from "../../brokers/tws/errors.js";
import { startGateway } from "../gateway/started.js";
import { connected, connectionTo } from "./connected.js";
import { ScriptedTws, until } from "./scripted-tws.js";

/** The states that a connection goes through from now on. */
function statesOf(connection: TwsConnection): ConnectionState[] {
  const states: ConnectionState[] = [];
  connection.events.on("state", ({ state }) => states.push(state));
  return states;
}

/** Why it is given up. */
async function failureOf(opening: Promise<void>): Promise<TwsError> {
  try {
    await opening;
  } catch (error) {
    if (error instanceof TwsError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("a connection that opens", () => {
  it("goes from connecting to ready, and knows version, accounts and the next order id", async () => {
    const { port } = await startGateway({ accounts: ["DU1234567", "DU7654321"] });
    const connection = connectionTo(port);
    const states = statesOf(connection);
    await connection.open();
    expect(states).toEqual(["connecting", "handshaking", "synchronising", "ready"]);
    expect(connection.serverVersion).toBe(178);
    expect(connection.accounts).toEqual(["DU1234567", "DU7654321"]);
    expect(connection.orderIds.next()).toBe(1);
  });

  it("always names its client id", async () => {
    const tws = await ScriptedTws.start();
    await connected(tws.port, { address: { host: "127.0.0.1", port: tws.port, clientId: 0 } });
    expect(tws.heard(71)).toEqual([["71", "2", "0", ""]]);
  });

  it("writes nothing before TWS has told the next order id", async () => {
    const tws = await ScriptedTws.start({ started: () => undefined });
    const connection = connectionTo(tws.port, { attempts: 1 });
    const opening = failureOf(connection.open());
    await until(() => tws.callers.length === 1 && tws.heard(71).length === 1);
    const asked = connection.ask({
      what: "a question",
      asker: "request",
      urgency: 2,
      timeOut: 100,
      send: (api, id) => api.reqMatchingSymbols(id, "A"),
      answers: () => ({}),
    });
    await expect(asked).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    expect((await opening).code).toBe("NO_ORDER_ID");
    expect(tws.caller.messages.map(([id]) => id)).toEqual(["71"]);
  });

  it("is ready only when what may have changed has been read", async () => {
    const tws = await ScriptedTws.start();
    let release = (): void => undefined;
    const connection = connectionTo(tws.port, {
      synchronise: () => new Promise<void>((resolve) => void (release = resolve)),
    });
    const states = statesOf(connection);
    const opening = connection.open();
    await until(() => states.includes("synchronising"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(connection.state).toBe("synchronising");
    release();
    await opening;
    expect(connection.state).toBe("ready");
  });

  it("tries again with a new client where the state of the account cannot be read", async () => {
    const tws = await ScriptedTws.start();
    let runs = 0;
    const connection = connectionTo(tws.port, {
      synchronise: async () => {
        runs++;
        if (runs < 3) throw new Error("no positions came");
      },
    });
    const failures: string[] = [];
    connection.events.on("failed", ({ error }) => failures.push(error.message));
    await connection.open();
    expect(runs).toBe(3);
    expect(tws.callers).toHaveLength(3);
    expect(failures[0]).toContain("no positions came");
  });
});

describe("a connection that cannot be opened", () => {
  it("says that nothing answers", async () => {
    const tws = await ScriptedTws.start();
    const { port } = tws;
    await tws.stop();
    const error = await failureOf(connectionTo(port, { attempts: 2 }).open());
    expect(error.code).toBe("TWS_UNREACHABLE");
    expect(error.message).toContain(`127.0.0.1:${port} (connect ECONNREFUSED`);
  });

  it.each<[string, Parameters<typeof ScriptedTws.start>[0], string]>([
    ["was closed at once", { connected: (caller) => void caller.socket.destroy() }, "TWS_HUNG_UP"],
    ["is not answered", { connected: () => false }, "TWS_SILENT"],
    ["is greeted with a version that is too old", { version: 100 }, "TWS_VERSION"],
    ["is greeted with a version that is too new", { version: 300 }, "TWS_VERSION"],
    ["is never told an order id", { started: (caller) => caller.send(15, 1, "DU1") }, "NO_ORDER_ID"],
    [
      "is told an order id among the request ids",
      { started: (caller) => caller.welcome("DU1", 2e9) },
      "ORDER_IDS_TOO_HIGH",
    ],
  ])("says that it %s", async (_, script, code) => {
    const tws = await ScriptedTws.start(script);
    const error = await failureOf(connectionTo(tws.port, { attempts: 1 }).open());
    expect(error.code).toBe(code);
  });

  it("does not try a version again that it cannot speak", async () => {
    const tws = await ScriptedTws.start({ version: 100 });
    await failureOf(connectionTo(tws.port).open());
    expect(tws.callers).toHaveLength(1);
  });

  it("says that its client id is taken, and takes no other", async () => {
    const { port } = await startGateway();
    await connected(port);
    const error = await failureOf(connectionTo(port, { attempts: 2 }).open());
    expect(error.code).toBe("CLIENT_ID_TAKEN");
    expect(error.message).toContain("as client 7");
  });

  it("has the id as soon as the other one is gone", async () => {
    const { port } = await startGateway();
    const first = await connected(port);
    const second = connectionTo(port);
    const opening = second.open();
    await new Promise((resolve) => setTimeout(resolve, 50));
    first.close();
    await opening;
    expect(second.state).toBe("ready");
  });
});

describe("a connection that is lost", () => {
  it("comes back under the same client id with a client of its own", async () => {
    const tws = await ScriptedTws.start();
    const connection = await connected(tws.port);
    const states = statesOf(connection);
    tws.caller.socket.resetAndDestroy();
    await until(() => states.at(-1) === "ready");
    expect(states).toEqual(["disconnected", "connecting", "handshaking", "synchronising", "ready"]);
    expect(tws.callers.map(({ clientId }) => clientId)).toEqual([7, 7]);
  });

  it("fails what was under way, and does not ask it again", async () => {
    const tws = await ScriptedTws.start();
    const connection = await connected(tws.port);
    const asked = connection.ask({
      what: "the symbols like A",
      asker: "request",
      urgency: 2,
      timeOut: 5_000,
      send: (api, id) => api.reqMatchingSymbols(id, "A"),
      answers: () => ({}),
    });
    const failed = expect(asked).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    await until(() => tws.heard(81).length === 1);
    tws.caller.socket.destroy();
    await failed;
    await connection.ready();
    expect(tws.callers).toHaveLength(2);
    expect(tws.caller.messages.map(([id]) => id)).not.toContain("81");
  });

  it("waits longer after each failure, rests when the breaker opens, and tells so", async () => {
    const tws = await ScriptedTws.start({ connected: (caller) => void caller.socket.destroy() });
    const connection = connectionTo(tws.port, {
      times: { waits: [10, 30], breakAfter: 4, rest: 100 },
      random: () => 0.5,
    });
    const waits: number[] = [];
    const broken: boolean[] = [];
    connection.events.on("failed", ({ nextAt }) => waits.push((nextAt ?? Number.NaN) - Date.now()));
    connection.events.on("breaker", ({ isOpen }) => broken.push(isOpen));
    connection.open().catch(() => undefined);
    await until(() => waits.length === 5);
    for (const [i, wait] of [10, 30, 30, 100, 100].entries()) expect(Math.abs(waits[i] - wait)).toBeLessThan(10);
    expect(broken).toEqual([true]);
  });

  it("does not take a connection that comes and goes for a recovery", async () => {
    const tws = await ScriptedTws.start({
      started: (caller) => {
        caller.welcome();
        setTimeout(() => caller.socket.destroy(), 5);
      },
    });
    const connection = connectionTo(tws.port, { times: { waits: [1], breakAfter: 5, rest: 60_000 } });
    const failures: number[] = [];
    connection.events.on("failed", (told) => failures.push(told.failures));
    connection.open().catch(() => undefined);
    await until(() => failures.length === 5);
    expect(failures).toEqual([1, 2, 3, 4, 5]);
  });

  it("ends for good where TWS says that its port was changed", async () => {
    const tws = await ScriptedTws.start();
    const connection = await connected(tws.port);
    tws.caller.error(-1, 1300, "Socket port has been reset. Please reconnect on the new port - 4001");
    tws.caller.socket.end();
    await until(() => connection.state === "disconnected");
    await expect(connection.ready()).rejects.toThrow("1300");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(tws.callers).toHaveLength(1);
  });
});

describe("the heartbeat", () => {
  const heartbeat = { every: 30, wait: 20, misses: 2 };

  it("finds a socket whose other end is gone without a word", async () => {
    const { port, clients } = await startGateway();
    const connection = await connected(port, { times: { heartbeat } });
    const reasons: (string | undefined)[] = [];
    connection.events.on("state", ({ reason }) => reason !== undefined && reasons.push(reason.message));
    const half = clients.all[0].connection;
    half.setReading(false);
    half.isSilent = true;
    await until(() => reasons.length > 0);
    expect(reasons[0]).toContain("no sign of life");
  });

  it("takes any message for a sign of life", async () => {
    const tws = await ScriptedTws.start({ message: () => undefined });
    const connection = await connected(tws.port, { times: { heartbeat } });
    const timer = setInterval(() => tws.caller.error(-1, 2107, "HMDS data farm connection is inactive:ushmds"), 5);
    await new Promise((resolve) => setTimeout(resolve, 300));
    clearInterval(timer);
    expect(connection.state).toBe("ready");
    expect(tws.heard(49).length).toBeGreaterThan(3);
    await until(() => connection.state === "disconnected");
  });

  it("measures how long an answer takes and how far the clocks are apart", async () => {
    const tws = await ScriptedTws.start({
      message: (caller, [id]) => void (id === "49" && setTimeout(() => caller.tellTime(30_000), 40)),
    });
    const connection = connectionTo(tws.port, { times: { heartbeat: { every: 20, wait: 1_000, misses: 2 } } });
    const measured: { roundTripMs: number; skewMs: number }[] = [];
    connection.events.on("latency", (latency) => measured.push(latency));
    await connection.open();
    await until(() => measured.length >= 3);
    for (const { roundTripMs, skewMs } of measured) {
      expect(roundTripMs).toBeGreaterThanOrEqual(39);
      expect(Math.abs(skewMs - 30_000)).toBeLessThan(700);
    }
  });
});

describe("what TWS says of itself", () => {
  it("makes a broken farm a degraded connection, and never a lost one", async () => {
    const tws = await ScriptedTws.start();
    const connection = await connected(tws.port);
    const states = statesOf(connection);
    const farms: string[] = [];
    connection.events.on("farm", ({ name, isOk }) => farms.push(`${name} ${isOk}`));
    tws.caller.error(-1, 2104, "Market data farm connection is OK:usfarm");
    tws.caller.error(-1, 2103, "Market data farm connection is broken:usfarm");
    tws.caller.error(-1, 2105, "HMDS data farm connection is broken:ushmds");
    tws.caller.error(-1, 2104, "Market data farm connection is OK:usfarm");
    tws.caller.error(-1, 2106, "HMDS data farm connection is OK:ushmds");
    await until(() => farms.length === 4);
    expect(farms).toEqual(["usfarm false", "ushmds false", "usfarm true", "ushmds true"]);
    expect(states).toEqual(["degraded", "ready"]);
    expect(tws.callers).toHaveLength(1);
  });

  it("makes 1100 upstream lost, keeps the socket, and reads the state anew with 1102", async () => {
    const tws = await ScriptedTws.start();
    let runs = 0;
    const connection = await connected(tws.port, { synchronise: async () => void runs++ });
    const states = statesOf(connection);
    const restored: boolean[] = [];
    connection.events.on("restored", ({ isDataLost }) => restored.push(isDataLost));
    tws.caller.error(-1, 1100, "Connectivity between IB and Trader Workstation has been lost.");
    tws.caller.error(-1, 1102, "Connectivity between IB and TWS has been restored- data maintained.");
    await until(() => states.at(-1) === "ready");
    tws.caller.error(-1, 2110, "Connectivity between TWS and server is broken.");
    tws.caller.error(-1, 1101, "Connectivity between IB and TWS has been restored- data lost.");
    await until(() => restored.length === 2 && states.at(-1) === "ready");
    expect(states).toEqual(["upstream lost", "synchronising", "ready", "upstream lost", "synchronising", "ready"]);
    expect(restored).toEqual([false, true]);
    expect(runs).toBe(3);
    expect(tws.callers).toHaveLength(1);
  });

  it("stays connected when the state cannot be read because IB is away", async () => {
    const tws = await ScriptedTws.start();
    let runs = 0;
    const connection = connectionTo(tws.port, {
      synchronise: async () => {
        runs++;
        if (runs > 1) return;
        tws.caller.error(-1, 1100, "Connectivity between IB and Trader Workstation has been lost.");
        await until(() => connection.state === "upstream lost");
        throw new Error("no positions came");
      },
    });
    const opening = connection.open();
    await until(() => connection.state === "upstream lost");
    await new Promise((resolve) => setTimeout(resolve, 20));
    tws.caller.error(-1, 1102, "Connectivity between IB and TWS has been restored- data maintained.");
    await opening;
    expect(tws.callers).toHaveLength(1);
  });

  it("slows all messages down by 100, whether it is about an order, a request or nothing", async () => {
    for (const about of [5, 1_000_000_001, -1]) {
      const tws = await ScriptedTws.start();
      const connection = await connected(tws.port);
      const link = await connection.linkNow("messages");
      const asked = link.ask({
        what: "a question",
        asker: "request",
        urgency: 2,
        timeOut: 60_000,
        send: (api, id) => api.reqMatchingSymbols(id, "A"),
        answers: () => ({}),
      });
      const over = Promise.allSettled([asked]);
      let isTold = false;
      connection.events.on("notice", () => {
        isTold = true;
      });
      tws.caller.error(about, 100, "Max rate of messages per second has been exceeded.");
      tws.caller.error(-1, 2107, "HMDS data farm connection is inactive:ushmds");
      await until(() => isTold);
      for (let i = 0; i < 25; i++) link.outbox.put(2, { write: () => undefined, dropped: () => undefined });
      expect(link.outbox.isWaiting, String(about)).toBe(true);
      connection.close();
      await over;
    }
  });

  it("says once to each who waits what TWS has said before the end", async () => {
    const tws = await ScriptedTws.start();
    const connection = await connected(tws.port);
    const asked = failureOf(
      connection.ask({
        what: "a question",
        asker: "request",
        urgency: 2,
        timeOut: 60_000,
        send: (api, id) => api.reqMatchingSymbols(id, "A"),
        answers: () => ({}),
      }),
    );
    await until(() => tws.heard(81).length === 1);
    tws.caller.error(-1, 1300, "TWS socket port has been reset and this connection is being dropped.");
    tws.caller.socket.end();
    expect((await asked).message.match(/TWS said/g)).toHaveLength(1);
  });

  it("is an error of patience where TWS runs without IB", async () => {
    const tws = await ScriptedTws.start({
      started: (caller) => {
        caller.error(-1, 2110, "Connectivity between TWS and server is broken.");
        caller.welcome();
      },
    });
    const error = await failureOf(connectionTo(tws.port).open(100));
    expect(error.code).toBe("UPSTREAM_LOST");
  });

  it("reaches the order that an error is about, with what was asked of it last", async () => {
    const tws = await ScriptedTws.start();
    const connection = await connected(tws.port);
    const told: { orderId: number; code: number; class: string }[] = [];
    connection.events.on("order", ({ orderId, code, class: kind }) => told.push({ orderId, code, class: kind }));
    const orderId = connection.orderIds.next();
    connection.orderAsked(orderId, "order change");
    tws.caller.error(orderId, 110, "The price does not conform to the minimum price variation for this contract.");
    tws.caller.error(99, 110, "The price does not conform to the minimum price variation for this contract.");
    await until(() => told.length === 2);
    expect(told).toEqual([
      { orderId, code: 110, class: "order-uncertain" },
      { orderId: 99, code: 110, class: "order-rejected" },
    ]);
  });
});
