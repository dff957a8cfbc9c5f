import { readFileSync } from "node:fs";
import yargs, { type Arguments, type Argv } from "yargs";
import { nearest } from "../core/nearest.js";
import type { CommandTable } from "./command.js";
import { CliError } from "./errors.js";
import { DONE, exitCodeOf, WRONG_USAGE } from "./exit-code.js";
import { COMMON_FLAGS, PARSER, unknownFlag, unknownFlags } from "./flags.js";
import { printError, surviveClosedPipes } from "./print-error.js";

const COMMANDS: CommandTable = {
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
  data: {
    usage: "data <command>",
    tells: "Keep bars in a store: import, list, verify, export, ask in SQL",
    load: () => import("./data/commands.js"),
  },
  gateway: {
    usage: "gateway",
    tells: "Simulate an IB Gateway that clients of TWS can connect to",
    load: () => import("./gateway.js"),
  },
  doctor: {
    usage: "doctor",
    tells: "Find out why a connection to TWS or IB Gateway fails",
    load: () => import("./doctor.js"),
  },
  new: {
    usage: "new <name>",
    tells: "Write a strategy that runs, and a test for it",
    load: () => import("./new.js"),
  },
};

/** Runs one command line; answers the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const parser = yargs([...words])
    .scriptName("seatrial")
    .parserConfiguration(PARSER)
    .version("version", "Show the version", version())
    .help("help", "Show what a command takes")
    .alias("help", "h")
    .detectLocale(false)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .exitProcess(false);
  const at = words.findIndex((word) => Object.hasOwn(COMMANDS, word));
  if (at < 0) {
    return withoutCommand(
      parser,
      words,
      [],
      COMMANDS,
      "From an idea for a trading strategy to a backtest and its report.",
    );
  }
  return withCommand(parser, words, at, [], COMMANDS);
}

// Commands are not run by yargs: it would lay out their help each time, which takes as long as a small backtest.
async function withCommand(
  parser: Argv,
  words: readonly string[],
  at: number,
  above: readonly string[],
  table: CommandTable,
): Promise<number> {
  const name = words[at];
  const path = [...above, name];
  const command = await table[name].load();
  if ("commands" in command) {
    const next = words.findIndex((word, i) => i > at && Object.hasOwn(command.commands, word));
    if (next >= 0) return withCommand(parser, words, next, path, command.commands);
    return withoutCommand(parser, words, path, command.commands, command.tells);
  }
  parser
    .usage(`$0 ${[...above, table[name].usage].join(" ")}\n\n${command.tells}`)
    .options({ ...command.flags, ...COMMON_FLAGS });
  const help = words.includes("--help") || words.includes("-h");
  if (help && command.furtherFlags !== undefined) parser.options(await command.furtherFlags(words));
  const given = await parser.parseAsync();
  if (toldOfItself(given, words)) return DONE;
  path.forEach((word, i) => {
    if (given._[i] !== word)
      throw unknownCommand([...path.slice(0, i), String(given._[i])], i === 0 ? COMMANDS : table);
  });
  return command.run({ ...given, _: [path.join(" "), ...given._.slice(path.length)] });
}

async function withoutCommand(
  parser: Argv,
  words: readonly string[],
  path: readonly string[],
  table: CommandTable,
  tells: string,
): Promise<number> {
  parser
    .scriptName(["seatrial", ...path].join(" "))
    .usage(`$0 <command>\n\n${tells}`)
    .options(COMMON_FLAGS)
    .epilogue("Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a check did not hold.");
  for (const command of Object.values(table)) parser.command(command.usage, command.tells);
  const given = await parser.parseAsync();
  if (toldOfItself(given, words)) return DONE;
  const further = given._.slice(path.length);
  if (further.length > 0) throw unknownCommand([...path, String(further[0])], table);
  for (const flag of unknownFlags(given, {}).keys()) throw unknownFlag(flag, [], path.join(" "));
  console.error(await parser.getHelp());
  return WRONG_USAGE;
}

/** Whether help or the version has been shown, which is all that was asked for. */
function toldOfItself(given: Arguments, words: readonly string[]): boolean {
  return given.help === true || given.version === true || words.at(-1) === "help";
}

/** @param path the words of the command, of which the last is not known */
function unknownCommand(path: readonly string[], table: CommandTable): CliError {
  const above = path.slice(0, -1);
  const commands = Object.keys(table);
  const near = nearest(path[path.length - 1], commands);
  const hint = near === undefined ? "" : `Did you mean ${[...above, near].join(" ")}? `;
  return new CliError("COMMAND_UNKNOWN", { name: path.join(" "), hint, commands: commands.join(", ") });
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
