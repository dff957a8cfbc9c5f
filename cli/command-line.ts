import type { Arguments } from "yargs";
import parser from "yargs-parser";
import { CliError } from "./errors.js";
import { COMMON_FLAGS, type FlagTable, flagOf } from "./flags.js";

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
 * @throws CliError FLAG_VALUE for a switch with a value that is neither true nor false
 */
export function readCommandLine(words: readonly string[], flags: FlagTable): Arguments {
  const table: FlagTable = { ...flags, ...COMMON_FLAGS };
  const named = (type: string): string[] => Object.keys(table).filter((name) => table[name].type === type);
  const switches = ["help", "version", ...named("boolean")];
  refuseValues(words, switches);
  return parser([...words], {
    string: named("string"),
    boolean: switches,
    alias: { help: ["h"] },
    configuration: RULES,
  }) as unknown as Arguments;
}

/** The parser takes whatever stands behind the sign of equality of a switch for false, "yes" and "1" included. */
function refuseValues(words: readonly string[], switches: readonly string[]): void {
  for (const word of words) {
    if (word === "--") return;
    const [, name, value] = /^--?([^-=][^=]*)=(.*)$/s.exec(word) ?? [];
    if (!switches.includes(name) || value === "true" || value === "false") continue;
    throw new CliError("FLAG_VALUE", {
      flag: flagOf(name),
      value: `"${value}"`,
      rule: "true, false or without a value",
      hint: "",
    });
  }
}
