import { ACCEPTED, CREATED, DENIED, FILLED, HELD, SUBMITTED, TRIGGERED } from "./kinds.js";

/** A state that an order reached, and when: epoch ms UTC. */
export interface OrderState {
  readonly status: number;
  readonly time: number;
}

/**
 * The states orders have been in. Most orders of a backtest lead the plain life: created, perhaps held until their
 * market opens, submitted and accepted at one instant, perhaps triggered, then ended. That follows from the columns of
 * the book and is not written down; only an order that leaves it gets a list, which costs a hundred times as much as a
 * plain order's whole row.
 */
export class OrderHistory {
  private readonly lists = new Map<number, OrderState[]>();

  get isEmpty(): boolean {
    return this.lists.size === 0;
  }

  /** Whether an order's states are in a list. */
  has(id: number): boolean {
    return this.lists.has(id);
  }

  /** Adds a state to an order's list, or begins it with the states before. */
  add(id: number, status: number, time: number, before: () => OrderState[]): void {
    let list = this.lists.get(id);
    if (list === undefined) {
      list = before();
      this.lists.set(id, list);
    }
    list.push({ status, time });
  }

  of(id: number): readonly OrderState[] | undefined {
    return this.lists.get(id);
  }
}

/**
 * The plain life of an order that has come as far as `status`: made at `created`; what it reached last, at `latest`.
 * `left` is when an order that was held left: 0 for one that was not held, NaN while it had not. `wasTriggered` says
 * whether it was triggered at the instant it was filled.
 */
export function plainLife(
  status: number,
  created: number,
  left: number,
  latest: number,
  wasTriggered: boolean,
): OrderState[] {
  const states: OrderState[] = [{ status: CREATED, time: created }];
  if (status === CREATED) return states;
  if (left !== 0) states.push({ status: HELD, time: created });
  if (status === HELD) return states;
  if (status === DENIED || left !== left) return [...states, { status, time: latest }];
  const sent = left === 0 ? created : left;
  states.push({ status: SUBMITTED, time: sent });
  if (status === SUBMITTED) return states;
  states.push({ status: ACCEPTED, time: sent });
  if (status === ACCEPTED) return states;
  if (status === FILLED && wasTriggered) states.push({ status: TRIGGERED, time: latest });
  states.push({ status, time: latest });
  return states;
}

/**
 * Whether a state reached at `time` is the plain life's next one. `sent` is when the order was submitted, `latest` when
 * the state before was reached where that was a trigger.
 */
export function isPlain(
  before: number,
  next: number,
  time: number,
  created: number,
  sent: number,
  latest: number,
): boolean {
  switch (before) {
    case CREATED:
      return next === DENIED || ((next === SUBMITTED || next === HELD) && time === created);
    case HELD:
      return next === SUBMITTED || next === DENIED || next >= FILLED;
    case SUBMITTED:
      return next === ACCEPTED && time === sent;
    case ACCEPTED:
      return next === TRIGGERED || next >= FILLED;
    case TRIGGERED:
      return next === FILLED && time === latest;
    default:
      return false;
  }
}
