import { SECOND } from "../../../core/market/bar-size.js";
import { LIMITS } from "../../ib/pacing.js";
import type { ContractBook } from "../contracts/contract-book.js";
import type { Listing } from "../contracts/listing.js";
import type { FaultState } from "../faults/fault-state.js";
import type { ClientSession } from "../session/client-session.js";
import { ClientStreams } from "../session/client-streams.js";
import { refuse } from "../session/refusal.js";
import type { RequestHandler, Service } from "../session/service.js";
import type { MarketTick } from "../simulation/market-events.js";
import type { Participant } from "../simulation/simulation.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import { tickByTickMidpoint, tickByTickQuote, tickByTickTrade } from "./quote-answers.js";
import { readTickByTickRequest } from "./quote-requests.js";

const KINDS = ["Last", "AllLast", "BidAsk", "MidPoint"] as const;
type Kind = (typeof KINDS)[number];

interface TickStream {
  readonly client: ClientSession;
  readonly request: number;
  readonly listing: Listing;
  readonly kind: Kind;
  readonly ignoreSize: boolean;
  /** What was told last, so that a quote or middle that stands still is not told again. */
  told: string;
}

/** Every trade or quote, tick by tick. */
export class TickByTickService implements Service, Participant {
  readonly due = Infinity;
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.tickByTick]: (client, fields) => this.subscribe(client, fields),
    [REQUEST.cancelTickByTick]: (client, fields) => this.cancel(client, fields),
  };
  private readonly contracts: ContractBook;
  private readonly faults: FaultState;
  private readonly isLimited: boolean;
  readonly streams = new ClientStreams<TickStream>();

  constructor(contracts: ContractBook, faults: FaultState, isLimited: boolean) {
    this.contracts = contracts;
    this.faults = faults;
    this.isLimited = isLimited;
  }

  onTick(tick: MarketTick): void {
    for (const stream of this.streams) {
      const { index, assetClass } = stream.listing.instrument;
      if (index === tick.instrument && !this.faults.areQuotesStill(assetClass)) tell(stream, tick);
    }
  }

  onDue(): void {}

  onInstantEnd(): void {}

  private subscribe(client: ClientSession, fields: FieldReader): void {
    const { request, contract, kind: name, ignoreSize } = readTickByTickRequest(fields);
    const kind = KINDS.find((one) => one === name);
    if (kind === undefined) {
      refuse(request, { code: 321, text: "Error validating request.-'bX' : cause - Invalid tick type" });
    }
    const listing = this.contracts.one(request, contract);
    if (this.streams.has(client, request)) {
      refuse(request, { code: 322, text: "Error processing request.-'bX' : cause - Duplicate ticker id" });
    }
    if (listing.secType === "CASH" && (kind === "Last" || kind === "AllLast")) {
      refuse(request, {
        code: 10189,
        text: "Failed to request tick-by-tick data:Trades of currencies are not available",
      });
    }
    if (this.isLimited && this.streams.size >= LIMITS.tickByTick) {
      refuse(request, { code: 10190, text: "Max number of tick-by-tick requests has been reached." });
    }
    this.streams.add({ client, request, listing, kind, ignoreSize, told: "" });
  }

  private cancel(client: ClientSession, fields: FieldReader): void {
    const request = fields.int();
    fields.end();
    if (!this.streams.remove(client, request))
      refuse(request, { code: 300, text: `Can't find EId with tickerId:${request}` });
  }
}

function tell(stream: TickStream, tick: MarketTick): void {
  const { client, request, listing, kind, ignoreSize } = stream;
  const seconds = Math.floor(tick.time / SECOND);
  if (kind === "Last" || kind === "AllLast") {
    if (tick.last !== tick.last) return;
    const size = tick.lastSize > 0 ? tick.lastSize : 0;
    client.send(tickByTickTrade(request, kind === "Last" ? 1 : 2, seconds, tick.last, size, listing.primaryExchange));
    return;
  }
  const { bid, ask, bidSize, askSize } = tick;
  const middle = Math.round(((bid + ask) / 2) * 1e8) / 1e8;
  const told =
    kind === "MidPoint" ? String(middle) : ignoreSize ? `${bid} ${ask}` : `${bid} ${ask} ${bidSize} ${askSize}`;
  if (told === stream.told) return;
  stream.told = told;
  if (kind === "MidPoint") client.send(tickByTickMidpoint(request, seconds, middle));
  else client.send(tickByTickQuote(request, seconds, bid, ask, bidSize, askSize));
}
