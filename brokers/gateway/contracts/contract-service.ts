import type { ClientSession } from "../session/client-session.js";
import type { RequestHandler, Service } from "../session/service.js";
import type { Simulation } from "../simulation/simulation.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import {
  contractDetails,
  contractDetailsEnd,
  marketRule,
  optionParameters,
  optionParametersEnd,
  symbolSamples,
} from "./contract-answers.js";
import type { ContractBook } from "./contract-book.js";
import { readContract } from "./contract-fields.js";
import type { Listing } from "./listing.js";
import type { MarketRuleBook } from "./market-rules.js";

/** Contract details, symbols, option chains and market rules. */
export class ContractService implements Service {
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.contractDetails]: (client, fields) => this.details(client, fields),
    [REQUEST.matchingSymbols]: (client, fields) => this.matching(client, fields),
    [REQUEST.optionParameters]: (client, fields) => this.optionChain(client, fields),
    [REQUEST.marketRule]: (client, fields) => this.rule(client, fields),
  };
  private readonly book: ContractBook;
  private readonly rules: MarketRuleBook;
  private readonly simulation: Simulation;

  constructor(book: ContractBook, rules: MarketRuleBook, simulation: Simulation) {
    this.book = book;
    this.rules = rules;
    this.simulation = simulation;
  }

  private details(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const request = fields.int();
    const query = readContract(fields);
    fields.bool();
    fields.text();
    fields.text();
    fields.text();
    fields.end();
    for (const listing of this.book.all(request, query)) {
      const exchange = query.exchange === "" ? listing.exchange : query.exchange;
      const underlying = this.underlyingOf(listing);
      client.send(contractDetails(request, listing, exchange, underlying, this.rules, this.simulation.now));
    }
    client.send(contractDetailsEnd(request));
  }

  private matching(client: ClientSession, fields: FieldReader): void {
    const request = fields.int();
    const pattern = fields.text();
    fields.end();
    const found = this.book.samples(pattern);
    const rows = found.map((listing) => ({ listing, derivatives: this.book.derivatives(listing.symbol) }));
    client.send(symbolSamples(request, rows));
  }

  private optionChain(client: ClientSession, fields: FieldReader): void {
    const request = fields.int();
    const symbol = fields.text();
    fields.text();
    fields.text();
    const underlyingId = fields.int();
    fields.end();
    const options = this.book.listings.filter((one) => one.secType === "OPT" && one.underlying === symbol);
    if (options.length > 0) {
      for (const exchange of options[0].validExchanges) {
        client.send(
          optionParameters(request, {
            exchange,
            underlyingId,
            tradingClass: options[0].tradingClass,
            multiplier: options[0].multiplier,
            expirations: distinct(options.map((one) => one.lastTradeDate)),
            strikes: distinct(options.map((one) => one.strike)),
          }),
        );
      }
    }
    client.send(optionParametersEnd(request));
  }

  /** A rule that does not exist is not answered, as TWS does not. */
  private rule(client: ClientSession, fields: FieldReader): void {
    const id = fields.int();
    fields.end();
    const rule = this.rules.get(id);
    if (rule !== undefined) client.send(marketRule(id, rule));
  }

  private underlyingOf(listing: Listing): number {
    if (listing.underlying === "") return 0;
    const under = this.book.listings.find((one) => one.underlying === "" && one.symbol === listing.underlying);
    return under?.conId ?? 0;
  }
}

function distinct<T extends string | number>(values: readonly T[]): T[] {
  return [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
