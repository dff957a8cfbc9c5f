import { isBeyond } from "../dust.js";
import { type Denial, units } from "../orders/denial.js";
import { isWorking } from "../orders/kinds.js";
import { type Guard, type OrderUnderTest, workingUnits } from "./guard.js";

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
    if (!isBeyond(Math.abs(after), this.maximum)) return undefined;
    return { code: "POSITION", details: { position: units(after), limit: units(this.maximum) } };
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
    let exposure = after;
    for (let i = 0; i < portfolio.quantity.length; i++) if (i !== index) exposure += worstOf(order, i);
    if (!isBeyond(exposure, this.maximum)) return undefined;
    return { code: "EXPOSURE", details: { exposure, limit: this.maximum } };
  }
}

/** What a position can become when all that works for its instrument on one side fills, in the base currency. */
function worstOf(order: OrderUnderTest, index: number): number {
  const { portfolio, book, working, market } = order;
  const held = portfolio.quantity[index];
  if (held === 0 && working.count[index] === 0) return 0;
  const up = held + workingUnits(book, working, index, 1, -1);
  const down = held - workingUnits(book, working, index, -1, -1);
  const unit =
    portfolio.mark[index] * market.instruments[index].multiplier * portfolio.rate[portfolio.currencyOf[index]];
  return Math.max(Math.abs(up), Math.abs(down)) * Math.abs(unit);
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
    // One that is modified, or was held until now, is among them already.
    if (isWorking(order.book.status[order.id]) || order.working.total < this.maximum) return undefined;
    return { code: "OPEN_ORDERS", details: { open: order.working.total, limit: this.maximum } };
  }
}
