import { DUST } from "../dust.js";
import type { Instrument } from "../market/instrument.js";
import { CompensatedSums } from "./compensated-sum.js";
import type { FillLog } from "./fill-log.js";

/**
 * Positions and cash, as columns by the instrument's index and by currency. A position stores its cost basis, not a
 * rounded average price, and cash, basis and realised profit are compensated sums, so that they reconcile after a
 * million fills. Stocks, funds, options and forex exchange cash for units; a future moves cash only by its realised
 * profit and fees. Equity = cash in the base currency + the value of positions.
 */
export class Portfolio {
  readonly instruments: readonly Instrument[];
  readonly currencies: readonly string[];
  /** Signed units held. */
  readonly quantity: Float64Array;
  /** Latest price an instrument was marked at; NaN before the first. */
  readonly mark: Float64Array;
  /** Units of base currency for one unit of each currency. */
  readonly rate: Float64Array;
  /** Which currency an instrument trades in, as an index of `currencies`. */
  readonly currencyOf: Int32Array;

  /** Cash by currency. */
  private readonly cashSums: CompensatedSums;
  /** Signed cost of the units held, multiplier included, in the instrument's currency. */
  private readonly basisSums: CompensatedSums;
  private readonly realisedSums: CompensatedSums;
  private readonly feeSums: CompensatedSums;
  private readonly multiplier: Float64Array;
  /** 1 for a future: its value is what it has gained since its basis. */
  private readonly isFuture: Int32Array;
  /** What one unit at a price of 1 is worth in the base currency: the multiplier at the currency's rate. */
  private readonly perPoint: Float64Array;
  /** What is taken off that, in the base currency: the basis of a future, nothing for the rest. */
  private readonly offset: Float64Array;
  /** Value of each position in the base currency at its mark. */
  private readonly value: Float64Array;
  private readonly single: boolean;
  private cashInBase = Number.NaN;
  private valueInBase = Number.NaN;
  /** Of a run with several instruments: another number whenever units, marks, cash or rates have changed. */
  version = 0;
  /**
   * Of a run with several instruments: by how much in all the values of its positions have moved with their marks, up or
   * down, in the base currency. It only grows.
   */
  moved = Number.NaN;

  /** @param rated currencies that nothing trades in, of which a rate is told nonetheless */
  constructor(instruments: readonly Instrument[], baseCurrency: string, cash: number, rated: readonly string[] = []) {
    const count = instruments.length;
    this.instruments = instruments;
    this.currencies = [...new Set([baseCurrency, ...instruments.map((instrument) => instrument.currency), ...rated])];
    this.quantity = new Float64Array(count);
    this.mark = new Float64Array(count).fill(Number.NaN);
    this.rate = new Float64Array(this.currencies.length).fill(Number.NaN);
    this.rate[0] = 1;
    this.currencyOf = Int32Array.from(instruments, (instrument) => this.currencies.indexOf(instrument.currency));
    this.cashSums = new CompensatedSums(this.currencies.length);
    this.basisSums = new CompensatedSums(count);
    this.realisedSums = new CompensatedSums(count);
    this.feeSums = new CompensatedSums(count);
    this.multiplier = Float64Array.from(instruments, (instrument) => instrument.multiplier);
    this.isFuture = Int32Array.from(instruments, (instrument) => (instrument.assetClass === "future" ? 1 : 0));
    this.perPoint = new Float64Array(count);
    this.offset = new Float64Array(count);
    this.value = new Float64Array(count);
    this.cashSums.add(0, cash);
    this.cashInBase = cash;
    this.valueInBase = 0;
    this.moved = 0;
    this.single = count === 1;
    this.convert();
  }

  /** Cash plus the value of all positions, in the base currency, at the latest marks. */
  get equity(): number {
    return this.cashInBase + this.valueInBase;
  }

  /** Cash of all currencies in the base currency. */
  get totalCash(): number {
    return this.cashInBase;
  }

  /** Value of all positions in the base currency; of futures only what they have gained. */
  get positionValue(): number {
    return this.valueInBase;
  }

  cash(currency: number): number {
    return this.cashSums.at(currency);
  }

