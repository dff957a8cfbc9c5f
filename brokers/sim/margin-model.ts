import { DUST } from "../../core/dust.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { Denial } from "../../core/orders/denial.js";

/** What a margin model reads of the portfolio: columns by instrument or by currency. `Portfolio` fits it. */
export interface Holdings {
  readonly instruments: readonly Instrument[];
  /** Signed units held, by instrument. */
  readonly quantity: Float64Array;
  /** Latest price by instrument, in its currency. */
  readonly mark: Float64Array;
  /** Units of base currency for one unit of each currency. */
  readonly rate: Float64Array;
  /** Which currency an instrument trades in. */
  readonly currencyOf: Int32Array;
  /** Cash and the value of positions, in the base currency. */
  readonly equity: number;
  /** Of a run with several instruments: another number whenever any of this has changed. */
  readonly version: number;
  /** Cash of a currency, in it. */
  cash(currency: number): number;
  /** Profit of what is held of an instrument, in its currency. */
  unrealised(instrument: number): number;
}

/**
 * What working orders have been promised, kept by the broker. Orders of which one cancels the other count once, with
 * the larger of them; what is promised to an order shrinks with what it has filled.
 */
export interface Promised {
  /** Sum of what `needed` answered for the orders that work, by currency. */
  readonly funds: Float64Array;
  /** Units that working buys may still add, by instrument. */
  readonly buys: Float64Array;
  /** Units that working sells may still take, by instrument, above 0. */
  readonly sells: Float64Array;
}

export interface AccountView {
  readonly holdings: Holdings;
  readonly promised: Promised;
}

/** An order that an account is asked to carry. One object, reused: a model reads it and keeps nothing of it. */
export class MarginTerms {
  instrument = 0;
  /** Signed units. */
  quantity = Number.NaN;
  /** The order's limit, or the price a market order is expected at, in the instrument's currency. */
  price = Number.NaN;
  /** Exchange-local yyyymmdd. */
  tradeDate = 0;
  /** What it is expected to cost, in the instrument's currency. */
  fee = Number.NaN;
  /** The answer of `refusal`: what the order sets aside while it works, in the instrument's currency. */
  needed = Number.NaN;
}

/** A market order that brings an account back within its margin. */
export interface Liquidation {
  readonly instrument: number;
  /** Signed units: below 0 sells a long position. */
  readonly quantity: number;
}

/**
 * What an account may carry. Prices and `needed` are in the instrument's currency, requirements and excess in the base
 * currency, and compared with net liquidation value (equity): the proceeds of a short sale count as cash, the
 * position as a debt. Trade dates are exchange-local yyyymmdd integers.
 */
export interface MarginModel {
  /** As `marginByName` reads it. */
  readonly name: string;
  /** One plain sentence. */
  readonly description: string;
  /** Whether positions can be liquidated: where false, `liquidations` and `overnight` need not be asked. */
  readonly callsMargin: boolean;
  /** The same about these instruments, where it does not hold for all kinds of them. */
  describe?(instruments: readonly Instrument[]): string;
  /**
   * What the model takes for granted over a range of trade dates, in plain sentences for the report.
   * @param instruments those of the run; without them, of stocks
   */
  assumptions(from: number, to: number, instruments?: readonly Instrument[]): string[];
  /** Forgets the account: called at the start of a run. */
  reset(): void;

  /**
   * Why the account cannot carry an order; undefined when it can, and always for one that reduces. Then `terms.needed`
   * says what it sets aside while it works: cash or margin, 0 for one that reduces.
   */
  refusal(account: AccountView, terms: MarginTerms): Denial | undefined;

  /** What the positions need for new ones to be added. */
  initial(account: AccountView, tradeDate: number): number;
  /** What the positions need to be kept. */
  maintenance(account: AccountView, tradeDate: number): number;
  /**
   * Whether what a stock, fund or currency needs to be kept depends on it alone, and moves by no more than its value does.
   * Without that promise the account is held against its margin at every instant at which it can owe anything.
   */
  readonly needsMoveWithValue?: true;
  /** Excess liquidity: what is left above maintenance; below 0 is a margin call. */
  excess(account: AccountView, tradeDate: number): number;
  /** No more than the excess, and above 0 wherever that is: what it takes to say when to ask again. Costs less. */
  excessAtLeast?(account: AccountView, tradeDate: number): number;
  /**
   * What is closed on a margin call, in order; nothing where there is none. As at IB there is no grace: market orders
   * go out at once, for no more than restores the excess to 0 at the latest marks. IB's choice of positions is its
   * own; here the position with the largest maintenance margin goes first, which takes the fewest orders. Working
   * orders of these instruments should be cancelled before.
   */
  liquidations(account: AccountView, tradeDate: number): readonly Liquidation[];

  /** Whether `filled` does anything. */
  readonly countsFills: boolean;
  /** Told of every fill (signed quantity) before the portfolio books it. */
  filled(account: AccountView, instrument: number, quantity: number, price: number, tradeDate: number): void;
  /** What must be closed before a session ends, for a model with looser rules inside the day; asked some minutes before. */
  overnight(account: AccountView, tradeDate: number): readonly Liquidation[];
}

export const NO_LIQUIDATIONS: readonly Liquidation[] = [];

/** Less money than this is rounding. */
export const ROUNDING = 1e-6;

/** What an instrument will be at when the working orders of an order's own side have filled. */
export function heldAfterWorking(account: AccountView, instrument: number, quantity: number): number {
  const held = account.holdings.quantity[instrument];
  const { buys, sells } = account.promised;
  return quantity > 0 ? held + buys[instrument] : held - sells[instrument];
}

/** Whether an order only brings a position nearer to zero. */
export function reduces(held: number, quantity: number): boolean {
  return held > 0 ? quantity < 0 && held + quantity >= -DUST : held < 0 && quantity > 0 && held + quantity <= DUST;
}

/**
 * Closes positions, those with the largest `release` first, until `deficit` (base currency) is covered. `release` is
 * what closing one unit frees, by instrument; instruments with 0 are left alone.
 */
export function closeLargestFirst(holdings: Holdings, release: Float64Array, deficit: number): Liquidation[] {
  const { instruments, quantity } = holdings;
  const candidates: number[] = [];
  for (let i = 0; i < instruments.length; i++) if (quantity[i] !== 0 && release[i] > 0) candidates.push(i);
  const size = (i: number): number => Math.abs(quantity[i]) * release[i];
  candidates.sort((a, b) => size(b) - size(a) || a - b);
  const orders: Liquidation[] = [];
  let rest = deficit;
  for (const i of candidates) {
    const held = Math.abs(quantity[i]);
    const step = instruments[i].quantityStep;
    const wanted = Math.ceil((rest - ROUNDING) / release[i] / step) * step;
    const units = Math.min(held, wanted);
    orders.push({ instrument: i, quantity: quantity[i] > 0 ? -units : units });
    rest -= units * release[i];
    if (rest <= ROUNDING) break;
  }
  return orders;
}
