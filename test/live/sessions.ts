import { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import type { GatewayOptions } from "../../brokers/gateway/gateway-options.js";
import type { ConnectionOptions } from "../../brokers/tws/connection/tws-connection.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { TickRules } from "../../core/market/bar-ticks.js";
import { Instrument } from "../../core/market/instrument.js";
import type { StrategyClass } from "../../core/strategy.js";
import { openSession } from "../../live/session/open-session.js";
import type { Session } from "../../live/session/session.js";
import type { SessionNote } from "../../live/session/session-news.js";
import type { SessionSetup } from "../../live/session/session-setup.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { type Alter, alteringRelay } from "./altering-relay.js";

export interface SessionOfTest {
  readonly data: GatewayData;
  readonly ticks: TickRules;
  readonly from: Instant;
  readonly strategy: StrategyClass;
  readonly setup?: Partial<SessionSetup>;
  readonly gateway?: Partial<GatewayOptions>;
  /** Of the connection: a lost one is found again after a while of the wall clock, and the gateway goes on meanwhile. */
  readonly times?: ConnectionOptions["times"];
  /** What becomes of the gateway's messages on their way; each keeps its length. */
  readonly alter?: Alter;
  /** False where the test lets time pass itself, by `begin`. */
  readonly begins?: boolean;
}

/** A session through a gateway of its own, in step with it. */
export interface Started {
  readonly gateway: Gateway;
  readonly session: Session;
  /** Resolves when the gateway's data has ended, and the session is stopped. */
  readonly over: Promise<void>;
  /** Lets time pass. */
  readonly begin: () => void;
  /** Ends both, before the test does. */
  readonly close: () => Promise<void>;
  readonly notes: readonly SessionNote[];
}

export async function sessionAt({
  data,
  ticks,
  from,
  strategy,
  setup,
  gateway,
  times,
  alter,
  begins = true,
}: SessionOfTest): Promise<Started> {
  const started = await Gateway.listen({
    data,
    port: 0,
    speed: "max",
    ticks,
    from,
    ...gateway,
    limits: { messageRate: false, ...gateway?.limits },
  });
  closeAfterTest(() => started.close());
  const notes: SessionNote[] = [];
  const port = alter === undefined ? started.port : await alteringRelay(started.port, alter);
  const made = setupFor({ port, lockstepPort: started.lockstepPort }, data, strategy, setup);
  const { connection } = made;
  const withTimes = times === undefined ? made : { ...made, connection: { ...connection, times } };
  const session = await openSession(withTimes, (note) => notes.push(note));
  closeAfterTest(() => session.stop());
  const over = new Promise<void>((resolve) => {
    const { time } = session.parts as unknown as { time: { onOver?: () => void } };
    time.onOver = () => {
      session.stop();
      resolve();
    };
  });
  if (begins) session.begin();
  const close = async (): Promise<void> => {
    session.stop();
    await started.close();
  };
  return { gateway: started, session, over, begin: () => session.begin(), close, notes };
}

/** What a session at a gateway in this process is made of. */
export function setupFor(
  gateway: { readonly port: number; readonly lockstepPort: number },
  data: GatewayData,
  strategy: StrategyClass,
  setup: Partial<SessionSetup> = {},
): SessionSetup {
  return {
    name: "test",
    mode: "simulated",
    strategy,
    file: "test.ts",
    hash: "test",
    // As the gateway lists them.
    instruments: data.instruments.map((one) => new Instrument({ ...one, exchange: "SMART" }, one.index)),
    size: data.series[0].size,
    hoursOf: ({ index }) => ({ sessions: data.sessions[index], tradeDates: data.tradeDates[index] }),
    cash: 1_000_000,
    baseCurrency: "USD",
    journal: ":memory:",
    connection: { address: { host: "127.0.0.1", port: gateway.port, clientId: 7 }, perSecond: 10_000 },
    lockstep: { port: gateway.lockstepPort, speed: Infinity },
    draw: () => 0.5,
    ...setup,
  };
}

/** Resolves when something holds behind a turn of the session. */
export function until(session: Session, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    session.onTurn = () => {
      if (!holds()) return;
      session.onTurn = undefined;
      resolve();
    };
  });
}
