import type { Gateway } from "../../brokers/gateway/gateway.js";
import { DEFAULT_ACCOUNT } from "../../brokers/gateway/gateway-options.js";
import type { GatewayOrder } from "../../brokers/gateway/orders/gateway-order.js";
import type { ClientSession } from "../../brokers/gateway/session/client-session.js";
import { Refusal } from "../../brokers/gateway/session/refusal.js";
import { FieldReader } from "../../brokers/gateway/wire/field-reader.js";
import { REQUEST } from "../../brokers/gateway/wire/message-ids.js";
import { contract } from "../gateway/asked-contract.js";
import { placeOrder } from "../gateway/order-fields.js";
import type { TheirDeed, TheirOrder } from "./their-orders.js";

const OTHER = 8;

/** Another client of a gateway, and a hand in its window: makes orders beside the session, and does things with them. */
export class OtherClient {
  private readonly gateway: Gateway;
  private readonly priceOf: (symbol: string) => number;
  private readonly made = new Map<number, { readonly order: GatewayOrder; readonly said: TheirOrder }>();
  private latestId = 0;

  constructor(gateway: Gateway, priceOf: (symbol: string) => number) {
    this.gateway = gateway;
    this.priceOf = priceOf;
  }

  /** By what an operator calls it; undefined of one that nobody has made. */
  refOf(which: number): string | undefined {
    const order = this.made.get(which)?.order;
    return order === undefined ? undefined : order.attributes.text("orderRef") || String(order.permId);
  }

  /** @returns what came of it, in a few words */
  make(said: TheirOrder): string {
    const { services } = this.gateway;
    const { symbol, side, quantity, isByHand, which } = said;
    const { length } = services.register.all;
    const limit = this.limitOf(said, said.away);
    const refused = isByHand
      ? this.attempt(() =>
          services.placeByHand({ symbol, action: side > 0 ? "BUY" : "SELL", quantity, limit: Number(limit) }),
        )
      : this.send(REQUEST.placeOrder, this.fieldsOf(++this.latestId, said, quantity, limit));
    const order = services.register.all.at(length);
    if (order !== undefined) this.made.set(which, { order, said });
    return `their ${which}: ${side * quantity} ${symbol} at ${limit} ${refused ?? order?.status ?? "lost"}`;
  }

  does(deed: TheirDeed): string {
    const made = this.made.get(deed.which);
    if (made === undefined) return `${deed.kind} ${deed.which}: there is none`;
    const { order, said } = made;
    const what = `${deed.kind} ${deed.which} (${order.status} ${order.filled}/${order.quantity})`;
    if (!order.isOpen) return what;
    const refused = deed.kind === "their cancel" ? this.cancel(order) : this.change(order, said, deed);
    return `${what} ${refused ?? order.status}`;
  }

  private cancel(order: GatewayOrder): string | undefined {
    if (order.orderId !== 0) return this.send(REQUEST.cancelOrder, [1, order.orderId, ""]);
    return this.attempt(() => this.gateway.services.desk(DEFAULT_ACCOUNT).cancel(order));
  }

  private change(
    order: GatewayOrder,
    said: TheirOrder,
    { quantity, away }: TheirDeed & { readonly kind: "their change" },
  ): string | undefined {
    // The window has no other way than to cancel it and make another.
    if (order.orderId === 0) return "is changed by nobody";
    const units = quantity === 0 ? order.quantity : order.filled + quantity;
    return this.send(REQUEST.placeOrder, this.fieldsOf(order.orderId, said, units, this.limitOf(said, away)));
  }

  private fieldsOf(id: number, said: TheirOrder, quantity: number, limit: string): (string | number)[] {
    const { side, symbol, which, tif } = said;
    const of = contract({ symbol, secType: "STK", exchange: "SMART", currency: "USD" });
    const action = side > 0 ? "BUY" : "SELL";
    return placeOrder(id, { action, quantity, type: "LMT", limit, tif, of, ref: `theirs-${which}` }).slice(1);
  }

  private limitOf({ symbol, side }: TheirOrder, away: number): string {
    return (this.priceOf(symbol) * (1 + side * away)).toFixed(2);
  }

  /** As if it came over a connection of theirs, which hears nothing. @returns why it is refused */
  private send(request: number, fields: readonly (string | number)[]): string | undefined {
    const handle = this.gateway.services.handler(request);
    const reader = new FieldReader(Buffer.from([request, ...fields].map((field) => `${field}\0`).join("")));
    reader.int();
    const client = { clientId: OTHER, send: () => undefined, error: () => undefined } as unknown as ClientSession;
    return this.attempt(() => handle?.(client, reader));
  }

  private attempt(act: () => void): string | undefined {
    try {
      act();
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      throw error;
    }
  }
}
