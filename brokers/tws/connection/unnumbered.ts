import { SeatrialError } from "../../../core/errors.js";
import type { TwsApi, TwsContract, TwsEvents, TwsExecution } from "../client/tws-api.js";
import { type Refusal, refused, TwsError, unreadable } from "../errors.js";
import type { Listeners } from "../listeners.js";
import type { Outbox } from "./outbox.js";
import { URGENCY, type Urgency } from "./outbox.js";
import type { Answer } from "./question.js";

/** Answers without the id of a request: whoever asked last is meant, or everybody. */
export const UNNUMBERED_EVENTS = [
  "marketRule",
  "openOrder",
  "openOrderEnd",
  "orderStatus",
  "completedOrder",
  "completedOrdersEnd",
  "commissionReport",
  "position",
  "positionEnd",
  "accountDownloadEnd",
] as const satisfies readonly (keyof TwsEvents)[];
type UnnumberedEvent = (typeof UNNUMBERED_EVENTS)[number];

/** The number on the wire of the message that becomes each of them. */
const MESSAGE_OF: Readonly<Record<UnnumberedEvent, string>> = {
  marketRule: "93",
  openOrder: "5",
  openOrderEnd: "53",
  orderStatus: "3",
  completedOrder: "101",
  completedOrdersEnd: "102",
  commissionReport: "59",
  position: "61",
  positionEnd: "62",
  accountDownloadEnd: "54",
};

/** Those answers as they come, and what else the link tells whoever waits for them. */
export type UnnumberedAnswers = { readonly [E in UnnumberedEvent]: TwsEvents[E] } & {
  /** An execution that nobody asked for: it has just happened. */
  readonly execution: readonly [contract: TwsContract, execution: TwsExecution];
  readonly refused: Refusal;
  /** A message that could not be read. */
  readonly unread: { readonly message: string; readonly problem: string };
  readonly over: (what: string) => TwsError;
};

type Handlers = { readonly [E in UnnumberedEvent]?: (...args: TwsEvents[E]) => void } & {
  /** A line of the answer could not be read, and it goes on without it. Where this is left out the question fails. */
  readonly unread?: () => void;
};

/** A request whose answer carries no id, such as that for the open orders. */
export interface UnnumberedQuestion<T> {
  readonly what: string;
  /** Default that of requests. */
  readonly urgency?: Urgency;
  readonly timeOut: number;
  send(api: TwsApi): void;
  /** Sent when it is over, whatever came of it. */
  cancel?(api: TwsApi): void;
  answers(answer: Answer<T>): Handlers;
}

/** TWS refuses requests without an id with one of these; nothing else that answers nobody has them. */
const REFUSALS: readonly number[] = [320, 321, 322];

/** Asks once. The promise settles in any case. */
export function askUnnumbered<T>(
  { api, outbox, unnumbered }: { api: TwsApi; outbox: Outbox; unnumbered: Listeners<UnnumberedAnswers> },
  question: UnnumberedQuestion<T>,
): Promise<T> {
  const { what } = question;
  return new Promise((resolve, reject) => {
    const ends: (() => void)[] = [];
    const end = (): boolean => {
      if (ends.length === 0) return false;
      for (const one of ends.splice(0)) one();
      return true;
    };
    const answer: Answer<T> = {
      give: (value) => void (end() && resolve(value)),
      fail: (error) => void (end() && reject(error)),
    };
    const handlers = question.answers(answer);
    for (const event of UNNUMBERED_EVENTS) {
      const handler = handlers[event] as ((...args: unknown[]) => void) | undefined;
      if (handler === undefined) continue;
      ends.push(
        unnumbered.on(event, (args) => {
          try {
            handler(...args);
          } catch (error) {
            answer.fail(error instanceof SeatrialError ? error : unreadable(what, error));
          }
        }),
      );
    }
    ends.push(unnumbered.on("over", (errorFor) => answer.fail(errorFor(what))));
    ends.push(
      unnumbered.on("unread", ({ message, problem }) => {
        // A list that lacks one of its lines would say that there is nothing of it.
        if (!UNNUMBERED_EVENTS.some((event) => MESSAGE_OF[event] === message && handlers[event] !== undefined)) return;
        if (handlers.unread === undefined) answer.fail(unreadable(what, problem));
        else handlers.unread();
      }),
    );
    ends.push(
      unnumbered.on("refused", (refusal) => {
        if (REFUSALS.includes(refusal.code)) answer.fail(refused(what, refusal));
      }),
    );
    outbox.put(question.urgency ?? URGENCY.request, {
      write: () => {
        if (ends.length === 0) return;
        question.send(api);
        const timer = setTimeout(() => {
          answer.fail(new TwsError("REQUEST_TIMED_OUT", { what, seconds: question.timeOut / 1_000 }));
        }, question.timeOut);
        ends.push(() => clearTimeout(timer));
        if (question.cancel !== undefined) ends.push(() => sendLater(outbox, () => question.cancel?.(api)));
      },
      dropped: (error) => answer.fail(error),
    });
  });
}

function sendLater(outbox: Outbox, write: () => void): void {
  // Nothing is lost where it can no longer be sent: the connection is gone, and the stream with it.
  outbox.put(URGENCY.cancel, { write, dropped: () => undefined });
}
