import { BarSeries } from "../../../core/market/bar-series.js";
import type { Instant } from "../../../core/market/bar-size.js";
import { SMALL_BAR_MS, SMALL_BARS_KEPT } from "../../ib/bar-sizes.js";
import type { Listing } from "../contracts/listing.js";
import type { HistoryFault } from "../faults/fault-state.js";
import type { ClientSession } from "../session/client-session.js";
import { Refusal, refuse } from "../session/refusal.js";
import type { RequestHandler, Service } from "../session/service.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import { type CheckedHistory, checkHistory, checkService, priceKindOf, serviceError } from "./check-history.js";
import { BarTimes, historicalBars, historicalSchedule } from "./history-answers.js";
import { type HistoryParts, instantOf, pace } from "./history-parts.js";
import { type HistoryRequest, readHistoryRequest } from "./history-request.js";
import { startOfSpan } from "./history-span.js";
import type { LiveBars } from "./live-bars.js";
import { sessionsWithin } from "./schedule.js";

/** A request that may be answered, with all that its answer needs. */
interface Query extends CheckedHistory {
  readonly asked: HistoryRequest;
  readonly listing: Listing;
  readonly end: Instant;
}

/** Historical bars and schedules, with the limits and texts of IB's data service. */
export class HistoryService implements Service {
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.historicalData]: (client, fields) => this.bars(client, fields),
    [REQUEST.cancelHistoricalData]: (client, fields) => this.cancel(client, fields),
  };
  private readonly parts: HistoryParts;
  private readonly live: LiveBars;
  /** Requests that have no answer yet, by client. */
  private readonly open = new Map<ClientSession, Set<number>>();

  constructor(parts: HistoryParts, live: LiveBars) {
    this.parts = parts;
    this.live = live;
  }

  left(client: ClientSession): void {
    this.open.delete(client);
    this.live.left(client);
  }

  private bars(client: ClientSession, fields: FieldReader): void {
    const asked = readHistoryRequest(fields);
    const { request } = asked;
    const end = instantOf(this.parts, client, request, asked.endDateTime, "End Date/Time");
    const checked = checkHistory(asked);
    const listing = this.parts.contracts.one(request, asked.contract);
    if (this.opened(client).has(request) || this.live.has(client, request)) {
      refuse(request, { code: 386, text: "Duplicate ticker ID for API historical data query" });
    }
    checkService(asked, checked, listing);
    this.pace(asked, checked, listing);
    const { now } = this.parts.simulation;
    this.answer(client, { ...checked, asked, listing, end: Math.min(end ?? now, now) });
  }

  private answer(client: ClientSession, query: Query): void {
    const { faults, simulation } = this.parts;
    const { request } = query.asked;
    const fault = faults.takeHistory();
    if (fault?.kind === "error") refuse(request, fault);
    if (fault?.kind === "silence" || faults.isHistoryAway) {
      this.opened(client).add(request);
    } else if (fault?.kind === "late") {
      this.opened(client).add(request);
      // It comes late whether or not it has been cancelled meanwhile.
      simulation.after(fault.ms, () => this.sendLate(client, query));
    } else {
      this.send(client, query, fault);
    }
  }

  private send(client: ClientSession, query: Query, fault: HistoryFault | undefined): void {
    const { asked, listing, size, duration, what, end } = query;
    const { request, regular } = asked;
    const { book, simulation, texts } = this.parts;
    const from = startOfSpan(duration, end, listing, regular);
    if (what.name === "SCHEDULE") {
      client.send(historicalSchedule(request, listing, sessionsWithin(listing, from, end, regular)));
      return;
    }
    const kind = priceKindOf(what, listing);
    const isGone = size.ms <= SMALL_BAR_MS && from < simulation.now - SMALL_BARS_KEPT;
    if (kind === undefined || isGone) noData(query);
    // What goes on is told from the next tick on: those of this very instant belong to what is told now.
    const to = asked.keepUpToDate ? simulation.now + 1 : end;
    const bars = book.bars({ listing, size, kind, regular, from, to }, simulation.now);
    if (bars.length === 0) noData(query);
    const times = new BarTimes(listing, size.ms, asked.formatDate, texts);
    const text = (instant: Instant): string => texts.of(instant, listing.zone, listing.zoneId);
    const span = { start: text(Math.max(from, book.head(listing))), end: text(end) };
    const isTraded = kind === "trades";
    client.sendFrame(historicalBars(request, damaged(bars, fault), times, isTraded, span));
    if (!asked.keepUpToDate) return;
    this.live.add({ client, request, query: { listing, size, kind, regular, from, to: Infinity }, times, isTraded });
  }

  private sendLate(client: ClientSession, query: Query): void {
    this.opened(client).delete(query.asked.request);
    try {
      this.send(client, query, undefined);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      client.error(error.id, error.code, error.message);
    }
  }

  private cancel(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const request = fields.int();
    fields.end();
    if (this.opened(client).delete(request) || this.live.remove(client, request)) {
      refuse(request, serviceError(`API historical data query cancelled: ${request}`));
    }
    refuse(request, { code: 366, text: `No historical data query found for ticker id:${request}` });
  }

  private pace(asked: HistoryRequest, { what, size }: CheckedHistory, listing: Listing): void {
    const family = `${listing.conId} ${asked.contract.exchange} ${what.name}`;
    const identity = `${family} ${asked.endDateTime} ${asked.duration} ${size.label} ${asked.regular}`;
    const open = [...this.open.values()].reduce((sum, ids) => sum + ids.size, 0);
    pace(this.parts, asked.request, { identity, family, sizeMs: size.ms, cost: what.cost }, open);
  }

  private opened(client: ClientSession): Set<number> {
    let ids = this.open.get(client);
    if (ids === undefined) {
      ids = new Set();
      this.open.set(client, ids);
    }
    return ids;
  }
}

/** @throws Refusal 162 */
function noData({ asked, listing, what }: Query): never {
  const name = `${listing.symbol}@${asked.contract.exchange || listing.exchange}`;
  const label = what.name[0] + what.name.slice(1).toLowerCase();
  return refuse(asked.request, serviceError(`HMDS query returned no data: ${name} ${label}`));
}

/** The bars with what a fault does to them: two of them twice, or a tenth of them missing from the middle. */
function damaged(bars: BarSeries, fault: HistoryFault | undefined): BarSeries {
  if (fault?.kind !== "duplicates" && fault?.kind !== "hole") return bars;
  const { start, end, open, high, low, close, volume, length } = bars;
  const made = new BarSeries(bars.instrument, bars.size);
  const middle = length >> 1;
  const missing = fault.kind === "hole" ? Math.max(1, Math.floor(length / 10)) : 0;
  for (let row = 0; row < length; row++) {
    if (row >= middle && row < middle + missing) continue;
    const times = fault.kind === "duplicates" && (row === middle || row === length - 1) ? 2 : 1;
    for (let i = 0; i < times; i++) {
      made.append(start[row], end[row], open[row], high[row], low[row], close[row], volume[row]);
    }
  }
  return made;
}
