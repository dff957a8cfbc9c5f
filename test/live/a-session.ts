import { ControlError } from "../../live/control/errors.js";
import type { SessionFile } from "../../live/control/session-file.js";
import type { SessionFolder } from "../../live/control/session-folder.js";
import type { SessionControl } from "../../live/session-control.js";
import type { SessionView } from "../../live/session-view.js";

const NOON = Date.UTC(2026, 0, 5, 17);
const MINUTE = 60_000;

/** A view in which there is something of everything. */
export function aView(changes: Partial<SessionView> = {}): SessionView {
  return {
    name: "cross",
    mode: "paper",
    state: "running",
    failure: null,
    strategy: {
      name: "SmaCross",
      file: "sma-cross.ts",
      hash: "ab12cd34ef56".padEnd(64, "0"),
      params: { fast: 10, slow: 30 },
    },
    account: "DU0000001",
    currency: "USD",
    startedAt: NOON - 150 * MINUTE,
    now: NOON,
    connection: {
      place: "127.0.0.1:7497",
      state: "ready",
      since: NOON - 149 * MINUTE,
      reason: "",
      nextAttemptAt: null,
      farmsBroken: [],
      dataType: 1,
      clockSkew: 120,
      lines: { used: 2, of: 100 },
    },
    quotes: [
      { symbol: "SPY", bid: 512.34, ask: 512.36, last: 512.35, age: 400, isStale: false, isHalted: false },
      { symbol: "BRK B", bid: 401.1, ask: null, last: 401.2, age: 75_000, isStale: true, isHalted: false },
    ],
    positions: [
      {
        symbol: "SPY",
        quantity: 100,
        averagePrice: 511.2,
        mark: 512.35,
        unrealised: 115,
        realised: -20.5,
        isUntraded: false,
      },
    ],
    foreign: [{ symbol: "IBM", quantity: -50, averagePrice: 190.25 }],
    money: { equity: 1_000_094.5, day: 94.5, session: -12.25, fees: 2 },
    orders: [
      {
        ref: "cross-17",
        symbol: "SPY",
        side: "sell",
        type: "stop",
        tif: "GTC",
        quantity: 100,
        filled: 0,
        limit: null,
        stop: 505,
        status: "accepted",
        age: 12 * MINUTE,
        isExit: true,
        isUntraded: false,
      },
    ],
    foreignOrders: [],
    fills: [
      {
        at: NOON - 12 * MINUTE,
        ref: "cross-16",
        symbol: "SPY",
        side: "buy",
        quantity: 100,
        price: 511.2,
        fee: 1,
        isRecovered: false,
      },
    ],
    trips: [
      {
        code: "STALE_QUOTE",
        count: 3,
        last: { at: NOON - 20_000, symbol: "BRK B", reason: "STALE_QUOTE: age=75s limit=60s" },
      },
    ],
    blocks: [],
    lostIntents: [],
    killSwitch: { isOn: false },
    reconciliation: { at: NOON - 149 * MINUTE, agreed: true, differences: [] },
    alerts: [],
    ...changes,
  };
}

/** A session that notes what it is asked for. */
export class ScriptedSession implements SessionControl {
  readonly asked: unknown[] = [];
  view = (): SessionView => aView();
  private note(command: string, asked?: unknown): Promise<string> {
    this.asked.push(asked === undefined ? [command] : [command, asked]);
    return Promise.resolve(`It was asked to ${command}.`);
  }
  kill = (asked: unknown): Promise<string> => this.note("kill", asked);
  releaseKill = (asked?: unknown): Promise<string> => this.note("releaseKill", asked);
  flatten = (asked?: unknown): Promise<string> => this.note("flatten", asked);
  adopt = (asked: unknown): Promise<string> => this.note("adopt", asked);
  reconcile = (asked?: unknown): Promise<string> => this.note("reconcile", asked);
  nameDifference = (asked: unknown): Promise<string> => this.note("nameDifference", asked);
  stop = (asked: unknown): Promise<string> => this.note("stop", asked);
  settle = (asked: unknown): Promise<string> => {
    this.asked.push(["settle", asked]);
    return Promise.reject(new ControlError("SESSION_REFUSED", { reason: "There is no lost intent cross-9." }));
  };
}

export function aSessionFile(folder: SessionFolder, changes: Partial<SessionFile> = {}): SessionFile {
  const { strategy, mode, account, connection, startedAt } = aView();
  const { place } = connection;
  return {
    name: folder.name,
    mode,
    strategy,
    account,
    place,
    pid: process.pid,
    startedAt,
    control: folder.controlPath,
    ...changes,
  };
}
