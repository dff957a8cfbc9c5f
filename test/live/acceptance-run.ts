import type { Gateway } from "../../brokers/gateway/gateway.js";
import { Instrument } from "../../core/market/instrument.js";
import { findZone } from "../../data/zone-offsets.js";
import {
  type AcceptanceResult,
  type AcceptanceRow,
  type AcceptanceSettings,
  acceptance,
} from "../../live/acceptance/acceptance.js";
import { type SimulatedSide, simulatedSide } from "../../live/acceptance/simulated-side.js";
import { SIMULATED_TIMES, UNPACED } from "../../live/acceptance/simulated-walks.js";
import { closeAfterTest } from "../gateway/close-after-test.js";

export const SPY = new Instrument({ symbol: "SPY" }, 0);
export const EURUSD = new Instrument({ symbol: "EUR.USD", assetClass: "forex" }, 1);
export const ESZ6 = new Instrument({ symbol: "ESZ6", assetClass: "future", tickSize: 0 }, 2);
export const ACCOUNT = "DU7654321";
export const CLIENT_ID = 3;

/** A gateway to be accepted, with another market than the one that it is held against; it ends with the test. */
export async function subject(options: Partial<SimulatedSide> = {}): Promise<Gateway> {
  const gateway = await simulatedSide({ instruments: [SPY], isOpen: true, seed: 11, account: ACCOUNT, ...options });
  closeAfterTest(() => gateway.close());
  return gateway;
}

/** Times in which a test does not wait long for what does not come. */
export const QUICK_TIMES = { ...SIMULATED_TIMES, answer: 1_000, market: 1_500, reconnect: 1_000 };

export function accept(port: number, settings: Partial<AcceptanceSettings> = {}): Promise<AcceptanceResult> {
  return acceptance({
    connection: {
      address: { host: "127.0.0.1", port, clientId: CLIENT_ID },
      perSecond: UNPACED,
      times: { waits: [20] },
    },
    instruments: [SPY],
    allowsMarket: false,
    findZone,
    signal: new AbortController().signal,
    times: QUICK_TIMES,
    ...settings,
  });
}

/** The steps that are not "ok", each with what differs and why it was not shown. */
export function notOk({ rows }: Pick<AcceptanceResult, "rows">): object[] {
  return rows
    .filter(({ result }) => result !== "ok")
    .map(({ step, result, reason, differences }) => ({ step, result, reason, differences }));
}

export function rowOf({ rows }: AcceptanceResult, step: string): AcceptanceRow {
  const found = rows.find((row) => row.step === step);
  if (found === undefined) throw new Error(`there is no step "${step}"`);
  return found;
}

/** What is still open at a gateway: client, orderRef and status. */
export function openAt({ services }: Gateway): string[] {
  return services.register.all
    .filter(({ isOpen }) => isOpen)
    .map(({ clientId, attributes, status }) => `${clientId} ${attributes.text("orderRef")} ${status}`);
}
