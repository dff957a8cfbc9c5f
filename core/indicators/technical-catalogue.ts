import type { Pane } from "./indicator.js";

/** One streaming indicator of technicalindicators 3.1: what it takes and what it answers. */
export interface CatalogueEntry {
  /** "line" where it takes one number a bar, else it takes the bar's prices and volume. */
  readonly takes: "line" | "bar";
  /** Its parameters by their names there, with the customary values (the package itself has hardly any defaults). */
  readonly parameters: Readonly<Record<string, number | boolean>>;
  /** Our outputs, the main one first, and the names of its results; "" where the result is a bare number. */
  readonly results: { readonly value: string; readonly [output: string]: string };
  readonly pane: Pane | "source";
  /** Outputs of another size than the main one. */
  readonly apart?: readonly string[];
}

const NUMBER = { value: "" } as const;

export const CATALOGUE = {
  ADL: { takes: "bar", parameters: {}, results: NUMBER, pane: "own" },
  ADX: {
    takes: "bar",
    parameters: { period: 14 },
    results: { value: "adx", pdi: "pdi", mdi: "mdi" },
    pane: "own",
  },
  ATR: { takes: "bar", parameters: { period: 14 }, results: NUMBER, pane: "own" },
  AverageGain: { takes: "line", parameters: { period: 14 }, results: NUMBER, pane: "own" },
  AverageLoss: { takes: "line", parameters: { period: 14 }, results: NUMBER, pane: "own" },
  AwesomeOscillator: { takes: "bar", parameters: { fastPeriod: 5, slowPeriod: 34 }, results: NUMBER, pane: "own" },
  BollingerBands: {
    takes: "line",
    parameters: { period: 20, stdDev: 2 },
    results: { value: "middle", upper: "upper", lower: "lower", pb: "pb" },
    pane: "source",
    apart: ["pb"],
  },
  CCI: { takes: "bar", parameters: { period: 20 }, results: NUMBER, pane: "own" },
  ChandelierExit: {
    takes: "bar",
    parameters: { period: 22, multiplier: 3 },
    results: { value: "exitLong", exitShort: "exitShort" },
    pane: "price",
  },
  EMA: { takes: "line", parameters: { period: 20 }, results: NUMBER, pane: "source" },
  ForceIndex: { takes: "bar", parameters: { period: 13 }, results: NUMBER, pane: "own" },
  HeikinAshi: {
    takes: "bar",
    parameters: {},
    results: { value: "close", open: "open", high: "high", low: "low" },
    pane: "price",
  },
  Highest: { takes: "line", parameters: { period: 20 }, results: NUMBER, pane: "source" },
  IchimokuCloud: {
    takes: "bar",
    parameters: { conversionPeriod: 9, basePeriod: 26, spanPeriod: 52, displacement: 26 },
    results: { value: "conversion", base: "base", spanA: "spanA", spanB: "spanB" },
    pane: "price",
  },
  KST: {
    takes: "line",
    parameters: {
      ROCPer1: 10,
      ROCPer2: 15,
      ROCPer3: 20,
      ROCPer4: 30,
      SMAROCPer1: 10,
      SMAROCPer2: 10,
      SMAROCPer3: 10,
      SMAROCPer4: 15,
      signalPeriod: 9,
    },
    results: { value: "kst", signal: "signal" },
    pane: "own",
  },
  KeltnerChannels: {
    takes: "bar",
    parameters: { maPeriod: 20, atrPeriod: 10, multiplier: 1, useSMA: false },
    results: { value: "middle", upper: "upper", lower: "lower" },
    pane: "price",
  },
  Lowest: { takes: "line", parameters: { period: 20 }, results: NUMBER, pane: "source" },
  MACD: {
    takes: "line",
    parameters: {
      fastPeriod: 12,
      slowPeriod: 26,
      signalPeriod: 9,
      SimpleMAOscillator: false,
      SimpleMASignal: false,
    },
    results: { value: "MACD", signal: "signal", histogram: "histogram" },
    pane: "own",
  },
  MFI: { takes: "bar", parameters: { period: 14 }, results: NUMBER, pane: "own" },
  OBV: { takes: "bar", parameters: {}, results: NUMBER, pane: "own" },
  PSAR: { takes: "bar", parameters: { step: 0.02, max: 0.2 }, results: NUMBER, pane: "price" },
  ROC: { takes: "line", parameters: { period: 12 }, results: NUMBER, pane: "own" },
  RSI: { takes: "line", parameters: { period: 14 }, results: NUMBER, pane: "own" },
  SD: { takes: "line", parameters: { period: 20 }, results: NUMBER, pane: "own" },
  SMA: { takes: "line", parameters: { period: 20 }, results: NUMBER, pane: "source" },
  Stochastic: {
    takes: "bar",
    parameters: { period: 14, signalPeriod: 3 },
    results: { value: "k", d: "d" },
    pane: "own",
  },
  StochasticRSI: {
    takes: "line",
    parameters: { rsiPeriod: 14, stochasticPeriod: 14, kPeriod: 3, dPeriod: 3 },
    results: { value: "stochRSI", k: "k", d: "d" },
    pane: "own",
  },
  Sum: { takes: "line", parameters: { period: 20 }, results: NUMBER, pane: "own" },
  TRIX: { takes: "line", parameters: { period: 18 }, results: NUMBER, pane: "own" },
  TrueRange: { takes: "bar", parameters: {}, results: NUMBER, pane: "own" },
  VWAP: { takes: "bar", parameters: {}, results: NUMBER, pane: "price" },
  WEMA: { takes: "line", parameters: { period: 20 }, results: NUMBER, pane: "source" },
  WMA: { takes: "line", parameters: { period: 20 }, results: NUMBER, pane: "source" },
  WilliamsR: { takes: "bar", parameters: { period: 14 }, results: NUMBER, pane: "own" },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

/** Parameters that are multipliers or steps; every other number is a period. */
export const FACTORS: readonly string[] = ["stdDev", "multiplier", "step", "max"];

/** Candlestick patterns, and how many bars each looks at. */
export const PATTERNS = {
  abandonedbaby: 3,
  bearish: 5,
  bearishengulfingpattern: 2,
  bearishhammerstick: 1,
  bearishharami: 2,
  bearishharamicross: 2,
  bearishinvertedhammerstick: 1,
  bearishmarubozu: 1,
  bearishspinningtop: 1,
  bullish: 5,
  bullishengulfingpattern: 2,
  bullishhammerstick: 1,
  bullishharami: 2,
  bullishharamicross: 2,
  bullishinvertedhammerstick: 1,
  bullishmarubozu: 1,
  bullishspinningtop: 1,
  darkcloudcover: 2,
  doji: 1,
  downsidetasukigap: 3,
  dragonflydoji: 1,
  eveningdojistar: 3,
  eveningstar: 3,
  gravestonedoji: 1,
  hammerpattern: 5,
  hammerpatternunconfirmed: 5,
  hangingman: 5,
  hangingmanunconfirmed: 5,
  morningdojistar: 3,
  morningstar: 3,
  piercingline: 2,
  shootingstar: 5,
  shootingstarunconfirmed: 5,
  threeblackcrows: 3,
  threewhitesoldiers: 3,
  tweezerbottom: 5,
  tweezertop: 5,
} as const satisfies Readonly<Record<string, number>>;

/** What the package has beside these, and why it is not here. */
export const NOT_STREAMING: Readonly<Record<string, { readonly reason: string; readonly hint: string }>> = {
  CrossDown: {
    reason: "it compares two lines, and a bar is none",
    hint: "Declare both indicators and ask fast.crossedBelow(slow).",
  },
  CrossUp: {
    reason: "it compares two lines, and a bar is none",
    hint: "Declare both indicators and ask fast.crossedAbove(slow).",
  },
  VolumeProfile: {
    reason: "it divides the prices of all bars at once",
    hint: "Call it with the bars of history() instead.",
  },
  fibonacciretracement: {
    reason: "it divides the distance between two prices",
    hint: "Call it with a highest() and a lowest() instead.",
  },
  renko: {
    reason: "it makes its bricks from all bars at once",
    hint: "Call it with the bars of history() instead.",
  },
};

type Catalogue = typeof CATALOGUE;
export type TechnicalIndicator = keyof typeof CATALOGUE;
export type CandlestickPattern = keyof typeof PATTERNS;

/** The parameters an indicator of the catalogue takes; what is left out has its customary value. */
export type TechnicalParameters<Name extends TechnicalIndicator> = {
  readonly [Key in keyof Catalogue[Name]["parameters"]]?: Catalogue[Name]["parameters"][Key] extends boolean
    ? boolean
    : number;
};

/** The outputs of an indicator of the catalogue, "value" among them. */
export type TechnicalOutput<Name extends TechnicalIndicator> = keyof Catalogue[Name]["results"] & string;
