import type { CommissionTiers } from "./commission-tiers.js";
import type { DatedRows } from "./dated-rows.js";
import type { FeeContext } from "./fee-model.js";
import type { FeeProgramme } from "./fee-programme.js";
import type { FeeRow } from "./fee-rows.js";

/** The rates of one instrument on one trade date, taken out of its rows once a day so that a fill costs arithmetic only. */
export class DayRates {
  readonly programme: FeeProgramme;
  /** Sum of the rates that are a share of the commission. */
  passThrough = Number.NaN;
  /** The commissions, by premium for options, highest premium first. */
  private readonly tiers: CommissionTiers[] = [];
  private day = 0;
  private sec = Number.NaN;
  private taf = Number.NaN;
  private tafCap = Infinity;
  /** Rates for each unit, on both sides, and the caps for a trade. */
  private readonly perUnit: Float64Array;
  private readonly perUnitCap: Float64Array;
  /** Exchange fees of stocks by how the fill met the market, and their caps as fractions of value. */
  private readonly exchange: Float64Array;
  private readonly exchangeCap: Float64Array;

  constructor(programme: FeeProgramme) {
    this.programme = programme;
    this.perUnit = new Float64Array(programme.perUnit.length);
    this.perUnitCap = new Float64Array(programme.perUnit.length);
    this.exchange = new Float64Array(programme.exchange.length);
    this.exchangeCap = new Float64Array(programme.exchange.length);
  }

  on(date: number): this {
    if (date !== this.day) this.resolve(date);
    return this;
  }

  /** The commission that applies at a price: options are charged by their premium. */
  tiersAt(price: number): CommissionTiers {
    const { premiums } = this.programme;
    let band = 0;
    // A price is a sum of ticks: 0.1 may have come out a hair below.
    while (band + 1 < premiums.length && price < premiums[band] - 1e-9) band++;
    return this.tiers[band];
  }

  /** Fees of third parties for one fill of this value, unrounded. */
  passedOn(fill: FeeContext, value: number): number {
    const { quantity } = fill;
    let sum = 0;
    if (!fill.buy) {
      sum = this.sec * value;
      // FINRA charges nothing where the price is below the rate.
      if (fill.price >= this.taf) sum += Math.min(this.taf * quantity, this.tafCap);
    }
    const { perUnit, perUnitCap, exchange } = this;
    for (let i = 0; i < perUnit.length; i++) sum += Math.min(perUnit[i] * quantity, perUnitCap[i]);
    if (exchange.length > 0) {
      const way = fill.liquidity;
      sum += Math.min(exchange[way] * quantity, this.exchangeCap[way] * value);
    }
    return sum;
  }

  private resolve(date: number): void {
    const { commissions, sec, taf, perUnit, exchange, passThrough } = this.programme;
    this.day = date;
    for (let i = 0; i < commissions.length; i++) this.tiers[i] = commissions[i].at(date);
    this.sec = sec === undefined ? 0 : sec.at(date).rate;
    this.taf = taf === undefined ? 0 : taf.at(date).rate;
    this.tafCap = taf?.at(date).cap ?? Infinity;
    read(perUnit, date, this.perUnit, this.perUnitCap);
    read(exchange, date, this.exchange, this.exchangeCap);
    this.passThrough = passThrough.reduce((sum, rows) => sum + rows.at(date).rate, 0);
  }
}

function read(tables: readonly DatedRows<FeeRow>[], date: number, rates: Float64Array, caps: Float64Array): void {
  for (let i = 0; i < tables.length; i++) {
    const row = tables[i].at(date);
    rates[i] = row.rate;
    caps[i] = row.cap ?? Infinity;
  }
}
