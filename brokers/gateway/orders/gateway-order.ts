import type { Instant } from "../../../core/market/bar-size.js";
import { canStillFill, type IbOrderStatus } from "../../ib/order-statuses.js";
import type { Listing } from "../contracts/listing.js";
import type { OrderAttributes } from "./order-attributes.js";

/** The row of an order that is not in the venue's book (yet). */
export const NOT_SENT = -1;

/** One order as the gateway knows it: whose it is, what it says, and how it stands. */
export class GatewayOrder {
  /** Who placed it; 0 for orders made by hand. */
  readonly clientId: number;
  /** Its id for that client; 0 for an order made by hand that no client has bound. */
  orderId: number;
  readonly permId: number;
  readonly account: string;
  readonly listing: Listing;
  /** Where it was sent to. */
  readonly exchange: string;
  attributes: OrderAttributes;
  status: IbOrderStatus = "PendingSubmit";
  /** Whether it has been sent on; an order that waits for its family has not. */
  isTransmitted = false;
  /** Nothing is told of it. */
  isMuted = false;
  /** What is told of it later; undefined where all is told at once. */
  late: (() => void)[] | undefined;
  /** Everything of it is told twice. */
  isDoubled = false;
  /** Its row in the venue's book. */
  row = NOT_SENT;
  filled = 0;
  quantity: number;
  /** Sum of quantity x price of its fills. */
  value = 0;
  lastFillPrice = 0;
  /** What IB says holds it: "child" of a parent that has not filled, "trigger" of a stop, or nothing. */
  whyHeld = "";
  /** The permanent id of its parent; 0 for none. */
  parentPermId = 0;
  /** When and how it ended, as completed orders tell it. */
  completedAt: Instant = Number.NaN;
  completedStatus = "";
  /** Margin and commission of a what-if order, by their names. */
  impact: OrderImpact | undefined;

  constructor(
    clientId: number,
    orderId: number,
    permId: number,
    account: string,
    listing: Listing,
    exchange: string,
    attributes: OrderAttributes,
  ) {
    this.clientId = clientId;
    this.orderId = orderId;
    this.permId = permId;
    this.account = account;
    this.listing = listing;
    this.exchange = exchange;
    this.attributes = attributes;
    this.quantity = attributes.number("totalQuantity");
  }

  get remaining(): number {
    return Math.round((this.quantity - this.filled) * 1e9) / 1e9;
  }

  get averagePrice(): number {
    return this.filled === 0 ? 0 : this.value / this.filled;
  }

  get parentId(): number {
    return this.attributes.number("parentId") || 0;
  }

  get isBuy(): boolean {
    return this.attributes.text("action").toUpperCase() === "BUY";
  }

  /** Whether it can still fill. */
  get isOpen(): boolean {
    return canStillFill(this.status) === true;
  }
}

/** What an order would do to the account, in the account's currency. */
export interface OrderImpact {
  readonly initialBefore: number;
  readonly maintenanceBefore: number;
  readonly equityBefore: number;
  readonly initialAfter: number;
  readonly maintenanceAfter: number;
  readonly equityAfter: number;
  readonly commission: number;
  readonly currency: string;
  readonly warning: string;
}
