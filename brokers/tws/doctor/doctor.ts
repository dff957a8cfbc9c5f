import { SECOND } from "../../../core/market/bar-size.js";
import { PORTS, type PortName, portName } from "../../ib/ports.js";
import { LEAST_VERSION, MOST_VERSION } from "../connection/link.js";
import type { DoctorReport, ExaminedPort } from "./doctor-report.js";
import { type DoctorTimes, examineSession, type PortToExamine, type SessionSettings } from "./examine-session.js";
import { type Finding, finding } from "./findings.js";
import { type Probe, probePort } from "./probe-port.js";

export interface DoctorSettings extends Omit<SessionSettings, "times" | "deadline"> {
  /** Default: the four that TWS and IB Gateway usually have. */
  readonly ports?: readonly PortToExamine[];
  readonly times?: Partial<DoctorTimes>;
}

export const DOCTOR_TIMES: DoctorTimes = {
  all: 9 * SECOND,
  dial: 1.5 * SECOND,
  greet: 2 * SECOND,
  start: 2 * SECOND,
  answer: 1.5 * SECOND,
};

/** Finds out why a connection to TWS or IB Gateway fails, or whether it would work: in under ten seconds. */
export async function examine(settings: DoctorSettings): Promise<DoctorReport> {
  const { host, clientId, instrument } = settings;
  const times = { ...DOCTOR_TIMES, ...settings.times };
  const deadline = performance.now() + times.all;
  const targets = settings.ports ?? Object.values(PORTS).map((port) => ({ port }));
  const probes = await Promise.all(
    targets.map(async (target) => {
      const { dial, greet } = times;
      const { lookup } = settings;
      return { target, probe: await probePort({ host, port: target.port, dial, greet, ...(lookup && { lookup }) }) };
    }),
  );
  const listening = probes.filter(({ probe }) => LISTENS[probe.kind]);
  const ports = await Promise.all(
    listening.map(({ target, probe }) => examinePort(target, probe, { ...settings, times, deadline })),
  );
  const findings = listening.length > 0 ? [] : [ofSilence(host, targets, probes[0].probe)];
  return { host, clientId, symbol: instrument.symbol, ports, findings };
}

const LISTENS: Readonly<Record<Probe["kind"], boolean>> = {
  refused: false,
  unreachable: false,
  "unknown host": false,
  closed: true,
  silent: true,
  foreign: true,
  greeted: true,
};

async function examinePort(target: PortToExamine, probe: Probe, settings: SessionSettings): Promise<ExaminedPort> {
  const found = ofProbe(probe, target.port, settings.host);
  if (found === undefined) return examineSession(target, settings);
  return {
    port: target.port,
    name: target.name ?? portName(target.port),
    findings: [found],
    serverVersion: undefined,
    accounts: [],
    roundTripMs: undefined,
    skewMs: undefined,
    quotes: undefined,
  };
}

/** What a port is told by before anybody connects; undefined where TWS greets in a version that is understood. */
function ofProbe(probe: Probe, port: number, host: string): Finding | undefined {
  const where = { host, port };
  if (probe.kind === "closed")
    return finding(isLoopback(host) ? "PROXY_WITHOUT_GATEWAY" : "ADDRESS_NOT_TRUSTED", where);
  if (probe.kind === "silent") return finding("NO_GREETING", where);
  if (probe.kind === "foreign") return finding("NOT_TWS", { ...where, what: probe.what });
  if (probe.kind !== "greeted") return undefined;
  const limits = { ...where, version: probe.version, least: LEAST_VERSION, most: MOST_VERSION };
  if (probe.version < LEAST_VERSION) return finding("TOO_OLD", limits);
  return probe.version > MOST_VERSION ? finding("TOO_NEW", limits) : undefined;
}

/** Why nothing listens. All ports are of one host, so that the first tells for all. */
function ofSilence(host: string, targets: readonly PortToExamine[], probe: Probe): Finding {
  const ports = targets.map(({ port, name = portName(port) }) => `${port}${labelOf(name)}`).join(", ");
  if (probe.kind === "unknown host") return finding("HOST_UNKNOWN", { host });
  if (probe.kind === "unreachable") return finding("HOST_UNREACHABLE", { host, ports, reason: probe.reason });
  return finding("NOTHING_LISTENS", { host, ports });
}

function labelOf(name: PortName | undefined): string {
  return name === undefined ? "" : ` (${PORT_LABELS[name]})`;
}

/** What usually has a port, in words. */
export const PORT_LABELS: Readonly<Record<PortName, string>> = {
  "tws-live": "TWS live",
  "tws-paper": "TWS paper",
  "gateway-live": "IB Gateway live",
  "gateway-paper": "IB Gateway paper",
};

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}
