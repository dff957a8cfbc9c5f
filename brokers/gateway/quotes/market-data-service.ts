import { roundPrice } from "../../../core/orders/tick.js";
import { GENERIC_TICKS } from "../../ib/generic-ticks.js";
import { LIMITS } from "../../ib/pacing.js";
import { MARKET_DATA_TYPES } from "../../ib/tick-types.js";
import type { ContractBook } from "../contracts/contract-book.js";
import type { Listing } from "../contracts/listing.js";
import type { MarketRuleBook } from "../contracts/market-rules.js";
import type { FaultState } from "../faults/fault-state.js";
import type { MarketDataLines } from "../limits/market-data-lines.js";
import type { ClientSession } from "../session/client-session.js";
import { refuse } from "../session/refusal.js";
import type { RequestHandler, Service } from "../session/service.js";
import type { MarketTick } from "../simulation/market-events.js";
import type { Participant, Simulation } from "../simulation/simulation.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import { marketDataType, tickRequestParameters, tickSnapshotEnd } from "./quote-answers.js";
import type { QuoteBoard, QuoteState } from "./quote-board.js";
import { readMarketDataRequest } from "./quote-requests.js";
import { DELAY, frozenState, QuoteStream } from "./quote-stream.js";

const { live, frozen, delayed, delayedFrozen } = MARKET_DATA_TYPES;

/** A stream with the kind of data it carries. */
interface Subscription {
  readonly stream: QuoteStream;
  type: number;
}

export interface MarketDataParts {
  readonly contracts: ContractBook;
  readonly rules: MarketRuleBook;
  readonly board: QuoteBoard;
  readonly simulation: Simulation;
  readonly lines: MarketDataLines;
  readonly faults: FaultState;
}

