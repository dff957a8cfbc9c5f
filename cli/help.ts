import yargs, { type Argv, type Options } from "yargs";
import { COMMON_FLAGS, type FlagTable } from "./flags.js";

/** What is told of a command. */
export interface CommandHelp {
  /** As in "backtest [strategy]". */
  readonly usage: string;
  readonly tells: string;
}

/** What the commands of a program or a group are, such as for `seatrial --help` and `seatrial data --help`. */
export function helpOfAll(name: string, tells: string, commands: readonly CommandHelp[]): Promise<string> {
  const parser = layout()
    .scriptName(name)
    .usage(`$0 <command>\n\n${flowing(tells)}`)
    .options(COMMON_FLAGS)
    .epilogue("Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a check did not hold.");
  for (const { usage, tells } of commands) parser.command(usage, tells);
  return parser.getHelp();
}

/** What one command takes. */
export function helpOf(
  command: CommandHelp,
  flags: FlagTable,
  further: Readonly<Record<string, Options>> = {},
): Promise<string> {
  return layout()
    .usage(`$0 ${command.usage}\n\n${flowing(command.tells)}`)
    .options({ ...flags, ...COMMON_FLAGS, ...further })
    .getHelp();
}

/** A line ends where the terminal does, not where the source has it; an indented line stays one. */
function flowing(text: string): string {
  return text.replaceAll(/(?<=\S)\n(?=\S)/g, " ");
}

function layout(): Argv {
  return yargs([])
    .scriptName("seatrial")
    .version("version", "Show the version", "")
    .help("help", "Show what a command takes")
    .alias("help", "h")
    .detectLocale(false)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .exitProcess(false);
}
