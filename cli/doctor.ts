import type { Arguments } from "yargs";
import { examine } from "../brokers/tws/doctor/doctor.js";
import { isHealthy } from "../brokers/tws/doctor/doctor-report.js";
import { TrafficRecorder } from "../brokers/tws/recording/traffic-recorder.js";
import { Instrument } from "../core/market/instrument.js";
import { coloured, plain } from "../report/paint.js";
import { CONNECTION_FLAGS, connectionChoice } from "./connection-flags.js";
import { doctorText } from "./doctor-text.js";
import { DONE, NOT_HELD } from "./exit-code.js";
import { Flags, type FlagTable } from "./flags.js";

export const tells = `Finds out, in under ten seconds, why a connection to TWS or IB Gateway fails, or that it would work.

Without a port it looks at all four usual ones. It asks for accounts, the time, open orders
and one quote, and never sends an order. Exit codes: 0 nothing is in the way, 3 something is.`;

export const flags = {
  ...CONNECTION_FLAGS,
  symbol: { type: "string", describe: "A stock, fund or currency pair to try market data with [SPY]" },
  json: { type: "boolean", describe: "Print what was found as JSON" },
} as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, 0);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const { host, port, name, clientId, record } = connectionChoice(line);
  const instrument = instrumentOf(line.text("symbol") ?? "SPY");
  const traffic = record === undefined ? undefined : await TrafficRecorder.begin(record);
  const report = await examine({
    host,
    clientId,
    instrument,
    traffic,
    ...(port !== undefined && { ports: [{ port, name }] }),
  });
  const paint = process.stdout.isTTY === true && process.stdout.hasColors() ? coloured : plain;
  const healthy = isHealthy(report);
  const text = line.switch("json") ? `${JSON.stringify({ healthy, ...report }, null, 2)}\n` : doctorText(report, paint);
  process.stdout.write(text);
  await traffic?.close();
  return healthy ? DONE : NOT_HELD;
}

/** A stock or fund, or a pair of currencies such as EUR.USD. @throws MarketError INSTRUMENT_INVALID */
function instrumentOf(symbol: string): Instrument {
  const isPair = /^[A-Z]{3}[./][A-Z]{3}$/.test(symbol);
  return new Instrument({ symbol, assetClass: isPair ? "forex" : "stock" });
}
