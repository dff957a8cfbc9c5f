import type { Instrument } from "../market/instrument.js";
import type { Portfolio } from "./portfolio.js";

/** A position as a strategy sees it: always as it stands now. Quantities are signed units, short below zero. */
export class Position {
  readonly instrument: Instrument;
  readonly #portfolio: Portfolio;
  readonly #index: number;

  constructor(portfolio: Portfolio, instrument: Instrument) {
    this.#portfolio = portfolio;
    this.instrument = instrument;
    this.#index = instrument.index;
    Object.freeze(this);
  }

  get quantity(): number {
    return this.#portfolio.quantity[this.#index];
  }
  get isLong(): boolean {
    return this.quantity > 0;
  }
  get isShort(): boolean {
    return this.quantity < 0;
  }
  get isFlat(): boolean {
    return this.quantity === 0;
  }
  /** Average price of the units held, in the instrument's currency; NaN when flat. */
  get averagePrice(): number {
    return this.#portfolio.averagePrice(this.#index);
  }
  /** Signed cost of the units held, multiplier included, in the instrument's currency. */
  get costBasis(): number {
    return this.#portfolio.costBasis(this.#index);
  }
  /** Value in the market in the base currency; of a future its notional value. */
  get value(): number {
    return this.#portfolio.notional(this.#index);
  }
  /** Profit at the latest price, in the instrument's currency. */
  get unrealisedProfit(): number {
    return this.#portfolio.unrealised(this.#index);
  }
  /** Profit of what has been closed, before fees, in the instrument's currency. */
  get realisedProfit(): number {
    return this.#portfolio.realised(this.#index);
  }
}

/** The account as a strategy sees it, in the base currency. */
export class Account {
  readonly baseCurrency: string;
  readonly #portfolio: Portfolio;

  constructor(portfolio: Portfolio) {
    this.#portfolio = portfolio;
    this.baseCurrency = portfolio.currencies[0];
    Object.freeze(this);
  }

  /** Cash plus the value of all positions at the latest prices. */
  get equity(): number {
    return this.#portfolio.equity;
  }
  /** Cash of all currencies. */
  get cash(): number {
    return this.#portfolio.totalCash;
  }
  /** Sum of the sizes of all positions. */
  get exposure(): number {
    return this.#portfolio.grossExposure();
  }
  /** Cash of one currency, in that currency; 0 for one that does not occur. */
  cashIn(currency: string): number {
    const index = this.#portfolio.currencies.indexOf(currency);
    return index < 0 ? 0 : this.#portfolio.cash(index);
  }
}
