import type { Arguments, Options } from "yargs";
import { nearest } from "../core/nearest.js";
import { CliError } from "./errors.js";

/** The flags of a command by name: texts and switches only, for what a text means is read here. */
export type FlagTable = Readonly<Record<string, Options>>;

/** The flags of every command, beside --help and --version. */
export const COMMON_FLAGS = {
  debug: { type: "boolean", describe: "Show the stack of an error" },
} as const satisfies FlagTable;
const KNOWN: ReadonlySet<string> = new Set(["_", "$0", "help", "h", "version", ...Object.keys(COMMON_FLAGS)]);

/** The flags of a command line, read one by one; whatever is not read as it should be is an error of one sentence. */
export class Flags {
  private readonly given: Arguments;
  private readonly table: FlagTable;

  /**
   * @param most how many arguments the command takes
   * @throws CliError ARGUMENT_EXTRA
   */
  constructor(given: Arguments, table: FlagTable, most: number) {
    this.given = given;
    this.table = table;
    const [command, ...words] = given._.map(String);
    if (words.length > most) throw new CliError("ARGUMENT_EXTRA", { text: words[most], command });
  }

  /** All that stands behind the command, without flags. */
  get arguments(): readonly string[] {
    return this.given._.slice(1).map(String);
  }

  /** What stands behind the command, without a flag. */
  argument(place: number): string | undefined {
    const text = this.given._[place + 1];
    return text === undefined ? undefined : String(text);
  }

  /** Those that the command does not know, such as parameters of a strategy. */
  get unknown(): ReadonlyMap<string, string | boolean> {
    return unknownFlags(this.given, this.table);
  }

  /** @throws CliError FLAG_UNKNOWN, which names the nearest of the flags and of `others`. */
  refuse(name: string, others: readonly string[] = []): never {
    throw unknownFlag(name, [...Object.keys(this.table), ...others], String(this.given._[0]));
  }

  has(name: string): boolean {
    return this.given[name] !== undefined;
  }

  switch(name: string): boolean {
    const value = this.given[name];
    return Array.isArray(value) ? value.at(-1) === true : value === true;
  }

  /** @throws CliError FLAG_TWICE, FLAG_VALUE */
  text(name: string): string | undefined {
    const value: unknown = this.given[name];
    if (Array.isArray(value)) throw new CliError("FLAG_TWICE", { flag: flagOf(name) });
    if (value === undefined) return undefined;
    return this.filled(name, String(value));
  }

  /** A flag that may be repeated. */
  texts(name: string): readonly string[] {
    const value: unknown = this.given[name];
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((text) => this.filled(name, String(text)));
  }

  /** @param rule goes on after "it must be". @throws CliError FLAG_TWICE, FLAG_VALUE */
  number(name: string, rule: string, holds: (value: number) => boolean): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^[\d_]+$/.test(text) ? Number(text.replaceAll("_", "")) : Number(text);
    if (Number.isFinite(value) && holds(value)) return value;
    throw new CliError("FLAG_VALUE", { flag: flagOf(name), value: `"${text}"`, rule, hint: "" });
  }

  /** One of a few words. @throws CliError FLAG_TWICE, FLAG_VALUE */
  choice<const T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = choices.find((one) => one === text);
    if (found !== undefined) return found;
    const near = nearest(text, choices);
    throw new CliError("FLAG_VALUE", {
      flag: flagOf(name),
      value: `"${text}"`,
      rule: `one of ${choices.join(", ")}`,
      hint: near === undefined ? "" : `Did you mean ${near}?`,
    });
  }

  private filled(name: string, text: string): string {
    if (text.trim() !== "") return text;
    throw new CliError("FLAG_VALUE", {
      flag: flagOf(name),
      value: "without a value",
      rule: "followed by one",
      hint: "",
    });
  }
}

/**
 * The flags on a command line that stand in no table: texts, or true where none follows.
 * @throws CliError FLAG_TWICE
 */
export function unknownFlags(given: Arguments, table: FlagTable): ReadonlyMap<string, string | boolean> {
  const found = new Map<string, string | boolean>();
  for (const [name, value] of Object.entries(given)) {
    if (KNOWN.has(name) || Object.hasOwn(table, name)) continue;
    if (Array.isArray(value)) throw new CliError("FLAG_TWICE", { flag: flagOf(name) });
    found.set(name, value as string | boolean);
  }
  return found;
}

/** The error of a flag that nobody knows, with the nearest of `names` and of those that every command has. */
export function unknownFlag(name: string, names: readonly string[], command: string): CliError {
  const near = nearest(name, [...names, ...Object.keys(COMMON_FLAGS), "help", "version"]);
  const help = `\`seatrial${command === "" ? "" : ` ${command}`} --help\` lists all.`;
  return new CliError("FLAG_UNKNOWN", {
    flag: flagOf(name),
    hint: near === undefined ? help : `Did you mean ${flagOf(near)}?`,
  });
}

/** A flag as it is written. One letter has two dashes as well, for parameters of strategies have such names. */
export function flagOf(name: string): string {
  return `--${name}`;
}
