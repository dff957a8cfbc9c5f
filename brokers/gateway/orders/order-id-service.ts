import type { ClientSession } from "../session/client-session.js";
import type { RequestHandler, Service } from "../session/service.js";
import { nextValidId } from "../session/session-answers.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import type { OrderIds } from "./order-ids.js";

/** Tells the next valid order id. */
export class OrderIdService implements Service {
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.ids]: (client, fields) => this.ids(client, fields),
  };
  private readonly orderIds: OrderIds;

  constructor(orderIds: OrderIds) {
    this.orderIds = orderIds;
  }

  private ids(client: ClientSession, fields: FieldReader): void {
    fields.int();
    fields.int();
    fields.end();
    client.send(nextValidId(this.orderIds.nextOf(client.clientId)));
  }
}
