import type { Instrument } from "../../core/market/instrument.js";
import { amount, type Denial } from "../../core/orders/denial.js";
import { dateText } from "./dated-rows.js";
import { kindsOf, otherMargins } from "./margin-in-words.js";
import {
  type AccountView,
  closeLargestFirst,
  heldAfterWorking,
  type Liquidation,
  type MarginModel,
  type MarginTerms,
  NO_LIQUIDATIONS,
  ROUNDING,
  reduces,
} from "./margin-model.js";
import { MARGIN_ROWS } from "./margin-rows.js";
import { INITIAL, MAINTENANCE, OVERNIGHT, RegTRequirement } from "./reg-t-requirement.js";

export interface RegTOptions {
  /**
   * Whether orders need the rates inside the day (25 % long, 30 % short; from 2001-09-28 to 2026-06-03 only with an
   * equity of 25,000), and Regulation T's 50 % at the end of the session. Default false: 50 % at once.
   */
  readonly intraday?: boolean;
}

/**
 * A margin account. Stocks and funds: Regulation T's 50 % to open, FINRA Rule 4210's 25 % (long) and 30 % (short,
 * with amounts per share below 16.67) to keep, all by date. Long options are paid in full; short ones need the larger
 * of 20 % of the underlying less what they are out of the money, 10 %, and 2.50 a share, on top of the premium
 * received. Futures by contract; forex 2 % of major pairs and 5 % of others (CFTC Regulation 5.9). Below an equity of
 * 2,000 nothing is lent and nothing sold short.
 *
 * Known limitation: each position is margined by itself (no spreads, no covered calls), amounts in US dollars are
 * compared with the base currency as they stand, and stocks can always be borrowed, for nothing.
 */
export function regT(options: RegTOptions = {}): MarginModel {
  return new RegT(options.intraday ?? false);
}

class RegT implements MarginModel {
  readonly name: string;
  readonly description: string;
  readonly callsMargin = true;
  readonly needsMoveWithValue = true;
  readonly countsFills: boolean;
  private readonly intraday: boolean;
  private readonly required: RegTRequirement;
  /** Special memorandum account: what Regulation T's margin may still be taken from. NaN until the first fill. */
  private memorandum = Number.NaN;

  constructor(intraday: boolean) {
    this.intraday = intraday;
    this.countsFills = intraday;
    this.required = new RegTRequirement(intraday);
    this.name = intraday ? "reg-t-intraday" : "reg-t";
    this.description = intraday
      ? "A Regulation T margin account: 25 % to buy inside the day, 50 % overnight, 25 % to keep, 30 % for shorts."
      : "A Regulation T margin account: 50 % to open, 25 % to keep a long position, 30 % a short one.";
  }

  describe(instruments: readonly Instrument[]): string {
    const { stocks, futures, options, forex } = kindsOf(instruments);
    if (stocks) return this.description;
    const needs = [
      ...(futures ? ["a future needs its contract's margin"] : []),
      ...(options ? ["a short option needs margin"] : []),
      ...(forex ? ["a currency pair needs a share of its value"] : []),
    ];
    return `A margin account: ${needs.join(", ")}.`;
  }

  assumptions(from: number, to: number, instruments: readonly Instrument[] = []): string[] {
    const kinds = kindsOf(instruments);
    const lines = [
      this.describe(instruments),
      "On a margin call positions are closed at once at the market, the one with the largest margin first, until the margin is restored.",
      kinds.stocks
        ? "Stocks can always be borrowed, without a fee; positions are not offset against each other for margin."
        : "Positions are not offset against each other for margin.",
      ...otherMargins(kinds, to),
      ...this.required.futures.given(instruments),
    ];
    if (this.intraday && kinds.stocks) {
      for (const row of MARGIN_ROWS.intradayEquity.within(from, to)) {
        lines.push(
          `From ${dateText(row.from)} the rates inside the day need an equity of ${row.rate} (${row.source}).`,
        );
      }
    }
    return [...lines, ...this.required.futures.notes()];
  }

  reset(): void {
    this.memorandum = Number.NaN;
    this.required.reset();
  }

