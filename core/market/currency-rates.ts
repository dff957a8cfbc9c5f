import type { Portfolio } from "../portfolio/portfolio.js";
import type { Instrument } from "./instrument.js";

/**
 * Keeps the rates to the base currency from the forex pairs of the run: EUR.USD tells what a euro is worth in dollars,
 * USD.JPY what a yen is. Pairs that do not touch the base currency tell nothing.
 */
export class CurrencyRates {
  /** Whether any instrument tells a rate. */
  readonly any: boolean;
  /** For each instrument the currency it rates, or -1. */
  private readonly currency: Int32Array;
  private readonly inverse: Int32Array;
  private readonly portfolio: Portfolio;

  constructor(instruments: readonly Instrument[], portfolio: Portfolio, given: Readonly<Record<string, number>>) {
    const { currencies } = portfolio;
    this.portfolio = portfolio;
    this.currency = new Int32Array(instruments.length).fill(-1);
    this.inverse = new Int32Array(instruments.length);
    for (const instrument of instruments) {
      if (instrument.assetClass !== "forex") continue;
      const bought = instrument.symbol.slice(0, 3);
      const straight = instrument.currency === currencies[0];
      this.currency[instrument.index] = currencies.indexOf(
        straight ? bought : bought === currencies[0] ? instrument.currency : "",
      );
      this.inverse[instrument.index] = straight ? 0 : 1;
    }
    this.any = this.currency.some((currency) => currency >= 0);
    for (let c = 1; c < currencies.length; c++) {
      const rate = given[currencies[c]];
      if (rate !== undefined) portfolio.setRate(c, rate);
    }
  }

  /** Takes the mark of an instrument for a rate, if it is one. */
  update(instrument: number): void {
    if (this.currency[instrument] < 0) return;
    const price = this.portfolio.mark[instrument];
    this.portfolio.setRate(this.currency[instrument], this.inverse[instrument] === 1 ? 1 / price : price);
  }
}
