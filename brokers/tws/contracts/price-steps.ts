import { roundPrice } from "../../../core/orders/tick.js";
import { incrementAt, type PriceIncrement } from "../../ib/market-rules.js";

/** The steps in which a contract is priced on one exchange: an order at another price is refused with 110. */
export class PriceSteps {
  /** By rising price: each holds from its edge on. */
  readonly increments: readonly PriceIncrement[];
  /** Whether they are those of the exchange; otherwise the smallest of all exchanges, which may be too fine. */
  readonly isExact: boolean;

  constructor(increments: readonly PriceIncrement[], isExact: boolean) {
    this.increments = [...increments].sort((a, b) => a.lowEdge - b.lowEdge);
    this.isExact = isExact;
  }

  /** The step at a price; 0 where none is known. */
  at(price: number): number {
    const step = incrementAt(this.increments, price);
    return Number.isNaN(step) ? 0 : step;
  }

  /** The price on the grid: `towards` is +1 to round up, -1 to round down, 0 for the nearest. */
  round(price: number, towards: number): number {
    return roundPrice(price, this.at(price), towards);
  }
}
