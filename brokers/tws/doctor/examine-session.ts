import type { LookupFunction } from "node:net";
import { DAY, MINUTE, SECOND } from "../../../core/market/bar-size.js";
import type { Instrument } from "../../../core/market/instrument.js";
import { type PortName, portName } from "../../ib/ports.js";
import type { Latency } from "../connection/heartbeat.js";
import { LEAST_VERSION, type Link, MOST_VERSION } from "../connection/link.js";
import { TwsConnection } from "../connection/tws-connection.js";
import { TwsError } from "../errors.js";
import type { Traffic } from "../recording/traffic.js";
import type { ExaminedPort } from "./doctor-report.js";
import { examineData } from "./examine-data.js";
import { type Finding, finding } from "./findings.js";

/** A port to look at. */
export interface PortToExamine {
  readonly port: number;
  /** What it is said to be. Default: what usually has this port. */
  readonly name?: PortName | undefined;
}

/** Milliseconds for each step. */
export interface DoctorTimes {
  /** For all of them together. */
  readonly all: number;
  readonly dial: number;
  readonly greet: number;
  readonly start: number;
  readonly answer: number;
}

export interface SessionSettings {
  /** When it all has to be over, by `performance.now()`. */
  readonly deadline: number;
  readonly host: string;
  readonly clientId: number;
  readonly instrument: Instrument;
  readonly times: DoctorTimes;
  readonly traffic?: Traffic | undefined;
  readonly lookup?: LookupFunction | undefined;
}

/** Beyond this an answer is slow. */
const SLOW_MS = 500;
const SKEW_WARNS = 2 * SECOND;
const SKEW_STOPS = 10 * SECOND;

/** Connects to a port where TWS greets, and looks at all that a session would need. */
export async function examineSession(target: PortToExamine, settings: SessionSettings): Promise<ExaminedPort> {
  const { host, clientId, times, traffic, deadline } = settings;
  const { port, name = portName(port) } = target;
  const where = { host, port, clientId };
  const connection = new TwsConnection({
    address: where,
    attempts: 1,
    // It is for the doctor to say what is not answered: nothing is given up meanwhile.
    times: { ...times, heartbeat: { every: MINUTE, wait: times.answer, misses: 100 } },
    ...(traffic !== undefined && { traffic }),
  });
  const examined = { port, name, serverVersion: undefined, accounts: [], ...NOTHING_MEASURED };
  let latency: Latency | undefined;
  connection.events.on("latency", (told) => {
    latency ??= told;
  });
  try {
    // Something is left for the questions.
    const patience = deadline - performance.now() - 2 * times.answer;
    await connection.open(Math.max(times.answer, Math.min(times.dial + times.greet + times.start, patience)));
  } catch (error) {
    if (!(error instanceof TwsError)) throw error;
    return { ...examined, findings: [ofFailure(error, where)] };
  }
  const { serverVersion, accounts } = connection;
  const link = await connection.linkNow("the examination");
  // Two questions one after the other at most.
  const wait = Math.max(100, Math.min(times.answer, (deadline - performance.now()) / 2));
  const [orders, data] = await Promise.all([
    examineOrders(link, where, wait),
    examineData(link, settings.instrument, where, wait),
  ]);
  const findings = [
    ...ofAccounts(accounts, name, where),
    ...orders,
    ...ofLatency(latency, where),
    ...connection.farms.broken.map((farm) => finding("FARM_BROKEN", { ...where, farm: farm.name })),
    ...(data.finding === undefined ? [] : [data.finding]),
  ];
  connection.close();
  return {
    ...examined,
    serverVersion,
    accounts: accounts.map(shortened),
    roundTripMs: latency?.roundTripMs,
    skewMs: latency?.skewMs,
    quotes: data.quotes,
    findings,
  };
}

type Where = { readonly host: string; readonly port: number; readonly clientId: number };

