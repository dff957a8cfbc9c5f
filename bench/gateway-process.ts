import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { tradingHours } from "../backtest/trading-hours.js";
import { openUniverse, tradeDatesOf } from "../backtest/universe.js";
import { Gateway } from "../brokers/gateway/gateway.js";
import type { GatewayOptions } from "../brokers/gateway/gateway-options.js";
import type { ClientSession } from "../brokers/gateway/session/client-session.js";
import { ANSWER } from "../brokers/gateway/wire/message-ids.js";
import { URGENCY } from "../brokers/tws/connection/outbox.js";
import { TwsConnection } from "../brokers/tws/connection/tws-connection.js";
import { Contracts } from "../brokers/tws/contracts/contracts.js";
import { TwsHistory } from "../brokers/tws/history/tws-history.js";
import { parseBarSize } from "../core/market/bar-size.js";
import { Instrument } from "../core/market/instrument.js";
import { zoneOffsets } from "../data/zone-offsets.js";

// One kind of work over a socket to the simulated gateway, which runs in a process of its own. The answer is what the
// receiving process measured.

/** What a process answers about ticks. */
export interface TickLatencies {
  /** Milliseconds from when the gateway sent a price to when its handler was called. */
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** Prices a second. */
  readonly perSecond: number;
  /** Shares of one core that the two processes took. */
  readonly receiver: number;
  readonly gateway: number;
}

/** What a process answers about one long answer. */
export interface LongAnswer {
  readonly bars: number;
  /** Milliseconds of each pass, from when the gateway sent the answer to when the bars were there as columns. */
  readonly ms: readonly number[];
}

/** What the gateway's process tells. */
interface Sent {
  /** When each price and long history left since this was asked last, by the clock of `now`. */
  readonly at: readonly number[];
  /** Microseconds of its processor time. */
  readonly cpu: number;
}

const INSTRUMENTS = 50;
const WARM_UP = 3_000;
const MEASURED = 10_000;
const PASSES = 5;

const [work] = process.argv.slice(2);
if (work === "gateway") await serve(process.argv[3] === "ticks");
else process.stdout.write(JSON.stringify(work === "ticks" ? await ticks() : await bars()));
process.exit(0);

/** Milliseconds of a clock that all processes of a machine share. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Runs a gateway until its parent has heard what it asked for. */
async function serve(isOfTicks: boolean): Promise<void> {
  const source = isOfTicks
    ? `synthetic:symbols=${INSTRUMENTS},bars=1200,bar=1min,start=2020-01-06,seed=3`
    : "synthetic:symbols=1,bars=98000,bar=1min,start=2020-01-06,seed=3";
  const { universe, sessions } = tradingHours(openUniverse({ data: source }), {});
  const { instruments, series } = universe;
  const tradeDates = tradeDatesOf(universe, sessions);
  const options: GatewayOptions = {
    data: { instruments, series, sessions, tradeDates, zoneOf: zoneOffsets },
    port: 0,
    limits: { messageRate: false, historyPacing: false },
    ticks: { every: 10, spread: 2 },
    // Noon of the second day; behind the data where it is to be one history.
    from: isOfTicks ? Date.UTC(2020, 0, 7, 17) : series[0].end[series[0].length - 1],
  };
  const gateway = await Gateway.listen(options);
  const at: number[] = [];
  await new Promise<void>((resolve) => {
    process.on("message", (asked) => {
      if (asked === "watch") {
        noteLeaving(gateway.clients.all[0], at);
        process.send?.(true);
      }
      if (asked === "tell") {
        const { user, system } = process.cpuUsage();
        process.send?.({ at: at.splice(0), cpu: user + system } satisfies Sent);
      }
      if (asked === "end") resolve();
    });
    // Nobody is left to ask.
    process.on("disconnect", resolve);
    process.send?.(gateway.port);
  });
}

