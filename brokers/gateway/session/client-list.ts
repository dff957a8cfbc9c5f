import type { ClientSession } from "./client-session.js";

/** The clients that are connected, by client id. */
export class ClientList {
  private readonly byId = new Map<number, ClientSession>();

  get all(): readonly ClientSession[] {
    return [...this.byId.values()];
  }

  get size(): number {
    return this.byId.size;
  }

  get(clientId: number): ClientSession | undefined {
    return this.byId.get(clientId);
  }

  add(client: ClientSession): void {
    this.byId.set(client.clientId, client);
  }

  /** Removes a client, unless another one has taken its id meanwhile. */
  remove(client: ClientSession): void {
    if (this.byId.get(client.clientId) === client) this.byId.delete(client.clientId);
  }
}