  /** Cost of the units held, signed, multiplier included, in the instrument's currency. */
  costBasis(instrument: number): number {
    return this.basisSums.at(instrument);
  }

  /** Average price paid or received for the units held; NaN when flat. */
  averagePrice(instrument: number): number {
    const quantity = this.quantity[instrument];
    return quantity === 0 ? Number.NaN : this.basisSums.at(instrument) / (quantity * this.multiplier[instrument]);
  }

  /** Profit of what has been closed, before fees, in the instrument's currency. */
  realised(instrument: number): number {
    return this.realisedSums.at(instrument);
  }

  /** Profit of what is held, at its mark, in the instrument's currency. */
  unrealised(instrument: number): number {
    const quantity = this.quantity[instrument];
    if (quantity === 0) return 0;
    return quantity * this.mark[instrument] * this.multiplier[instrument] - this.basisSums.at(instrument);
  }

  /** Fees paid on an instrument, in its currency. */
  fees(instrument: number): number {
    return this.feeSums.at(instrument);
  }

  /** What a position is worth in the market, signed, in the base currency; of a future its notional value. */
  notional(instrument: number): number {
    const quantity = this.quantity[instrument];
    if (quantity === 0) return 0;
    return quantity * this.mark[instrument] * this.multiplier[instrument] * this.rate[this.currencyOf[instrument]];
  }

  /** Sum of the sizes of all positions, in the base currency. */
  grossExposure(): number {
    let sum = 0;
    for (let i = 0; i < this.quantity.length; i++) if (this.quantity[i] !== 0) sum += Math.abs(this.notional(i));
    return sum;
  }

  /** Marks an instrument at the price in a row of a column. */
  setMark(instrument: number, prices: Float64Array, row: number): void {
    this.mark[instrument] = prices[row];
    this.version = (this.version + 1) | 0;
    if (this.quantity[instrument] !== 0) this.revalue(instrument);
  }

  /** Books the fill in a row of a log. */
  fill(fills: FillLog, row: number): void {
    const instrument = fills.instrument[row];
    const quantity = fills.quantity[row];
    const price = fills.price[row];
    const fee = fills.fee[row];
    const multiplier = this.multiplier[instrument];
    const currency = this.currencyOf[instrument];
    const held = this.quantity[instrument];
    let realised = 0;
    if (held * quantity >= 0) {
      this.basisSums.add(instrument, quantity * price * multiplier);
    } else if (Math.abs(quantity) < Math.abs(held) - DUST) {
      // Closing a part realises that part of the basis; the average price of the rest stays what it was.
      const basis = (this.basisSums.at(instrument) * quantity) / held;
      realised = -quantity * price * multiplier + basis;
      this.basisSums.add(instrument, basis);
    } else {
      realised = held * price * multiplier - this.basisSums.at(instrument);
      this.basisSums.set(instrument, 0);
      const rest = held + quantity;
      if (Math.abs(rest) > DUST) this.basisSums.add(instrument, rest * price * multiplier);
    }
    const after = held + quantity;
    this.quantity[instrument] = Math.abs(after) <= DUST ? 0 : after;
    if (realised !== 0) this.realisedSums.add(instrument, realised);
    const future = this.isFuture[instrument] === 1;
    this.cashSums.add(currency, future ? realised : -quantity * price * multiplier);
    if (fee !== 0) {
      this.cashSums.add(currency, -fee);
      this.feeSums.add(instrument, fee);
    }
    if (future) this.offset[instrument] = this.basisSums.at(instrument) * this.rate[currency];
    // A position is valued at the market, not at what was paid: where there is a price, it stands.
    if (this.mark[instrument] !== this.mark[instrument]) this.mark[instrument] = price;
    this.recount(instrument);
  }

  /** Books a fee on an instrument, in its currency, apart from its fill. */
  charge(instrument: number, amount: number): void {
    this.cashSums.add(this.currencyOf[instrument], -amount);
    this.feeSums.add(instrument, amount);
    this.recount(instrument);
  }

