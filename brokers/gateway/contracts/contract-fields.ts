import type { FieldReader } from "../wire/field-reader.js";
import type { Field } from "../wire/message.js";
import type { Listing } from "./listing.js";

/** A contract as a client describes it: whatever is empty or 0 is not said. */
export interface ContractQuery {
  readonly conId: number;
  readonly symbol: string;
  readonly secType: string;
  readonly lastTradeDate: string;
  readonly strike: number;
  readonly right: string;
  readonly multiplier: string;
  readonly exchange: string;
  readonly primaryExchange: string;
  readonly currency: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
}

/** Reads the twelve fields of a contract. */
export function readContract(fields: FieldReader): ContractQuery {
  return {
    conId: fields.int(),
    symbol: fields.text(),
    secType: fields.text(),
    lastTradeDate: fields.text(),
    strike: fields.number() ?? 0,
    right: fields.text(),
    multiplier: fields.text(),
    exchange: fields.text(),
    primaryExchange: fields.text(),
    currency: fields.text(),
    localSymbol: fields.text(),
    tradingClass: fields.text(),
  };
}

/** Reads past the legs of a combination: how many, and four fields each. */
export function skipLegs(fields: FieldReader): void {
  for (let left = 4 * fields.int(); left > 0; left--) fields.text();
}

/** The eleven fields of a contract as answers carry them. @param exchange where it was traded, if not by default */
export function contractFields(listing: Listing, exchange = listing.exchange, noRight = ""): Field[] {
  return [
    listing.conId,
    listing.symbol,
    listing.secType,
    listing.lastTradeDate,
    listing.strike,
    listing.right === "" ? noRight : listing.right,
    listing.multiplier,
    exchange,
    listing.currency,
    listing.localSymbol,
    listing.tradingClass,
  ];
}
