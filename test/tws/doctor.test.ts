import type { LookupFunction } from "node:net";
import { createServer, type Server } from "node:net";
import { describe, expect, it } from "vitest";
import type { Gateway } from "../../brokers/gateway/gateway.js";
import type { PortName } from "../../brokers/ib/ports.js";
import { type DoctorSettings, examine } from "../../brokers/tws/doctor/doctor.js";
import { allFindings, type DoctorReport, isHealthy } from "../../brokers/tws/doctor/doctor-report.js";
import { FINDINGS, type FindingCode } from "../../brokers/tws/doctor/findings.js";
import { Instrument } from "../../core/market/instrument.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { startGateway } from "../gateway/started.js";
import { connected } from "./connected.js";
import { contractDetailsFields } from "./message-fields.js";
import { type Caller, ScriptedTws, until } from "./scripted-tws.js";

/** Times in which a test does not wait. */
const QUICK = { dial: 500, greet: 200, start: 200, answer: 200 };

function look(port: number, more: Partial<DoctorSettings> & { name?: PortName } = {}): Promise<DoctorReport> {
  const { name, ...settings } = more;
  return examine({
    host: "127.0.0.1",
    clientId: 7,
    instrument: new Instrument({ symbol: "SYN1" }),
    ports: [{ port, name }],
    times: QUICK,
    ...settings,
  });
}

/** What a TWS says to the questions of the doctor, unless a test says otherwise: all is well. */
interface Says {
  readonly version?: number;
  readonly account?: string;
  readonly started?: (caller: Caller) => void;
  readonly time?: (caller: Caller) => void;
  readonly orders?: (caller: Caller) => void;
  readonly contract?: (caller: Caller, request: string) => void;
  readonly quotes?: (caller: Caller, request: string) => void;
}

function healthyBut(says: Says = {}): Promise<ScriptedTws> {
  return ScriptedTws.start({
    ...(says.version !== undefined && { version: says.version }),
    started: says.started ?? ((caller) => caller.welcome(says.account)),
    message: (caller, [id, , third]) => {
      if (id === "49") (says.time ?? ((one) => one.tellTime()))(caller);
      if (id === "5") (says.orders ?? ((one) => one.send(53, 1)))(caller);
      if (id === "9") {
        const tell =
          says.contract ??
          ((one, request) => {
            one.send(...contractDetailsFields(request));
            one.send(52, 1, request);
          });
        tell(caller, third);
      }
      if (id === "1") {
        const tell =
          says.quotes ??
          ((one, request) => {
            one.send(58, 1, request, 1);
            one.send(1, 6, request, 1, 100.25, 3, 0);
          });
        tell(caller, third);
      }
    },
  });
}

