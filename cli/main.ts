import { readFileSync } from "node:fs";
import yargs, { type Arguments, type Argv, type Options } from "yargs";
import { nearest } from "../core/nearest.js";
import { CliError } from "./errors.js";
import { DONE, exitCodeOf, WRONG_USAGE } from "./exit-code.js";
import { COMMON_FLAGS, type FlagTable, PARSER, unknownFlag, unknownFlags } from "./flags.js";
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

/** The commands, each in a file that is loaded only when it is called: `seatrial --help` should cost little. */
const COMMANDS: Readonly<Record<string, { usage: string; tells: string; load: () => Promise<Command> }>> = {
  backtest: {
    usage: "backtest [strategy]",
    tells: "Run a strategy over history, and leave a report",
    load: () => import("./backtest.js"),
  },
  calendar: {
    usage: "calendar [exchange]",
    tells: "Show when an exchange trades",
    load: () => import("./calendar.js"),
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
  const parser = yargs([...words])
    .scriptName("seatrial")
    .parserConfiguration(PARSER)
    .version("version", "Show the version", version())
    .help("help", "Show what a command takes")
    .alias("help", "h")
    .detectLocale(false)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .exitProcess(false);
  return name === undefined ? withoutCommand(parser, words) : withCommand(parser, words, name);
}

// Commands are not run by yargs: it would lay out their help each time, which takes as long as a small backtest.
async function withCommand(parser: Argv, words: readonly string[], name: string): Promise<number> {
  const command = await COMMANDS[name].load();
  parser.usage(`$0 ${COMMANDS[name].usage}\n\n${command.tells}`).options({ ...command.flags, ...COMMON_FLAGS });
  const help = words.includes("--help") || words.includes("-h");
  if (help && command.furtherFlags !== undefined) parser.options(await command.furtherFlags(words));
  const given = await parser.parseAsync();
  if (toldOfItself(given, words)) return DONE;
  if (given._[0] !== name) throw unknownCommand(String(given._[0]));
  return command.run(given);
}

async function withoutCommand(parser: Argv, words: readonly string[]): Promise<number> {
  parser
    .usage("$0 <command>\n\nFrom an idea for a trading strategy to a backtest and its report.")
    .options(COMMON_FLAGS)
    .epilogue("Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a check did not hold.");
  for (const { usage, tells } of Object.values(COMMANDS)) parser.command(usage, tells);
  const given = await parser.parseAsync();
  if (toldOfItself(given, words)) return DONE;
  if (given._.length > 0) throw unknownCommand(String(given._[0]));
  for (const flag of unknownFlags(given, {}).keys()) throw unknownFlag(flag, [], "");
  console.error(await parser.getHelp());
  return WRONG_USAGE;
}

/** Whether help or the version has been shown, which is all that was asked for. */
function toldOfItself(given: Arguments, words: readonly string[]): boolean {
  return given.help === true || given.version === true || words.at(-1) === "help";
}

function unknownCommand(name: string): CliError {
  const commands = Object.keys(COMMANDS);
  const near = nearest(name, commands);
  const hint = near === undefined ? "" : `Did you mean ${near}? `;
  return new CliError("COMMAND_UNKNOWN", { name, hint, commands: commands.join(", ") });
}

function version(): string {
  const manifest = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
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
