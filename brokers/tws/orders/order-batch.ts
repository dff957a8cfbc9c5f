import type { OrderId } from "../connection/ids.js";
import type { OrderIntent } from "./order-intent.js";

/** Something asked of the port that has been written, or never will be. */
export interface Asked {
  readonly orderId: OrderId;
  readonly what: "order" | "change";
}

/** Orders that leave together, or the change of one, while they wait for their turn: what is asked meanwhile joins in. */
export class OrderBatch {
  readonly what: "order" | "change";
  private waiting: readonly OrderIntent[];
  /** Changes of what waits here, which leave with it. */
  private readonly joined: OrderId[] = [];

  constructor(what: "order" | "change", intents: readonly OrderIntent[]) {
    this.what = what;
    this.waiting = intents;
  }

  /** What will be sent, in order. */
  get intents(): readonly OrderIntent[] {
    return this.waiting;
  }

  /**
   * The order leaves in this shape. A change of a trailing stop says only a stop that is new: one that waits here is said
   * by nobody else.
   */
  change(intent: OrderIntent): void {
    this.waiting = this.waiting.map((one) => {
      if (one.orderId !== intent.orderId) return one;
      return Number.isNaN(intent.stop) ? { ...intent, stop: one.stop } : intent;
    });
    this.joined.push(intent.orderId);
  }

  /** Takes an order out. @returns what was taken */
  withdraw(orderId: OrderId): readonly OrderIntent[] {
    const withdrawn = this.waiting.filter((one) => one.orderId === orderId);
    this.waiting = this.waiting.filter((one) => one.orderId !== orderId);
    return withdrawn;
  }

  /** All that was asked for of these orders. */
  askedOf(intents: readonly OrderIntent[]): Asked[] {
    return intents.flatMap(({ orderId }) => [
      { orderId, what: this.what },
      ...this.joined.filter((one) => one === orderId).map((): Asked => ({ orderId, what: "change" })),
    ]);
  }
}
