import type { Instrument } from "../../../core/market/instrument.js";
import { SEC_TYPE_OF } from "../../ib/products.js";
import type { TwsContract } from "../client/tws-api.js";

/** What is known of a contract that is looked for; the less there is, the more contracts fit. */
export type ContractQuery = Readonly<TwsContract>;

/** What a user has chosen where several contracts fit. */
export interface ContractChoice {
  readonly conId?: number;
  /** Such as NASDAQ or LSE, for a stock that several exchanges list. */
  readonly primaryExchange?: string;
}

const FUTURE_SYMBOL = /^[A-Z0-9]+[FGHJKMNQUVXZ]\d{1,2}$/;

/** What to ask TWS for an instrument. */
export function queryOf(instrument: Instrument, choice: ContractChoice = {}): ContractQuery {
  const { conId, primaryExchange } = choice;
  if (conId !== undefined) return { conId, ...placeOf(instrument) };
  return { ...describe(instrument), ...(primaryExchange !== undefined && { primaryExch: primaryExchange }) };
}

function describe(instrument: Instrument): ContractQuery {
  const { symbol, assetClass, exchange, currency, option, future } = instrument;
  const secType = SEC_TYPE_OF[assetClass];
  switch (assetClass) {
    case "forex":
      return { symbol: symbol.slice(0, 3), secType, exchange, currency };
    case "option":
      return {
        symbol: option?.underlying ?? symbol,
        secType,
        exchange,
        currency,
        ...(option !== undefined && {
          lastTradeDateOrContractMonth: digits(option.expiry),
          strike: option.strike,
          right: option.right === "call" ? "C" : "P",
        }),
      };
    case "future": {
      // One that has expired is found for two years.
      const common = { secType, exchange, currency, includeExpired: true };
      if (FUTURE_SYMBOL.test(symbol)) return { localSymbol: symbol, ...common };
      const expiry = digits(future?.expiry ?? "");
      return { symbol, ...common, ...(expiry !== "" && { lastTradeDateOrContractMonth: expiry }) };
    }
    case "index":
      return { symbol, secType, currency, ...placeOf(instrument) };
    default:
      // IB writes classes of shares with a space: BRK B.
      return { symbol: symbol.replace(".", " "), secType, exchange, currency };
  }
}

/** An index is at its own exchange, which nobody knows by heart; SMART has none. */
function placeOf({ assetClass, exchange }: Instrument): { exchange?: string } {
  return assetClass === "index" && exchange === "SMART" ? {} : { exchange };
}

function digits(date: string): string {
  return date.replaceAll("-", "");
}
