import { readFileSync } from "node:fs";
import type { Arguments, Options } from "yargs";
import { nearest } from "../core/nearest.js";
import { readCommandLine } from "./command-line.js";
import { CliError } from "./errors.js";
import { DONE, exitCodeOf, WRONG_USAGE } from "./exit-code.js";
import { type FlagTable, unknownFlag, unknownFlags } from "./flags.js";
import { printError, surviveClosedPipes } from "./print-error.js";

/** What the file of a command exports. */
export interface Command {
  /** What the command does and what its arguments are, for its help. */
  readonly tells: string;
  readonly flags: FlagTable;
  /** Further flags that only help shows, for they depend on the arguments. */
  readonly furtherFlags?: (words: readonly string[]) => Promise<Readonly<Record<string, Options>>>;
  /** Answers the exit code. */
  readonly run: (given: Arguments) => Promise<number>;
}

/** The commands, each in a file that is loaded only when it is called: a start should cost little. */
const COMMANDS: Readonly<Record<string, { usage: string; tells: string; load: () => Promise<Command> }>> = {
  backtest: {
    usage: "backtest [strategy]",
    tells: "Run a strategy over history, and leave a report",
    load: () => import("./backtest.js"),
  },
  new: {
    usage: "new <name>",
    tells: "Write a strategy that runs, and a test for it",
    load: () => import("./new.js"),
  },
};

/** Runs one command line; answers the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const name = words.find((word) => Object.hasOwn(COMMANDS, word));
  return name === undefined ? withoutCommand(words) : withCommand(words, name);
}

async function withCommand(words: readonly string[], name: string): Promise<number> {
  const command = await COMMANDS[name].load();
  const given = readCommandLine(words, command.flags);
  if (asksForHelp(given)) {
    const { helpOf } = await import("./help.js");
    const { usage } = COMMANDS[name];
    console.log(await helpOf({ usage, tells: command.tells }, command.flags, await command.furtherFlags?.(words)));
    return DONE;
  }
  if (given.version === true) return tellVersion();
  if (given._[0] !== name) throw unknownCommand(String(given._[0]));
  return command.run(given);
}

async function withoutCommand(words: readonly string[]): Promise<number> {
  const given = readCommandLine(words, {});
  const help = async (): Promise<string> => (await import("./help.js")).helpOfAll(Object.values(COMMANDS));
  if (asksForHelp(given)) {
    console.log(await help());
    return DONE;
  }
  if (given.version === true) return tellVersion();
  if (given._.length > 0) throw unknownCommand(String(given._[0]));
  for (const flag of unknownFlags(given, {}).keys()) throw unknownFlag(flag, [], "");
  console.error(await help());
  return WRONG_USAGE;
}

function unknownCommand(name: string): CliError {
  const commands = Object.keys(COMMANDS);
  const near = nearest(name, commands);
  const hint = near === undefined ? "" : `Did you mean ${near}? `;
  return new CliError("COMMAND_UNKNOWN", { name, hint, commands: commands.join(", ") });
}

/** --help and -h; also `seatrial help`, `seatrial help backtest` and `seatrial backtest help`. */
function asksForHelp({ help, _: words }: Arguments): boolean {
  return help === true || words[0] === "help" || words.at(-1) === "help";
}

function tellVersion(): number {
  const manifest = new URL("../../package.json", import.meta.url);
  console.log((JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version);
  return DONE;
}

const words = process.argv.slice(2);
const debug = words.includes("--debug");
surviveClosedPipes();
process.on("uncaughtException", (error) => {
  // Nothing can be gone on with: a strategy's timer or promise has failed, or we have.
  printError(error, debug);
  process.exit(exitCodeOf(error));
});
try {
  process.exitCode = await main(words);
} catch (error) {
  printError(error, debug);
  process.exitCode = exitCodeOf(error);
}
