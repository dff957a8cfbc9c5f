import type { Instrument } from "../../core/market/instrument.js";

/** How a fill met the market. */
export type Liquidity = 0 | 1 | 2 | 3;
/** It took what was there: a market order, a triggered stop, a limit that crossed. */
export const REMOVES_LIQUIDITY = 0;
/** It rested as a limit until somebody came. */
export const ADDS_LIQUIDITY = 1;
/** It took part in the opening auction. */
export const OPENING_AUCTION = 2;
/** It took part in the closing auction. */
export const CLOSING_AUCTION = 3;

/** What a fee model is told of a fill. One object, reused: read it, do not keep it. */
export class FeeContext {
  instrument: Instrument;
  /**
   * The order's row in the book. Fills of one order on one trade date share its minimum and cap; on a later date the
   * order counts as a new one.
   */
  order = 0;
  buy = true;
  /** Units above 0. */
  quantity = Number.NaN;
  /** In the instrument's currency. */
  price = Number.NaN;
  /** Epoch ms UTC. */
  time = Number.NaN;
  /** The exchange-local trade date as a yyyymmdd integer. */
  tradeDate = 0;
  liquidity: Liquidity = REMOVES_LIQUIDITY;
  /** US dollars for one unit of the instrument's currency; NaN where unknown. Only forex outside USD asks for it. */
  toUsd = Number.NaN;
  /** Whether the order has no more to fill after this one: nothing need be kept of it. */
  completes = false;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }
}

/**
 * What fills cost. Fees are in the instrument's currency, above 0 when paid. A model keeps count of each order, so it
 * belongs to one run at a time.
 */
export interface FeeModel {
  /** As `feesByName` reads it. */
  readonly name: string;
  /** One plain sentence. */
  readonly description: string;
  /** The same about these instruments, where it does not hold for all of them. */
  describe?(instruments: readonly Instrument[]): string;
  /**
   * The fee of a fill, which counts as made. The fees of an order's partial fills on one trade date add up to the fee
   * of one fill of their whole quantity, save for what is capped for each trade (FINRA, OCC).
   * @throws SimError FEES_NO_ROW, FEES_NO_RATE
   */
  charge(fill: FeeContext): number;
  /** What `charge` would answer; nothing counts as made. For the broker's check of cash and margin. */
  estimate(fill: FeeContext): number;
  /** What the model takes for granted over a range of trade dates, in plain sentences for the report. */
  assumptions(from: number, to: number): string[];
  /** Forgets orders and monthly volume: called at the start of a run. */
  reset(): void;
}
