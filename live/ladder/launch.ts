import { portName } from "../../brokers/ib/ports.js";
import type { GuardSettings } from "../../core/guards/index.js";
import { LadderError } from "./errors.js";
import type { Ladder } from "./ladder.js";
import type { MissingRung } from "./rungs.js";

/** Caps that have to be set by whoever trades real money, each by its name under `guards`. */
export const NEEDED_CAPS = [
  "orderSize",
  "orderValue",
  "position",
  "exposure",
  "openOrders",
] as const satisfies readonly (keyof GuardSettings)[];

/** What is to be started with real money. */
export interface Launch {
  /** Of the class, for sentences. */
  readonly strategy: string;
  readonly file: string;
  /** Parameters that are not the strategy's own, as flags of a command; "" for none. */
  readonly flags: string;
  /** By which the ladder knows it. */
  readonly hash: string;
  /** Trading days on a paper account. Default 5. */
  readonly paperDays?: number;
  readonly guards: GuardSettings | false | undefined;
  readonly port: number;
  /** As it was typed in for this start. */
  readonly account: string | undefined;
  /** What the configuration names. */
  readonly configuredAccount: string | undefined;
  /** Why it starts though rungs are missing. */
  readonly override: string | undefined;
}

/**
 * Holds a start with real money to everything that can be known before anybody connects, and puts on record that rungs
 * were passed over. Answers these.
 * @throws LadderError
 */
export function permitLaunch(launch: Launch, ladder: Ladder, now: number): readonly MissingRung[] {
  const { account, configuredAccount, override } = launch;
  if (account === undefined) throw new LadderError("ACCOUNT_UNTYPED");
  if (configuredAccount !== undefined && configuredAccount !== account) {
    throw new LadderError("ACCOUNT_CONTRADICTED", {
      typed: shortAccount(account),
      configured: shortAccount(configuredAccount),
    });
  }
  refuseWrongSide("live", launch.port, account);
  refuseWithoutCaps(launch.guards);
  if (override !== undefined && override.trim().split(/\s+/).length < 3) throw new LadderError("OVERRIDE_WORDLESS");
  const named = [launch.file, launch.flags].filter((words) => words !== "").join(" ");
  const missing = ladder.missing(launch.hash, named, launch.paperDays);
  if (missing.length === 0) return missing;
  if (override === undefined) {
    throw new LadderError("RUNGS_MISSING", {
      strategy: launch.strategy,
      missing: missing.map(({ says }) => says).join("; "),
      how: missing.map(({ how }) => how).join(" "),
    });
  }
  const rungs = missing.map(({ rung }) => rung);
  ladder.record(launch.hash, { rung: "override", at: now, file: launch.file, reason: override, missing: rungs });
  return missing;
}

/** @throws LadderError CAPS_MISSING */
export function refuseWithoutCaps(guards: GuardSettings | false | undefined): void {
  const set: GuardSettings = guards === false || guards === undefined ? {} : guards;
  const unset = NEEDED_CAPS.filter((name) => typeof set[name] !== "number");
  if (unset.length === 0) return;
  const names = unset.length === 1 ? unset[0] : `${unset.slice(0, -1).join(", ")} and ${unset.at(-1)}`;
  throw new LadderError("CAPS_MISSING", { caps: `${names} ${unset.length === 1 ? "is" : "are"}`, names });
}

/**
 * Refuses an account or a usual port of the other side. Ids of paper accounts begin with D.
 * @param account undefined where it is not known yet
 * @param command what would trade there, for sentences
 * @throws LadderError ACCOUNT_IS_PAPER, ACCOUNT_IS_LIVE, PORT_IS_PAPER, PORT_IS_LIVE
 */
export function refuseWrongSide(
  mode: "paper" | "live",
  port: number,
  account: string | undefined,
  command: string = mode,
): void {
  const side = portName(port)?.endsWith("-live") === true ? "live" : portName(port) === undefined ? mode : "paper";
  if (account !== undefined && isPaperAccount(account) !== (mode === "paper")) {
    const shown = shortAccount(account);
    throw new LadderError(mode === "live" ? "ACCOUNT_IS_PAPER" : "ACCOUNT_IS_LIVE", { account: shown, command });
  }
  if (side !== mode) throw new LadderError(mode === "live" ? "PORT_IS_PAPER" : "PORT_IS_LIVE", { port, command });
}

/**
 * The account that trades, of those that the login turned out to have.
 * @param named undefined where none was: then the login's only one
 * @throws LadderError ACCOUNT_ABSENT, ACCOUNT_SEVERAL, and as `refuseWrongSide` does
 */
export function accountOfLogin(
  mode: "paper" | "live",
  named: string | undefined,
  login: { readonly accounts: readonly string[]; readonly place: string; readonly port: number },
): string {
  const account = accountAmong(named, login);
  refuseWrongSide(mode, login.port, account);
  return account;
}

/**
 * The account that is meant, of those of a login.
 * @param named undefined where none was: then the login's only one
 * @throws LadderError ACCOUNT_ABSENT, ACCOUNT_SEVERAL
 */
export function accountAmong(
  named: string | undefined,
  { accounts: all, place }: { readonly accounts: readonly string[]; readonly place: string },
): string {
  const accounts = all.map(shortAccount).join(", ") || "no account";
  if (named === undefined && all.length > 1) throw new LadderError("ACCOUNT_SEVERAL", { place, accounts });
  const account = named ?? all.at(0);
  if (account === undefined || !all.includes(account)) {
    throw new LadderError("ACCOUNT_ABSENT", { place, accounts, typed: shortAccount(account ?? "-") });
  }
  return account;
}

export function isPaperAccount(account: string): boolean {
  return account.startsWith("D");
}

/** Enough of an account's id to know one's own by it, such as "U…67". */
export function shortAccount(account: string): string {
  const letters = /^[A-Za-z]*/.exec(account)?.[0] ?? "";
  return account.length - letters.length <= 2 ? account : `${letters}…${account.slice(-2)}`;
}
