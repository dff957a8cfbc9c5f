import type { Instant } from "../../../core/market/bar-size.js";
import type { PriceIncrement } from "../../ib/market-rules.js";
import type { SecType } from "../../ib/what-to-show.js";
import type { Message } from "../wire/message.js";
import { ANSWER } from "../wire/message-ids.js";
import type { Listing } from "./listing.js";
import type { MarketRuleBook } from "./market-rules.js";
import { hoursText } from "./trading-hours.js";

const ORDER_TYPES =
  "ACTIVETIM,ALERT,AON,COND,DAY,FOK,GAT,GTC,GTD,GTT,IOC,LIT,LMT,LOC,MIT,MKT,MOC,OCA,OPG,RTH,STP,STPLMT,TRAIL,TRAILLIT,TRAILLMT,WHATIF";

/** @param exchange where it is to be traded, as the client asked */
export function contractDetails(
  request: number,
  listing: Listing,
  exchange: string,
  underlyingId: number,
  rules: MarketRuleBook,
  now: Instant,
): Message {
  const { instrument } = listing;
  const rule = rules.idOf(listing);
  const step = instrument.quantityStep;
  return [
    ANSWER.contractDetails,
    request,
    listing.symbol,
    listing.secType,
    listing.lastTradeDate,
    listing.strike,
    listing.right,
    exchange,
    listing.currency,
    listing.localSymbol,
    listing.tradingClass,
    listing.tradingClass,
    listing.conId,
    rules.minTick(listing),
    listing.multiplier,
    ORDER_TYPES,
    listing.validExchanges.join(","),
    1,
    underlyingId,
    listing.longName,
    listing.primaryExchange,
    listing.lastTradeDate.slice(0, 6),
    "",
    "",
    "",
    listing.zoneId,
    hoursText(listing.extendedSessions, listing.zone, now),
    hoursText(listing.sessions, listing.zone, now),
    "",
    0,
    0,
    1,
    listing.underlying,
    listing.underlying === "" ? "" : listing.secType === "FUT" ? "IND" : "STK",
    listing.validExchanges.map(() => rule).join(","),
    listing.lastTradeDate,
    listing.stockType,
    step,
    step,
    step === 1 && listing.secType === "STK" ? 100 : step,
  ];
}

export function contractDetailsEnd(request: number): Message {
  return [ANSWER.contractDetailsEnd, 1, request];
}

export function marketRule(id: number, rule: readonly PriceIncrement[]): Message {
  return [ANSWER.marketRule, id, rule.length, ...rule.flatMap(({ lowEdge, increment }) => [lowEdge, increment])];
}

export function symbolSamples(
  request: number,
  found: readonly { readonly listing: Listing; readonly derivatives: readonly SecType[] }[],
): Message {
  const rows = found.flatMap(({ listing, derivatives }) => [
    listing.conId,
    listing.symbol,
    listing.secType,
    listing.primaryExchange,
    listing.currency,
    derivatives.length,
    ...derivatives,
    listing.longName,
    "",
  ]);
  return [ANSWER.symbolSamples, request, found.length, ...rows];
}

export interface OptionChain {
  readonly exchange: string;
  readonly underlyingId: number;
  readonly tradingClass: string;
  readonly multiplier: string;
  readonly expirations: readonly string[];
  readonly strikes: readonly number[];
}

export function optionParameters(request: number, chain: OptionChain): Message {
  return [
    ANSWER.optionParameters,
    request,
    chain.exchange,
    chain.underlyingId,
    chain.tradingClass,
    chain.multiplier,
    chain.expirations.length,
    ...chain.expirations,
    chain.strikes.length,
    ...chain.strikes,
  ];
}

export function optionParametersEnd(request: number): Message {
  return [ANSWER.optionParametersEnd, request];
}
