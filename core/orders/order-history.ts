import { ACCEPTED, CREATED, DENIED, FILLED, SUBMITTED, TRIGGERED } from "./kinds.js";

/** A state that an order reached, and when: epoch ms UTC. */
export interface OrderState {
  readonly status: number;
  readonly time: number;
}

/**
 * The states orders have been in. Most orders of a backtest lead the plain life: created, submitted and accepted at one
 * instant, perhaps triggered, then ended. That follows from the columns of the book and is not written down; only an
 * order that leaves it gets a list, which costs a hundred times as much as a plain order's whole row.
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
 * `wasTriggered` says whether it was triggered at the instant it was filled.
 */
export function plainLife(status: number, created: number, latest: number, wasTriggered: boolean): OrderState[] {
  const states: OrderState[] = [{ status: CREATED, time: created }];
  if (status === CREATED) return states;
  if (status === DENIED) return [...states, { status, time: latest }];
  states.push({ status: SUBMITTED, time: created });
  if (status === SUBMITTED) return states;
  states.push({ status: ACCEPTED, time: created });
  if (status === ACCEPTED) return states;
  if (status === FILLED && wasTriggered) states.push({ status: TRIGGERED, time: latest });
  states.push({ status, time: latest });
  return states;
}

/**
 * Whether a state is the plain life's next one. `latest` is when the state before was reached where that was a
 * trigger, or when the order was made.
 */
export function isPlain(before: number, next: number, time: number, created: number, latest: number): boolean {
  switch (before) {
    case CREATED:
      return next === DENIED || (next === SUBMITTED && time === created);
    case SUBMITTED:
      return next === ACCEPTED && time === created;
    case ACCEPTED:
      return next === TRIGGERED || next >= FILLED;
    case TRIGGERED:
      return next === FILLED && time === latest;
    default:
      return false;
  }
}
