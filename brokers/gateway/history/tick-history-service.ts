import type { Instant } from "../../../core/market/bar-size.js";
import type { BarTicks } from "../../../core/market/bar-ticks.js";
import { LIMITS } from "../../ib/pacing.js";
import type { Listing } from "../contracts/listing.js";
import type { ClientSession } from "../session/client-session.js";
import { refuse } from "../session/refusal.js";
import type { RequestHandler, Service } from "../session/service.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import { sessionOfStart } from "./bar-builder.js";
import { type HistoryParts, instantOf, pace } from "./history-parts.js";
import { readHistoricalTicksRequest } from "./history-request.js";
import { tickPrice } from "./price-kinds.js";
import { historicalMidpoints, historicalQuotes, historicalTrades, type PastTick } from "./tick-answers.js";

type TickKind = "TRADES" | "MIDPOINT" | "BID_ASK";

/**
 * Historical ticks: forwards from a start, else backwards from an end, up to 1,000 and to the end of the last one's
 * second, so that whoever asks on from there misses none.
 */
export class TickHistoryService implements Service {
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.historicalTicks]: (client, fields) => this.ticks(client, fields),
  };
  private readonly parts: HistoryParts;

  constructor(parts: HistoryParts) {
    this.parts = parts;
  }

  private ticks(client: ClientSession, fields: FieldReader): void {
    const asked = readHistoricalTicksRequest(fields);
    const { request } = asked;
    const start = instantOf(this.parts, client, request, asked.start, "Start Date/Time");
    const end = instantOf(this.parts, client, request, asked.end, "End Date/Time");
    const no: (cause: string) => never = (cause) =>
      refuse(request, { code: 321, text: `Error validating request.-'bP' : cause - ${cause}` });
    if (asked.contract.exchange === "") no("Exchange must not be empty");
    if (asked.count < 1) no("Number of ticks must be > 0");
    if (asked.count > LIMITS.historicalTicks) no(`Number of ticks must be <= ${LIMITS.historicalTicks}`);
    const listing = this.parts.contracts.one(request, asked.contract);
    const kind = kindOf(asked.whatToShow, listing);
    if (kind === undefined) no("Invalid source price");
    const family = `ticks ${listing.conId} ${asked.contract.exchange} ${kind}`;
    const identity = `${family} ${asked.start} ${asked.end} ${asked.count}`;
    pace(this.parts, request, { identity, family, sizeMs: 0, cost: kind === "BID_ASK" ? 2 : 1 }, 0);
    const fault = this.parts.faults.takeHistory();
    if (fault?.kind === "error") refuse(request, fault);
    if (fault?.kind === "silence" || this.parts.faults.isHistoryAway) return;
    const found = this.find(listing, kind, start, end, asked.count, asked.regular);
    if (kind === "MIDPOINT") client.send(historicalMidpoints(request, found));
    else if (kind === "BID_ASK") client.send(historicalQuotes(request, found));
    else client.send(historicalTrades(request, found, listing.primaryExchange));
  }

  private find(
    listing: Listing,
    kind: TickKind,
    start: Instant | undefined,
    end: Instant | undefined,
    count: number,
    regular: boolean,
  ): PastTick[] {
    const { book, simulation } = this.parts;
    const { now } = simulation;
    const found: PastTick[] = [];
    const take = (ticks: BarTicks, at: number): boolean => {
      const tick = tickOf(ticks, at, kind);
      const last = found.at(-1);
      if (last !== undefined && found.length >= count && second(last.time) !== second(tick.time)) return false;
      const isInSession = !regular || sessionOfStart(listing.sessions, tick.time) >= 0;
      if (tick.price === tick.price && isInSession) found.push(tick);
      return true;
    };
    if (start !== undefined || end === undefined) {
      book.eachTick(listing, start ?? Number.NEGATIVE_INFINITY, end ?? Infinity, now, take);
      return found;
    }
    book.eachTickBack(listing, end, now, take);
    return found.reverse();
  }
}

/** What is asked for; trades of a currency pair are its midpoints. */
function kindOf(whatToShow: string, listing: Listing): TickKind | undefined {
  const what = whatToShow.toUpperCase();
  if (what === "MIDPOINT" || what === "BID_ASK") return what;
  if (what !== "TRADES" && what !== "AGGTRADES") return undefined;
  return listing.secType === "CASH" ? "MIDPOINT" : "TRADES";
}

function tickOf(ticks: BarTicks, at: number, kind: TickKind): PastTick {
  return {
    time: ticks.time[at],
    bid: ticks.bid[at],
    ask: ticks.ask[at],
    bidSize: ticks.bidSize[at],
    askSize: ticks.askSize[at],
    price: kind === "TRADES" ? ticks.last[at] : tickPrice(ticks, at, "midpoint"),
    size: ticks.lastSize[at],
  };
}

function second(time: Instant): number {
  return Math.floor(time / 1_000);
}
