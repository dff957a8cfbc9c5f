import { readFileSync } from "node:fs";
import { GatewayError } from "../brokers/gateway/errors.js";
import { type FaultPlan, parseFaultPlan } from "../brokers/gateway/faults/fault-plan.js";
import {
  DEFAULT_ACCOUNT,
  DEFAULT_PORT,
  DEFAULT_TICKS,
  type GatewayOptions,
} from "../brokers/gateway/gateway-options.js";
import type { Speed } from "../brokers/gateway/simulation/driver.js";
import { TIME_STYLES } from "../brokers/gateway/time-text.js";
import { parseTimeSize } from "../core/market/bar-size.js";
import { reasonOf } from "../core/system-reason.js";
import { BACKTEST_FLAGS } from "./backtest-flags.js";
import type { Flags, FlagTable } from "./flags.js";

const text = (describe: string): { type: "string"; describe: string } => ({ type: "string", describe });

/** The flags of `seatrial gateway`; those of its data are the same as for a backtest. */
export const GATEWAY_FLAGS = {
  port: text(`Port to listen on, on this machine only [${DEFAULT_PORT}]`),
  data: text("sample, synthetic:seed=7,symbols=2, store, or CSV files such as SPY=spy.csv; repeatable [sample]"),
  speed: text("How fast time passes: 1, 60, or max to go in step with a client [1]"),
  from: text("When simulated time begins, such as 2010-01-31 [a fifth of the data before its end]"),
  account: text(`Id of a paper account; repeatable [${DEFAULT_ACCOUNT}]`),
  cash: text("Money each account begins with [1000000]"),
  "base-currency": text("Currency of the accounts [USD]"),
  margin: BACKTEST_FLAGS.margin,
  fees: BACKTEST_FLAGS.fees,
  faults: text("File of faults: what goes wrong, and when"),
  seed: text("Seed of what is left to chance [1]"),
  "tick-every": text('Time between two quotes, such as 1sec, or "bar" for four a bar [5sec]'),
  "lockstep-port": text("With --speed max: port of the channel on which clients keep in step [any]"),
  "time-style": text(`How times are written: ${TIME_STYLES.join(", ")} [exchange]`),
  "no-limits": { type: "boolean", describe: "Leave out the limits of messages, lines and historical requests" },
  calendar: BACKTEST_FLAGS.calendar,
  config: BACKTEST_FLAGS.config,
  run: BACKTEST_FLAGS.run,
  symbols: BACKTEST_FLAGS.symbols,
  bar: BACKTEST_FLAGS.bar,
  adjust: BACKTEST_FLAGS.adjust,
  what: BACKTEST_FLAGS.what,
  hours: BACKTEST_FLAGS.hours,
  store: BACKTEST_FLAGS.store,
  "time-zone": BACKTEST_FLAGS["time-zone"],
  stamp: BACKTEST_FLAGS.stamp,
  "session-hours": BACKTEST_FLAGS["session-hours"],
  columns: BACKTEST_FLAGS.columns,
  "date-order": BACKTEST_FLAGS["date-order"],
  "price-scale": BACKTEST_FLAGS["price-scale"],
} as const satisfies FlagTable;

/**
 * What the flags say of the gateway itself.
 * @throws CliError FLAG_TWICE, FLAG_VALUE; GatewayError of the faults
 */
export function gatewaySettings(line: Flags): Omit<GatewayOptions, "data" | "from" | "rules" | "funds"> {
  const isPort = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 65_535;
  const port = line.number("port", "a port from 1 to 65535, or 0 for any", isPort);
  const speed = speedOf(line);
  const lockstepRule = speed === "max" ? "a port from 1 to 65535, or 0 for any" : "left out unless --speed is max";
  const lockstepPort = line.number("lockstep-port", lockstepRule, (value) => speed === "max" && isPort(value));
  const timeStyle = line.choice("time-style", TIME_STYLES);
  const accounts = line.texts("account").flatMap((ids) => ids.split(",").map((one) => one.trim()));
  const file = line.text("faults");
  const every = tickEvery(line);
  return {
    speed,
    ...(port !== undefined && { port }),
    ...(lockstepPort !== undefined && { lockstepPort }),
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
  const given = line.text("tick-every");
  if (given === undefined) return undefined;
  return given === "bar" ? Infinity : parseTimeSize(given).ms;
}

/** @throws GatewayError FAULT_FILE, and what the plan is refused for */
export function faultsIn(file: string): FaultPlan {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new GatewayError("FAULT_FILE", { file, reason: reasonOf(error) }, error);
  }
  return parseFaultPlan(json);
}