/** Quotes as streams and snapshots: live, frozen, delayed. */
export class MarketDataService implements Service, Participant {
  readonly due = Infinity;
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.marketData]: (client, fields) => this.subscribe(client, fields),
    [REQUEST.cancelMarketData]: (client, fields) => this.cancel(client, fields),
    [REQUEST.marketDataType]: (client, fields) => this.setType(client, fields),
  };
  private readonly parts: MarketDataParts;
  /** By instrument. */
  private readonly streams: Subscription[][];
  /** What was known when streams began to stand still, by instrument; undefined unless it is told to whoever asks. */
  private old: readonly QuoteState[] | undefined;

  constructor(parts: MarketDataParts) {
    this.parts = parts;
    this.streams = parts.contracts.listings.map(() => []);
  }

  get size(): number {
    return this.streams.reduce((sum, own) => sum + own.length, 0);
  }

  left(client: ClientSession): void {
    this.drop((stream) => stream.client === client);
  }

  /** All streams are lost, as after 1101. */
  forget(): void {
    this.drop(() => true);
  }

  onTick(tick: MarketTick): void {
    const own = this.streams[tick.instrument];
    if (own.length > 0) for (const one of own) this.update(one);
  }

  onDue(): void {}

  onInstantEnd(): void {}

  /** Something about all streams has changed that is no tick: a halt, the kind of data, another session. */
  refresh(): void {
    const { faults, board } = this.parts;
    this.old = faults.tellsOldQuotes ? board.states.map(frozenState) : undefined;
    for (const own of this.streams) {
      for (const one of own) {
        const { client, request, listing } = one.stream;
        if (faults.isCompeting) client.error(request, 10197, "No market data during competing live session");
        const type = this.typeFor(client, listing);
        if (type !== one.type) this.begin(one, type);
        one.stream.tellHalted(faults.halted, isDelayed(type));
        this.update(one);
      }
    }
  }

  private subscribe(client: ClientSession, fields: FieldReader): void {
    const { request, contract, genericTicks, snapshot } = readMarketDataRequest(fields);
    const { contracts, lines, faults } = this.parts;
    const generic = genericOf(request, genericTicks);
    if (snapshot && generic.size > 0) {
      const cause = "Snapshot market data subscription is not applicable to generic ticks";
      refuse(request, { code: 321, text: `Error validating request.-'bS' : cause - ${cause}` });
    }
    const listing = contracts.one(request, contract);
    if (this.find(client, request) !== undefined) {
      refuse(request, { code: 322, text: "Error processing request.-'bS' : cause - Duplicate ticker id" });
    }
    if (faults.isCompeting) refuse(request, { code: 10197, text: "No market data during competing live session" });
    // What is asked of a farm that is not there is dropped without a word.
    const stream = new QuoteStream(client, request, listing, generic);
    const one: Subscription = { stream, type: 0 };
    if (snapshot) {
      this.snapshot(one);
      return;
    }
    lines.take(request, listing.conId);
    this.streams[listing.instrument.index].push(one);
    if (this.isStill(listing)) {
      this.tellOld(one);
      return;
    }
    this.begin(one, this.typeFor(client, listing));
    this.update(one);
  }

  private tellOld(one: Subscription): void {
    const { client, listing } = one.stream;
    const old = this.old?.[listing.instrument.index];
    if (old === undefined) return;
    this.begin(one, this.typeFor(client, listing));
    one.stream.tell(old, isDelayed(one.type), false);
  }

  private begin(one: Subscription, type: number): void {
    const { rules, faults, board, simulation } = this.parts;
    const { client, request, listing } = one.stream;
    one.type = type;
    if (type === delayed && client.marketDataType === live) {
      client.error(request, 10167, "Requested market data is not subscribed. Displaying delayed market data.");
    }
    client.send(marketDataType(request, type));
    client.send(tickRequestParameters(request, rules.minTick(listing), "9c0001"));
    const isFrozen = type === frozen || type === delayedFrozen;
    one.stream.tellHalted(isFrozen ? -1 : faults.halted, isDelayed(type));
    // Delayed data begins with what was known a quarter of an hour ago.
    if (isDelayed(type)) one.stream.tell(board.asOf(listing, simulation.now - DELAY), true, faults.hasNoPrices);
  }

  /** One answer with all there is, and its end: at once, or after eleven seconds where a price is missing. */
  private snapshot(one: Subscription): void {
    const { simulation } = this.parts;
    const { client, request, listing } = one.stream;
    if (this.isStill(listing)) {
      simulation.after(LIMITS.snapshot, () => client.send(tickSnapshotEnd(request)));
      return;
    }
    this.begin(one, this.typeFor(client, listing));
    this.update(one);
    const { bid, ask } = this.stateOf(listing);
    if (bid === bid && ask === ask) client.send(tickSnapshotEnd(request));
    else simulation.after(LIMITS.snapshot, () => client.send(tickSnapshotEnd(request)));
  }

  private update(one: Subscription): void {
    const { faults, simulation } = this.parts;
    const { stream, type } = one;
    if (this.isStill(stream.listing)) return;
    if (type === 0) this.begin(one, this.typeFor(stream.client, stream.listing));
    const state = this.stateOf(stream.listing);
    const { hasNoPrices } = faults;
    if (!isDelayed(one.type)) {
      stream.tell(state, false, hasNoPrices);
      return;
    }
    const then = frozenState(state);
    simulation.after(DELAY, () => {
      if (isDelayed(one.type)) stream.tell(then, true, hasNoPrices);
    });
  }

  /** What is told of a listing now. */
  private stateOf(listing: Listing): QuoteState {
    const { board, faults } = this.parts;
    const state = board.of(listing);
    const { spread } = faults;
    if (spread !== spread) return state;
    const told = frozenState(state);
    told.bid = roundPrice(state.ask * (1 - spread), listing.instrument.tickSize, 0);
    return told;
  }

  private cancel(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const request = fields.int();
    fields.end();
    const found = this.drop((stream) => stream.client === client && stream.request === request);
    if (!found) refuse(request, { code: 300, text: `Can't find EId with tickerId:${request}` });
  }

  private setType(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const type = fields.int();
    fields.end();
    if (type < live || type > delayedFrozen) {
      refuse(-1, { code: 321, text: "Error validating request.-'bS' : cause - Invalid market data type" });
    }
    client.marketDataType = type;
  }

  /** What a client gets: live data while the market is open, whatever it asked for; frozen when it is closed. */
  private typeFor(client: ClientSession, listing: Listing): number {
    const { faults, board, simulation } = this.parts;
    if (faults.forcedDataType !== 0) return faults.forcedDataType;
    const wantsFrozen = client.marketDataType === frozen || client.marketDataType === delayedFrozen;
    return wantsFrozen && !board.isOpen(listing, simulation.now) ? frozen : live;
  }

  private isStill(listing: Listing): boolean {
    return this.parts.faults.areQuotesStill(listing.instrument.assetClass);
  }

  private find(client: ClientSession, request: number): Subscription | undefined {
    for (const own of this.streams) {
      for (const one of own) if (one.stream.client === client && one.stream.request === request) return one;
    }
    return undefined;
  }

  private drop(which: (stream: QuoteStream) => boolean): boolean {
    let found = false;
    for (const [i, own] of this.streams.entries()) {
      const kept = own.filter(({ stream }) => !which(stream));
      for (const one of own) {
        if (kept.includes(one)) continue;
        found = true;
        one.type = 0;
        this.parts.lines.release(one.stream.listing.conId);
      }
      this.streams[i] = kept;
    }
    return found;
  }
}

function isDelayed(type: number): boolean {
  return type === delayed || type === delayedFrozen;
}

/** @throws Refusal 321 */
function genericOf(request: number, text: string): ReadonlySet<number> {
  const ids = text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "" && !one.startsWith("mdoff"));
  for (const id of ids) {
    // News of one provider is asked for as 292:BRFG.
    if (GENERIC_TICKS.has(Number(id.split(":")[0])) || Number(id.split(":")[0]) === 292) continue;
    const legal = [...GENERIC_TICKS.keys()].join(",");
    const cause = `Incorrect generic tick list of ${text}.  Legal ones are: ${legal}`;
    refuse(request, { code: 321, text: `Error validating request.-'bS' : cause - ${cause}` });
  }
  return new Set(ids.map(Number));
}
