import type { Brake } from "../simulation/driver.js";
import type { ClientList } from "./client-list.js";

/**
 * Holds time at "max" while a client is behind with reading, and while nobody is there to see it: a market that ran
 * out before the first client came would be of no use.
 */
export class SocketBrake implements Brake {
  onFree: (() => void) | undefined;
  private readonly clients: ClientList;
  private readonly isWatched: () => boolean;

  /** @param isWatched whether anybody waits for something to happen */
  constructor(clients: ClientList, isWatched: () => boolean) {
    this.clients = clients;
    this.isWatched = isWatched;
  }

  get isFree(): boolean {
    return this.isWatched() && !this.isFull;
  }

  /** Whether a client is behind with reading. */
  get isFull(): boolean {
    return this.clients.all.some((client) => client.connection.isFull);
  }

  stepped(): void {}

  exhausted(): void {}

  /** Something has changed that may let time go on. */
  look(): void {
    if (this.isFree) this.onFree?.();
  }
}
