import { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import type { FindZone } from "../../brokers/tws/contracts/contract-hours.js";
import { SECOND } from "../../core/market/bar-size.js";
import type { Instrument, InstrumentSpec } from "../../core/market/instrument.js";
import { AcceptanceError } from "./errors.js";
import { trade } from "./market-order-steps.js";
import { type Sight, Sighting } from "./sight.js";
import { simulatedSide } from "./simulated-side.js";
import type { Step } from "./step.js";
import { Walk } from "./walk.js";
import type { WalkTimes } from "./walk-times.js";

export interface SimulatedWalk {
  readonly steps: readonly Step[];
  readonly instruments: readonly Instrument[];
  /** The same, as the simulated gateway is to list them. */
  readonly specs: readonly InstrumentSpec[];
  readonly findZone: FindZone;
  readonly signal: AbortSignal;
  /** Whether the market of one of them is closed. */
  readonly hasClosed: boolean;
}

/** A simulated gateway answers at once, and its market is quick. */
export const SIMULATED_TIMES: WalkTimes = {
  answer: 5 * SECOND,
  market: 5 * SECOND,
  fill: 10 * SECOND,
  settle: 0.02 * SECOND,
  reconnect: 10 * SECOND,
};
const CLIENT_ID = 1;
const OTHER_CLIENT_ID = 2;
/** Messages a second: it does not count them. */
export const UNPACED = 1_000;
/** When to connect to it again. */
export const QUICKLY: readonly number[] = [0.05 * SECOND];
/** Nothing comes of a closed market, however long it is waited for. */
const CLOSED_WAIT = SECOND;

/** What the simulated gateway shows in each step: it is walked through, so that what is expected is what it does. */
export class SimulatedWalks {
  private readonly open: ReadonlyMap<Step, Sight>;
  private readonly closed: ReadonlyMap<Step, Sight>;

  private constructor(open: ReadonlyMap<Step, Sight>, closed: ReadonlyMap<Step, Sight>) {
    this.open = open;
    this.closed = closed;
  }

  /** @throws AcceptanceError SIMULATED_UNANSWERED; the signal's reason */
  static async through(walk: SimulatedWalk): Promise<SimulatedWalks> {
    const [open, closed] = await Promise.all([
      walkThrough(walk, true),
      walk.hasClosed ? walkThrough(walk, false) : new Map<Step, Sight>(),
    ]);
    return new SimulatedWalks(open, closed);
  }

  /** What to hold against what a step has shown elsewhere, while its market was open or not. */
  of(step: Step, isOpen: boolean, got: Sight): Sight {
    const open = this.open.get(step) as Sight;
    const closed = this.closed.get(step);
    if (isOpen || closed === undefined) return open;
    // Nothing can be held against a closed market that shows nothing, if the other shows something.
    return closed.notShown !== undefined && got.notShown === undefined ? open : closed;
  }
}

async function walkThrough(
  { steps, instruments, specs, findZone, signal }: SimulatedWalk,
  isOpen: boolean,
): Promise<ReadonlyMap<Step, Sight>> {
  const gateway = await simulatedSide({ instruments: specs, isOpen });
  const connections: TwsConnection[] = [];
  const begin = async (clientId: number): Promise<Walk> => {
    const connection = new TwsConnection({
      address: { host: "127.0.0.1", port: gateway.port, clientId },
      attempts: 1,
      perSecond: UNPACED,
      times: { waits: QUICKLY },
    });
    connections.push(connection);
    const times = { ...SIMULATED_TIMES, ...(!isOpen && { market: CLOSED_WAIT }) };
    const walk = new Walk({ connection, findZone, signal, times });
    await connection.open();
    await walk.begin(instruments, gateway.accounts[0]);
    return walk;
  };
  try {
    // An account that holds something, so that what is told of that is seen.
    if (isOpen) await trade(await begin(OTHER_CLIENT_ID), new Sighting(), instruments[0], 1);
    const walk = await begin(CLIENT_ID);
    const sights = new Map<Step, Sight>();
    for (const step of steps) {
      const sight = await walk.take(step);
      const problem = sight.facts.get("answer");
      if (problem !== undefined) throw new AcceptanceError("SIMULATED_UNANSWERED", { step: step.name, problem });
      sights.set(step, sight);
    }
    return sights;
  } finally {
    for (const connection of connections) connection.close();
    await gateway.close();
  }
}
