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
import { DEPTH_INSERT, DEPTH_UPDATE, depthExchanges, depthRow } from "./quote-answers.js";
import type { QuoteBoard, QuoteState } from "./quote-board.js";
import { readDepthRequest } from "./quote-requests.js";

interface DepthStream {
  readonly client: ClientSession;
  readonly request: number;
  readonly listing: Listing;
  readonly rows: number;
  readonly isSmart: boolean;
  isBegun: boolean;
}

/** The book of orders, as rows behind the best bid and ask, a tick apart and each larger than the one in front. */
export class DepthService implements Service, Participant {
  readonly due = Infinity;
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.marketDepth]: (client, fields) => this.subscribe(client, fields),
    [REQUEST.cancelMarketDepth]: (client, fields) => this.cancel(client, fields),
    [REQUEST.marketDepthExchanges]: (client, fields) => this.exchanges(client, fields),
  };
  private readonly contracts: ContractBook;
  private readonly board: QuoteBoard;
  private readonly faults: FaultState;
  private readonly isLimited: boolean;
  readonly streams = new ClientStreams<DepthStream>();

  constructor(contracts: ContractBook, board: QuoteBoard, faults: FaultState, isLimited: boolean) {
    this.contracts = contracts;
    this.board = board;
    this.faults = faults;
    this.isLimited = isLimited;
  }

  onTick(tick: MarketTick): void {
    for (const stream of this.streams) if (stream.listing.instrument.index === tick.instrument) this.tell(stream);
  }

  onDue(): void {}

  onInstantEnd(): void {}

  private subscribe(client: ClientSession, fields: FieldReader): void {
    const { request, contract, rows, isSmart } = readDepthRequest(fields);
    const listing = this.contracts.one(request, contract);
    if (this.isLimited && this.streams.size >= LIMITS.depth) {
      refuse(request, {
        code: 309,
        text: `Max number (${LIMITS.depth}) of market depth requests has been reached`,
      });
    }
    if (this.streams.has(client, request)) {
      refuse(request, { code: 322, text: "Error processing request.-'bT' : cause - Duplicate ticker id" });
    }
    const stream = { client, request, listing, rows: Math.max(1, Math.min(rows, 10)), isSmart, isBegun: false };
    this.streams.add(stream);
    this.tell(stream);
  }

  private cancel(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const request = fields.int();
    fields.bool();
    fields.end();
    if (this.streams.remove(client, request)) return;
    refuse(request, { code: 310, text: `Can't find the subscribed market depth with tickerId:${request}` });
  }

  private exchanges(client: ClientSession, fields: FieldReader): void {
    fields.end();
    const rows = this.contracts.listings.flatMap(({ validExchanges, secType }) =>
      validExchanges.map((exchange) => `${exchange} ${secType}`),
    );
    client.send(depthExchanges([...new Set(rows)].map((row) => row.split(" ") as [string, string])));
  }

  private tell(stream: DepthStream): void {
    const { listing } = stream;
    const state = this.board.of(listing);
    if (this.faults.areQuotesStill(listing.instrument.assetClass) || !(state.bid === state.bid)) return;
    for (let row = 0; row < stream.rows; row++) {
      tellRow(stream, state, row, true);
      tellRow(stream, state, row, false);
    }
    stream.isBegun = true;
  }
}

function tellRow(stream: DepthStream, state: QuoteState, row: number, isBid: boolean): void {
  const { client, request, listing, isSmart, isBegun } = stream;
  const away = row * (listing.instrument.tickSize || 0.01);
  const price = Math.round((isBid ? state.bid - away : state.ask + away) * 1e8) / 1e8;
  const size = (isBid ? state.bidSize : state.askSize) * (row + 1);
  const operation = isBegun ? DEPTH_UPDATE : DEPTH_INSERT;
  const maker = isSmart ? listing.primaryExchange : undefined;
  client.send(depthRow(request, row, operation, isBid, price, size, maker));
}
