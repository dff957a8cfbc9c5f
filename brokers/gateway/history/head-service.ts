import { parseDuration } from "../../ib/durations.js";
import { whatToShowNamed } from "../../ib/what-to-show.js";
import type { ClientSession } from "../session/client-session.js";
import { refuse } from "../session/refusal.js";
import type { RequestHandler, Service } from "../session/service.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import { invalid, priceKindOf, serviceError } from "./check-history.js";
import { headTimestamp, histogram } from "./history-answers.js";
import { type HistoryParts, pace } from "./history-parts.js";
import { readHeadTimestampRequest, readHistogramRequest } from "./history-request.js";
import { startOfSpan } from "./history-span.js";

const PERIOD = /^(\d+) ?(s|sec|secs|seconds?|d|days?|w|weeks?|m|months?|y|years?)$/i;

/** Where history begins, and how often each price was traded. */
export class HeadService implements Service {
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.headTimestamp]: (client, fields) => this.head(client, fields),
    [REQUEST.cancelHeadTimestamp]: (_client, fields) => nothingToCancel(fields),
    [REQUEST.histogram]: (client, fields) => this.histogram(client, fields),
    [REQUEST.cancelHistogram]: (_client, fields) => nothingToCancel(fields),
  };
  private readonly parts: HistoryParts;

  constructor(parts: HistoryParts) {
    this.parts = parts;
  }

  private head(client: ClientSession, fields: FieldReader): void {
    const { request, contract, whatToShow, formatDate } = readHeadTimestampRequest(fields);
    const what = whatToShowNamed(whatToShow);
    if (what === undefined) refuse(request, invalid("Source price is invalid"));
    const listing = this.parts.contracts.one(request, contract);
    // It is paced as strictly as the smallest bars.
    const identity = `head ${listing.conId} ${what.name}`;
    pace(this.parts, request, { identity, family: identity, sizeMs: 0, cost: what.cost }, 0);
    const fault = this.parts.faults.takeHistory();
    if (fault?.kind === "error") refuse(request, fault);
    if (fault?.kind === "silence" || this.parts.faults.isHistoryAway) return;
    if (priceKindOf(what, listing) === undefined) {
      refuse(request, serviceError(`No head time stamp for ${listing.symbol} ${what.name}`));
    }
    client.send(headTimestamp(request, this.parts.book.head(listing), formatDate));
  }

  private histogram(client: ClientSession, fields: FieldReader): void {
    const { request, contract, period } = readHistogramRequest(fields);
    const listing = this.parts.contracts.one(request, contract);
    const match = PERIOD.exec(period);
    const duration = match === null ? undefined : parseDuration(`${match[1]} ${match[2][0].toUpperCase()}`);
    if (duration === undefined) refuse(request, invalid("Histogram period is invalid"));
    if (this.parts.faults.isHistoryAway) return;
    const { now } = this.parts.simulation;
    const counts = new Map<number, number>();
    const from = startOfSpan(duration, now, listing, true);
    this.parts.book.eachTick(listing, from, now + 1, now, (ticks, at) => {
      const price = ticks.last[at];
      if (price === price) counts.set(price, (counts.get(price) ?? 0) + ticks.lastSize[at]);
    });
    client.send(histogram(request, counts));
  }
}

/** Both are answered at once: a cancel finds nothing to end, and TWS says nothing to that. */
function nothingToCancel(fields: FieldReader): void {
  fields.int();
  fields.end();
}
