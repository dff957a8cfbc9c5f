import type { Instrument } from "../../core/market/instrument.js";
import { SimError } from "./errors.js";
import { FuturesMargin } from "./futures-margin.js";
import type { Holdings, MarginTerms } from "./margin-model.js";
import { MAJOR_CURRENCIES, MARGIN_ROWS } from "./margin-rows.js";

/** What a requirement is for. */
export const MAINTENANCE = 0;
export const INITIAL = 1;
/** Regulation T's initial margin even where looser rules hold inside the day. */
export const OVERNIGHT = 2;
export type Purpose = typeof MAINTENANCE | typeof INITIAL | typeof OVERNIGHT;

/** How an instrument is margined; stocks, funds and indices alike. */
const STOCK = 0;
const FUTURE = 1;
const FOREX = 2;
const OPTION = 3;

/** What the positions of a margin account need, by the rows of margin-rows.ts. The rules stand at `regT`. */
export class RegTRequirement {
  readonly futures = new FuturesMargin();
  /** Equity below which nothing is lent, on the date last asked for. */
  minimumEquity = Number.NaN;
  private readonly intraday: boolean;
  private date = 0;
  private initialLong = Number.NaN;
  private initialShort = Number.NaN;
  private maintenanceLong = Number.NaN;
  private maintenanceShort = Number.NaN;
  private shortPerShare = Number.NaN;
  private lowShort = Number.NaN;
  private lowShortPerShare = Number.NaN;
  private lowPrice = Number.NaN;
  private intradayLong = Number.NaN;
  private intradayShort = Number.NaN;
  private intradayEquity = Number.NaN;
  /** The highest of the rates of stocks, and of the amounts a share. */
  private mostRate = Number.NaN;
  private mostPerShare = Number.NaN;
  private instruments: readonly Instrument[] = [];
  /** STOCK and so on, by instrument: an integer is told apart faster than a word. */
  private kinds = new Uint8Array(0);
  private multipliers = new Float64Array(0);
  /** Where an option's underlying is among the instruments, or -1. */
  private underlying = new Int32Array(0);
  /** What has been summed last for each purpose, of which holdings and of which version of these. */
  private readonly sums = new Float64Array(3);
  private readonly versions = new Float64Array(3).fill(Number.NaN);
  private summedOf: Holdings | undefined = undefined;

  constructor(intraday: boolean) {
    this.intraday = intraday;
  }

  reset(): void {
    this.instruments = [];
    this.forget();
    this.futures.clear();
  }

  /** Of all positions at their marks, in the base currency. */
  ofAll(holdings: Holdings, tradeDate: number, purpose: Purpose): number {
    this.resolve(tradeDate);
    if (this.instruments !== holdings.instruments) this.know(holdings.instruments);
    const { instruments, version } = holdings;
    if (instruments.length === 1) return this.summed(holdings, purpose);
    // Orders of one instant are asked for one after another, with nothing changed between them.
    if (holdings !== this.summedOf) this.forget(holdings);
    if (version !== this.versions[purpose]) {
      this.versions[purpose] = version;
      this.sums[purpose] = this.summed(holdings, purpose);
    }
    return this.sums[purpose];
  }

  private forget(holdings?: Holdings): void {
    this.summedOf = holdings;
    this.versions.fill(Number.NaN);
  }

  /**
   * No less than what the position of a run with one instrument needs for any purpose, in the base currency: far from its
   * limit an account is told so by a few products. Infinity where only `ofAll` can say.
   */
  mostOfLone(holdings: Holdings, tradeDate: number): number {
    this.resolve(tradeDate);
    const { instruments, quantity, mark, rate, currencyOf } = holdings;
    if (this.instruments !== instruments) this.know(instruments);
    if (instruments.length !== 1 || this.kinds[0] !== STOCK) return Infinity;
    const { mostRate, mostPerShare } = this;
    const byPrice = mark[0] * mostRate;
    // Without a price it is not known, and NaN says so to whoever compares with it.
    const unit = mostPerShare > byPrice ? mostPerShare : byPrice;
    return Math.abs(quantity[0]) * this.multipliers[0] * unit * rate[currencyOf[0]];
  }

  private summed(holdings: Holdings, purpose: Purpose): number {
    const { quantity, mark, rate, currencyOf } = holdings;
    let sum = 0;
    for (let i = 0; i < quantity.length; i++) {
      const held = quantity[i];
      if (held !== 0)
        sum += Math.abs(held) * this.perUnit(holdings, i, held > 0, mark[i], purpose) * rate[currencyOf[i]];
    }
    return sum;
  }

  /** How much more initial margin a position of `held` units needs after an order than before, both at its price. */
  increase(holdings: Holdings, instrument: number, held: number, terms: MarginTerms): number {
    this.resolve(terms.tradeDate);
    if (this.instruments !== holdings.instruments) this.know(holdings.instruments);
    const { price } = terms;
    const after = held + terms.quantity;
    const needed = after === 0 ? 0 : Math.abs(after) * this.perUnit(holdings, instrument, after > 0, price, INITIAL);
    return held === 0 ? needed : needed - Math.abs(held) * this.perUnit(holdings, instrument, held > 0, price, INITIAL);
  }

  /** Of `held` units of an instrument at a price, in its currency. */
  of(holdings: Holdings, instrument: number, held: number, price: number, tradeDate: number, purpose: Purpose): number {
    if (held === 0) return 0;
    this.resolve(tradeDate);
    if (this.instruments !== holdings.instruments) this.know(holdings.instruments);
    return Math.abs(held) * this.perUnit(holdings, instrument, held > 0, price, purpose);
  }

