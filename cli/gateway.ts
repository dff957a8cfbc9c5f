import { readFileSync } from "node:fs";
import type { Arguments } from "yargs";
import { instantOf } from "../backtest/range.js";
import { openUniverse, sessionsOf, tradeDatesOf } from "../backtest/universe.js";
import { GatewayError } from "../brokers/gateway/errors.js";
import { type FaultPlan, parseFaultPlan } from "../brokers/gateway/faults/fault-plan.js";
import { Gateway } from "../brokers/gateway/gateway.js";
import type { GatewayData } from "../brokers/gateway/gateway-data.js";
import {
  DEFAULT_ACCOUNT,
  DEFAULT_PORT,
  DEFAULT_TICKS,
  type GatewayOptions,
} from "../brokers/gateway/gateway-options.js";
import type { Speed } from "../brokers/gateway/simulation/driver.js";
import { TIME_STYLES } from "../brokers/gateway/time-text.js";
import { STAMPS } from "../config/config.js";
import { parseBarSize } from "../core/market/bar-size.js";
import { dataNotes } from "../data/open-data.js";
import { zoneOffsets } from "../data/zone-offsets.js";
import { DONE } from "./exit-code.js";
import { Flags, type FlagTable } from "./flags.js";

export const tells = `Simulates an IB Gateway: a program that clients of TWS can connect to, with a market made of your
bars, simulated time, paper accounts, and faults at will. It goes on until Ctrl-C.`;

const text = (describe: string): { type: "string"; describe: string } => ({ type: "string", describe });

export const flags = {
  port: text(`Port to listen on, on this machine only [${DEFAULT_PORT}]`),
  data: text("sample, synthetic:seed=7,symbols=2, or CSV files such as SPY=prices/spy.csv; repeatable [sample]"),
  speed: text("How fast time passes: 1, 60, or max to go in step with a client [1]"),
  from: text("When simulated time begins, such as 2010-01-31 [a fifth of the data before its end]"),
  account: text(`Id of a paper account; repeatable [${DEFAULT_ACCOUNT}]`),
  cash: text("Money each account begins with, in USD [1000000]"),
  faults: text("File of faults: what goes wrong, and when"),
  seed: text("Seed of what is left to chance [1]"),
  "tick-every": text('Time between two quotes, such as 1sec, or "bar" for four a bar [5sec]'),
  "lockstep-port": text("With --speed max: port of the channel on which clients keep in step [any]"),
  "time-style": text(`How times are written: ${TIME_STYLES.join(", ")} [exchange]`),
  "no-limits": { type: "boolean", describe: "Leave out the limits of messages, lines and historical requests" },
  bar: text("CSV files: size of the bars, such as 5min [what the times show]"),
  "time-zone": text("CSV files: zone of times without an offset [the instrument's]"),
  stamp: text("CSV files: a row's time is its bar's start or end [start]"),
} as const satisfies FlagTable;

/** Listens until it is interrupted. */
export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, 0);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const named = line.texts("data");
  const sources = named.length > 0 ? named : ["sample"];
  const options = { ...optionsOf(line), ...dataOf(line, sources) };
  const gateway = await Gateway.listen({ ...options, log: (text) => process.stderr.write(`${text}\n`) });
  process.stdout.write(told(gateway, options, sources));
  await interrupted();
  await gateway.close();
  return DONE;
}

function optionsOf(line: Flags): Omit<GatewayOptions, "data"> {
  const isPort = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 65_535;
  const port = line.number("port", "a port from 1 to 65535, or 0 for any", isPort);
  const lockstepPort = line.number("lockstep-port", "a port from 1 to 65535, or 0 for any", isPort);
  const seed = line.number("seed", "a whole number of 0 or more", (value) => Number.isSafeInteger(value) && value >= 0);
  const cash = line.number("cash", "a number above 0, such as 1000000", (value) => value > 0);
  const timeStyle = line.choice("time-style", TIME_STYLES);
  const accounts = line.texts("account").flatMap((text) => text.split(",").map((one) => one.trim()));
  const file = line.text("faults");
  const every = tickEvery(line);
  return {
    speed: speedOf(line),
    ...(port !== undefined && { port }),
    ...(lockstepPort !== undefined && { lockstepPort }),
    ...(seed !== undefined && { seed }),
    ...(cash !== undefined && { funds: { cash } }),
    ...(timeStyle !== undefined && { timeStyle }),
    ...(accounts.length > 0 && { accounts }),
    ...(file !== undefined && { faults: faultsIn(file) }),
    ...(every !== undefined && { ticks: { ...DEFAULT_TICKS, every } }),
    ...(line.switch("no-limits") && { limits: { messageRate: false, lines: false, historyPacing: false } }),
  };
}

function speedOf(line: Flags): Speed {
  if (line.text("speed") === "max") return "max";
  return line.number("speed", "1, 60, another number above 0, or max", (value) => value > 0) ?? 1;
}

function tickEvery(line: Flags): number | undefined {
  const text = line.text("tick-every");
  if (text === undefined) return undefined;
  return text === "bar" ? Infinity : parseBarSize(text).ms;
}

/** @throws GatewayError FAULT_FILE, and what the plan is refused for */
function faultsIn(file: string): FaultPlan {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new GatewayError("FAULT_FILE", { file, reason: (error as Error).message }, error);
  }
  return parseFaultPlan(json);
}

function dataOf(line: Flags, sources: readonly string[]): { data: GatewayData; from?: number } {
  const bar = line.text("bar");
  const timeZone = line.text("time-zone");
  const stamp = line.choice("stamp", STAMPS);
  const csv = { ...(bar && { bar }), ...(timeZone && { timeZone }), ...(stamp && { stamp }) };
  const universe = openUniverse({ data: sources, csv });
  const sessions = sessionsOf(universe, undefined);
  const data = {
    instruments: universe.instruments,
    series: universe.series,
    sessions,
    tradeDates: tradeDatesOf(universe, sessions),
    zoneOf: zoneOffsets,
  };
  const from = line.text("from");
  if (from === undefined) return { data };
  return { data, from: instantOf("from", from, universe.instruments[0].timeZone) };
}

function told(gateway: Gateway, options: Omit<GatewayOptions, "data">, sources: readonly string[]): string {
  const { speed } = options;
  const lines = [
    `A simulated IB Gateway listens on 127.0.0.1:${gateway.port}.`,
    "",
    `accounts  ${gateway.accounts.join(", ")}`,
    `data      ${sources.join(", ")} (${gateway.services.listings.map(({ localSymbol }) => localSymbol).join(", ")})`,
    `time      ${new Date(gateway.simulation.now).toISOString()}, ${speed === "max" ? "in step with its clients" : `${speed} times as fast as the clock on the wall`}`,
    ...(speed === "max" ? [`lockstep  127.0.0.1:${gateway.lockstepPort}`] : []),
    ...dataNotes(sources).map((note) => `note      ${note}`),
    "",
    "End it with Ctrl-C.",
    "",
  ];
  return lines.join("\n");
}

/** Resolves with Ctrl-C, or when the process is asked to end. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}
