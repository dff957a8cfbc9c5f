import { type Dated, DatedRows } from "./dated-rows.js";

/** One figure of a margin rule. Rates are fractions of market value, amounts are in US dollars. */
export interface MarginRow extends Dated {
  readonly rate: number;
}

const REG_T = "Regulation T, 12 CFR 220.12";
const FINRA_4210 = "FINRA Rule 4210";
/** The fifty percent of Regulation T dates from then; FINRA's figures are applied as far back. */
const SINCE = 19740103;

function always(rate: number, source: string): DatedRows<MarginRow> {
  return new DatedRows([{ rate, from: SINCE, source }]);
}

/** Regulation T and FINRA's maintenance rules for stocks, options and day trading, by trade date. */
export const MARGIN_ROWS = {
  /** Of a purchase, at the time of trade. */
  initialLong: always(0.5, REG_T),
  /** Of a short sale: 150 % of its value with the proceeds, which is 50 % of equity. */
  initialShort: always(0.5, REG_T),
  maintenanceLong: always(0.25, `${FINRA_4210}(c)(1)`),
  /** Shorts at 5.00 and above: this or 5.00 a share, whichever is more. */
  maintenanceShort: always(0.3, `${FINRA_4210}(c)(3)`),
  maintenanceShortPerShare: always(5, `${FINRA_4210}(c)(3)`),
  /** Shorts below 5.00: this or 2.50 a share, whichever is more. */
  maintenanceLowShort: always(1, `${FINRA_4210}(c)(2)`),
  maintenanceLowShortPerShare: always(2.5, `${FINRA_4210}(c)(2)`),
  /** The price below which a short counts as low-priced. */
  lowPrice: always(5, `${FINRA_4210}(c)(2)`),
  /** Equity below which nothing is lent. */
  minimumEquity: always(2_000, `${FINRA_4210}(b)`),
  /** Inside the day, for accounts at or above the equity below. */
  intradayLong: always(0.25, `${FINRA_4210}(f)(8), Interactive Brokers' initial margin inside the day`),
  intradayShort: always(0.3, `${FINRA_4210}(f)(8), Interactive Brokers' initial margin inside the day`),
  intradayEquity: new DatedRows<MarginRow>([
    { rate: 2_000, from: SINCE, source: `${FINRA_4210}(b)` },
    { rate: 25_000, from: 20010928, source: "Pattern day trader rule: NASD Notice to Members 01-26" },
    { rate: 2_000, from: 20260604, source: "Pattern day trader rule removed: FINRA Regulatory Notice 26-10" },
  ]),
  /** Short options: of the underlying, less what the option is out of the money. */
  optionUnderlying: always(0.2, `${FINRA_4210}(f)(2)(E)`),
  /** Short options, at least: of the underlying for a call, of the strike for a put. */
  optionLeast: always(0.1, `${FINRA_4210}(f)(2)(E)`),
  /** Short options, at least: for a unit of the underlying. */
  optionPerShare: always(2.5, "Interactive Brokers, options margin: 250 a contract"),
  forexMajor: new DatedRows<MarginRow>([{ rate: 0.02, from: 20101018, source: "CFTC Regulation 5.9" }]),
  forexOther: new DatedRows<MarginRow>([{ rate: 0.05, from: 20101018, source: "CFTC Regulation 5.9" }]),
} as const;

/** Currencies of which a pair of two counts as major: NFA Financial Requirements, section 12. */
export const MAJOR_CURRENCIES: readonly string[] = "USD EUR GBP JPY CHF CAD AUD NZD SEK NOK DKK".split(" ");