  /** What closing one unit of each position frees, in the base currency. */
  release(holdings: Holdings, tradeDate: number, purpose: Purpose): Float64Array {
    const { quantity, mark, rate, currencyOf } = holdings;
    return Float64Array.from(quantity, (held, i) =>
      held === 0 ? 0 : this.of(holdings, i, Math.sign(held), mark[i], tradeDate, purpose) * rate[currencyOf[i]],
    );
  }

  private perUnit(holdings: Holdings, index: number, long: boolean, price: number, purpose: Purpose): number {
    const kind = this.kinds[index];
    const multiplier = this.multipliers[index];
    if (kind === STOCK) {
      return multiplier * (long ? this.long(holdings, price, purpose) : this.short(holdings, price, purpose));
    }
    const instrument = this.instruments[index];
    if (kind === FUTURE) return this.futures.perContract(instrument, price, this.date, purpose !== MAINTENANCE);
    if (kind === FOREX) return Math.abs(price) * multiplier * forexRate(instrument.symbol, this.date);
    return long ? price * multiplier : this.shortOption(holdings, index);
  }

  private long(holdings: Holdings, price: number, purpose: Purpose): number {
    if (purpose === MAINTENANCE) return this.maintenanceLong * price;
    const { equity } = holdings;
    if (equity < this.minimumEquity) return price;
    const inside = this.intraday && purpose === INITIAL && equity >= this.intradayEquity;
    return (inside ? this.intradayLong : this.initialLong) * price;
  }

  private short(holdings: Holdings, price: number, purpose: Purpose): number {
    const low = price < this.lowPrice;
    const rate = low ? this.lowShort : this.maintenanceShort;
    const keep = Math.max(rate * price, low ? this.lowShortPerShare : this.shortPerShare);
    if (purpose === MAINTENANCE) return keep;
    const inside = this.intraday && purpose === INITIAL && holdings.equity >= this.intradayEquity;
    return Math.max(keep, (inside ? this.intradayShort : this.initialShort) * price);
  }

  /** Without a price of the underlying in the run it counts as at the strike. */
  private shortOption(holdings: Holdings, index: number): number {
    const instrument = holdings.instruments[index];
    const { option } = instrument;
    if (option === undefined) throw new SimError("OPTION_UNDESCRIBED", { symbol: instrument.symbol });
    const place = this.underlying[index];
    const mark = place < 0 ? Number.NaN : holdings.mark[place];
    const price = mark > 0 ? mark : option.strike;
    const call = option.right === "call";
    const outOfTheMoney = Math.max(0, call ? option.strike - price : price - option.strike);
    return (
      instrument.multiplier *
      Math.max(
        MARGIN_ROWS.optionUnderlying.at(this.date).rate * price - outOfTheMoney,
        MARGIN_ROWS.optionLeast.at(this.date).rate * (call ? price : option.strike),
        MARGIN_ROWS.optionPerShare.at(this.date).rate,
      )
    );
  }

  private know(instruments: readonly Instrument[]): void {
    this.instruments = instruments;
    this.kinds = Uint8Array.from(instruments, ({ assetClass }) =>
      assetClass === "future" ? FUTURE : assetClass === "forex" ? FOREX : assetClass === "option" ? OPTION : STOCK,
    );
    this.multipliers = Float64Array.from(instruments, ({ multiplier }) => multiplier);
    this.underlying = Int32Array.from(instruments, ({ option }) =>
      option === undefined ? -1 : instruments.findIndex(({ symbol }) => symbol === option.underlying),
    );
  }

  private resolve(date: number): void {
    if (date === this.date) return;
    this.date = date;
    this.forget();
    this.initialLong = MARGIN_ROWS.initialLong.at(date).rate;
    this.initialShort = MARGIN_ROWS.initialShort.at(date).rate;
    this.maintenanceLong = MARGIN_ROWS.maintenanceLong.at(date).rate;
    this.maintenanceShort = MARGIN_ROWS.maintenanceShort.at(date).rate;
    this.shortPerShare = MARGIN_ROWS.maintenanceShortPerShare.at(date).rate;
    this.lowShort = MARGIN_ROWS.maintenanceLowShort.at(date).rate;
    this.lowShortPerShare = MARGIN_ROWS.maintenanceLowShortPerShare.at(date).rate;
    this.lowPrice = MARGIN_ROWS.lowPrice.at(date).rate;
    this.minimumEquity = MARGIN_ROWS.minimumEquity.at(date).rate;
    this.intradayLong = MARGIN_ROWS.intradayLong.at(date).rate;
    this.intradayShort = MARGIN_ROWS.intradayShort.at(date).rate;
    this.intradayEquity = MARGIN_ROWS.intradayEquity.at(date).rate;
    // 1: below the minimum equity a long position is paid in full.
    this.mostRate = Math.max(
      1,
      this.initialLong,
      this.initialShort,
      this.maintenanceLong,
      this.maintenanceShort,
      this.lowShort,
      this.intradayLong,
      this.intradayShort,
    );
    this.mostPerShare = Math.max(this.shortPerShare, this.lowShortPerShare);
  }
}

function forexRate(symbol: string, date: number): number {
  const pair = /^([A-Z]{3})[./]?([A-Z]{3})$/.exec(symbol);
  const major = pair !== null && MAJOR_CURRENCIES.includes(pair[1]) && MAJOR_CURRENCIES.includes(pair[2]);
  return (major ? MARGIN_ROWS.forexMajor : MARGIN_ROWS.forexOther).at(date).rate;
}
