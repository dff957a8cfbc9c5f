import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Gateway } from "../../brokers/gateway/gateway.js";
import { projectRoot } from "../shared-data.js";
import { gatewayData, TWO_STOCKS } from "./gateway-data.js";
import { placeOrder } from "./order-fields.js";
import { RawClient } from "./raw-client.js";
import { NOON } from "./started.js";

const TOOLS = join(projectRoot, "node_modules", "@stoqey", "ib", "dist", "tools");

let gateway: Gateway;
let conId = "";
let wall = 0;

// One gateway for all programs, with a position, an order that works, and one that is done.
beforeAll(async () => {
  gateway = await Gateway.listen({
    data: gatewayData(TWO_STOCKS),
    port: 0,
    from: NOON,
    wallClock: () => wall,
  });
  const client = await RawClient.start(gateway.port, 900);
  client.send(...placeOrder(1, { type: "MKT" }));
  client.send(...placeOrder(2, { type: "LMT", limit: 50 }));
  await client.until(() => client.of(5).length >= 4);
  wall += 5_000;
  client.send(49, 1);
  await client.until(() => client.of(11).length === 1);
  conId = client.of(11)[0][3];
  return async () => gateway.close();
});

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs a program of the client library, unmodified, against the gateway: to its end, or until it has said something. */
function tool(name: string, args: readonly string[], until?: RegExp): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [join(TOOLS, `${name}.js`), "-host=127.0.0.1", `-port=${gateway.port}`, ...args],
    { env: { ...process.env, NO_COLOR: "1" } },
  );
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (until?.test(said)) child.kill();
    });
  }
  const timer = setTimeout(() => child.kill("SIGKILL"), until === undefined ? 20_000 : 5_000);
  return new Promise((resolve) => {
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, said });
    });
  });
}

const STOCK = ["-symbol=SYN1", "-sectype=STK", "-exchange=SMART"];
const BY_ID = (): string[] => [`-conid=${conId}`, "-exchange=SMART"];

/** Every program that asks for something the gateway simulates, and what it must say. */
const PROGRAMS: readonly (readonly [name: string, args: () => string[], says: RegExp])[] = [
  ["account-summary", () => [], /NetLiquidation[\s\S]*DU1234567/],
  ["managed-accts", () => [], /DU1234567/],
  ["current-time", () => [], /\d:00:05/],
  ["user-info", () => [], /./],
  ["contract-details", () => STOCK, /"symbol": "SYN1"[\s\S]*US\/Eastern/],
  ["sec-def-opt-params", () => ["-symbol=SYN1", "-sectype=STK", "-exchange=", `-conid=${conId}`], /^\[\]$/m],
  ["search-contracts", () => ["-pattern=SYN"], /SYN1[\s\S]*SYN2/],
  ["get-head-timestamp", () => STOCK, /20200106-14:30:00|2020/],
  ["historical-data", () => [...BY_ID(), "-duration=2 D", "-barSize=1 day"], /"time": "20200120"/],
  ["historical-ticks-last", () => [...BY_ID(), "-start=20200120-16:50:00", "-count=20"], /"price"/],
  ["historical-ticks-mid", () => [...BY_ID(), "-start=20200120-16:50:00", "-count=20"], /"price"/],
  ["historical-ticks-bid-ask", () => [...BY_ID(), "-start=20200120-16:50:00", "-count=20"], /"priceBid"/],
  ["histogram-data", () => [...BY_ID(), "-period=1", "-periodUnit=DAY"], /"price"/],
  ["market-data-snapshot", () => STOCK, /BID[\s\S]*CLOSE/],
  ["market-depth-exchanges", () => [], /SMART/],
  ["open-orders-all", () => [], /"status": "Submitted"/],
  ["positions", () => [], /DU1234567[\s\S]*SYN1/],
  ["pnl", () => ["-account=DU1234567"], /"dailyPnL"/],
  ["pnl-single", () => ["-account=DU1234567", `-conid=${conId}`], /"position": 100/],
  ["execution-details", () => [], /SYN1/],
  ["commission-reports", () => [], /"commission": 1/],
  ["next-valid-order-id", () => ["-clientId=7"], /1/],
  ["place-order", () => [...STOCK, "-price=60", "-quantity=10", "-clientId=901", "-currency=USD"], /Order Id 1 sent/],
  ["place-new-order", () => ["-symbol=SYN2", "-price=60", "-quantity=10", "-clientId=902"], /./],
];

