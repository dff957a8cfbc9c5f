import type { GatewayOrder } from "./gateway-order.js";

/** Permanent ids begin here. */
const FIRST_PERM_ID = 1_000_000_001;

/** All orders of a gateway, open and ended, of all clients and accounts. */
export class OrderRegister {
  readonly all: GatewayOrder[] = [];
  private readonly byClient = new Map<string, GatewayOrder>();
  private nextPermId = FIRST_PERM_ID;

  takePermId(): number {
    return this.nextPermId++;
  }

  add(order: GatewayOrder): void {
    this.all.push(order);
    if (order.orderId !== 0) this.bind(order, order.orderId);
  }

  /** Gives an order an id of its client. */
  bind(order: GatewayOrder, orderId: number): void {
    order.orderId = orderId;
    this.byClient.set(keyOf(order.clientId, orderId), order);
  }

  get(clientId: number, orderId: number): GatewayOrder | undefined {
    return this.byClient.get(keyOf(clientId, orderId));
  }

  /** Orders that can still fill, in the order they were placed. */
  get open(): GatewayOrder[] {
    return this.all.filter((order) => order.isOpen && order.isTransmitted);
  }

  /** Children that name this order as their parent. */
  childrenOf(parent: GatewayOrder): GatewayOrder[] {
    if (parent.orderId === 0) return [];
    return this.all.filter((one) => one.clientId === parent.clientId && one.parentId === parent.orderId);
  }

  parentOf(order: GatewayOrder): GatewayOrder | undefined {
    return order.parentId === 0 ? undefined : this.get(order.clientId, order.parentId);
  }
}

function keyOf(clientId: number, orderId: number): string {
  return `${clientId} ${orderId}`;
}
