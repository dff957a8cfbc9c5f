import type { FeeModel } from "../brokers/sim/fee-model.js";
import { feesByName } from "../brokers/sim/fees-by-name.js";
import { marginByName } from "../brokers/sim/margin.js";
import type { MarginModel } from "../brokers/sim/margin-model.js";
import type { SimRules } from "../brokers/sim/rules.js";
import { type SlippageModel, slippageByName } from "../brokers/sim/slippage.js";
import { nearest } from "../core/nearest.js";
import { BacktestError } from "./errors.js";
import type { BacktestOptions } from "./options.js";

/** What stands where a run does not say otherwise: rules that do not flatter. */
export const DEFAULTS = {
  cash: 100_000,
  baseCurrency: "USD",
  margin: "reg-t",
  fill: "next-open",
  limitFill: "through",
  intrabar: "pessimistic",
  latency: 0,
  fees: "ib-fixed",
  slippage: "ticks:1",
  volumeLimit: 0,
  seed: 1,
} as const;

/** The rules of the simulated broker that a run asks for. */
export function rulesOf(options: BacktestOptions): SimRules {
  const fees: string | FeeModel = options.fees ?? DEFAULTS.fees;
  const slippage: string | SlippageModel = options.slippage ?? DEFAULTS.slippage;
  const margin: string | MarginModel = options.margin ?? DEFAULTS.margin;
  const latency = options.latency ?? DEFAULTS.latency;
  const volumeLimit = options.volumeLimit ?? DEFAULTS.volumeLimit;
  if (!(latency >= 0 && latency < Infinity)) {
    throw new BacktestError("SETTING_INVALID", { name: "latency", value: latency, rule: "milliseconds, 0 or more" });
  }
  if (!(volumeLimit >= 0 && volumeLimit <= 1)) {
    throw new BacktestError("SETTING_INVALID", {
      name: "volumeLimit",
      value: volumeLimit,
      rule: "a share from 0 to 1",
    });
  }
  return {
    fill: oneOf("fill", options.fill ?? DEFAULTS.fill, ["next-open", "same-close"]),
    limitFill: oneOf("limitFill", options.limitFill ?? DEFAULTS.limitFill, ["through", "touch"]),
    intrabar: oneOf("intrabar", options.intrabar ?? DEFAULTS.intrabar, ["pessimistic", "optimistic", "ohlc"]),
    latency,
    fees: typeof fees === "string" ? feesByName(fees) : fees,
    slippage: typeof slippage === "string" ? slippageByName(slippage) : slippage,
    margin: typeof margin === "string" ? marginByName(margin) : margin,
    volumeLimit,
  };
}

function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  const near = nearest(value, choices);
  const list = choices.join(", ");
  throw new BacktestError("SETTING_UNKNOWN", {
    name,
    value,
    choices: near === undefined ? list : `${list}; did you mean ${near}?`,
  });
}
