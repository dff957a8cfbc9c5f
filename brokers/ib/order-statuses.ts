/** The states of an order, as IB names them, and what each says of it. */
export const IB_ORDER_STATUSES = {
  /** Sent by the client, not yet confirmed by IB. */
  ApiPending: "waiting",
  /** Sent by TWS, not yet confirmed by an exchange. */
  PendingSubmit: "waiting",
  /** Held by IB until it is time to send it, as a stop, a child or an order before the open is. */
  PreSubmitted: "working",
  /** In the market. */
  Submitted: "working",
  /** A cancel has been sent and not been confirmed: the order may still fill. */
  PendingCancel: "working",
  /** Cancelled before TWS sent it. */
  ApiCancelled: "ended",
  Cancelled: "ended",
  Filled: "ended",
  /** Rejected, or ended for another reason that an error message tells; it never fills. */
  Inactive: "ended",
} as const;

export type IbOrderStatus = keyof typeof IB_ORDER_STATUSES;

/** Whether an order of this status can still fill; undefined for a word that IB does not use. */
export function canStillFill(status: string): boolean | undefined {
  if (!Object.hasOwn(IB_ORDER_STATUSES, status)) return undefined;
  return IB_ORDER_STATUSES[status as IbOrderStatus] !== "ended";
}