  /**
   * Books what an earlier part of the run has left of an instrument nothing is booked of yet: cash is then what it would
   * be if its fills had been booked one by one.
   * @param averagePrice paid or received for the units held; @param realised and fees in the instrument's currency
   */
  carry(instrument: number, quantity: number, averagePrice: number, realised: number, fees: number): void {
    const currency = this.currencyOf[instrument];
    const basis = quantity === 0 ? 0 : quantity * averagePrice * this.multiplier[instrument];
    const future = this.isFuture[instrument] === 1;
    this.basisSums.set(instrument, basis);
    this.realisedSums.set(instrument, realised);
    this.feeSums.set(instrument, fees);
    this.quantity[instrument] = quantity;
    this.cashSums.add(currency, (future ? realised : realised - basis) - fees);
    if (future) this.offset[instrument] = basis * this.rate[currency];
    if (quantity !== 0 && this.mark[instrument] !== this.mark[instrument]) this.mark[instrument] = averagePrice;
    this.recount(instrument);
  }

  /** Where `denominator` units stood, `numerator` stand now, each worth that much less; cost and value stay. */
  split(instrument: number, numerator: number, denominator: number): void {
    this.quantity[instrument] = (this.quantity[instrument] * numerator) / denominator;
    this.mark[instrument] = (this.mark[instrument] * denominator) / numerator;
    this.recount(instrument);
  }

  /** Cash that comes or goes outside of fills, such as a dividend or a deposit. */
  addCash(currency: number, amount: number): void {
    this.cashSums.add(currency, amount);
    this.recount(-1);
  }

  /** Sets what one unit of a currency is worth in the base currency, and values everything in it anew. */
  setRate(currency: number, rate: number): void {
    this.rate[currency] = rate;
    this.convert();
    this.recount(-1);
  }

  /**
   * Of a run with one instrument, what its position is worth at a price, for as long as nothing is booked: `units` times
   * the price times `perPoint` less `offset`, besides `cash`, all in the base currency.
   */
  lone(): { units: number; perPoint: number; offset: number; cash: number } {
    return { units: this.quantity[0], perPoint: this.perPoint[0], offset: this.offset[0], cash: this.cashInBase };
  }

  /** Of a run with one instrument: its position is worth this now. */
  valueLone(value: number): number {
    this.valueInBase = value;
    return value;
  }

  /** What a position would be worth more, in the base currency, at another price than its mark. */
  gainTo(instrument: number, price: number): number {
    const quantity = this.quantity[instrument];
    return quantity === 0 ? 0 : quantity * (price - this.mark[instrument]) * this.perPoint[instrument];
  }

  /** Values a position at its mark. */
  revalue(instrument: number): void {
    this.version = (this.version + 1) | 0;
    const quantity = this.quantity[instrument];
    if (quantity === 0) return;
    const value = quantity * this.mark[instrument] * this.perPoint[instrument] - this.offset[instrument];
    if (this.single) this.valueInBase = value;
    else {
      const change = value - this.value[instrument];
      this.valueInBase += change;
      this.moved += Math.abs(change);
    }
    this.value[instrument] = value;
  }

  private convert(): void {
    for (let i = 0; i < this.perPoint.length; i++) {
      const rate = this.rate[this.currencyOf[i]];
      this.perPoint[i] = this.multiplier[i] * rate;
      if (this.isFuture[i] === 1) this.offset[i] = this.basisSums.at(i) * rate;
    }
  }

  /** Sums cash and values from scratch, so that rounding does not pile up over millions of marks. */
  private recount(changed: number): void {
    this.version = (this.version + 1) | 0;
    let cash = 0;
    for (let c = 0; c < this.rate.length; c++) {
      const amount = this.cashSums.at(c);
      if (amount !== 0) cash += amount * this.rate[c];
    }
    this.cashInBase = cash;
    const { value } = this;
    if (changed >= 0) value[changed] = this.valueOf(changed);
    else for (let i = 0; i < value.length; i++) value[i] = this.valueOf(i);
    let sum = 0;
    for (let i = 0; i < value.length; i++) sum += value[i];
    this.valueInBase = sum;
  }

  private valueOf(i: number): number {
    const quantity = this.quantity[i];
    if (quantity === 0) return 0;
    return quantity * this.mark[i] * this.perPoint[i] - this.offset[i];
  }
}
