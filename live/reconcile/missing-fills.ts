import { DUST } from "../../core/dust.js";
import type { OrderRecord } from "../ledger/order-record.js";

/** Units of an order that may have filled without an execution. */
export interface PossibleFill {
  readonly record: OrderRecord;
  readonly quantity: number;
}

/**
 * The fills that a difference of position is made of, where there is but one answer; none otherwise.
 * @param difference signed units that the broker has more
 * @param told what the broker says was filled, and cannot tell the executions of
 * @param likely what may have filled of orders that have left no trace: all, a part or nothing
 */
export function namedByFills(
  difference: number,
  told: readonly PossibleFill[],
  likely: readonly PossibleFill[],
): readonly PossibleFill[] {
  const certain = told.filter(({ quantity }) => quantity > DUST);
  const rest = difference - signedSum(certain);
  if (Math.abs(rest) <= DUST) return certain;
  // A part of what was told may have been heard of by now; which one is only plain of a single order.
  const single = certain.filter((one) => Math.abs(signedSum([one]) - difference) <= DUST);
  if (single.length === 1) return single;
  const fills = fillsOfRest(rest, likely);
  return fills.length > 0 ? [...certain, ...fills] : [];
}

function fillsOfRest(rest: number, likely: readonly PossibleFill[]): readonly PossibleFill[] {
  const side = Math.sign(rest);
  const units = Math.abs(rest);
  const fitting = likely.filter(({ record, quantity }) => record.intent.side === side && quantity > DUST);
  const all = fitting.reduce((sum, { quantity }) => sum + quantity, 0);
  if (Math.abs(all - units) <= DUST) return fitting;
  // Of orders that cancel each other any one may have filled: nothing is plain.
  if (fitting.length !== 1 || fitting[0].quantity < units - DUST) return [];
  return [{ record: fitting[0].record, quantity: units }];
}

function signedSum(fills: readonly PossibleFill[]): number {
  return fills.reduce((sum, { record, quantity }) => sum + record.intent.side * quantity, 0);
}
