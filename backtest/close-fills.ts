import type { Engine } from "../core/engine.js";
import { isForClose } from "../core/orders/order-hours.js";

/**
 * Whether an order that filled at `time` did so at the close of a bar that ended at `end`: what was bought then was not
 * held while the bar went on, and what was sold was held through all of it.
 */
export function filledAtClose({ book }: Engine, order: number, time: number, end: number): boolean {
  return time >= end && (isForClose(book, order) || book.createdAt[order] >= end);
}
