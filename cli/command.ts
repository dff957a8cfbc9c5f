import type { Arguments, Options } from "yargs";
import type { FlagTable } from "./flags.js";

/** Commands by name, each in a file that is loaded only when it is called: `seatrial --help` should cost little. */
export type CommandTable = Readonly<
  Record<string, { usage: string; tells: string; load: () => Promise<Command | CommandGroup> }>
>;

/** What the file of a group of commands exports, such as `seatrial data …`. */
export interface CommandGroup {
  readonly tells: string;
  readonly commands: CommandTable;
}

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