/** A server that does this with every socket. */
async function listener(takes: Parameters<typeof createServer>[1]): Promise<number> {
  const server: Server = createServer(takes);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeAfterTest(() => server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A machine of another name that is this one. */
const toLoopback: LookupFunction = (_host, _options, found) => found(null, [{ address: "127.0.0.1", family: 4 }]);

async function gateway(breaks: (gateway: Gateway) => void = () => undefined): Promise<number> {
  const one = await startGateway({ wallClock: () => performance.now() });
  breaks(one);
  return one.port;
}

async function twsPort(says: Says = {}): Promise<number> {
  return (await healthyBut(says)).port;
}

const FAR = { host: "trading.example", lookup: toLoopback };

/** What is arranged, and all that has to be found. */
const ARRANGED: readonly (readonly [
  what: string,
  arrange: () => Promise<number>,
  found: readonly FindingCode[],
  settings?: Partial<DoctorSettings> & { name?: PortName },
])[] = [
  ["nothing that listens", freePort, ["NOTHING_LISTENS"]],
  [
    "a host that does not exist",
    freePort,
    ["HOST_UNKNOWN"],
    {
      host: "no-such-host.invalid",
      lookup: (host, _options, found) => found(Object.assign(new Error(host), { code: "ENOTFOUND" }), []),
    },
  ],
  [
    "a machine that cannot be reached",
    freePort,
    ["HOST_UNREACHABLE"],
    {
      host: "trading.example",
      lookup: (host, _options, found) => found(Object.assign(new Error(host), { code: "EHOSTUNREACH" }), []),
    },
  ],
  ["a proxy without a gateway behind it", () => listener((socket) => socket.destroy()), ["PROXY_WITHOUT_GATEWAY"]],
  ["an address that is not trusted", () => listener((socket) => socket.destroy()), ["ADDRESS_NOT_TRUSTED"], FAR],
  [
    "a connection that is reset at once",
    () => listener((socket) => socket.resetAndDestroy()),
    ["PROXY_WITHOUT_GATEWAY"],
  ],
  ["a dialog that waits", () => listener((socket) => void socket.resume()), ["NO_GREETING"]],
  [
    "a web server",
    () => listener((socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))),
    ["NOT_TWS"],
  ],
  ["a server that wants TLS", () => listener((socket) => socket.end(Buffer.of(0x15, 3, 1, 0, 2, 2, 70))), ["NOT_TWS"]],
  ["some other program", () => listener((socket) => void socket.write("welcome to the machine\r\n")), ["NOT_TWS"]],
  ["a TWS of long ago", () => listener((socket) => void socket.write("76\x0020140101 10:00:00 EST\0")), ["TOO_OLD"]],
  ["a TWS that is too old", () => twsPort({ version: 150 }), ["TOO_OLD"]],
  ["a TWS that is too new", () => twsPort({ version: 300 }), ["TOO_NEW"]],
  [
    "a client id in use",
    async () => {
      const port = await gateway();
      await connected(port);
      return port;
    },
    ["CLIENT_ID_TAKEN"],
  ],
  [
    "a refusal with another code",
    () =>
      twsPort({
        started: (caller) => {
          caller.error(-1, 1300, "Socket port has been reset. Please reconnect on the new port - 4001");
          caller.socket.end();
        },
      }),
    ["REFUSED"],
  ],
  [
    "a connection closed after the greeting",
    () => twsPort({ started: (caller) => caller.socket.end() }),
    ["CLOSED_AFTER_GREETING"],
  ],
  ["no next order id", () => twsPort({ started: (caller) => caller.send(15, 1, "DU1") }), ["NO_ORDER_ID"]],
  [
    "order ids among those of requests",
    () => twsPort({ started: (caller) => caller.welcome("DU1", 2_000_000_000) }),
    ["ORDER_IDS_TOO_HIGH"],
  ],
  [
    "a TWS without IB",
    () =>
      twsPort({
        started: (caller) => {
          caller.welcome();
          caller.error(-1, 2110, "Connectivity between TWS and server is broken.");
        },
      }),
    ["NO_UPSTREAM"],
  ],
  ["no account", () => twsPort({ started: (caller) => caller.send(9, 1, 1) }), ["NO_ACCOUNT"]],
  ["a paper account on a live port", () => twsPort(), ["PAPER_ON_LIVE_PORT"], { name: "tws-live" }],
  [
    "a live account on a paper port",
    () => twsPort({ account: "U1234567" }),
    ["LIVE_ON_PAPER_PORT"],
    { name: "gateway-paper" },
  ],
  [
    "a read-only API",
    () =>
      twsPort({
        orders: (caller) =>
          caller.error(
            -1,
            321,
            "Error validating request.-'bY' : cause - The API interface is currently in Read-Only mode.",
          ),
      }),
    ["READ_ONLY"],
  ],
  ["no answer about orders", () => twsPort({ orders: () => undefined }), ["ORDERS_NOT_TOLD"]],
  ["no answer about the time", () => twsPort({ time: () => undefined }), ["TIME_NOT_TOLD"]],
  [
    "a slow TWS",
    () => twsPort({ time: (caller) => void setTimeout(() => caller.tellTime(), 600) }),
    ["SLOW"],
    { times: { ...QUICK, answer: 1_000 } },
  ],
  ["a clock that is somewhat off", () => twsPort({ time: (caller) => caller.tellTime(-5_000) }), ["CLOCK_SKEW"]],
  ["a clock that is far off", () => twsPort({ time: (caller) => caller.tellTime(60_000) }), ["CLOCK_WRONG"]],
  [
    "a broken farm",
    () =>
      twsPort({
        started: (caller) => {
          caller.error(-1, 2105, "HMDS data farm connection is broken:ushmds");
          caller.welcome();
        },
      }),
    ["FARM_BROKEN"],
  ],
  [
    "a symbol that IB does not have",
    () => twsPort({ contract: (caller, request) => caller.error(Number(request), 200, "No security definition") }),
    ["SYMBOL_UNKNOWN"],
  ],
  ["no answer about contracts", () => twsPort({ contract: () => undefined }), ["CONTRACTS_NOT_TOLD"]],
  ...([354, 10089, 10168, 10186] as const).map(
    (code) =>
      [
        `no permission for market data, with ${code}`,
        () => twsPort({ quotes: (caller, request) => caller.error(Number(request), code, "not subscribed") }),
        ["NO_MARKET_DATA"],
      ] as const,
  ),
  [
    "delayed market data, by its code",
    () =>
      twsPort({ quotes: (caller, request) => caller.error(Number(request), 10167, "Displaying delayed market data.") }),
    ["DELAYED_DATA"],
  ],
  [
    "delayed market data, by its type",
    () =>
      twsPort({
        quotes: (caller, request) => {
          caller.send(58, 1, request, 3);
          caller.send(1, 6, request, 66, 100.25, 3, 0);
        },
      }),
    ["DELAYED_DATA"],
  ],
  [
    "a competing session",
    () =>
      twsPort({
        quotes: (caller, request) =>
          caller.error(Number(request), 10197, "No market data during competing live session"),
      }),
    ["COMPETING_SESSION"],
  ],
  [
    "a closed market",
    () =>
      twsPort({
        quotes: (caller, request) => {
          caller.send(58, 1, request, 2);
          caller.send(1, 6, request, 1, 100.25, 3, 0);
        },
      }),
    ["FROZEN_DATA"],
  ],
  [
    "quotes that say -1",
    () => twsPort({ quotes: (caller, request) => caller.send(1, 6, request, 1, -1, 0, 0) }),
    ["NO_QUOTES"],
  ],
];

describe("the doctor", () => {
  for (const [what, arrange, codes, settings] of ARRANGED) {
    it(`finds ${what}, and nothing else`, async () => {
      const report = await look(await arrange(), settings);
      expect(allFindings(report).map(({ code }) => code)).toEqual(codes);
      for (const { says, remedy } of allFindings(report)) expect(`${says} ${remedy}`).not.toMatch(/[{}]|undefined|NaN/);
      expect(isHealthy(report)).toBe(codes.every((code) => FINDINGS[code].severity !== "problem"));
    });
  }

  it("has an arrangement for each of its findings", () => {
    const arranged = new Set<string>(ARRANGED.flatMap(([, , codes]) => codes));
    // Tried against the simulated gateway below.
    arranged.add("OTHER_TIME");
    expect(Object.keys(FINDINGS).filter((code) => !arranged.has(code))).toEqual([]);
  });

  it("finds nothing wrong with a TWS that works, and tells what it is", async () => {
    const report = await look(await twsPort());
    expect(allFindings(report)).toEqual([]);
    expect(report.ports).toEqual([
      {
        port: report.ports[0].port,
        name: undefined,
        findings: [],
        serverVersion: 178,
        accounts: ["DU*****67"],
        roundTripMs: expect.any(Number),
        skewMs: expect.any(Number),
        quotes: "live",
      },
    ]);
  });

  it("notes of the simulated gateway that it lives in another time, and finds it well", async () => {
    const one = await startGateway();
    const report = await look(one.port, { times: { ...QUICK, answer: 1_000 } });
    expect(allFindings(report).map(({ code }) => code)).toContain("OTHER_TIME");
    expect(isHealthy(report)).toBe(true);
    await until(() => one.clients.size === 0);
  });

  it.each([0, 7])("finds a simulated gateway that is read-only so, as client %i", async (clientId) => {
    const gateway = await startGateway();
    gateway.faults.isReadOnly = true;
    const report = await look(gateway.port, { clientId, times: { ...QUICK, answer: 1_000 } });
    expect(allFindings(report).map(({ code }) => code)).toContain("READ_ONLY");
    expect(isHealthy(report)).toBe(false);
  });

  it("looks at every port that listens, each for itself", async () => {
    const ports = [
      await twsPort(),
      await freePort(),
      await twsPort({ account: "U1234567" }),
      await listener((one) => one.destroy()),
    ];
    const report = await look(0, { ports: ports.map((port) => ({ port })) });
    expect(report.ports.map(({ port, findings }) => [port, findings.map(({ code }) => code)])).toEqual([
      [ports[0], []],
      [ports[2], []],
      [ports[3], ["PROXY_WITHOUT_GATEWAY"]],
    ]);
  });

  it("knows the usual ports where none is named", async () => {
    const report = await look(0, {
      ports: undefined as never,
      lookup: (host, _options, found) => found(Object.assign(new Error(host), { code: "ENOTFOUND" }), []),
      host: "no-such-host.invalid",
    });
    expect(report.findings.map(({ code }) => code)).toEqual(["HOST_UNKNOWN"]);
  });

  it("is done in under ten seconds even where every step takes as long as it may", async () => {
    const port = await listener((socket) => void socket.resume());
    const silent = await twsPort({ started: () => undefined });
    const deaf = await twsPort({ time: () => undefined, orders: () => undefined, contract: () => undefined });
    const begin = performance.now();
    const report = await look(0, { ports: [port, silent, deaf].map((one) => ({ port: one })), times: {} });
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect(
      allFindings(report)
        .map(({ code }) => code)
        .sort(),
    ).toEqual(["CONTRACTS_NOT_TOLD", "NO_GREETING", "NO_ORDER_ID", "ORDERS_NOT_TOLD", "TIME_NOT_TOLD"]);
  }, 15_000);

  it("leaves no connection behind and sends nothing that could make, change or cancel an order", async () => {
    const tws = await healthyBut();
    await look(tws.port);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(tws.callers.every(({ isGone }) => isGone)).toBe(true);
    const sent = new Set(tws.callers.flatMap(({ messages }) => messages.map(([id]) => id)));
    expect([...sent].sort()).toEqual(["1", "2", "49", "5", "59", "71", "9"]);
  });
});
