import { MOST_CLIENT_ID, PORTS, type PortName } from "../brokers/ib/ports.js";
import { CliError } from "./errors.js";
import { type Flags, type FlagTable, flagOf } from "./flags.js";

/** How a command is told where TWS or IB Gateway is. */
export const CONNECTION_FLAGS = {
  "tws-paper": { type: "boolean", describe: "TWS with a paper account, at port 7497" },
  "tws-live": { type: "boolean", describe: "TWS with a live account, at port 7496" },
  "gateway-paper": { type: "boolean", describe: "IB Gateway with a paper account, at port 4002" },
  "gateway-live": { type: "boolean", describe: "IB Gateway with a live account, at port 4001" },
  port: { type: "string", describe: "Another port" },
  host: { type: "string", describe: "The machine it runs on [127.0.0.1]" },
  "client-id": { type: "string", describe: "The id to connect with, one for each program [1]" },
  record: { type: "string", describe: "Write all traffic into this file, accounts masked, for a report" },
} as const satisfies FlagTable;

/** Where a command line says that TWS or IB Gateway is. */
export interface ConnectionChoice {
  readonly host: string;
  /** Undefined where none is named. */
  readonly port: number | undefined;
  /** What is said to have the port; undefined where only its number is named. */
  readonly name: PortName | undefined;
  readonly clientId: number;
  readonly record: string | undefined;
}

/** @throws CliError PORTS_TWO, FLAG_TWICE, FLAG_VALUE */
export function connectionChoice(line: Flags): ConnectionChoice {
  const names = (Object.keys(PORTS) as PortName[]).filter((name) => line.switch(name));
  const named = [...names, ...(line.has("port") ? ["port"] : [])];
  if (named.length > 1) throw new CliError("PORTS_TWO", { first: flagOf(named[0]), second: flagOf(named[1]) });
  const isPort = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 65_535;
  const port = line.number("port", "a port, a whole number from 1 to 65535", isPort);
  const isClient = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= MOST_CLIENT_ID;
  const clientId = line.number("client-id", `a whole number from 0 to ${MOST_CLIENT_ID}`, isClient);
  const name = names.at(0);
  return {
    host: line.text("host") ?? "127.0.0.1",
    port: name === undefined ? port : PORTS[name],
    name,
    clientId: clientId ?? 1,
    record: line.text("record"),
  };
}