  refusal(account: AccountView, terms: MarginTerms): Denial | undefined {
    const { holdings, promised } = account;
    const { instrument, quantity, price, tradeDate } = terms;
    const held = heldAfterWorking(account, instrument, quantity);
    terms.needed = 0;
    if (reduces(held, quantity)) return undefined;
    const { required } = this;
    // How much more margin the position needs after the order than before, both at the order's price.
    const more = required.increase(holdings, instrument, held, terms);
    // Buying above the mark or selling below it costs equity the moment it fills.
    const worse = (price - holdings.mark[instrument]) * quantity * holdings.instruments[instrument].multiplier;
    const costs = (worse > 0 ? worse : 0) + terms.fee;
    terms.needed = Math.max(0, more) + costs;
    const { equity } = holdings;
    const { minimumEquity } = required;
    if (equity < minimumEquity && held + quantity < 0 && isStock(holdings.instruments[instrument])) {
      return { code: "MINIMUM_EQUITY", details: { needed: amount(minimumEquity), equity: amount(equity) } };
    }
    const rate = holdings.rate[holdings.currencyOf[instrument]];
    const needed = (more + costs) * rate;
    let set = 0;
    for (let c = 0; c < promised.funds.length; c++) {
      if (promised.funds[c] !== 0) set += promised.funds[c] * holdings.rate[c];
    }
    if (needed <= equity - set - required.mostOfLone(holdings, tradeDate)) return undefined;
    const available = equity - required.ofAll(holdings, tradeDate, INITIAL) - set;
    if (needed <= available + ROUNDING) return undefined;
    // One that turns a position round may need no more than what it frees: it is told as what opens the other side.
    const freed = more > 0 ? 0 : required.of(holdings, instrument, held, price, tradeDate, INITIAL) * rate;
    return { code: "MARGIN", details: { needed: amount(needed + freed), available: amount(available + freed) } };
  }

  initial(account: AccountView, tradeDate: number): number {
    return this.required.ofAll(account.holdings, tradeDate, INITIAL);
  }

  maintenance(account: AccountView, tradeDate: number): number {
    return this.required.ofAll(account.holdings, tradeDate, MAINTENANCE);
  }

  excess(account: AccountView, tradeDate: number): number {
    return account.holdings.equity - this.maintenance(account, tradeDate);
  }

  excessAtLeast(account: AccountView, tradeDate: number): number {
    const { holdings } = account;
    const least = holdings.equity - this.required.mostOfLone(holdings, tradeDate);
    return least > 0 ? least : this.excess(account, tradeDate);
  }

  liquidations(account: AccountView, tradeDate: number): readonly Liquidation[] {
    const excess = this.excess(account, tradeDate);
    if (excess >= -ROUNDING) return NO_LIQUIDATIONS;
    const { holdings } = account;
    return closeLargestFirst(holdings, this.required.release(holdings, tradeDate, MAINTENANCE), -excess);
  }

  filled(account: AccountView, instrument: number, quantity: number, price: number, tradeDate: number): void {
    if (!this.intraday) return;
    const { required } = this;
    const { holdings } = account;
    if (Number.isNaN(this.memorandum))
      this.memorandum = holdings.equity - required.ofAll(holdings, tradeDate, OVERNIGHT);
    const held = holdings.quantity[instrument];
    const closes = held * quantity < 0 ? Math.sign(held) * Math.min(Math.abs(held), Math.abs(quantity)) : 0;
    const opens = quantity + closes;
    const rate = holdings.rate[holdings.currencyOf[instrument]];
    this.memorandum += required.of(holdings, instrument, closes, price, tradeDate, OVERNIGHT) * rate;
    this.memorandum -= required.of(holdings, instrument, opens, price, tradeDate, OVERNIGHT) * rate;
  }

  /**
   * Interactive Brokers' end-of-day rule: the special memorandum account must not be below 0. It is the larger of two
   * sums: what it was, less the initial margin of what was opened since and plus that of what was closed; and equity
   * above Regulation T's requirement on everything held.
   */
  overnight(account: AccountView, tradeDate: number): readonly Liquidation[] {
    if (!this.intraday || Number.isNaN(this.memorandum)) return NO_LIQUIDATIONS;
    const { required } = this;
    const { holdings } = account;
    this.memorandum = Math.max(this.memorandum, holdings.equity - required.ofAll(holdings, tradeDate, OVERNIGHT));
    if (this.memorandum >= -ROUNDING) return NO_LIQUIDATIONS;
    return closeLargestFirst(holdings, required.release(holdings, tradeDate, OVERNIGHT), -this.memorandum);
  }
}

function isStock(instrument: Instrument): boolean {
  const { assetClass } = instrument;
  return assetClass === "stock" || assetClass === "etf" || assetClass === "index";
}