/** Those that go on until they are stopped. */
const STREAMS: typeof PROGRAMS = [
  ["market-data", () => STOCK, /BID[\s\S]*LAST[\s\S]*CLOSE/],
  ["historical-data-updates", () => [...BY_ID(), "-barSize=1 min"], /"close"/],
  ["market-depth", () => [...BY_ID(), "-rows=3"], /bids[\s\S]*asks/],
  ["open-orders", () => ["-clientId=900"], /"status": "Submitted"[\s\S]*completed/],
  ["open-orders-auto", () => ["-clientId=0"], /"all": \[\]/],
];

/** Those of what the gateway does not have, or that can do nothing at all. */
const OTHERS = ["market-scanner", "modify-order"];

const BROKEN = /Decoding error|Underrun|unprocessed data|No parser|ERROR/i;

describe("the programs that ship with @stoqey/ib", () => {
  it("are all tried here", () => {
    const shipped = readdirSync(TOOLS).flatMap((file) => /^(.+)\.js$/.exec(file)?.[1] ?? []);
    expect(
      [...PROGRAMS, ...STREAMS]
        .map(([name]) => name)
        .concat(OTHERS)
        .sort(),
    ).toEqual(shipped.sort());
  });

  it.each(PROGRAMS)("%s", async (name, args, says) => {
    const { code, said } = await tool(name, args());
    expect(said).not.toMatch(BROKEN);
    expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(says) });
  });

  it.each(STREAMS)("%s", async (name, args, says) => {
    // What is streamed comes as time passes.
    const timer = setInterval(() => void (wall += 1_000), 100);
    const { said } = await tool(name, args(), says).finally(() => clearInterval(timer));
    expect(said).not.toMatch(BROKEN);
    expect(said).toMatch(says);
  });

  it("market-scanner, of which the gateway has nothing, is told so at once", async () => {
    const { said } = await tool("market-scanner", ["-clientId=905", "-log=info"], /message id 22/);
    expect(said).toMatch(/Unknown message id 22/);
    expect(said).not.toMatch(/Decoding error|Underrun/);
  });

  // It refuses the flag by which it would have to be told the order, and sends "NaN" instead.
  it("modify-order, which cannot be told which order, does no harm", async () => {
    const { said } = await tool(
      "modify-order",
      ["-price=61", "-quantity=20", "-clientId=904", "-watch"],
      /Error reading/,
    );
    expect(said).not.toMatch(/Decoding error|Underrun/);
    expect(gateway.services.register.all.some(({ clientId }) => clientId === 904)).toBe(false);
  });

  it("leave the orders that they placed", async () => {
    const of = (clientId: number) => gateway.services.register.all.some((order) => order.clientId === clientId);
    // place-new-order ends its process once it knows its id: whether the order got out before that is luck.
    for (let time = 0; time < 20 && !of(902); time++) {
      await tool("place-new-order", ["-symbol=SYN2", "-price=60", "-quantity=10", "-clientId=902"]);
    }
    const client = await RawClient.start(gateway.port, 903);
    client.send(16, 1);
    await client.until(() => client.of(53).length === 1);
    const orders = client.of(5).map((fields) => [fields[24], fields[3], fields[14], fields[16]]);
    expect(orders).toContainEqual(["901", "SYN1", "10", "60"]);
    expect(orders).toContainEqual(["902", "SYN2", "10", "60"]);
  });
});
