import { isBeyond } from "../dust.js";
import { type Denial, units } from "../orders/denial.js";
import type { Guard, OrderUnderTest } from "./guard.js";
import { percent } from "./percent.js";

/** No order of more than so many units. */
export class OrderSize implements Guard {
  readonly name = "orderSize";
  readonly reducingPasses = false;
  private readonly maximum: number;

  constructor(maximum: number) {
    this.maximum = maximum;
  }

  check(order: OrderUnderTest): Denial | undefined {
    if (!isBeyond(order.size, this.maximum)) return undefined;
    return { code: "ORDER_SIZE", details: { quantity: units(order.size), limit: units(this.maximum) } };
  }
}

/** No order worth more than so much of the base currency. */
export class OrderValue implements Guard {
  readonly name = "orderValue";
  readonly reducingPasses = false;
  private readonly maximum: number;

  constructor(maximum: number) {
    this.maximum = maximum;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const value = Math.abs(order.value);
    if (!isBeyond(value, this.maximum)) return undefined;
    return { code: "ORDER_VALUE", details: { value, limit: this.maximum } };
  }
}

/** No order for more than a share of the volume of the latest bar, where volume is known. */
export class Participation implements Guard {
  readonly name = "participation";
  readonly reducingPasses = false;
  private readonly share: number;

  constructor(share: number) {
    this.share = share;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const volume = order.market.lastVolume(order.index);
    // A series without volume declares that it cannot carry it.
    if (!(volume > 0) || !isBeyond(order.size, this.share * volume)) return undefined;
    return {
      code: "PARTICIPATION",
      details: { quantity: units(order.size), volume: units(volume), limit: percent(this.share) },
    };
  }
}
