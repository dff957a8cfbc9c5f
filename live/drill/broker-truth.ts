import type { Gateway } from "../../brokers/gateway/gateway.js";
import { readPlaceOrder } from "../../brokers/gateway/orders/read-place-order.js";
import { FieldReader } from "../../brokers/gateway/wire/field-reader.js";
import { REQUEST } from "../../brokers/gateway/wire/message-ids.js";
import { DAY, type Instant } from "../../core/market/bar-size.js";
import { zoneOffsets } from "../../data/zone-offsets.js";

/** What was asked of the gateway under an order's id: what places an order, and what changes it afterwards. */
export interface Asked {
  readonly orderId: number;
  readonly ref: string;
  readonly clientId: number;
  readonly quantity: number;
  /** In words, to tell one shape of an order from another. */
  readonly terms: string;
  /** Simulated, epoch ms UTC. */
  readonly at: number;
}

export interface HeldOrder {
  readonly ref: string;
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly symbol: string;
  /** Signed. */
  readonly quantity: number;
  readonly filled: number;
  /** The group of which one cancels the others; "" for none. */
  readonly group: string;
  readonly status: string;
  /** Whether it can still fill. */
  readonly isOpen: boolean;
  /** False of one that waits for the rest of its family: it is in no list, and cannot fill. */
  readonly isTransmitted: boolean;
  /** Epoch ms UTC; NaN of one that has not ended. */
  readonly endedAt: Instant;
}

export interface Executed {
  /** Without its last part, which counts corrections. */
  readonly execId: string;
  readonly ref: string;
  readonly permId: number;
  readonly symbol: string;
  /** Signed. */
  readonly quantity: number;
  readonly price: number;
  readonly commission: number;
  /** Epoch ms UTC. */
  readonly time: Instant;
}

/** What is so at the broker, whatever anybody was told of it. */
export interface BrokerTruth {
  readonly orders: readonly HeldOrder[];
  readonly executions: readonly Executed[];
  /** By symbol, signed. */
  readonly positions: ReadonlyMap<string, number>;
  readonly asked: readonly Asked[];
  /** Of what ended or was executed in front of this instant the broker tells nobody any more. */
  readonly tellsSince: Instant;
}

/** Notes everything that comes to a gateway under an order's id, from now on. */
export function tapOrders(gateway: Gateway): readonly Asked[] {
  const asked: Asked[] = [];
  const { services } = gateway;
  const handler = services.handler.bind(services);
  services.handler = (id) => {
    const handle = handler(id);
    if (id !== REQUEST.placeOrder || handle === undefined) return handle;
    return (client, fields) => {
      const copy = new FieldReader(Buffer.from(`${fields.all.join("\0")}\0`));
      copy.int();
      const { orderId, attributes } = readPlaceOrder(copy);
      const said = (name: string): string => attributes.text(name);
      if (!attributes.flag("whatIf")) {
        const names = ["action", "totalQuantity", "orderType", "lmtPrice", "auxPrice", "trailStopPrice", "tif"];
        const terms = names.map(said).join(" ");
        const { clientId } = client;
        const quantity = attributes.number("totalQuantity");
        asked.push({ orderId, ref: said("orderRef"), clientId, quantity, terms, at: gateway.simulation.now });
      }
      handle(client, fields);
    };
  };
  return asked;
}

export function brokerTruth(gateway: Gateway, asked: readonly Asked[], account: string): BrokerTruth {
  const { register, executions, listings } = gateway.services;
  const { portfolio } = gateway.services.desk(account);
  return {
    orders: register.all
      .filter((order) => order.account === account)
      .map((order) => ({
        ref: order.attributes.text("orderRef"),
        orderId: order.orderId,
        clientId: order.clientId,
        permId: order.permId,
        symbol: order.listing.symbol,
        quantity: order.isBuy ? order.quantity : -order.quantity,
        filled: order.filled,
        group: order.attributes.text("ocaGroup"),
        status: order.status,
        isOpen: order.isOpen,
        isTransmitted: order.isTransmitted,
        endedAt: order.completedAt,
      })),
    executions: executions.all
      .filter((one) => one.account === account)
      .map((one) => ({
        execId: baseOf(one.execId),
        ref: one.orderRef,
        permId: one.permId,
        symbol: one.listing.symbol,
        quantity: one.isBuy ? one.quantity : -one.quantity,
        price: one.price,
        commission: one.commission,
        time: one.time,
      })),
    positions: new Map(
      listings.map(({ symbol, instrument }) => [symbol, portfolio.quantity[instrument.index]] as const),
    ),
    asked,
    tellsSince: midnightBefore(gateway.simulation.now),
  };
}

/** The last midnight of the gateway's operator. */
function midnightBefore(now: Instant): Instant {
  const offset = zoneOffsets("America/New_York").offsetAt(now);
  return Math.floor((now + offset) / DAY) * DAY - offset;
}

/** An execution's id without its last part. */
export function baseOf(execId: string): string {
  return execId.slice(0, execId.lastIndexOf("."));
}
