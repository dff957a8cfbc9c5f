import { type Denial, priceDetail } from "../orders/denial.js";
import type { Guard, OrderUnderTest } from "./guard.js";
import type { QuoteWatch } from "./quote-watch.js";

/** No order on a price that has just jumped, until further updates confirm it. Quotes and trades only; off on bars. */
export class PriceJump implements Guard {
  readonly name = "priceJump";
  readonly reducingPasses: boolean;
  private readonly watch: QuoteWatch;

  constructor(watch: QuoteWatch, reducingPasses = true) {
    this.watch = watch;
    this.reducingPasses = reducingPasses;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const waits = this.watch.unconfirmed[order.index];
    if (waits === 0) return undefined;
    const { tickSize } = order.instrument;
    const from = priceDetail(this.watch.believed[order.index], tickSize);
    const to = priceDetail(this.watch.jumpedTo[order.index], tickSize);
    return { code: "PRICE_JUMP", details: { from, to, confirmations: waits } };
  }
}
