import { readFileSync } from "node:fs";
import type { Arguments } from "yargs";
import { nearest } from "../core/nearest.js";
import { surviveClosedPipes } from "./closed-outputs.js";
import type { CommandTable } from "./command.js";
import { readCommandLine } from "./command-line.js";
import { watchForEarlyEnd } from "./early-end.js";
import { CliError } from "./errors.js";
import { endWithEscapedErrors } from "./escaped-errors.js";
import { DONE, exitCodeOf, WRONG_USAGE } from "./exit-code.js";
import { unknownFlag, unknownFlags } from "./flags.js";
import { printError } from "./print-error.js";

const COMMANDS: CommandTable = {
  acceptance: {
    usage: "acceptance",
    tells: "Hold a TWS or IB Gateway with a paper account against the simulated one",
    load: () => import("./acceptance.js"),
  },
  adopt: {
    usage: "adopt <what> [session]",
    tells: "Take a position or an order of the account as a session's own",
    load: () => import("./adopt.js"),
  },
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
  contract: {
    usage: "contract <symbol..>",
    tells: "Show which contract of IB an instrument is",
    load: () => import("./contract.js"),
  },
  data: {
    usage: "data <command>",
    tells: "Keep bars in a store: fetch, import, list, verify, export, ask in SQL",
    load: () => import("./data/commands.js"),
  },
  doctor: {
    usage: "doctor",
    tells: "Find out why a connection to TWS or IB Gateway fails",
    load: () => import("./doctor.js"),
  },
  drill: {
    usage: "drill [strategy]",
    tells: "Take a strategy through a list of failures, and show what held",
    load: () => import("./drill.js"),
  },
  flatten: {
    usage: "flatten [session]",
    tells: "Close the positions of a running session",
    load: () => import("./flatten.js"),
  },
  gateway: {
    usage: "gateway",
    tells: "Simulate an IB Gateway that clients of TWS can connect to",
    load: () => import("./gateway.js"),
  },
  kill: {
    usage: "kill [session]",
    tells: "Turn the kill switch of a session on, or off again",
    load: () => import("./kill.js"),
  },
  live: {
    usage: "live [strategy]",
    tells: "Trade a strategy with real money, once it has climbed the launch ladder",
    load: () => import("./live.js"),
  },
  new: {
    usage: "new <name>",
    tells: "Write a strategy that runs, and a test for it",
    load: () => import("./new.js"),
  },
  orders: {
    usage: "orders [session]",
    tells: "Show the orders of a session",
    load: () => import("./orders.js"),
  },
  paper: {
    usage: "paper [strategy]",
    tells: "Trade a strategy on a paper account, or on a simulated gateway",
    load: () => import("./paper.js"),
  },
  parity: {
    usage: "parity [session]",
    tells: "Play a recorded session again, and compare its decisions",
    load: () => import("./parity.js"),
  },
  positions: {
    usage: "positions [session]",
    tells: "Show the positions of a session",
    load: () => import("./positions.js"),
  },
  reconcile: {
    usage: "reconcile [session]",
    tells: "Hold a session's journal against the broker, or settle what only you know",
    load: () => import("./reconcile.js"),
  },
  status: {
    usage: "status [session]",
    tells: "Show a paper or live session",
    load: () => import("./status.js"),
  },
  stop: {
    usage: "stop [session]",
    tells: "End a running session in order",
    load: () => import("./stop.js"),
  },
  whatif: {
    usage: "whatif <symbol>",
    tells: "Ask IB what an order would do to margin and fees, without sending it",
    load: () => import("./whatif.js"),
  },
};

const PROGRAM = "From an idea for a trading strategy to a backtest, a paper session and a live one.";

/** Runs one command line; answers the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const at = words.findIndex((word) => Object.hasOwn(COMMANDS, word));
  return at < 0 ? withoutCommand(words, [], COMMANDS, PROGRAM) : withCommand(words, at, [], COMMANDS);
}

/** @param above the words of the group that the command at `at` belongs to */
async function withCommand(
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
    if (next >= 0) return withCommand(words, next, path, command.commands);
    return withoutCommand(words, path, command.commands, command.tells);
  }
  const given = readCommandLine(words, command.flags);
  if (asksForHelp(given)) {
    const { helpOf } = await import("./help.js");
    const usage = [...above, table[name].usage].join(" ");
    console.log(await helpOf({ usage, tells: command.tells }, command.flags, await command.furtherFlags?.(words)));
    return DONE;
  }
  if (given.version === true) return tellVersion();
  for (const [i, word] of path.entries()) {
    if (given._[i] === word) continue;
    throw unknownCommand([...path.slice(0, i), String(given._[i])], i === 0 ? COMMANDS : table);
  }
  return command.run({ ...given, _: [path.join(" "), ...given._.slice(path.length)] });
}

/** No command of a table is named: shows which there are. @param path the words of the group whose table it is */
async function withoutCommand(
  words: readonly string[],
  path: readonly string[],
  table: CommandTable,
  tells: string,
): Promise<number> {
  const given = readCommandLine(words, {});
  const help = async (): Promise<string> =>
    (await import("./help.js")).helpOfAll(["seatrial", ...path].join(" "), tells, Object.values(table));
  if (asksForHelp(given)) {
    console.log(await help());
    return DONE;
  }
  if (given.version === true) return tellVersion();
  const further = given._.slice(path.length);
  if (further.length > 0) throw unknownCommand([...path, String(further[0])], table);
  for (const flag of unknownFlags(given, {}).keys()) throw unknownFlag(flag, [], path.join(" "));
  console.error(await help());
  return WRONG_USAGE;
}

/** @param path the words of the command, of which the last is not known */
function unknownCommand(path: readonly string[], table: CommandTable): CliError {
  const above = path.slice(0, -1);
  const commands = Object.keys(table);
  const near = nearest(path[path.length - 1], commands);
  const hint = near === undefined ? "" : `Did you mean ${[...above, near].join(" ")}? `;
  return new CliError("COMMAND_UNKNOWN", { name: path.join(" "), hint, commands: commands.join(", ") });
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
const over = watchForEarlyEnd(debug);
surviveClosedPipes(over);
endWithEscapedErrors(debug);
try {
  process.exitCode = await main(words);
} catch (error) {
  printError(error, debug);
  process.exitCode = exitCodeOf(error);
}
over();
