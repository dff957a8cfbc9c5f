import type { HeldOrder } from "../../live/drill/broker-truth.js";

/** The client whose orders are looked at. */
export const CLIENT = 7;

/** An order of a session as a broker has it: one that works and has filled nothing, where nothing else is said. */
export function heldOrder(ref: string, quantity: number, more: Partial<HeldOrder> = {}): HeldOrder {
  return {
    ref,
    orderId: 1,
    clientId: CLIENT,
    permId: 1,
    symbol: "SYN1",
    quantity,
    filled: 0,
    group: "",
    status: "Submitted",
    isOpen: true,
    isTransmitted: true,
    endedAt: Number.NaN,
    ...more,
  };
}
