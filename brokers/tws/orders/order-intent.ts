import type { Instant } from "../../../core/market/bar-size.js";
import type { Instrument } from "../../../core/market/instrument.js";
import type { OrderType, TimeInForce } from "../../../core/orders/kinds.js";
import type { OrderId } from "../connection/ids.js";

/**
 * An order as it is to be sent, in the project's own words. Prices are in the instrument's currency, quantities in units
 * above zero, instants in epoch ms UTC; NaN stands for a price or instant that the order does not have.
 */
export interface OrderIntent {
  /** What the journal knows it by; the order carries it to the broker as its orderRef. */
  readonly ref: string;
  readonly orderId: OrderId;
  readonly instrument: Instrument;
  /** +1 buys, -1 sells. */
  readonly side: number;
  readonly type: OrderType;
  readonly tif: TimeInForce;
  readonly quantity: number;
  readonly limit: number;
  /**
   * Stop price, or the price that must be touched; of a trailing stop the stop it begins with, where it has one. Of a
   * trailing stop-limit TWS wants one. A change that says none leaves a trailing stop where it has come to meanwhile.
   */
  readonly stop: number;
  /** How far a trailing stop follows behind: in price, or as a fraction of it with `isTrailFraction`. */
  readonly trail: number;
  readonly isTrailFraction: boolean;
  /** Of a trailing stop-limit: how far its limit lies beyond the stop. */
  readonly limitOffset: number;
  readonly goodTill: Instant;
  readonly outsideRth: boolean;
  /** Whether it only closes what is held or what its parent opens. Its changes go out in front of others. */
  readonly isExit: boolean;
  /** The order whose fill makes this one active; 0 for none. */
  readonly parent: OrderId | 0;
  /**
   * What one order of a group fills is taken off the others: its name, "" for none. TWS knows it all over the account,
   * so that it must never be used again.
   */
  readonly group: string;
}
