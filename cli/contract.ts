import type { Arguments } from "yargs";
import { describeContract } from "../brokers/tws/contracts/contract-details.js";
import { type ContractHours, contractHours } from "../brokers/tws/contracts/contract-hours.js";
import type { ContractChoice } from "../brokers/tws/contracts/contract-query.js";
import { TwsError } from "../brokers/tws/errors.js";
import type { Instant } from "../core/market/bar-size.js";
import type { InstrumentSpec } from "../core/market/instrument.js";
import { findZone } from "../data/zone-offsets.js";
import { withTws } from "./connect-tws.js";
import { CONNECTION_FLAGS, connectionChoice } from "./connection-flags.js";
import { CONTRACT_FLAGS, contractChoice, saidOf } from "./contract-flags.js";
import { candidatesText, contractText } from "./contract-text.js";
import { JSON_FLAG, STORE_FLAGS, storePlace, symbolsOf } from "./data/store-flags.js";
import { CliError } from "./errors.js";
import { DONE, WRONG_USAGE } from "./exit-code.js";
import { Flags, type FlagTable } from "./flags.js";
import { type FoundContract, KeptContracts } from "./kept-contracts.js";
import { writeStandardError } from "./standard-error.js";

export const tells = `Shows which contract of IB an instrument is: its number, the steps of its prices, its hours.
What IB says is kept in the store for a day, and then asked for again.

  symbol  Such as AAPL, BRK.B, EUR.USD or AAPL,MSFT, or ESZ6 with --kind future; where
          several contracts fit, they are listed`;

export const flags = {
  ...CONTRACT_FLAGS,
  choose: { type: "boolean", describe: "Remember it in the store: `data fetch` takes this contract for the symbol" },
  refresh: { type: "boolean", describe: "Ask IB again, whatever the store has" },
  ...CONNECTION_FLAGS,
  ...STORE_FLAGS,
  ...JSON_FLAG,
} as const satisfies FlagTable;

/** What there is to tell of a symbol. */
interface Told {
  readonly text: string;
  readonly json: object;
  readonly isOne: boolean;
}

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, Infinity);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const symbols = symbolsOf(line.arguments);
  if (symbols.length === 0) throw new CliError("ARGUMENT_MISSING", { command: "contract", what: "a symbol" });
  const said = saidOf(line);
  const choice = contractChoice(line, symbols);
  const { path, instruments } = await storePlace(line);
  return withTws(connectionChoice(line), async (tws) => {
    const kept = await KeptContracts.open(path, tws, { instruments, ...(line.switch("refresh") && { maxAge: 0 }) });
    try {
      const told: Told[] = [];
      for (const symbol of symbols) {
        try {
          told.push(await look(kept, symbol, { said, choice, choose: line.switch("choose") }));
        } catch (error) {
          if (!(error instanceof TwsError && error.code === "CONTRACT_UNKNOWN")) throw error;
          writeStandardError(`${error.message}\n`);
        }
      }
      const json = (): string =>
        JSON.stringify(
          told.map((one) => one.json),
          null,
          2,
        );
      if (told.length > 0) {
        process.stdout.write(line.switch("json") ? `${json()}\n` : told.map(({ text }) => text).join("\n"));
        // What was said is kept, now that there is something.
        await kept.store();
      }
      return told.length === symbols.length && told.every(({ isOne }) => isOne) ? DONE : WRONG_USAGE;
    } finally {
      kept.close();
    }
  });
}

async function look(
  kept: KeptContracts,
  symbol: string,
  how: { said: Partial<InstrumentSpec>; choice: ContractChoice | undefined; choose: boolean },
): Promise<Told> {
  const { contracts } = kept;
  const instrument = kept.instrument(symbol, how.said);
  const choice = how.choice ?? kept.choiceOf(symbol);
  const resolved = await contracts.resolve(instrument, choice);
  if (resolved.kind === "several") {
    const { candidates } = resolved;
    return {
      text: candidatesText(symbol, candidates.map(describeContract)),
      json: { symbol, candidates },
      isOne: false,
    };
  }
  // Where there is none, it says so and what is similar.
  const details = resolved.kind === "one" ? resolved.details : await contracts.one(instrument, choice);
  const fetchedAt = resolved.kind === "one" ? resolved.fetchedAt : Date.now();
  const steps = await contracts.steps(details);
  const found = { details, steps, hours: contractHours(details, findZone) };
  if (how.choose) await kept.choose(instrument, found);
  return { text: contractText(found, fetchedAt, how.choose), json: jsonOf(found, fetchedAt), isOne: true };
}

function jsonOf({ details, steps, hours }: FoundContract, fetchedAt: Instant): object {
  const sessions = (one: ContractHours["liquid"]): object[] =>
    one.stretches.map(({ date, start, end }) => ({
      date,
      open: new Date(hours.clock.instantAtOrAfter(start)).toISOString(),
      close: new Date(hours.clock.instantAtOrAfter(end)).toISOString(),
    }));
  const { timeZone, liquid, trading } = hours;
  return {
    ...details,
    asked: new Date(fetchedAt).toISOString(),
    timeZone,
    steps: steps.increments,
    stepsAreExact: steps.isExact,
    regular: sessions(liquid),
    extended: sessions(trading),
  };
}
