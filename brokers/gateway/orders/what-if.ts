import type { Portfolio } from "../../../core/portfolio/portfolio.js";
import { FeeContext, type FeeModel } from "../../sim/fee-model.js";
import type { AccountView, Holdings, MarginModel } from "../../sim/margin-model.js";
import { sessionOfStart } from "../history/bar-builder.js";
import type { Simulation } from "../simulation/simulation.js";
import type { CheckedOrder } from "./check-order.js";
import type { GatewayOrder, OrderImpact } from "./gateway-order.js";

/** Margin of an account as its model has it: what the positions need, and what they would need after an order. */
export class WhatIf {
  private readonly simulation: Simulation;
  private readonly margin: MarginModel;
  private readonly fees: FeeModel;
  private readonly portfolioOf: (account: string) => Portfolio;

  /** @param margin and fees of their own: asking changes nothing that orders are judged by */
  constructor(
    simulation: Simulation,
    margin: MarginModel,
    fees: FeeModel,
    portfolioOf: (account: string) => Portfolio,
  ) {
    this.simulation = simulation;
    this.margin = margin;
    this.fees = fees;
    this.portfolioOf = portfolioOf;
  }

  /** Initial and maintenance margin of an account, in its currency. */
  marginOf(account: string, tradeDate: number): { readonly initial: number; readonly maintenance: number } {
    return this.margins(this.portfolioOf(account), tradeDate);
  }

  impactOf(order: GatewayOrder, { quantity, limit, stop }: CheckedOrder): OrderImpact {
    const portfolio = this.portfolioOf(order.account);
    const { listing } = order;
    const { index } = listing.instrument;
    const date = this.tradeDateOf(order);
    const mark = portfolio.mark[index];
    const price = limit === limit ? limit : stop === stop ? stop : mark;
    const before = this.margins(portfolio, date);
    const fill = new FeeContext(listing.instrument);
    fill.buy = order.isBuy;
    fill.quantity = quantity;
    fill.price = price;
    fill.time = this.simulation.now;
    fill.tradeDate = date;
    fill.toUsd = portfolio.currencies[portfolio.currencyOf[index]] === "USD" ? 1 : Number.NaN;
    const commission = this.fees.estimate(fill);
    const signed = order.isBuy ? quantity : -quantity;
    const cost = (price - mark) * signed * listing.instrument.multiplier + commission;
    const after = this.margins(withMore(portfolio, index, signed, cost), date);
    const { equity } = portfolio;
    const isCarried = equity - cost >= after.initial;
    return {
      initialBefore: cents(before.initial),
      maintenanceBefore: cents(before.maintenance),
      equityBefore: cents(equity),
      initialAfter: cents(after.initial),
      maintenanceAfter: cents(after.maintenance),
      equityAfter: cents(equity - cost),
      commission: cents(commission),
      currency: listing.currency,
      warning: isCarried
        ? ""
        : "YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR EQUITY WITH LOAN VALUE MUST EXCEED THE INITIAL MARGIN.",
    };
  }

  private margins(holdings: Holdings, tradeDate: number): { initial: number; maintenance: number } {
    const view: AccountView = {
      holdings,
      promised: {
        funds: new Float64Array(holdings.rate.length),
        buys: new Float64Array(holdings.quantity.length),
        sells: new Float64Array(holdings.quantity.length),
      },
    };
    return {
      initial: this.margin.initial(view, tradeDate),
      maintenance: this.margin.maintenance(view, tradeDate),
    };
  }

  private tradeDateOf({ listing }: GatewayOrder): number {
    const { sessions, tradeDates } = listing;
    const now = sessionOfStart(sessions, this.simulation.now);
    const session = now >= 0 ? now : Math.min(sessions.indexAt(this.simulation.now), sessions.length - 1);
    return tradeDates[Math.min(session, tradeDates.length - 1)];
  }
}

/** Holdings with more of one instrument, paid for. */
function withMore(portfolio: Portfolio, index: number, quantity: number, cost: number): Holdings {
  const held = portfolio.quantity.slice();
  held[index] += quantity;
  return {
    instruments: portfolio.instruments,
    quantity: held,
    mark: portfolio.mark,
    rate: portfolio.rate,
    currencyOf: portfolio.currencyOf,
    version: 0,
    equity: portfolio.equity - cost,
    cash: (currency) => portfolio.cash(currency),
    unrealised: (instrument) => portfolio.unrealised(instrument),
  };
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}
