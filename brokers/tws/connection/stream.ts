import type { Asker } from "../../ib/code.js";
import type { TwsApi } from "../client/tws-api.js";
import { type Refusal, refused, TwsError } from "../errors.js";
import type { RequestId } from "./ids.js";
import { URGENCY, type Urgency } from "./outbox.js";
import { isHarmless, type QuestionDesk } from "./question.js";
import type { AnswerHandlers } from "./request-table.js";

/** A request that TWS goes on answering until it is cancelled. */
export interface Stream {
  /** For sentences, such as "the bars of SPY as they come". */
  readonly what: string;
  readonly asker: Extract<Asker, "history" | "stream">;
  readonly urgency: Urgency;
  readonly answers: AnswerHandlers;
  send(api: TwsApi, id: RequestId): void;
  cancel(api: TwsApi, id: RequestId): void;
  /** Nothing more will come; told once, and not to whoever has closed it. */
  ended(error: unknown): void;
  /** What TWS says of it beside answers; true where it has been dealt with. */
  told?(refusal: Refusal): boolean;
}

/**
 * Opens a stream.
 * @returns what closes it: TWS is told once, and not where it has ended the stream itself
 */
export function openStream({ api, requests, outbox }: QuestionDesk, id: RequestId, stream: Stream): () => void {
  let isWritten = false;
  let isOver = false;
  const end = (): boolean => {
    if (isOver) return false;
    isOver = true;
    requests.close(id);
    return true;
  };
  const cancel = (): void => {
    if (!isWritten) return;
    // Where it can no longer be sent the connection is gone, and the stream with it.
    outbox.put(URGENCY.cancel, { write: () => stream.cancel(api, id), dropped: () => undefined });
  };
  requests.open(id, {
    what: stream.what,
    asker: stream.asker,
    answers: stream.answers,
    told: (refusal) => {
      if (stream.told?.(refusal) === true || isHarmless(refusal)) return;
      if (end()) stream.ended(refused(stream.what, refusal));
    },
    failed: (error) => {
      if (!end()) return;
      cancel();
      stream.ended(error);
    },
  });
  outbox.put(stream.urgency, {
    write: () => {
      if (isOver) return;
      stream.send(api, id);
      isWritten = true;
    },
    dropped: (error) => {
      const isLost = error instanceof TwsError;
      if (end()) stream.ended(isLost ? new TwsError("NOT_CONNECTED", { what: stream.what }, { cause: error }) : error);
    },
  });
  return () => {
    if (end()) cancel();
  };
}
