import { expect } from "vitest";
import { ORDER_STATUSES } from "../../core/orders/kinds.js";
import type { BacktestResult } from "../../index.js";

// What must hold of the orders and trades of any run, whatever was traded and on what.

type Told = Pick<BacktestResult, "orders" | "fills">;

/** Which state may follow which. */
const LEGAL: Readonly<{ [state: string]: readonly string[] }> = {
  created: ["denied", "held", "submitted"],
  held: ["denied", "submitted", "cancelled", "expired"],
  submitted: ["accepted", "rejected", "cancelled"],
  accepted: ["triggered", "partially filled", "filled", "cancelled", "expired", "pending cancel", "pending modify"],
  triggered: ["partially filled", "filled", "cancelled", "expired", "pending cancel", "pending modify"],
  "partially filled": ["partially filled", "filled", "cancelled", "expired", "pending cancel", "pending modify"],
  "pending cancel": ["cancelled", "triggered", "filled", "partially filled", "expired", "accepted"],
  "pending modify": ["accepted", "filled", "partially filled", "cancelled", "expired"],
};

const ENDED_EMPTY = ["cancelled", "denied", "expired", "rejected"];

/** Every order gets what its fills add up to, on its own side, and never more than it asked for. */
export function expectSumsOfFills({ orders, fills }: Told): void {
  const sums = new Float64Array(orders.length);
  const values = new Float64Array(orders.length);
  for (let f = 0; f < fills.length; f++) {
    const id = fills.order[f];
    expect(Math.sign(fills.quantity[f])).toBe(orders.side[id]);
    sums[id] += Math.abs(fills.quantity[f]);
    values[id] += Math.abs(fills.quantity[f]) * fills.price[f];
  }
  for (let id = 0; id < orders.length; id++) {
    expect(Math.abs(sums[id] - orders.filled[id])).toBeLessThan(1e-6);
    expect(Math.abs(values[id] - orders.filledValue[id])).toBeLessThan(1e-6);
    expectNoMoreThanAsked({ orders }, id);
  }
}

/** No order has filled more than it asked for, and one that is filled has filled all of that. */
export function expectNoneOverfilled({ orders }: Pick<Told, "orders">): void {
  for (let id = 0; id < orders.length; id++) expectNoMoreThanAsked({ orders }, id);
}

function expectNoMoreThanAsked({ orders }: Pick<Told, "orders">, id: number): void {
  expect(orders.filled[id]).toBeLessThanOrEqual(orders.quantity[id] + 1e-9);
  if (ORDER_STATUSES[orders.status[id]] === "filled") expect(orders.filled[id]).toBeCloseTo(orders.quantity[id], 8);
}

/** Beside a filled order of a group no other is filled or can still fill. */
export function expectOneOfEachGroup({ orders }: Pick<Told, "orders">): void {
  for (const members of groupsOf(orders)) {
    const done = members.filter((id) => ORDER_STATUSES[orders.status[id]] === "filled");
    expect(done.length).toBeLessThanOrEqual(1);
    if (done.length === 0) continue;
    for (const id of members) if (id !== done[0]) expect(ENDED_EMPTY).toContain(ORDER_STATUSES[orders.status[id]]);
  }
}

/** A child has never filled while its parent had not, nor goes on where its parent has ended without a fill. */
export function expectChildrenBehindParents({ orders }: Pick<Told, "orders">): void {
  for (let id = 0; id < orders.length; id++) {
    const parent = orders.parent[id];
    if (parent < 0) continue;
    if (orders.filled[id] > 0) expect(orders.filled[parent]).toBeGreaterThan(0);
    const ended = ["cancelled", "expired"].includes(ORDER_STATUSES[orders.status[parent]]);
    if (ended && orders.filled[parent] === 0) expect(ENDED_EMPTY).toContain(ORDER_STATUSES[orders.status[id]]);
  }
}

/** The exits of an entry have never closed more than it opened. Units must mean the same all along: no splits. */
export function expectExitsWithinEntries({ orders }: Pick<Told, "orders">): void {
  for (const members of groupsOf(orders)) {
    const parent = orders.parent[members[0]];
    if (parent < 0) continue;
    const closed = members.reduce((sum, id) => sum + orders.filled[id], 0);
    expect(closed).toBeLessThanOrEqual(orders.filled[parent] + 1e-9);
  }
  for (let id = 0; id < orders.length; id++) {
    const parent = orders.parent[id];
    if (parent >= 0 && orders.side[id] !== orders.side[parent])
      expect(orders.filled[id]).toBeLessThanOrEqual(orders.filled[parent] + 1e-9);
  }
}

/** Every order went from state to state as an order may, and ended in the one it is told to be in. */
export function expectLegalLives({ orders }: Pick<Told, "orders">): void {
  for (let id = 0; id < orders.length; id++) {
    const states = orders.history(id);
    for (const [at, { status, time }] of states.entries()) {
      const name = ORDER_STATUSES[status];
      if (at === 0) expect(name).toBe("created");
      else {
        expect(LEGAL[ORDER_STATUSES[states[at - 1].status]]).toContain(name);
        expect(time).toBeGreaterThanOrEqual(states[at - 1].time);
      }
    }
    expect(ORDER_STATUSES[states.at(-1)?.status as number]).toBe(ORDER_STATUSES[orders.status[id]]);
  }
}

/** The profits of all trades, those still open included, are the change of equity, but for `besides` of it. */
export function expectProfitsOfTrades(
  { trades, equity }: Pick<BacktestResult, "trades" | "equity">,
  besides = 0,
): void {
  let profit = besides;
  for (let t = 0; t < trades.length; t++) profit += trades.profit[t];
  expect(Math.abs(profit - (equity.value[equity.length - 1] - equity.value[0]))).toBeLessThan(1e-5);
}

function groupsOf(orders: BacktestResult["orders"]): number[][] {
  const groups = new Map<number, number[]>();
  for (let id = 0; id < orders.length; id++) {
    const group = orders.group[id];
    if (group >= 0) groups.set(group, [...(groups.get(group) ?? []), id]);
  }
  return [...groups.values()];
}
