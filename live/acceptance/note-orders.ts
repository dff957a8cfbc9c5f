import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { Sighting } from "./sight.js";
import type { Walk } from "./walk.js";

/** What was told of orders: their messages, and whether what they were placed with came back. */
export function noteOrders(
  walk: Walk,
  sight: Sighting,
  place: number,
  orders: readonly OrderIntent[],
  ...more: readonly string[]
): void {
  const ids: number[] = orders.map(({ orderId }) => orderId);
  const heard = walk.news(place, ids, ...more).filter(({ kind }) => kind !== "completedOrder");
  sight.look(heard);
  const open = walk.ownOpen(place).filter(([id]) => ids.includes(id));
  const intentOf = (id: number): OrderIntent | undefined => orders.find(({ orderId }) => orderId === id);
  const came = (name: string, isSo: (told: (typeof open)[number], order: OrderIntent) => boolean): void => {
    if (open.length > 0)
      sight.fact(
        name,
        open.every((told) => isSo(told, intentOf(told[0]) as OrderIntent)),
      );
  };
  came("its orderRef comes back", ([, , { orderRef }], { ref }) => orderRef === ref);
  came("its account comes back", ([, , { account }]) => account === walk.account);
  came("its quantity comes back", ([, , { totalQuantity }], { quantity }) => totalQuantity === quantity);
  came("its contract comes back", ([, { conId }], { instrument }) => conId === walk.contractOf(instrument).conId);
  const permIds = new Map<number, Set<number | undefined>>();
  for (const { kind, id, fields } of heard) {
    if (kind !== "openOrder" && kind !== "orderStatus") continue;
    const known = permIds.get(id ?? 0) ?? new Set();
    permIds.set(id ?? 0, known.add(fields.permId?.[0] as number | undefined));
  }
  if (permIds.size > 0)
    sight.fact(
      "one permId an order",
      [...permIds.values()].every(({ size }) => size === 1),
    );
  if (orders.length === 1) sight.fact("its last status", lastStatus(walk, place, ids[0]));
}

/** The status that was told last of an order since a place; "not told" where there is none. */
export function lastStatus(walk: Walk, place: number, orderId: number): string {
  return walk.ownStatuses(place).findLast(([id]) => id === orderId)?.[1] ?? "not told";
}

/** As it was told last. */
export function permIdOf(walk: Walk, orderId: number): number | undefined {
  return walk.ownOpen(0).findLast(([id]) => id === orderId)?.[2].permId;
}
