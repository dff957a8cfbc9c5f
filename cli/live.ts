import { createInterface } from "node:readline/promises";
import type { Arguments } from "yargs";
import { toParams } from "../core/params.js";
import { Ladder } from "../live/ladder/ladder.js";
import { permitLaunch } from "../live/ladder/launch.js";
import { CliError } from "./errors.js";
import { Flags } from "./flags.js";
import { furtherFlags } from "./paper.js";
import { runSession } from "./run-session.js";
import { type SessionChoice, type SessionPlace, sessionChoice } from "./session-choice.js";
import { LIVE_FLAGS } from "./session-flags.js";

export const tells = `Trades a strategy with real money, once this version of it has climbed the launch ladder: a backtest, trading
days on a paper account, a passed drill; with caps under guards, and the account's id typed in.

  strategy  Its file, such as strategies/sma-cross.ts; may be left out where the configuration names one

The journal, the log and the socket for \`seatrial status\` and the other commands are in the session's folder.
Ctrl-C asks what becomes of the positions.`;

export { furtherFlags, LIVE_FLAGS as flags };

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, LIVE_FLAGS, 1);
  const choice = await sessionChoice("live", line);
  const { place, session, settings } = choice;
  const account = choice.account ?? (await typedAccount(choice));
  const passedOver = permitLaunch(
    {
      strategy: choice.strategy.name,
      file: choice.file,
      flags: flagsOf(choice),
      hash: choice.hash,
      guards: settings.guards,
      port: (place as SessionPlace).port,
      account,
      configuredAccount: session.account,
      override: line.text("override"),
      ...(session.paperDays !== undefined && { paperDays: session.paperDays }),
    },
    new Ladder(),
    Date.now(),
  );
  for (const { says } of passedOver) process.stderr.write(`It starts although ${says}; that is on record.\n`);
  return runSession({ ...choice, account });
}

/** Parameters as flags, where they are not the strategy's own: what is run to climb has to be of the same version. */
function flagsOf({ strategy: { paramSpecs }, params, settings }: SessionChoice): string {
  const own = toParams(paramSpecs);
  // A configuration has them for every command, and a flag of this one may have set them back.
  const told = Object.entries(params).filter(
    ([param, value]) => value !== own[param].default || settings.params?.[param] !== undefined,
  );
  return told.map(([param, value]) => `--param ${quoted(`${param}=${value}`)}`).join(" ");
}

function quoted(word: string): string {
  return /^[\w.=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The account as somebody at the terminal types it; undefined where nobody is there, or nothing is typed.
 * @throws CliError INTERRUPTED by Ctrl-C
 */
async function typedAccount({ strategy, folder }: SessionChoice): Promise<string | undefined> {
  const { stdin, stdout } = process;
  if (stdin.isTTY !== true || stdout.isTTY !== true) return undefined;
  const terminal = createInterface({ input: stdin, output: stdout });
  const interruption = new AbortController();
  terminal.on("SIGINT", () => interruption.abort());
  try {
    const asked = `${strategy.name} is about to trade real money as ${folder.name}. Type the id of the account: `;
    const { signal } = interruption;
    const typed = (await terminal.question(asked, { signal })).trim().toUpperCase();
    return typed === "" ? undefined : typed;
  } catch (error) {
    if ((error as Error).name !== "AbortError") throw error;
    if (interruption.signal.aborted) throw new CliError("INTERRUPTED");
    // Ctrl-D: the terminal's word for nothing more, which leaves the line as it is.
    stdout.write("\n");
    return undefined;
  } finally {
    terminal.close();
  }
}
