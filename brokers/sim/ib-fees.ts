import type { Instrument } from "../../core/market/instrument.js";
import { dateText } from "./dated-rows.js";
import { DayRates } from "./day-rates.js";
import { SimError } from "./errors.js";
import type { FeeContext, FeeModel } from "./fee-model.js";
import { FOREX_DOLLARS, feeProgramme, type Plan, tablesOf } from "./fee-programme.js";
import { OrderCharges } from "./order-charges.js";
import { bounded, fillValue } from "./plain-fees.js";

/** Interactive Brokers' fixed plan: one commission for everything on stocks and futures, regulators' fees extra. */
export function ibFixed(): FeeModel {
  return new IbFees("fixed");
}

/** Interactive Brokers' tiered plan: commissions that fall with the month's volume, exchange and clearing fees extra. */
export function ibTiered(): FeeModel {
  return new IbFees("tiered");
}

/**
 * IB's schedules by asset class and trade date. A minimum, a cap and the rounding hold for an order on a trade date:
 * each fill is charged what the order has cost so far, its parts unrounded, rounded to the cent, less what its earlier
 * fills were charged. The month's volume is counted inside the run, per asset class, and starts at 0.
 *
 * Known limitation: FINRA's and the OCC's caps hold for a trade, so they hold for each fill by itself.
 */
class IbFees implements FeeModel {
  readonly name: string;
  readonly description: string;
  private readonly plan: Plan;
  private readonly orders = new OrderCharges();
  private readonly volumes = new Float64Array(4);
  private month = 0;
  /** By the instrument's index, of those that have filled. */
  private rates: (DayRates | undefined)[] = [undefined];

  constructor(plan: Plan) {
    this.name = `ib-${plan}`;
    this.description =
      plan === "fixed"
        ? "Fees are those of Interactive Brokers' fixed plan, with the fees of SEC, FINRA and CAT by date."
        : "Fees are those of Interactive Brokers' tiered plan, with exchange, clearing, SEC, FINRA and CAT fees by date.";
    this.plan = plan;
  }

  /** Regulators of the stock market ask for nothing where there is neither a stock nor an option. */
  describe(instruments: readonly Instrument[]): string {
    if (instruments.some(({ assetClass }) => REGULATED.includes(assetClass))) return this.description;
    return `Fees are those of Interactive Brokers' ${this.plan} plan.`;
  }

  charge(fill: FeeContext): number {
    return this.settle(fill, true);
  }

  estimate(fill: FeeContext): number {
    return this.settle(fill, false);
  }

  reset(): void {
    this.orders.clear();
    this.volumes.fill(0);
    this.month = 0;
    this.rates = [undefined];
  }

  assumptions(from: number, to: number): string[] {
    const range = from === to ? dateText(from) : `${dateText(from)} to ${dateText(to)}`;
    const lines = [
      `Commissions are those of Interactive Brokers' ${this.plan} plan as of September 2026, applied to ${range} alike.`,
      "Fees are rounded to the cent, once an order and trade date; an order that fills on two dates pays its minimum twice.",
    ];
    if (this.plan === "tiered") {
      lines.push("Stocks are charged as if every fill took place on NYSE; resting limit orders earn no rebate.");
    }
    const notes = new Set<string>();
    for (const rates of this.rates) {
      if (rates === undefined) continue;
      for (const table of tablesOf(rates.programme)) {
        for (const row of table.within(from, to)) if (row.note !== undefined) notes.add(row.note);
        // What the plan passes on has no history in the table either, which the first line says of the plan.
        if (table.rows[0].plan === undefined && table.extended(from, to)) {
          const first = table.rows[0];
          const last = table.rows[table.rows.length - 1];
          const name = COMPONENT_NAMES[first.component];
          notes.add(
            from < first.from
              ? `${name}: the rate of ${dateText(first.from)}, ${first.rate}, is applied to earlier dates.`
              : `${name}: the rate known until ${dateText(last.to ?? last.from)}, ${last.rate}, is applied to later dates.`,
          );
        }
      }
    }
    return [...lines, ...notes];
  }

  private settle(fill: FeeContext, book: boolean): number {
    const { orders } = this;
    const { order, tradeDate, quantity } = fill;
    const rates = this.ratesOf(fill.instrument).on(tradeDate);
    const { kind } = rates.programme;
    const value = fillValue(fill);
    const month = Math.trunc(tradeDate / 100);
    // Exchanges reach a new month hours apart: what still trades in the old one counts towards the new.
    if (book && month > this.month) {
      this.month = month;
      this.volumes.fill(0);
    }
    const volume = month <= this.month ? this.volumes[kind] : 0;
    const forex = kind === FOREX_DOLLARS;
    const toUsd = forex ? this.dollars(fill) : 1;
    const amount = forex ? value * toUsd : quantity;

    const tiers = rates.tiersAt(fill.price);
    const before = orders.has(order, tradeDate);
    const accrued = tiers.accrue(volume, amount) / toUsd + (before ? orders.accrued[order] : 0);
    const wholeQuantity = quantity + (before ? orders.quantity[order] : 0);
    const wholeValue = value + (before ? orders.value[order] : 0);
    let commission = bounded(accrued, tiers.minimumAt(volume) / toUsd, tiers.cap, wholeValue, false);
    if (commission < tiers.fractionalMinimum && !Number.isInteger(wholeQuantity)) commission = tiers.fractionalMinimum;

    const passedOn = rates.passedOn(fill, value) + (before ? orders.passedOn[order] : 0);
    const total = cents(commission * (1 + rates.passThrough) + passedOn);
    const charged = before ? orders.charged[order] : 0;
    if (book) {
      this.volumes[kind] = volume + amount;
      if (!fill.completes) orders.set(order, tradeDate, wholeQuantity, wholeValue, accrued, passedOn, total);
    }
    return before ? cents(total - charged) : total;
  }

  private dollars(fill: FeeContext): number {
    const { instrument, toUsd } = fill;
    if (instrument.currency === "USD") return 1;
    if (toUsd > 0) return toUsd;
    const { symbol, currency } = instrument;
    // What is bought with it here are dollars.
    if (symbol.startsWith("USD.")) return 1 / fill.price;
    throw new SimError("FEES_NO_RATE", { symbol, currency, date: dateText(fill.tradeDate) });
  }

  private ratesOf(instrument: Instrument): DayRates {
    const known = this.rates[instrument.index];
    if (known !== undefined && known.programme.instrument === instrument) return known;
    const rates = new DayRates(feeProgramme(instrument, this.plan));
    while (this.rates.length <= instrument.index) this.rates.push(undefined);
    this.rates[instrument.index] = rates;
    return rates;
  }
}

const REGULATED: readonly string[] = ["stock", "etf", "index", "option"];

const COMPONENT_NAMES = {
  commission: "Commission",
  sec: "SEC fee",
  taf: "FINRA trading activity fee",
  cat: "CAT fee",
  orf: "Options regulatory fee",
  occ: "OCC clearing fee",
  exchange: "Exchange fee",
  clearing: "Clearing fee",
  "pass-through": "Pass-through fee",
  nfa: "NFA fee",
} as const;

/** To the cent, half a cent up; what a sum of doubles falls short of half a cent by counts as nothing. */
function cents(amount: number): number {
  return Math.floor(amount * 100 + 0.5 + 1e-7) / 100;
}
