import { DUST } from "../../core/dust.js";
import type { Instrument } from "../../core/market/instrument.js";
import { amount, type Denial, units } from "../../core/orders/denial.js";
import { FuturesMargin } from "./futures-margin.js";
import {
  type AccountView,
  closeLargestFirst,
  type Holdings,
  heldAfterWorking,
  type Liquidation,
  type MarginModel,
  type MarginTerms,
  NO_LIQUIDATIONS,
  ROUNDING,
  reduces,
} from "./margin-model.js";

/**
 * A cash account: what is bought is paid in full, fee included, with cash of its currency; nothing is sold short,
 * options are only bought, and futures need their initial margin in cash. Losses of open futures are taken off the
 * cash, their gains count once they are realised.
 *
 * Known limitation: proceeds can be spent at once (no settlement day), and no currency is converted.
 */
export function cashAccount(): MarginModel {
  return new CashAccount();
}

class CashAccount implements MarginModel {
  readonly name = "cash";
  readonly description = "A cash account: purchases are paid in full, nothing is sold short.";
  readonly callsMargin = true;
  readonly needsMoveWithValue = true;
  readonly countsFills = false;
  private readonly futures = new FuturesMargin();

  describe(instruments: readonly Instrument[]): string {
    return areBought(instruments)
      ? this.description
      : "A cash account: futures need their initial margin in cash, and losses are taken off it.";
  }

  assumptions(_from: number, _to: number, instruments: readonly Instrument[] = []): string[] {
    return [
      this.describe(instruments),
      ...(areBought(instruments) ? ["Proceeds of a sale can be spent at once, without waiting for settlement."] : []),
      ...this.futures.given(instruments),
      ...this.futures.notes(),
    ];
  }

  reset(): void {
    this.futures.clear();
  }

  refusal(account: AccountView, terms: MarginTerms): Denial | undefined {
    const { instrument, quantity, tradeDate } = terms;
    const held = heldAfterWorking(account, instrument, quantity);
    terms.needed = 0;
    if (reduces(held, quantity)) return undefined;
    const { holdings, promised } = account;
    const what = holdings.instruments[instrument];
    if (what.assetClass !== "future" && quantity < 0) {
      return {
        code: "SHORT_SALE",
        details: { account: "cash", held: units(Math.max(0, held)), selling: units(-quantity) },
      };
    }
    const needed = this.needed(holdings, held, terms);
    terms.needed = needed;
    const currency = holdings.currencyOf[instrument];
    const available = this.free(holdings, currency, tradeDate, true) - promised.funds[currency];
    if (needed <= available + ROUNDING) return undefined;
    const code = what.assetClass === "future" ? "MARGIN" : "CASH";
    return { code, details: { needed: amount(needed), available: amount(available), currency: what.currency } };
  }

  initial(account: AccountView, tradeDate: number): number {
    return this.required(account.holdings, tradeDate, true);
  }

  maintenance(account: AccountView, tradeDate: number): number {
    return this.required(account.holdings, tradeDate, false);
  }

  /** Of all currencies together: cash less losses and maintenance of futures. */
  excess(account: AccountView, tradeDate: number): number {
    const { holdings } = account;
    let sum = 0;
    for (let c = 0; c < holdings.rate.length; c++) {
      const free = this.free(holdings, c, tradeDate, false);
      if (free !== 0) sum += free * holdings.rate[c];
    }
    return sum;
  }

  /** Futures of a currency whose cash no longer carries them. What is paid for is never taken. */
  liquidations(account: AccountView, tradeDate: number): readonly Liquidation[] {
    const { holdings } = account;
    const { instruments, quantity, mark, rate, currencyOf } = holdings;
    if (!instruments.some((instrument, i) => isFuture(instrument) && quantity[i] !== 0)) return NO_LIQUIDATIONS;
    const orders: Liquidation[] = [];
    for (let c = 0; c < rate.length; c++) {
      const free = this.free(holdings, c, tradeDate, false);
      if (free >= -ROUNDING) continue;
      const release = Float64Array.from(quantity, (held, i) =>
        held !== 0 && currencyOf[i] === c && isFuture(instruments[i])
          ? this.futures.perContract(instruments[i], mark[i], tradeDate, false)
          : 0,
      );
      orders.push(...closeLargestFirst(holdings, release, -free));
    }
    return orders;
  }

  filled(): void {}

  overnight(): readonly Liquidation[] {
    return NO_LIQUIDATIONS;
  }

  private needed(holdings: Holdings, held: number, terms: MarginTerms): number {
    const { instrument, quantity, price, tradeDate, fee } = terms;
    const what = holdings.instruments[instrument];
    if (what.assetClass !== "future") return quantity * price * what.multiplier + fee;
    const more = Math.abs(held + quantity) - Math.abs(held);
    const worse = (price - holdings.mark[instrument]) * quantity * what.multiplier;
    const margin = Math.max(0, more) * this.futures.perContract(what, price, tradeDate, true);
    return margin + (worse > 0 ? worse : 0) + fee;
  }

  /** Cash of a currency that nothing holds: less losses and margin of its futures. */
  private free(holdings: Holdings, currency: number, tradeDate: number, initial: boolean): number {
    const { instruments, quantity, mark, currencyOf } = holdings;
    let free = holdings.cash(currency);
    for (let i = 0; i < instruments.length; i++) {
      const held = Math.abs(quantity[i]);
      if (held <= DUST || currencyOf[i] !== currency || !isFuture(instruments[i])) continue;
      free -= held * this.futures.perContract(instruments[i], mark[i], tradeDate, initial);
      const profit = holdings.unrealised(i);
      if (profit < 0) free += profit;
    }
    return free;
  }

  private required(holdings: Holdings, tradeDate: number, initial: boolean): number {
    const { instruments, quantity, mark, rate, currencyOf } = holdings;
    let sum = 0;
    for (let i = 0; i < instruments.length; i++) {
      if (quantity[i] === 0 || !isFuture(instruments[i])) continue;
      const each = this.futures.perContract(instruments[i], mark[i], tradeDate, initial);
      sum += Math.abs(quantity[i]) * each * rate[currencyOf[i]];
    }
    return sum;
  }
}

/** Whether any of them is paid for in full, as all but futures are; so it is of none. */
function areBought(instruments: readonly Instrument[]): boolean {
  return instruments.length === 0 || !instruments.every(isFuture);
}

function isFuture(instrument: Instrument): boolean {
  return instrument.assetClass === "future";
}