/** Notes when prices and long histories leave for a client. */
function noteLeaving(client: ClientSession, at: number[]): void {
  const send = client.send.bind(client);
  const sendFrame = client.sendFrame.bind(client);
  client.send = (message) => {
    if (message[0] === ANSWER.tickPrice) at.push(now());
    send(message);
  };
  client.sendFrame = (frame) => {
    at.push(now());
    sendFrame(frame);
  };
}

/** A gateway in a process of its own. */
interface OtherGateway {
  readonly port: number;
  ask(what: "watch" | "tell"): Promise<unknown>;
  end(): void;
}

async function gatewayOf(what: "ticks" | "bars"): Promise<OtherGateway> {
  const child = fork(fileURLToPath(import.meta.url), ["gateway", what], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const told = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", () => reject(new Error("the gateway has ended")));
    });
  const port = (await told()) as number;
  const ask = (asked: "watch" | "tell"): Promise<unknown> => {
    const answer = told();
    child.send(asked);
    return answer;
  };
  return { port, ask, end: () => child.send("end") };
}

async function connected(port: number): Promise<TwsConnection> {
  const connection = new TwsConnection({ address: { host: "127.0.0.1", port, clientId: 7 }, perSecond: 1_000 });
  await connection.open(10_000);
  return connection;
}

async function ticks(): Promise<TickLatencies> {
  const gateway = await gatewayOf("ticks");
  const connection = await connected(gateway.port);
  const link = await connection.ready();
  await gateway.ask("watch");
  // The socket keeps the order of messages: the n-th price that is heard is the n-th that was sent.
  const heard: number[] = [];
  const streams = Array.from({ length: INSTRUMENTS }, (_, i) => {
    const contract = { symbol: `SYN${i + 1}`, secType: "STK", exchange: "SMART", currency: "USD" };
    return link.openStream({
      what: `quotes of ${contract.symbol}`,
      asker: "stream",
      urgency: URGENCY.request,
      send: (api, id) => api.reqMktData(id, contract, "", false, false),
      cancel: (api, id) => api.cancelMktData(id),
      answers: { tickPrice: () => void heard.push(now()) },
      ended: (error) => {
        throw error;
      },
    });
  });
  await wait(WARM_UP);
  const before = (await gateway.ask("tell")) as Sent;
  const first = heard.length;
  const used = process.cpuUsage();
  const begun = now();
  await wait(MEASURED);
  const { user, system } = process.cpuUsage(used);
  const took = now() - begun;
  const last = heard.length;
  const after = (await gateway.ask("tell")) as Sent;
  for (const close of streams) close();
  connection.close();
  gateway.end();
  const sent = [...before.at, ...after.at];
  const late = Float64Array.from(heard.slice(first, last), (at, i) => at - sent[first + i]).sort();
  const share = (part: number): number => late[Math.min(late.length - 1, Math.floor(part * late.length))];
  return {
    p50: share(0.5),
    p99: share(0.99),
    most: share(1),
    perSecond: (1_000 * late.length) / took,
    receiver: (user + system) / 1_000 / took,
    gateway: (after.cpu - before.cpu) / 1_000 / took,
  };
}

async function bars(): Promise<LongAnswer> {
  const gateway = await gatewayOf("bars");
  const connection = await connected(gateway.port);
  const history = new TwsHistory({ connection, contracts: new Contracts(connection), findZone: zoneOffsets });
  const request = {
    instrument: new Instrument({ symbol: "SYN1" }),
    what: "trades",
    hours: "regular",
    size: parseBarSize("1min"),
    end: undefined,
    duration: { count: 1, unit: "Y" },
  } as const;
  await gateway.ask("watch");
  const ms: number[] = [];
  let count = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    const answer = await history.bars(request, new AbortController().signal);
    if (answer.kind !== "bars") throw new Error(`${answer.kind}: ${"text" in answer ? answer.text : ""}`);
    const got = now();
    const { at } = (await gateway.ask("tell")) as Sent;
    ms.push(got - at[0]);
    count = answer.time.length;
  }
  connection.close();
  gateway.end();
  return { bars: count, ms };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
