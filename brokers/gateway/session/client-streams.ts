import type { ClientSession } from "./client-session.js";

/** What a client has subscribed to under a request id of its own. */
export interface ClientStream {
  readonly client: ClientSession;
  readonly request: number;
}

/** The streams of one kind that clients have open. */
export class ClientStreams<S extends ClientStream> implements Iterable<S> {
  private streams: readonly S[] = [];
  private readonly ended: (stream: S) => void;

  /** @param ended hears of every stream that is no longer open, whatever the reason */
  constructor(ended: (stream: S) => void = () => undefined) {
    this.ended = ended;
  }

  get size(): number {
    return this.streams.length;
  }

  /** Those that are open now; one that comes or goes meanwhile counts from the next time on. */
  [Symbol.iterator](): Iterator<S> {
    return this.streams[Symbol.iterator]();
  }

  has(client: ClientSession, request: number): boolean {
    return this.streams.some((one) => one.client === client && one.request === request);
  }

  add(stream: S): void {
    this.streams = [...this.streams, stream];
  }

  /** @returns whether it was open */
  remove(client: ClientSession, request: number): boolean {
    return this.end((one) => one.client === client && one.request === request);
  }

  /** A client is gone, and all its streams with it. */
  left(client: ClientSession): void {
    this.end((one) => one.client === client);
  }

  /** All are lost, as after 1101. */
  forget(): void {
    this.end(() => true);
  }

  private end(which: (stream: S) => boolean): boolean {
    const before = this.streams;
    this.streams = before.filter((stream) => !which(stream));
    if (this.streams.length === before.length) return false;
    for (const stream of before) if (which(stream)) this.ended(stream);
    return true;
  }
}
