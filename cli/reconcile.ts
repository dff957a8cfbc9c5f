import type { Arguments } from "yargs";
import type { ControlRequest } from "../live/control/control-protocol.js";
import { DIFFERENCE_NAMES } from "../live/session-control.js";
import { CliError } from "./errors.js";
import { DONE } from "./exit-code.js";
import { textFlag } from "./flag-kinds.js";
import type { Flags, FlagTable } from "./flags.js";
import { lineOfFlags, meantSession, SESSIONS_FLAGS } from "./sessions-flags.js";
import { codeOfBooks, tellSession } from "./tell-session.js";

export const tells = `Has a running session read what the broker has and hold its journal against it, now; and takes what only
its operator can know: what became of an order without a trace, and what a difference of positions is.

  session  Its name; may be left out where one runs

A session reconciles by itself when it starts, after every reconnect, and when something is not clear. Where the two
differ, or the broker has not told everything, the exit code is 3.`;

const ORDER = "An order without a trace:";
const DIFFERENCE = "A difference of positions:";

export const flags = {
  settle: textFlag("Its ref, as `seatrial status` shows it", ORDER),
  as: textFlag(`Of an order gone or filled; of a difference ${DIFFERENCE_NAMES.join(", ")}`, ORDER),
  price: textFlag("At which it filled", ORDER),
  difference: textFlag("The symbol of the instrument", DIFFERENCE),
  quantity: textFlag("Units: of a fill above 0; of a difference all that is shown, with its sign", DIFFERENCE),
  ...SESSIONS_FLAGS,
} as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = lineOfFlags(given, flags, 1);
  const asked = request(line);
  const instead = "It reconciles by itself when it is started again.";
  const answer = await tellSession(await meantSession(line, 0, "reconcile"), asked, instead);
  return asked.command === "reconcile" ? codeOfBooks(answer) : DONE;
}

/** @throws CliError FLAG_VALUE, FLAG_MISSING, FLAG_POINTLESS */
function request(line: Flags): Exclude<ControlRequest, { command: "view" }> {
  const ref = line.text("settle");
  const symbol = line.text("difference");
  if (ref !== undefined && symbol !== undefined) {
    throw new CliError("FLAGS_EXCLUSIVE", { first: "--settle", second: "--difference" });
  }
  const needed = <T>(value: T | undefined, flag: string, forWhat: string): T => {
    if (value === undefined) throw new CliError("FLAG_MISSING", { flag, what: forWhat });
    return value;
  };
  if (symbol !== undefined) {
    const as = needed(line.choice("as", DIFFERENCE_NAMES), "--as", "--difference");
    const quantity = line.number("quantity", "units with their sign, such as -60", (value) => value !== 0);
    return { command: "nameDifference", symbol, as, quantity: needed(quantity, "--quantity", "--difference") };
  }
  if (ref !== undefined) {
    const as = needed(line.choice("as", ["gone", "filled"]), "--as", "--settle");
    const quantity = line.number("quantity", "units above 0", (value) => value > 0);
    const price = line.number("price", "a price", () => true);
    if (as === "gone") {
      for (const name of ["quantity", "price"]) {
        if (!line.has(name)) continue;
        const otherwise = "say --as filled";
        throw new CliError("FLAG_POINTLESS", {
          flag: `--${name}`,
          what: "how a fill was",
          data: "--as gone",
          otherwise,
        });
      }
      return { command: "settle", ref, as };
    }
    return {
      command: "settle",
      ref,
      as,
      quantity: needed(quantity, "--quantity", "--as filled"),
      price: needed(price, "--price", "--as filled"),
    };
  }
  for (const flag of ["as", "quantity", "price"]) {
    if (line.has(flag)) throw new CliError("FLAG_MISSING", { flag: "--settle or --difference", what: `--${flag}` });
  }
  return { command: "reconcile" };
}