const NOTHING_MEASURED = { roundTripMs: undefined, skewMs: undefined, quotes: undefined };

/** What kept the session from beginning. */
function ofFailure({ code, refusal, details }: TwsError, where: Where): Finding {
  switch (code) {
    case "CLIENT_ID_TAKEN":
    case "NO_ORDER_ID":
      return finding(code, where);
    case "ORDER_IDS_TOO_HIGH":
      return finding(code, { ...where, next: details.next });
    case "UPSTREAM_LOST":
      return finding("NO_UPSTREAM", where);
    case "TWS_VERSION": {
      const version = Number(details.version);
      const limits = { ...where, version, least: LEAST_VERSION, most: MOST_VERSION };
      return finding(version < LEAST_VERSION ? "TOO_OLD" : "TOO_NEW", limits);
    }
    default:
      if (refusal === undefined) return finding("CLOSED_AFTER_GREETING", where);
      return finding("REFUSED", { ...where, code: refusal.code, text: refusal.text, remedy: refusal.remedy });
  }
}

/** Asking for open orders is refused by a read-only API like an order, and does nothing. */
async function examineOrders(link: Link, where: Where, wait: number): Promise<Finding[]> {
  try {
    await link.askUnnumbered({
      what: "the open orders",
      timeOut: wait,
      // Of client 0 it would bind the orders made by hand.
      send: (api) => (where.clientId === 0 ? api.reqAllOpenOrders() : api.reqOpenOrders()),
      answers: (answer) => ({ openOrderEnd: () => answer.give(undefined) }),
    });
    return [];
  } catch (error) {
    if (!(error instanceof TwsError)) throw error;
    const { refusal } = error;
    if (refusal === undefined) return [finding("ORDERS_NOT_TOLD", where)];
    if (/read-only/i.test(refusal.text)) return [finding("READ_ONLY", where)];
    return [finding("REFUSED", { ...where, code: refusal.code, text: refusal.text, remedy: refusal.remedy })];
  }
}

/** Ids of paper accounts begin with D. */
function ofAccounts(accounts: readonly string[], name: PortName | undefined, where: Where): Finding[] {
  if (accounts.length === 0) return [finding("NO_ACCOUNT", where)];
  const isLivePort = name === "tws-live" || name === "gateway-live";
  const wrong = accounts.find((account) => account.startsWith("D") === isLivePort);
  if (name === undefined || wrong === undefined) return [];
  return [finding(isLivePort ? "PAPER_ON_LIVE_PORT" : "LIVE_ON_PAPER_PORT", { ...where, account: shortened(wrong) })];
}

function ofLatency(latency: Latency | undefined, where: Where): Finding[] {
  if (latency === undefined) return [finding("TIME_NOT_TOLD", where)];
  const { roundTripMs, skewMs } = latency;
  const found: Finding[] = [];
  if (roundTripMs > SLOW_MS) found.push(finding("SLOW", { ...where, ms: Math.round(roundTripMs) }));
  // TWS tells whole seconds: what is within one of them is not known.
  const apart = Math.max(0, Math.abs(skewMs) - SECOND / 2 - roundTripMs / 2);
  const seconds = Math.round(Math.abs(skewMs) / SECOND);
  if (apart > DAY) {
    const time = new Date(Date.now() + skewMs).toISOString().slice(0, 10);
    found.push(finding("OTHER_TIME", { ...where, time }));
  } else if (apart > SKEW_STOPS) found.push(finding("CLOCK_WRONG", { ...where, seconds }));
  else if (apart > SKEW_WARNS) found.push(finding("CLOCK_SKEW", { ...where, seconds }));
  return found;
}

/** An account without most of its digits: enough to know which, and fit to be shown around. */
function shortened(account: string): string {
  const letters = account.replace(/\d.*$/, "");
  return letters + account.slice(letters.length, -2).replace(/./g, "*") + account.slice(letters.length).slice(-2);
}
