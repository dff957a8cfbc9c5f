import type { Portfolio } from "../../../core/portfolio/portfolio.js";
import type { Listing } from "../contracts/listing.js";

/** A position as IB tells it. Amounts are in the contract's currency. */
export interface PositionFigures {
  readonly listing: Listing;
  /** Signed units. */
  readonly quantity: number;
  readonly marketPrice: number;
  readonly marketValue: number;
  /** What a unit cost, multiplier included. */
  readonly averageCost: number;
  readonly unrealised: number;
  readonly realised: number;
}

/** Profit of a day and of what is held, in the account's currency. */
export interface ProfitFigures {
  readonly daily: number;
  readonly unrealised: number;
  readonly realised: number;
}

/** What an account is worth and what it holds, read from its portfolio. Days begin at the operator's midnight. */
export class AccountFigures {
  readonly account: string;
  readonly portfolio: Portfolio;
  private readonly listings: readonly Listing[];
  /** At the beginning of the day: what the account was worth, and what each instrument had gained and realised. */
  private equityBefore: number;
  private readonly gainBefore: Float64Array;
  private readonly realisedBefore: Float64Array;

  constructor(account: string, portfolio: Portfolio, listings: readonly Listing[]) {
    this.account = account;
    this.portfolio = portfolio;
    this.listings = listings;
    this.equityBefore = portfolio.equity;
    this.gainBefore = new Float64Array(listings.length);
    this.realisedBefore = new Float64Array(listings.length);
  }

  /** A new day begins. */
  beginDay(): void {
    this.equityBefore = this.portfolio.equity;
    for (let i = 0; i < this.listings.length; i++) {
      this.gainBefore[i] = this.gainOf(i);
      this.realisedBefore[i] = this.portfolio.realised(i);
    }
  }

  get currency(): string {
    return this.portfolio.currencies[0];
  }

  /** Positions held, and those that were closed today with what they realised. */
  positions(withClosed = false): PositionFigures[] {
    const found: PositionFigures[] = [];
    for (const listing of this.listings) {
      const { index } = listing.instrument;
      const held = this.portfolio.quantity[index] !== 0;
      if (held || (withClosed && this.portfolio.realised(index) !== this.realisedBefore[index])) {
        found.push(this.position(listing));
      }
    }
    return found;
  }

  position(listing: Listing): PositionFigures {
    const { portfolio } = this;
    const { index, multiplier } = listing.instrument;
    const quantity = portfolio.quantity[index];
    const marketPrice = orZero(portfolio.mark[index]);
    return {
      listing,
      quantity,
      marketPrice,
      marketValue: cents(quantity * marketPrice * multiplier),
      averageCost: quantity === 0 ? 0 : exact(portfolio.costBasis(index) / quantity),
      unrealised: cents(portfolio.unrealised(index)),
      realised: cents(portfolio.realised(index) - this.realisedBefore[index]),
    };
  }

  /** Of the account. */
  profit(): ProfitFigures {
    const { portfolio } = this;
    let unrealised = 0;
    let realised = 0;
    for (let i = 0; i < this.listings.length; i++) {
      const rate = portfolio.rate[portfolio.currencyOf[i]];
      unrealised += portfolio.unrealised(i) * rate;
      realised += (portfolio.realised(i) - this.realisedBefore[i]) * rate;
    }
    return {
      daily: cents(portfolio.equity - this.equityBefore),
      unrealised: cents(unrealised),
      realised: cents(realised),
    };
  }

  /** Of one position, in the account's currency. */
  profitOf(listing: Listing): ProfitFigures & { readonly quantity: number; readonly value: number } {
    const { index } = listing.instrument;
    const rate = this.portfolio.rate[this.portfolio.currencyOf[index]];
    const { quantity, marketValue, unrealised, realised } = this.position(listing);
    return {
      quantity,
      value: cents(marketValue * rate),
      daily: cents((this.gainOf(index) - this.gainBefore[index]) * rate),
      unrealised: cents(unrealised * rate),
      realised: cents(realised * rate),
    };
  }

  private gainOf(index: number): number {
    const { portfolio } = this;
    return portfolio.realised(index) + portfolio.unrealised(index) - portfolio.fees(index);
  }
}

export function cents(value: number): number {
  return Math.round(value * 100) / 100;
}

function exact(value: number): number {
  return Math.round(value * 1e8) / 1e8;
}

function orZero(value: number): number {
  return value === value ? value : 0;
}
