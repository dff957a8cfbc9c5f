import type { Broker } from "../broker.js";
import { DUST } from "../dust.js";
import type { GuardChain } from "../guards/index.js";
import type { Dividend, Split } from "../market/corporate-actions.js";
import type { LargerBars } from "../market/larger-bars.js";
import type { Market } from "../market/market.js";
import type { OrderFlow } from "../order-flow.js";
import { ACCEPTED, GOOD_TILL_CANCELLED, MARKET, SUBMITTED } from "../orders/kinds.js";
import { LIQUIDATION, type OrderBook } from "../orders/order-book.js";
import { wholeSteps } from "../orders/quantity-step.js";
import { withParents } from "../orders/with-parents.js";
import type { WorkingOrders } from "../orders/working-orders.js";
import { ActionLog } from "./action-log.js";
import type { ActionsTold } from "./corporate-events.js";
import type { FillLog } from "./fill-log.js";
import { FillReport } from "./fill-report.js";
import type { Portfolio } from "./portfolio.js";

export interface ActionBookingParts {
  readonly market: Market;
  readonly book: OrderBook;
  readonly working: WorkingOrders;
  readonly portfolio: Portfolio;
  readonly fills: FillLog;
  readonly flow: OrderFlow;
  readonly broker: Broker;
  readonly guards: GuardChain;
  readonly larger: LargerBars;
}

/**
 * Takes positions, orders and what is remembered of prices through splits, and pays dividends. Works on raw prices: what
 * a strategy's indicators have seen of them is left as it was.
 */
export class ActionBooking implements ActionsTold {
  /** The splits and dividends that the run went through. */
  readonly log = new ActionLog();
  private readonly parts: ActionBookingParts;

  constructor(parts: ActionBookingParts) {
    this.parts = parts;
  }

  /**
   * Position, working orders and those held, marks, what guards remember and larger bars that are being built. What is
   * left of a unit is paid in cash at the latest price, as a fill without a fee.
   */
  split(instrument: number, split: Split): void {
    const { numerator, denominator, time } = split;
    const { market, book, working, portfolio, fills, flow, broker, guards, larger } = this.parts;
    const { quantityStep } = market.instruments[instrument];
    const orders = working.of(instrument);
    if (portfolio.quantity[instrument] !== 0 || orders.length > 0) {
      this.log.splits.push({ instrument, time, numerator, denominator, fills: fills.length });
    }
    market.split(instrument, denominator / numerator);
    portfolio.split(instrument, numerator, denominator);
    for (const order of withParents(book, orders)) {
      book.split(order, numerator, denominator, market.instruments[instrument]);
    }
    broker.split(instrument, numerator, denominator);
    guards.quoteWatch.rescale(instrument, denominator / numerator);
    guards.believed.rescale(instrument, denominator / numerator);
    larger.rescale(market.instruments[instrument], denominator / numerator);
    const held = portfolio.quantity[instrument];
    const whole = wholeSteps(held, quantityStep);
    if (Math.abs(held - whole) > DUST) this.payOut(instrument, held - whole);
    for (const order of working.of(instrument)) if (book.remaining(order) <= 0) flow.cancel(order);
    flow.activity++;
  }

  /** Pays on what is held, or takes it of who is short: at once, where IB waits for the day of payment. */
  dividend(instrument: number, dividend: Dividend): void {
    const { market, portfolio } = this.parts;
    const quantity = portfolio.quantity[instrument];
    if (quantity === 0) return;
    const amount = quantity * dividend.amount * market.instruments[instrument].multiplier;
    portfolio.addCash(portfolio.currencyOf[instrument], amount);
    this.log.dividends.push({ instrument, time: dividend.time, quantity, amount });
  }

  private payOut(instrument: number, units: number): void {
    const { book, portfolio, flow } = this.parts;
    const quantity = Math.abs(units);
    const order = book.add(instrument, units > 0 ? -1 : 1, MARKET, quantity);
    book.flags[order] = LIQUIDATION;
    book.tags.set(order, "cash in lieu");
    book.tif[order] = GOOD_TILL_CANCELLED;
    book.setStatus(order, SUBMITTED);
    book.setStatus(order, ACCEPTED);
    const price = portfolio.mark[instrument];
    const time = book.createdAt[order];
    flow.filled(Object.assign(new FillReport(), { order, quantity, price, fee: 0, slippage: 0, time }));
  }
}
