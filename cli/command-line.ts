import type { Arguments } from "yargs";
import parser from "yargs-parser";
import { COMMON_FLAGS, type FlagTable } from "./flags.js";

/** How a command line is read: every value as it was typed, every flag under the name it was typed with. */
const RULES = {
  "camel-case-expansion": false,
  "dot-notation": false,
  "parse-numbers": false,
  "parse-positional-numbers": false,
  "boolean-negation": false,
  "short-option-groups": false,
};

/**
 * Reads a command line as yargs does, by yargs' own parser alone: the rest of yargs lays out help, and takes as long to
 * load as a small backtest to run.
 */
export function readCommandLine(words: readonly string[], flags: FlagTable): Arguments {
  const table: FlagTable = { ...flags, ...COMMON_FLAGS };
  const named = (type: string): string[] => Object.keys(table).filter((name) => table[name].type === type);
  return parser([...words], {
    string: named("string"),
    boolean: ["help", "version", ...named("boolean")],
    alias: { help: ["h"] },
    configuration: RULES,
  }) as unknown as Arguments;
}
