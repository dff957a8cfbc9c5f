import type { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayOrder } from "../../brokers/gateway/orders/gateway-order.js";
import type { Asked } from "../../live/drill/broker-truth.js";

/** Two quantities closer than this are equal. */
const DUST = 1e-6;

/** Orders of a client that were to fill no more than so many units together, as they stand at the broker. */
interface Together {
  readonly orders: readonly GatewayOrder[];
  readonly filled: number;
  /** Exits of an order: what that has filled, and what it may yet fill. Of a group: the largest that was asked of one. */
  readonly most: number;
}

/**
 * Holds the orders that belong together against what they were to fill together:
 *
 * - They fill more only where the broker was late with cutting one for the other, or with what it was asked for.
 * - Where they have, the session has called for somebody, with the name of one of them: that they have filled too much,
 *   or, where the broker no longer tells what they have filled, that it has no trace of them.
 * - When all is quiet, none of them can still fill more than the others have left to it, unless the broker refuses to
 *   make it smaller, which the session has told as well.
 *
 * @param wasLate whether the broker has been late, or refused something, in this run
 * @returns what does not hold, in sentences
 */
export function checkGroups(
  gateway: Gateway,
  asked: readonly Asked[],
  clientId: number,
  notes: readonly string[],
  wasLate: boolean,
): string[] {
  const broken: string[] = [];
  const told = notes.filter((note) => note.includes(" GROUP_OVERFILLED ") || note.includes(" INTENT_LOST "));
  const refused = notes.filter((note) => note.includes(" CHANGE_REFUSED "));
  for (const { orders, filled, most } of groupsOf(gateway, asked, clientId)) {
    const refs = orders.map(({ attributes }) => attributes.text("orderRef"));
    const what = `${filled} of ${refs.join(" and ")} have filled, which were to fill ${most} together`;
    if (filled > most + DUST) {
      if (!wasLate) broken.push(`${what}, though the broker was never late`);
      if (!told.some((note) => refs.some((ref) => wordsOf(note).includes(ref)))) {
        broken.push(`${what}, and nobody was told`);
      }
    }
    for (const order of orders)
      if (isTooLarge(order, most - filled, refused)) broken.push(sayTooLarge(order, most - filled));
  }
  return broken;
}

/**
 * Watches while a story plays that no order stays larger than what others have left to it: a broker that does not take
 * that off it by itself is asked to, within a time in which nothing else goes wrong.
 */
export class GroupWatch {
  /** What did not hold, in sentences. */
  readonly broken: string[] = [];
  private readonly gateway: Gateway;
  private readonly asked: readonly Asked[];
  private readonly clientId: number;
  /** Orders of which it was said. */
  private readonly told = new Set<GatewayOrder>();
  /** Since when an order is too large. */
  private readonly since = new Map<GatewayOrder, number>();

  constructor(gateway: Gateway, asked: readonly Asked[], clientId: number) {
    this.gateway = gateway;
    this.asked = asked;
    this.clientId = clientId;
  }

  /**
   * @param isPeace whether nothing is wrong but that the broker is late
   * @param patience ms
   */
  look(isPeace: boolean, notes: readonly string[], patience: number): void {
    const { since } = this;
    const { now } = this.gateway.simulation;
    const before = new Map(since);
    since.clear();
    if (!isPeace) return;
    const refused = notes.filter((note) => note.includes(" CHANGE_REFUSED "));
    for (const { orders, filled, most } of groupsOf(this.gateway, this.asked, this.clientId)) {
      for (const order of orders) {
        if (!isTooLarge(order, most - filled, refused)) continue;
        const from = before.get(order) ?? now;
        since.set(order, from);
        if (now - from < patience || this.told.has(order)) continue;
        this.told.add(order);
        this.broken.push(`${sayTooLarge(order, most - filled)} for ${patience / 1_000} s`);
      }
    }
  }
}

/**
 * Where the broker refuses to make it smaller nothing can be done, but that the session tells so; nor where it has taken
 * a cancel that comes to the exchange later.
 */
function isTooLarge(order: GatewayOrder, left: number, refused: readonly string[]): boolean {
  if (!order.isOpen || order.status === "PendingCancel") return false;
  if (order.remaining <= Math.max(0, left) + DUST) return false;
  return !refused.some((note) => wordsOf(note).includes(order.listing.symbol));
}

function sayTooLarge(order: GatewayOrder, left: number): string {
  const ref = order.attributes.text("orderRef");
  return `the intent ${ref} may fill ${order.remaining}, and ${Math.max(0, left)} are left to it`;
}

function wordsOf(note: string): string[] {
  return note.split(/[\s(),]+/);
}

function groupsOf(gateway: Gateway, asked: readonly Asked[], clientId: number): Together[] {
  const { register, executions } = gateway.services;
  const groups = new Map<string, GatewayOrder[]>();
  for (const order of register.all) {
    if (order.clientId !== clientId || !order.isTransmitted) continue;
    const key = keyOf(gateway, order);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), order]);
  }
  /** Units that a group was to fill by what was asked of one: what that should become, and what others had filled. */
  const askedOf = (order: GatewayOrder, orders: readonly GatewayOrder[]): number => {
    const others = orders.filter((one) => one !== order).map(({ attributes }) => attributes.text("orderRef"));
    const ref = order.attributes.text("orderRef");
    const sizes = asked
      .filter((one) => one.clientId === clientId && one.ref === ref)
      .map((one) => {
        const before = executions.all.filter(({ orderRef, time }) => others.includes(orderRef) && time <= one.at);
        return one.quantity + before.reduce((sum, { quantity }) => sum + quantity, 0);
      });
    return Math.max(0, ...sizes);
  };
  return [...groups.values()].map((orders) => {
    const filled = orders.reduce((sum, order) => sum + order.filled, 0);
    const parent = exitParentOf(gateway, orders[0]);
    const most =
      parent === undefined
        ? Math.max(...orders.map((order) => askedOf(order, orders)))
        : parent.isOpen
          ? parent.quantity
          : parent.filled;
    return { orders, filled, most };
  });
}

function keyOf(gateway: Gateway, order: GatewayOrder): string | undefined {
  const parent = exitParentOf(gateway, order);
  if (parent !== undefined) return `exits of ${parent.permId}`;
  const group = order.attributes.text("ocaGroup");
  return group === "" ? undefined : group;
}

/** The order that this one closes, where it was made as its child. */
function exitParentOf({ services }: Gateway, order: GatewayOrder): GatewayOrder | undefined {
  const parent = services.register.parentOf(order);
  return parent !== undefined && parent.isBuy !== order.isBuy ? parent : undefined;
}
