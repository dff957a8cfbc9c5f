import type { Listing } from "../contracts/listing.js";
import type { FaultState } from "../faults/fault-state.js";
import type { ClientSession } from "../session/client-session.js";
import { ClientStreams } from "../session/client-streams.js";
import type { RequestHandler, Service } from "../session/service.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import { position, positionEnd, positionMulti, positionMultiEnd } from "./account-answers.js";
import type { AccountBook } from "./account-book.js";

interface Multi {
  readonly client: ClientSession;
  readonly request: number;
  readonly account: string;
}

/** Positions of all accounts, or of one, and each change of them. */
export class PositionService implements Service {
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.positions]: (client, fields) => this.subscribe(client, fields),
    [REQUEST.cancelPositions]: (client, fields) => this.cancel(client, fields),
    [REQUEST.positionsMulti]: (client, fields) => this.subscribeMulti(client, fields),
    [REQUEST.cancelPositionsMulti]: (client, fields) => this.cancelMulti(client, fields),
  };
  private readonly book: AccountBook;
  private readonly faults: FaultState;
  private readonly clients = new Set<ClientSession>();
  private readonly multis = new ClientStreams<Multi>();

  constructor(book: AccountBook, faults: FaultState) {
    this.book = book;
    this.faults = faults;
  }

  left(client: ClientSession): void {
    this.clients.delete(client);
    this.multis.left(client);
  }

  /** All streams are lost, as after 1101. */
  forget(): void {
    this.clients.clear();
    this.multis.forget();
  }

  /** A position of an account has changed; one that was closed is told with 0. */
  changed(account: string, listing: Listing): void {
    const one = this.book.get(account)?.position(listing);
    if (one === undefined || this.faults.isUpstreamLost) return;
    for (const client of this.clients) client.send(position(one, account));
    for (const { client, request, account: asked } of this.multis) {
      if (asked === account || asked === "") client.send(positionMulti(request, one, account));
    }
  }

  private subscribe(client: ClientSession, fields: FieldReader): void {
    fields.int();
    fields.end();
    this.clients.add(client);
    for (const figures of this.book.all) {
      for (const one of figures.positions()) client.send(position(one, figures.account));
    }
    if (!this.faults.hidesEnds) client.send(positionEnd());
  }

  private cancel(client: ClientSession, fields: FieldReader): void {
    fields.int();
    fields.end();
    this.clients.delete(client);
  }

  private subscribeMulti(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const request = fields.int();
    const account = fields.text();
    fields.text();
    fields.end();
    this.multis.add({ client, request, account });
    for (const figures of this.book.all) {
      if (account !== "" && account !== figures.account) continue;
      for (const one of figures.positions()) client.send(positionMulti(request, one, figures.account));
    }
    if (!this.faults.hidesEnds) client.send(positionMultiEnd(request));
  }

  private cancelMulti(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const request = fields.int();
    fields.end();
    this.multis.remove(client, request);
  }
}
