import { nearest } from "../core/nearest.js";
import { BacktestError } from "./errors.js";
import type { BacktestOptions } from "./options.js";

const OPTIONS: Readonly<Record<keyof BacktestOptions, true>> = {
  strategy: true,
  data: true,
  csv: true,
  store: true,
  quotes: true,
  trades: true,
  build: true,
  params: true,
  from: true,
  to: true,
  cash: true,
  baseCurrency: true,
  rates: true,
  margin: true,
  fill: true,
  limitFill: true,
  intrabar: true,
  latency: true,
  fees: true,
  slippage: true,
  volumeLimit: true,
  instruments: true,
  actions: true,
  calendar: true,
  sessions: true,
  guards: true,
  benchmark: true,
  seed: true,
  strict: true,
  timeZone: true,
  source: true,
  log: true,
  progress: true,
  signal: true,
};

/**
 * Callers without a type checker slip too: a misspelt option must not leave a run at its default.
 * @throws BacktestError OPTION_UNKNOWN
 */
export function checkOptions(options: BacktestOptions): void {
  const names = Object.keys(OPTIONS);
  if (typeof options !== "object" || options === null) {
    throw new BacktestError("OPTION_UNKNOWN", {
      name: String(options),
      hint: "Pass an object: { strategy, data, … }.",
    });
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const hint = near === undefined ? `It takes ${names.join(", ")}.` : `Did you mean "${near}"?`;
    throw new BacktestError("OPTION_UNKNOWN", { name, hint });
  }
}
