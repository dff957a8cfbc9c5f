import type { BrokerPosition } from "../../brokers/tws/account/account-questions.js";
import { DUST } from "../../core/dust.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";

/**
 * What a fill that can no longer be had was probably worth: by the average price that the broker told of the order, by
 * what the position's average cost has become, by the order's own prices, or by the market.
 */
export function estimatePrice(
  ledger: Ledger,
  record: OrderRecord,
  quantity: number,
  position: BrokerPosition | undefined,
  multiplier: number,
  mark: number,
): number {
  const { symbol, side, conId } = record.intent;
  const { fills } = record;
  const total = fills.told - fills.takenBack;
  const told = (fills.toldAverage * total - fills.bookedValue) / quantity;
  if (Math.abs(total - record.filled - quantity) <= DUST && isPrice(told)) return told;
  const holding = ledger.holding(symbol);
  const isGrowing = holding.quantity * side >= 0;
  const isOwn = Math.abs(ledger.foreign.get(conId) ?? 0) <= DUST;
  if (position !== undefined && isGrowing && isOwn && Math.abs(position.quantity) > DUST) {
    const cost = (position.averageCost / multiplier) * position.quantity - holding.basis;
    const price = cost / (side * quantity);
    if (isPrice(price)) return price;
  }
  const { limit, stop } = record.asked;
  for (const price of [limit, stop, mark, holding.averagePrice]) if (isPrice(price)) return price;
  return position === undefined ? 0 : position.averageCost / multiplier;
}

function isPrice(value: number): boolean {
  return Number.isFinite(value) && value !== 0;
}
