import type { Asker } from "../../ib/code.js";
import type { TwsApi } from "../client/tws-api.js";
import { type Refusal, refused, TwsError } from "../errors.js";
import type { RequestId } from "./ids.js";
import type { Outbox, Urgency } from "./outbox.js";
import { URGENCY } from "./outbox.js";
import type { AnswerHandlers, RequestTable } from "./request-table.js";

/** A request that has one answer and an end. */
export interface Question<T> {
  /** For sentences, such as "the contract details of SPY". */
  readonly what: string;
  readonly asker: Extract<Asker, "history" | "request" | "stream">;
  readonly urgency: Urgency;
  /** Milliseconds from when it was written to when it is given up. */
  readonly timeOut: number;
  readonly signal?: AbortSignal | undefined;
  send(api: TwsApi, id: RequestId): void;
  /** Tells TWS not to go on; sent when the question is given up or, where `endsWithCancel`, answered. */
  cancel?(api: TwsApi, id: RequestId): void;
  /** Whether TWS goes on with it, or keeps it open, until it is cancelled. */
  readonly endsWithCancel?: boolean;
  answers(answer: Answer<T>): AnswerHandlers;
  /** What TWS says instead of an answer, before it is taken as a failure; true where it has been dealt with. */
  told?(refusal: Refusal, answer: Answer<T>): boolean;
}

/** Ends a question; whatever comes later is passed over. */
export interface Answer<T> {
  give(value: T): void;
  fail(error: unknown): void;
}

/** What a question needs of a connection. */
export interface QuestionDesk {
  readonly api: TwsApi;
  readonly requests: RequestTable;
  readonly outbox: Outbox;
}

/**
 * Asks once. The promise settles in any case: with the answer, what TWS says instead, the time-out, the signal, or the
 * end of the connection.
 */
export function ask<T>({ api, requests, outbox }: QuestionDesk, id: RequestId, question: Question<T>): Promise<T> {
  const { what, signal } = question;
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let isWritten = false;
    let isOver = false;
    const end = (cancels: boolean): boolean => {
      if (isOver) return false;
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      requests.close(id);
      if (cancels && isWritten) cancel();
      return true;
    };
    const cancel = (): void => {
      // Nothing is lost where it can no longer be sent: the connection is gone, and the request with it.
      outbox.put(URGENCY.cancel, { write: () => question.cancel?.(api, id), dropped: () => undefined });
    };
    const answer: Answer<T> = {
      give: (value) => {
        if (end(question.endsWithCancel === true)) resolve(value);
      },
      fail: (error) => {
        if (end(question.endsWithCancel === true)) reject(error);
      },
    };
    const abort = (): void => {
      if (end(true)) reject(new TwsError("REQUEST_CANCELLED", { what }));
    };
    if (signal?.aborted === true) {
      reject(new TwsError("REQUEST_CANCELLED", { what }));
      return;
    }
    signal?.addEventListener("abort", abort);
    requests.open(id, {
      what,
      asker: question.asker,
      answers: question.answers(answer),
      told: (refusal) => {
        if (question.told?.(refusal, answer) === true || isHarmless(refusal)) return;
        if (end(false)) reject(refused(what, refusal));
      },
      failed: answer.fail,
    });
    outbox.put(question.urgency, {
      write: () => {
        if (isOver) return;
        question.send(api, id);
        isWritten = true;
        timer = setTimeout(() => {
          if (end(true)) reject(new TwsError("REQUEST_TIMED_OUT", { what, seconds: question.timeOut / 1_000 }));
        }, question.timeOut);
      },
      dropped: (error) => {
        answer.fail(error instanceof TwsError ? new TwsError("NOT_CONNECTED", { what }, { cause: error }) : error);
      },
    });
  });
}

/** Whether what TWS says leaves a request as it is. */
export function isHarmless({ class: kind }: Refusal): boolean {
  return kind === "notice" || kind === "farm-ok" || kind === "subscription-degraded";
}
