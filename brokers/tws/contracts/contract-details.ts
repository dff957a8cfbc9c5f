import type { TwsContract, TwsContractDetails } from "../client/tws-api.js";

/** What IB says of a contract: plain values, so that it can be kept as JSON. */
export interface ContractDetails {
  /** IB's own number of it, the same for ever. */
  readonly conId: number;
  readonly symbol: string;
  /** STK, FUT, CASH … */
  readonly secType: string;
  /** Where it was asked for, such as SMART. */
  readonly exchange: string;
  readonly primaryExchange: string;
  readonly currency: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
  /** Currency units per point of price and unit of quantity; 1 where IB names none. */
  readonly multiplier: number;
  /** yyyymmdd, or empty for what does not expire. */
  readonly lastTradeDate: string;
  /** When trading ends on that date, as IB writes it, such as "08:30 US/Central"; mostly empty. */
  readonly lastTradeTime: string;
  /** 0 where there is none. */
  readonly strike: number;
  readonly right: "C" | "P" | "";
  readonly name: string;
  /** COMMON, ETF, ADR …, of stocks. */
  readonly stockType: string;
  /** The smallest step of all exchanges and prices; what applies is in the market rules. */
  readonly minTick: number;
  /** By how much prices are larger than their currency's unit: 100 where they are quoted in pence. */
  readonly priceMagnifier: number;
  readonly exchanges: readonly string[];
  /** For each of these exchanges the id of its market rule. */
  readonly marketRules: readonly number[];
  /** As IB writes it, such as "US/Eastern". */
  readonly timeZoneId: string;
  readonly tradingHours: string;
  readonly liquidHours: string;
  /** Smallest quantity of an order, and its steps; 0 where IB says nothing. */
  readonly minSize: number;
  readonly sizeIncrement: number;
  /** conId of what it is derived from; 0 for none. */
  readonly underlyingId: number;
}

/** Reads what the client library makes of an answer. Throws for one without the contract's number. */
export function readContractDetails(told: TwsContractDetails): ContractDetails {
  const { contract } = told;
  if (!(contract.conId !== undefined && contract.conId > 0)) throw new Error("a contract without a number came");
  const [lastTradeDate, lastTradeTime] = lastTrade(told);
  return {
    conId: contract.conId,
    symbol: contract.symbol ?? "",
    secType: contract.secType ?? "",
    exchange: contract.exchange ?? "",
    primaryExchange: contract.primaryExch ?? "",
    currency: contract.currency ?? "",
    localSymbol: contract.localSymbol ?? "",
    tradingClass: contract.tradingClass ?? "",
    multiplier: contract.multiplier === undefined || !(contract.multiplier > 0) ? 1 : contract.multiplier,
    lastTradeDate,
    lastTradeTime,
    strike: contract.strike ?? 0,
    right: contract.right === "C" || contract.right === "P" ? contract.right : "",
    name: told.longName ?? "",
    stockType: told.stockType ?? "",
    minTick: told.minTick ?? 0,
    priceMagnifier: told.priceMagnifier ?? 1,
    exchanges: list(told.validExchanges),
    marketRules: list(told.marketRuleIds).map(Number),
    timeZoneId: told.timeZoneId ?? "",
    tradingHours: told.tradingHours ?? "",
    liquidHours: told.liquidHours ?? "",
    minSize: told.minSize ?? 0,
    sizeIncrement: told.sizeIncrement ?? 0,
    underlyingId: told.underConId ?? 0,
  };
}

/** The contract as a request names it: its number says which, its exchange where. */
export function requestOf({ conId, exchange, secType }: ContractDetails): TwsContract {
  // What has expired is only found where it is asked for as such.
  return { conId, exchange, ...(secType === "FUT" && { includeExpired: true }) };
}

/** A line that tells it from others, such as "265598 AAPL STK NASDAQ USD, APPLE INC". */
export function describeContract(details: ContractDetails): string {
  const { conId, localSymbol, symbol, secType, primaryExchange, exchange, currency, lastTradeDate, name } = details;
  const { strike, right } = details;
  const words = [
    conId,
    localSymbol || symbol,
    secType,
    primaryExchange || exchange,
    currency,
    lastTradeDate,
    right === "" ? "" : `${strike} ${right}`,
  ];
  const line = words.filter((word) => word !== "").join(" ");
  return name === "" || name === symbol ? line : `${line}, ${name}`;
}

/**
 * The last trade's date and time. One field carries both, "20260320 08:30 US/Central", which the library means to part
 * and does not, for it looks for a backslash; the form with a hyphen it does part.
 */
function lastTrade({ contract, lastTradeTime }: TwsContractDetails): [date: string, time: string] {
  const text = contract.lastTradeDateOrContractMonth ?? "";
  const space = text.search(/\s/);
  return space < 0 ? [text, lastTradeTime ?? ""] : [text.slice(0, space), text.slice(space).trim()];
}

function list(text: string | undefined): string[] {
  return text === undefined || text === "" ? [] : text.split(",");
}
