import { CliError } from "./errors.js";
import type { Flags } from "./flags.js";

/**
 * The file of the strategy that a command is about: what its line or its configuration has named.
 * @param example a line of that command that would do
 * @throws CliError STRATEGY_UNNAMED; FLAG_UNKNOWN first, for without a strategy no flag can be one of its parameters
 */
export function strategyFile(named: string | undefined, line: Flags, example: string): string {
  if (named !== undefined) return named;
  for (const flag of line.unknown.keys()) line.refuse(flag);
  throw new CliError("STRATEGY_UNNAMED", { example });
}
