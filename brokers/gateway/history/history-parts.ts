import type { Instant } from "../../../core/market/bar-size.js";
import { LIMITS } from "../../ib/pacing.js";
import type { ContractBook } from "../contracts/contract-book.js";
import type { FaultState } from "../faults/fault-state.js";
import type { HistoryPacing, PacedRequest } from "../limits/history-pacing.js";
import { parseRequestTime } from "../request-time.js";
import type { ClientSession } from "../session/client-session.js";
import { refuse } from "../session/refusal.js";
import type { Simulation } from "../simulation/simulation.js";
import type { TimeTexts } from "../time-text.js";
import type { ZoneOf, ZoneTimes } from "../zones.js";
import { IMPLIED_ZONE, invalidTime, serviceError } from "./check-history.js";
import type { HistoryBook } from "./history-book.js";

/** What everything that answers about the past shares. */
export interface HistoryParts {
  readonly contracts: ContractBook;
  readonly book: HistoryBook;
  readonly simulation: Simulation;
  readonly texts: TimeTexts;
  readonly zoneOf: ZoneOf;
  readonly operator: ZoneTimes;
  readonly faults: FaultState;
  /** Undefined where the limit is switched off. */
  readonly pacing: HistoryPacing | undefined;
  readonly wallClock: () => number;
}

/**
 * The instant that a client's text means; undefined for an empty one. A text without a zone is warned of.
 * @throws Refusal 10314
 */
export function instantOf(
  parts: HistoryParts,
  client: ClientSession,
  request: number,
  text: string,
  field: string,
): Instant | undefined {
  if (text.trim() === "") return undefined;
  const time = parseRequestTime(text, parts.zoneOf, parts.operator, parts.simulation.now);
  if (time === undefined) refuse(request, invalidTime(field));
  if (!time.zoned) client.error(request, 2174, IMPLIED_ZONE);
  return time.instant;
}

/**
 * Counts a request in the windows of the data service.
 * @param open how many requests have no answer yet
 * @throws Refusal 162
 */
export function pace(parts: HistoryParts, id: number, request: PacedRequest, open: number): void {
  const { pacing, wallClock } = parts;
  if (pacing === undefined) return;
  const broken = pacing.take(request, wallClock());
  if (broken === undefined && open < LIMITS.openHistoryRequests) return;
  refuse(id, serviceError("Historical data request pacing violation"));
}
