import type { Denial } from "../orders/denial.js";
import type { Guard, OrderUnderTest } from "./guard.js";

/** No position, with all that works towards it, of more than so many units. */
export class PositionCap implements Guard {
  readonly name = "position";
  readonly reducingPasses = true;
  private readonly maximum: number;

  constructor(maximum: number) {
    this.maximum = maximum;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const after = order.position + order.side * (order.quantity + order.workingSameSide);
    if (Math.abs(after) <= this.maximum) return undefined;
    return { code: "POSITION", details: { position: after, limit: this.maximum } };
  }
}

/**
 * No exposure of the account (the sum of the sizes of all positions, with this order and what works on its side)
 * beyond so much of the base currency.
 */
export class Exposure implements Guard {
  readonly name = "exposure";
  readonly reducingPasses = true;
  private readonly maximum: number;

  constructor(maximum: number) {
    this.maximum = maximum;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const { portfolio, index, position } = order;
    const rate = portfolio.rate[portfolio.currencyOf[index]];
    const unit = order.price * order.instrument.multiplier * rate;
    const after = Math.abs(position + order.side * (order.quantity + order.workingSameSide)) * Math.abs(unit);
    const exposure = portfolio.grossExposure() - Math.abs(portfolio.notional(index)) + after;
    if (exposure <= this.maximum) return undefined;
    return { code: "EXPOSURE", details: { exposure, limit: this.maximum } };
  }
}

/** No more than so many orders working at once over all instruments. */
export class OpenOrders implements Guard {
  readonly name = "openOrders";
  readonly reducingPasses = true;
  private readonly maximum: number;

  constructor(maximum: number) {
    this.maximum = maximum;
  }

  check(order: OrderUnderTest): Denial | undefined {
    if (order.isModified || order.working.total < this.maximum) return undefined;
    return { code: "OPEN_ORDERS", details: { open: order.working.total, limit: this.maximum } };
  }
}
