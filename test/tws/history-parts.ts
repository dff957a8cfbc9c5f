import type { ConnectionOptions, TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { Contracts } from "../../brokers/tws/contracts/contracts.js";
import type { BarsRequest, HistoryFailure } from "../../brokers/tws/history/source-shape.js";
import { TwsHistory } from "../../brokers/tws/history/tws-history.js";
import { parseBarSize } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { findZone } from "../../data/zone-offsets.js";
import { connected } from "./connected.js";
import { contractDetailsFields } from "./message-fields.js";
import { type Caller, ScriptedTws } from "./scripted-tws.js";

export { findZone };

/** A day of minutes of a stock that both the simulated gateway and `knowsOneContract` know, up to now. */
export const DAY_OF_MINUTES: BarsRequest = {
  instrument: new Instrument({ symbol: "SYN1" }),
  what: "trades",
  hours: "regular",
  size: parseBarSize("1min"),
  end: undefined,
  duration: { count: 1, unit: "D" },
};

/** A TWS that answers contract details and the time, and everything else as a test says. */
export function knowsOneContract(
  more: (caller: Caller, fields: readonly string[]) => void = () => undefined,
): Promise<ScriptedTws> {
  return ScriptedTws.start({
    message: (caller, fields) => {
      const [id, , request] = fields;
      if (id === "49") caller.tellTime();
      if (id === "9") {
        caller.send(...contractDetailsFields(request));
        caller.send(52, 1, request);
      }
      more(caller, fields);
    },
  });
}

/** A history over a connection that is ready. */
export async function historyFrom(
  port: number,
  options: Partial<ConnectionOptions> = {},
): Promise<{ history: TwsHistory; connection: TwsConnection; contracts: Contracts }> {
  const connection = await connected(port, options);
  const contracts = new Contracts(connection);
  return { history: new TwsHistory({ connection, contracts, findZone }), connection, contracts };
}

/** A signal that nobody aborts. */
export function never(): AbortSignal {
  return new AbortController().signal;
}

/** What was answered, where that is no failure. */
export function got<T extends { readonly kind: string }>(answer: T | HistoryFailure): T {
  if ("text" in answer) throw new Error(`${answer.kind}: ${answer.text}`);
  return answer;
}
