import type { TwsEvents } from "../../brokers/tws/client/tws-api.js";
import type { Link } from "../../brokers/tws/connection/link.js";
import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { EVENT_READINGS, type EventName, type Fields, type Reading, WIRE_READINGS } from "./messages.js";

/** A message as it was heard. */
export interface Heard {
  /** Its event, or of market data and bars the name of its message. */
  readonly kind: string;
  /** The kind with what tells it from others: one name is one sort of message. */
  readonly name: string;
  /** The name with the state it tells. */
  readonly label: string;
  readonly id: number | undefined;
  readonly fields: Fields;
  readonly rows: readonly Fields[];
  /** What the client library handed over with the event; of messages that are read from the wire, their fields. */
  readonly told: readonly unknown[];
}

/** Hears every message of a connection, over all of its links, from its first on. */
export class Ear {
  private readonly heard: Heard[] = [];
  private readonly waiting = new Set<() => void>();
  private isLooking = false;

  constructor(connection: TwsConnection) {
    connection.onLink((link) => this.listen(link));
    connection.events.on("state", () => this.look());
    connection.events.on("undecoded", ({ problem, messageId }) => {
      this.note("unreadable", [], () => ({
        mark: `message ${messageId}`,
        fields: { problem: [problem, "text"] },
      }));
    });
  }

  /** Where the next message will stand. */
  get place(): number {
    return this.heard.length;
  }

  /** What was heard from a place on. */
  since(place: number): readonly Heard[] {
    return this.heard.slice(place);
  }

  /** What events of one name have told from a place on. */
  told<E extends EventName>(event: E, place: number): readonly TwsEvents[E][] {
    return this.since(place).flatMap(({ kind, told }) => (kind === event ? [told as TwsEvents[E]] : []));
  }

  /**
   * Waits for something to hold; it is looked at with every message, and when the connection's state changes.
   * @returns false where it does not within so many milliseconds
   * @throws the signal's reason
   */
  until(holds: () => boolean, ms: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.waiting.delete(look);
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
      };
      const look = (): void => {
        if (!holds()) return;
        end();
        resolve(true);
      };
      const stop = (): void => {
        end();
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        end();
        resolve(holds());
      }, ms);
      this.waiting.add(look);
      signal.addEventListener("abort", stop);
      if (signal.aborted) stop();
      else look();
    });
  }

  private listen({ api }: Link): void {
    api.on("received", (fields) => {
      const known = WIRE_READINGS[fields[0]];
      if (known !== undefined) this.note(known.kind, fields, () => known.read(fields));
    });
    for (const event of Object.keys(EVENT_READINGS) as EventName[]) {
      const read = EVENT_READINGS[event] as (...told: readonly unknown[]) => Reading;
      api.on(event, (...told: readonly unknown[]) => this.note(event, told, () => read(...told)));
    }
  }

  /** Never throws: what a listener throws, the client library's reading of the message would end with. */
  private note(kind: string, told: readonly unknown[], read: () => Reading): void {
    const { id, mark, state, fields, rows = [] } = readOr(read);
    const name = mark === undefined ? kind : `${kind} ${mark}`;
    const label = state === undefined ? name : `${name} ${state}`;
    this.heard.push({ kind, name, label, id, fields, rows, told });
    this.look();
  }

  /** Looks whether what is waited for holds, once whoever else listens has heard of it, too. */
  private look(): void {
    if (this.isLooking) return;
    this.isLooking = true;
    queueMicrotask(() => {
      this.isLooking = false;
      for (const look of [...this.waiting]) look();
    });
  }
}

function readOr(read: () => Reading): Reading {
  try {
    return read();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { mark: "that cannot be read", fields: { problem: [problem, "text"] } };
  }
}
