import type { Instrument } from "../../../core/market/instrument.js";
import type { TwsContract } from "../client/tws-api.js";
import type { ContractDetails } from "../contracts/contract-details.js";
import type { ContractChoice } from "../contracts/contract-query.js";
import type { Contracts } from "../contracts/contracts.js";
import type { PriceSteps } from "../contracts/price-steps.js";

/** What an order of a contract has to know of it. */
export interface TradedContract {
  readonly details: ContractDetails;
  readonly steps: PriceSteps;
}

/** By the instrument's symbol. */
export type TradedContracts = ReadonlyMap<string, TradedContract>;

/** Looks the contracts of a session's instruments up. @throws TwsError for the first that is not one contract */
export async function tradedContracts(
  contracts: Contracts,
  instruments: readonly Instrument[],
  choiceOf: (instrument: Instrument) => ContractChoice | undefined = () => undefined,
): Promise<TradedContracts> {
  const traded = new Map<string, TradedContract>();
  for (const instrument of instruments) {
    const details = await contracts.one(instrument, choiceOf(instrument));
    traded.set(instrument.symbol, { details, steps: await contracts.steps(details) });
  }
  return traded;
}

/** The contract as an order names it: its number decides, the words are what TWS checks and shows. */
export function orderContract({ conId, symbol, secType, exchange, currency }: ContractDetails): TwsContract {
  return { conId, symbol, secType, exchange, currency };
}
