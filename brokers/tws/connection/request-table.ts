import { SeatrialError } from "../../../core/errors.js";
import type { Asker } from "../../ib/code.js";
import { classify } from "../../ib/codes.js";
import { PLACE_OF_ID } from "../client/library-insides.js";
import type { TwsAnswers } from "../client/tws-api.js";
import { type Refusal, type TwsError, unreadable } from "../errors.js";
import type { RequestId } from "./ids.js";

type WithoutId<Args> = Args extends [number, ...infer Rest] ? Rest : never;

/** What is done with the answers to one request, by the event that brings them; without their id. */
export type AnswerHandlers = { readonly [E in keyof TwsAnswers]?: (...args: WithoutId<TwsAnswers[E]>) => void } & {
  /** Historical bars as the fields of their message; one by one, as `historicalData`, where the library is not mended. */
  readonly historicalBars?: (fields: readonly string[]) => void;
  /** Messages of a market data stream as their fields; one by one, by their events, where the library is not mended. */
  readonly ticks?: (fields: readonly string[]) => void;
  /** A message of the answer could not be read, and it goes on without it. Where this is left out the request fails. */
  readonly unread?: () => void;
};

/** A request that TWS may still answer. */
export interface OpenRequest {
  /** For sentences, such as "the contract details of SPY". */
  readonly what: string;
  readonly asker: Asker;
  readonly answers: AnswerHandlers;
  /** TWS has said something of it other than an answer. */
  told(refusal: Refusal): void;
  /** Something went wrong with it here: the connection was lost, or the answer could not be dealt with. */
  failed(error: unknown): void;
}

/** Answer events, for whoever listens to a client. */
export const ANSWER_EVENTS = [
  "contractDetails",
  "contractDetailsEnd",
  "symbolSamples",
  "historicalData",
  "historicalDataUpdate",
  "historicalSchedule",
  "headTimestamp",
  "marketDataType",
  "tickPrice",
  "tickSize",
  "tickGeneric",
  "tickString",
  "tickByTickAllLast",
  "tickSnapshotEnd",
  "execDetails",
  "execDetailsEnd",
  "accountSummary",
  "accountSummaryEnd",
] as const satisfies readonly (keyof TwsAnswers)[];

/**
 * Who asked what on one connection. An answer finds its request by id; what answers nobody any more, such as one that
 * crossed its cancel, is passed over. A handler that throws fails its own request and nothing else.
 */
export class RequestTable {
  private readonly byId = new Map<number, OpenRequest>();

  get size(): number {
    return this.byId.size;
  }

  open(id: RequestId, request: OpenRequest): void {
    this.byId.set(id, request);
  }

  /** @returns whether it was open */
  close(id: RequestId): boolean {
    return this.byId.delete(id);
  }

  answer(event: keyof AnswerHandlers, id: number, args: readonly unknown[]): void {
    const request = this.byId.get(id);
    const handler = request?.answers[event] as ((...args: readonly unknown[]) => void) | undefined;
    if (request === undefined || handler === undefined) return;
    try {
      handler(...args);
    } catch (error) {
      this.fail(id, request, error);
    }
  }

  /** A message of a market data stream. @returns whether its request takes them whole */
  ticks(fields: readonly string[]): boolean {
    const id = Number(fields[PLACE_OF_ID[fields[0]]]);
    const request = this.byId.get(id);
    const handler = request?.answers.ticks;
    if (request === undefined || handler === undefined) return false;
    try {
      handler(fields);
    } catch (error) {
      this.fail(id, request, error);
    }
    return true;
  }

  /** A code that came with this id. @returns whether it was for one of the open requests */
  told(id: number, code: number, text: string): boolean {
    const request = this.byId.get(id);
    if (request === undefined) return false;
    request.told({ ...classify(code, request.asker, text), code, text });
    return true;
  }

  /** The open request that a message answers, for one that could not be read: an id is its first or second field. */
  private answeredBy(fields: readonly string[]): OpenRequest | undefined {
    return this.byId.get(Number(fields[1])) ?? this.byId.get(Number(fields[2]));
  }

  /** A message could not be read. */
  unread(fields: readonly string[], problem: string): void {
    const request = this.answeredBy(fields);
    if (request?.answers.unread !== undefined) request.answers.unread();
    else request?.failed(unreadable(request.what, problem));
  }

  private fail(id: number, request: OpenRequest, error: unknown): void {
    this.byId.delete(id);
    request.failed(error instanceof SeatrialError ? error : unreadable(request.what, error));
  }

  /** The connection is gone: nothing will answer any more. */
  abandon(errorFor: (what: string) => TwsError): void {
    const requests = [...this.byId.values()];
    this.byId.clear();
    for (const request of requests) request.failed(errorFor(request.what));
  }
}
