import { PORTS, type PortName } from "../brokers/ib/ports.js";
import { TwsConnection } from "../brokers/tws/connection/tws-connection.js";
import type { Asks } from "../brokers/tws/contracts/contracts.js";
import { DOCTOR_TIMES, PORT_LABELS } from "../brokers/tws/doctor/doctor.js";
import { probePort } from "../brokers/tws/doctor/probe-port.js";
import { TrafficRecorder } from "../brokers/tws/recording/traffic-recorder.js";
import { SECOND } from "../core/market/bar-size.js";
import { zoneOffsets } from "../data/zone-offsets.js";
import type { ConnectionChoice } from "./connection-flags.js";
import { CliError } from "./errors.js";
import { Interruption, orInterrupted } from "./interruption.js";

/** Whoever starts a command sees at once that it fails; one that runs reconnects by itself. */
const ATTEMPTS = 1;
/** Milliseconds for connecting: a TWS without IB greets and is never ready. */
const PATIENCE = 30 * SECOND;

/** The TWS of a command, connected to with the first thing that is asked of it: what is known already needs none. */
export interface Tws extends Asks {
  /** Where it is, as host:port. */
  readonly place: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** @throws TwsError; CliError INTERRUPTED */
  connect(): Promise<TwsConnection>;
}

/**
 * Does something with the TWS that a command line names, or with the only one that listens. When that has ended the
 * connection is closed, and the recording complete.
 * @throws CliError TWS_NOWHERE, TWS_SEVERAL; TwsError
 */
export async function withTws<T>(choice: ConnectionChoice, work: (tws: Tws) => Promise<T>): Promise<T> {
  const { host, clientId, record } = choice;
  const port = choice.port ?? (await onlyPort(host));
  const recorder = record === undefined ? undefined : await TrafficRecorder.begin(record);
  const connection = new TwsConnection({
    address: { host, port, clientId },
    attempts: ATTEMPTS,
    resets: { offsetAt: (zone, instant) => zoneOffsets(zone).offsetAt(instant) },
    ...(recorder !== undefined && { traffic: recorder }),
  });
  const interruption = new Interruption();
  const { signal } = interruption;
  let connected: Promise<TwsConnection> | undefined;
  const connect = (): Promise<TwsConnection> => {
    connected ??= opened(connection, signal);
    return connected;
  };
  try {
    return await work({
      place: `${host}:${port}`,
      signal,
      connect,
      ask: async (question) => orInterrupted((await connect()).ask(question), signal),
      askUnnumbered: async (question) => orInterrupted((await connect()).askUnnumbered(question), signal),
    });
  } finally {
    interruption.end();
    connection.close();
    await recorder?.close();
  }
}

async function opened(connection: TwsConnection, signal: AbortSignal): Promise<TwsConnection> {
  const giveUp = (): void => connection.close(new CliError("INTERRUPTED"));
  signal.addEventListener("abort", giveUp);
  try {
    if (signal.aborted) giveUp();
    await connection.open(PATIENCE);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
  return connection;
}

/**
 * The one of the usual ports, or of some of them, on which something listens.
 * @throws CliError TWS_NOWHERE, TWS_SEVERAL
 */
export async function onlyPort(host: string, names = Object.keys(PORTS) as readonly PortName[]): Promise<number> {
  const { dial } = DOCTOR_TIMES;
  const probes = await Promise.all(names.map((name) => probePort({ host, port: PORTS[name], dial, greet: 1 })));
  const open = names.filter((_, i) => !["refused", "unreachable", "unknown host"].includes(probes[i].kind));
  if (open.length === 1) return PORTS[open[0]];
  const list = (open.length === 0 ? names : open).map((name) => `${PORTS[name]} (${PORT_LABELS[name]})`).join(", ");
  if (open.length === 0) throw new CliError("TWS_NOWHERE", { host, ports: list });
  throw new CliError("TWS_SEVERAL", { host, ports: list, flag: `--${open[0]}` });
}
