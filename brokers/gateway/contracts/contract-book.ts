import { SEC_TYPES, type SecType } from "../../ib/what-to-show.js";
import { type ErrorText, refuse } from "../session/refusal.js";
import type { ContractQuery } from "./contract-fields.js";
import type { Listing } from "./listing.js";

const NO_DEFINITION: ErrorText = {
  code: 200,
  text: "No security definition has been found for the request",
};

/** All contracts that the gateway lists, and the search for the one that a client means. */
export class ContractBook {
  readonly listings: readonly Listing[];
  private readonly byId: ReadonlyMap<number, Listing>;

  constructor(listings: readonly Listing[]) {
    this.listings = listings;
    this.byId = new Map(listings.map((listing) => [listing.conId, listing]));
  }

  /** Every listing that fits. @throws Refusal 200, 321 */
  all(request: number, query: ContractQuery): readonly Listing[] {
    const refused = this.refusal(query);
    if (refused !== undefined) refuse(request, refused);
    const found = this.matching(query);
    if (found.length === 0) refuse(request, NO_DEFINITION);
    // A continuous future is the contract that expires first.
    return query.secType === "CONTFUT" ? found.slice(0, 1) : found;
  }

  /** The one listing that fits. @throws Refusal 200, 321 */
  one(request: number, query: ContractQuery): Listing {
    const found = this.all(request, query);
    if (found.length === 1) return found[0];
    return refuse(request, {
      code: 200,
      text: `The contract description specified for ${query.symbol} is ambiguous; you must specify the multiplier or trading class.`,
    });
  }

  /** Stocks, indices and currencies whose symbol begins with a pattern, or whose name holds it. */
  samples(pattern: string): Listing[] {
    const text = pattern.toUpperCase();
    const fits = ({ symbol, longName }: Listing): boolean =>
      symbol.toUpperCase().startsWith(text) || longName.toUpperCase().includes(text);
    return this.listings.filter((one) => one.underlying === "" && fits(one)).slice(0, 16);
  }

  /** Kinds of contracts that are derived from a symbol. */
  derivatives(symbol: string): SecType[] {
    return [...new Set(this.listings.filter((one) => one.underlying === symbol).map((one) => one.secType))];
  }

  private refusal({ conId, secType, symbol, localSymbol }: ContractQuery): ErrorText | undefined {
    if (conId > 0) return undefined;
    if (!SEC_TYPES.includes(secType as SecType)) {
      return { code: 321, text: "Error validating request.-'bW' : cause - Please enter a valid security type" };
    }
    if (secType === "BAG") {
      return { code: 321, text: "Error validating request.-'bW' : cause - Combinations are not simulated" };
    }
    if (symbol === "" && localSymbol === "") {
      return {
        code: 321,
        text: "Error validating request.-'bW' : cause - Please enter a local symbol or a symbol",
      };
    }
    return undefined;
  }

  private matching(query: ContractQuery): Listing[] {
    if (query.conId > 0) {
      const listing = this.byId.get(query.conId);
      return listing !== undefined && isRoutable(listing, query.exchange) ? [listing] : [];
    }
    const found = this.listings.filter((listing) => fits(listing, query));
    return found.sort((a, b) => (a.lastTradeDate < b.lastTradeDate ? -1 : 1));
  }
}

function fits(listing: Listing, query: ContractQuery): boolean {
  const said = (value: string, own: string): boolean => value === "" || value.toUpperCase() === own.toUpperCase();
  const secType = query.secType === "CONTFUT" ? "FUT" : query.secType;
  // A fund and an index of the samples may be asked for as either.
  const kind = secType === listing.secType || (secType === "IND" && listing.instrument.assetClass === "index");
  return (
    kind &&
    said(query.symbol, listing.symbol) &&
    said(query.localSymbol, listing.localSymbol) &&
    said(query.currency, listing.currency) &&
    said(query.tradingClass, listing.tradingClass) &&
    listing.lastTradeDate.startsWith(query.lastTradeDate) &&
    (query.strike === 0 || query.strike === listing.strike) &&
    (query.right === "" || query.right === "?" || query.right[0].toUpperCase() === listing.right) &&
    (query.multiplier === "" || Number(query.multiplier) === Number(listing.multiplier || 1)) &&
    isRoutable(listing, query.exchange) &&
    (query.primaryExchange === "" || isRoutable(listing, query.primaryExchange))
  );
}

function isRoutable(listing: Listing, exchange: string): boolean {
  return exchange === "" || exchange === listing.primaryExchange || listing.validExchanges.includes(exchange);
}
