import { type Instant, SECOND } from "../../../core/market/bar-size.js";
import type { ContractBook } from "../contracts/contract-book.js";
import type { Listing } from "../contracts/listing.js";
import type { FaultState } from "../faults/fault-state.js";
import type { MarketDataLines } from "../limits/market-data-lines.js";
import type { ClientSession } from "../session/client-session.js";
import { ClientStreams } from "../session/client-streams.js";
import { refuse } from "../session/refusal.js";
import type { RequestHandler, Service } from "../session/service.js";
import type { MarketTick } from "../simulation/market-events.js";
import type { Participant, Simulation } from "../simulation/simulation.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import { sessionOfStart } from "./bar-builder.js";
import { realTimeBar } from "./history-answers.js";
import { readRealTimeBarsRequest } from "./history-request.js";

const FIVE_SECONDS = 5 * SECOND;
const KINDS = ["TRADES", "MIDPOINT", "BID", "ASK"] as const;
type Kind = (typeof KINDS)[number];

/** One client's stream of bars of five seconds, and the bar under way. */
class BarStream {
  readonly client: ClientSession;
  readonly request: number;
  readonly listing: Listing;
  readonly regular: boolean;
  private readonly kind: Kind;
  private open = Number.NaN;
  private high = Number.NaN;
  private low = Number.NaN;
  private close = Number.NaN;
  private volume = 0;
  private value = 0;
  private count = 0;

  constructor(client: ClientSession, request: number, listing: Listing, kind: Kind, regular: boolean) {
    this.client = client;
    this.request = request;
    this.listing = listing;
    this.kind = kind;
    this.regular = regular;
  }

  take(tick: MarketTick): void {
    const price = this.priceOf(tick);
    if (price !== price) return;
    if (this.count === 0) {
      this.open = price;
      this.high = price;
      this.low = price;
    }
    if (price > this.high) this.high = price;
    if (price < this.low) this.low = price;
    this.close = price;
    this.count++;
    const size = this.kind === "TRADES" && tick.lastSize > 0 ? tick.lastSize : 0;
    this.volume += size;
    this.value += size * price;
  }

  /** Tells the bar that has ended; one without a price of its own repeats the last. */
  end(start: Instant): void {
    const { close } = this;
    if (close !== close) return;
    const isTraded = this.kind === "TRADES";
    const isFlat = this.count === 0;
    const average = this.volume > 0 ? Math.round((this.value / this.volume) * 1e6) / 1e6 : close;
    this.client.send(
      realTimeBar(this.request, {
        start,
        open: isFlat ? close : this.open,
        high: isFlat ? close : this.high,
        low: isFlat ? close : this.low,
        close,
        volume: isTraded ? this.volume : -1,
        average: isTraded ? average : -1,
        count: isTraded ? this.count : -1,
      }),
    );
    this.volume = 0;
    this.value = 0;
    this.count = 0;
  }

  private priceOf(tick: MarketTick): number {
    if (this.kind === "TRADES") return tick.last;
    if (this.kind === "BID") return tick.bid;
    if (this.kind === "ASK") return tick.ask;
    return Math.round(((tick.bid + tick.ask) / 2) * 1e8) / 1e8;
  }
}

/** Bars of five seconds as they end, while the market is open. */
export class RealTimeBars implements Service, Participant {
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.realTimeBars]: (client, fields) => this.subscribe(client, fields),
    [REQUEST.cancelRealTimeBars]: (client, fields) => this.cancel(client, fields),
  };
  due: Instant = Infinity;
  private readonly contracts: ContractBook;
  private readonly simulation: Simulation;
  private readonly lines: MarketDataLines;
  private readonly faults: FaultState;
  readonly streams: ClientStreams<BarStream>;

  constructor(contracts: ContractBook, simulation: Simulation, lines: MarketDataLines, faults: FaultState) {
    this.contracts = contracts;
    this.simulation = simulation;
    this.lines = lines;
    this.faults = faults;
    this.streams = new ClientStreams(({ listing }) => lines.release(listing.conId));
  }

  onTick(tick: MarketTick): void {
    for (const stream of this.streams) {
      const { index, assetClass } = stream.listing.instrument;
      if (index === tick.instrument && !this.faults.areQuotesStill(assetClass)) stream.take(tick);
    }
  }

  onDue(): void {
    const { now } = this.simulation;
    const start = this.due - FIVE_SECONDS;
    for (const stream of this.streams) {
      const { listing, regular } = stream;
      const isOpen = sessionOfStart(regular ? listing.sessions : listing.extendedSessions, start) >= 0;
      if (isOpen && !this.faults.areQuotesStill(listing.instrument.assetClass)) stream.end(start);
    }
    this.due = this.streams.size === 0 ? Infinity : nextBeat(now);
  }

  onInstantEnd(): void {}

  private subscribe(client: ClientSession, fields: FieldReader): void {
    const { request, contract, seconds, whatToShow, regular } = readRealTimeBarsRequest(fields);
    const kind = KINDS.find((one) => one === whatToShow.toUpperCase());
    const listing = this.contracts.one(request, contract);
    if (seconds !== 5 || kind === undefined || (kind === "TRADES" && listing.secType === "CASH")) {
      refuse(request, {
        code: 420,
        text: `Invalid Real-time Query:Bars of ${seconds} secs of ${whatToShow} are not available`,
      });
    }
    if (this.streams.has(client, request)) {
      refuse(request, { code: 102, text: "Duplicate ticker id" });
    }
    this.lines.take(request, listing.conId);
    this.streams.add(new BarStream(client, request, listing, kind, regular));
    this.due = Math.min(this.due, nextBeat(this.simulation.now));
  }

  private cancel(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const request = fields.int();
    fields.end();
    if (!this.streams.remove(client, request))
      refuse(request, { code: 300, text: `Can't find EId with tickerId:${request}` });
  }
}

function nextBeat(now: Instant): Instant {
  return (Math.floor(now / FIVE_SECONDS) + 1) * FIVE_SECONDS;
}
