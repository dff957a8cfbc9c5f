import { SeatrialError } from "../../../core/errors.js";
import { type Refusal, TwsError, type TwsErrorCode } from "../errors.js";
import type { HistoryFailure } from "./source-shape.js";

/** What an error means to whoever fetches history; undefined for a defect, which is not theirs to deal with. */
export function historyFailure(error: unknown): HistoryFailure | undefined {
  if (error instanceof TwsError) return { kind: kindOf(error), text: error.refusal?.text ?? error.message };
  // Hours, zones or answers that cannot be read: they would be the same the next time.
  return error instanceof SeatrialError ? { kind: "refused", text: error.message } : undefined;
}

function kindOf(error: TwsError): HistoryFailure["kind"] {
  if (error.code === "REQUEST_REFUSED" && error.refusal !== undefined) return kindOfRefusal(error.refusal);
  return KINDS[error.code] ?? "stopped";
}

/** What is not listed ends a connection for good. */
const KINDS: { readonly [Code in TwsErrorCode]?: HistoryFailure["kind"] } = {
  CONNECTION_LOST: "disconnected",
  NOT_CONNECTED: "disconnected",
  UPSTREAM_LOST: "disconnected",
  REQUEST_TIMED_OUT: "timeout",
  REQUEST_CANCELLED: "timeout",
  ANSWER_UNREADABLE: "refused",
  REQUEST_REFUSED: "refused",
  CONTRACT_UNKNOWN: "contract",
  CONTRACT_AMBIGUOUS: "contract",
};

/** Codes that say that the contract is the matter. */
const CONTRACT_CODES: readonly number[] = [166, 200];

function kindOfRefusal({ class: kind, code, text }: Refusal): HistoryFailure["kind"] {
  switch (kind) {
    case "no-data":
    case "pacing":
      return kind;
    case "request-too-large":
      return "range";
    case "request-retry":
      return "timeout";
    case "connection-fatal":
      return "stopped";
    case "disconnected":
      return "disconnected";
    case "subscription-failed":
    case "subscription-retry":
      return "permission";
    default:
      if (CONTRACT_CODES.includes(code)) return "contract";
      return /permission|subscri/i.test(text) ? "permission" : "refused";
  }
}
