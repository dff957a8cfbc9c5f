import { type ConnectionOptions, TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import type { ContractDetails } from "../../brokers/tws/contracts/contract-details.js";
import type { FindZone } from "../../brokers/tws/contracts/contract-hours.js";
import { contractSpec } from "../../brokers/tws/contracts/contract-spec.js";
import { TwsError } from "../../brokers/tws/errors.js";
import { SECOND } from "../../core/market/bar-size.js";
import type { Instrument, InstrumentSpec } from "../../core/market/instrument.js";
import { accountOfLogin, refuseWrongSide } from "../ladder/launch.js";
import { type Difference, differencesOf } from "./compare-sights.js";
import type { Heard } from "./ear.js";
import type { AcceptanceError } from "./errors.js";
import type { Sight } from "./sight.js";
import { SimulatedWalks } from "./simulated-walks.js";
import type { Step } from "./step.js";
import { stepsOf } from "./steps.js";
import { failureText, Walk } from "./walk.js";
import type { WalkTimes } from "./walk-times.js";

export interface AcceptanceSettings {
  readonly connection: ConnectionOptions;
  /** The first is what orders are made of. */
  readonly instruments: readonly Instrument[];
  /** Default: the login's only one. */
  readonly account?: string | undefined;
  /** Whether one unit may be bought and sold again. */
  readonly allowsMarket: boolean;
  readonly findZone: FindZone;
  /** Ends it: what was made is cancelled all the same. */
  readonly signal: AbortSignal;
  readonly times?: Partial<WalkTimes>;
  readonly onRow?: (row: AcceptanceRow) => void;
  /** Something that its reader should know, in a sentence. */
  readonly onNote?: (note: string) => void;
}

/** What came of one step. */
export interface AcceptanceRow {
  readonly step: string;
  /** What the adapter relies on. */
  readonly relies: string;
  readonly result: "ok" | "different" | "not shown";
  /** Why some or all of it could not be shown. */
  readonly reason: string | undefined;
  readonly differences: readonly Difference[];
  /** What was heard of this gateway and of the simulated one. */
  readonly heard: readonly Heard[];
  readonly simulated: readonly Heard[];
}

export interface AcceptanceResult {
  readonly serverVersion: number;
  readonly rows: readonly AcceptanceRow[];
  /** What could not be cancelled or sold again, in sentences. */
  readonly left: readonly string[];
  /** The accounts of the login, to be masked. */
  readonly accounts: readonly string[];
  readonly isInterrupted: boolean;
  /** What has kept whole parts of it from being tried: then it shows nothing of them, however its rows are. */
  readonly obstacles: readonly AcceptanceError[];
}

/** Milliseconds for connecting. */
const PATIENCE = 30 * SECOND;
const COMMAND = "acceptance";

/**
 * Walks through all that the adapter relies on at a gateway with a paper account, and holds what it sees against what
 * the simulated gateway shows in the same steps. What it has made is cancelled in the end, whatever happens.
 * @throws LadderError of a live account or its port, TwsError of the connection and the contracts; the signal's reason,
 * where it is aborted before the first step
 */
export async function acceptance(settings: AcceptanceSettings): Promise<AcceptanceResult> {
  const { instruments, findZone, signal, times = {}, allowsMarket, onRow, onNote } = settings;
  const { host, port } = settings.connection.address;
  refuseWrongSide("paper", port, settings.account, COMMAND);
  const connection = new TwsConnection({ attempts: 1, ...settings.connection });
  const walk = new Walk({ connection, findZone, signal, times });
  const giveUp = (): void => connection.close(signal.reason);
  try {
    // Until the first step nothing has been made that would have to be cancelled.
    signal.addEventListener("abort", giveUp);
    if (signal.aborted) giveUp();
    await connection.open(PATIENCE);
    const { accounts, serverVersion } = connection;
    const login = { accounts, place: `${host}:${port}`, port };
    for (const one of accounts) refuseWrongSide("paper", port, one, COMMAND);
    await walk.begin(instruments, accountOfLogin("paper", settings.account, login));
    const steps = stepsOf(instruments, allowsMarket);
    const specs = instruments.map((one) => listedAs(one, walk.contractOf(one)));
    const hasClosed = !instruments.every((one) => walk.isOpen(one));
    const simulated = await SimulatedWalks.through({ steps, instruments, specs, findZone, signal, hasClosed });
    signal.removeEventListener("abort", giveUp);
    const rows: AcceptanceRow[] = [];
    const left: string[] = [];
    const obstacles: AcceptanceError[] = [];
    try {
      for (const note of await takenUp(walk)) onNote?.(note);
      for (const step of steps) {
        const got = await walk.take(step);
        const isOpen = step.instrument === undefined || walk.isOpen(step.instrument);
        const row = rowOf(step, got, simulated.of(step, isOpen, got));
        rows.push(row);
        onRow?.(row);
      }
      obstacles.push(...(await walk.obstacles()));
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      left.push(...(await walk.own.withdraw()));
      for (const one of left) onNote?.(one);
    }
    return { serverVersion, accounts, rows, left, isInterrupted: signal.aborted, obstacles };
  } catch (error) {
    // What was under way then has failed for that reason.
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
    connection.close();
  }
}

async function takenUp({ own }: Walk): Promise<readonly string[]> {
  try {
    return await own.takeUp();
  } catch (error) {
    if (!(error instanceof TwsError)) throw error;
    return [`Whether an earlier run has left orders open is not known: ${failureText(error)}.`];
  }
}

function rowOf({ name, relies }: Step, got: Sight, simulated: Sight): AcceptanceRow {
  const differences = differencesOf(simulated, got);
  const result = differences.length > 0 ? "different" : got.notShown === undefined ? "ok" : "not shown";
  return {
    step: name,
    relies,
    result,
    reason: got.notShown,
    differences,
    heard: got.heard,
    simulated: simulated.heard,
  };
}

/** What the simulated gateway has to list to be asked the same. */
function listedAs(instrument: Instrument, details: ContractDetails): InstrumentSpec {
  return { ...contractSpec(instrument, details), tickSize: details.minTick, option: instrument.option };
}
