/**
 * Streaming indicators, as a strategy may have them: what is exported here is public, and nothing here leads to a
 * kernel. The catalogue of technicalindicators is a module of its own: `technical.ts`.
 */
export { adx } from "./adx.js";
export { atr } from "./atr.js";
export type { BarField } from "./bar-fields.js";
export { bollinger } from "./bollinger.js";
export { cci } from "./cci.js";
export { type CustomIndicator, customIndicator, type RunningIndicator } from "./custom-indicator.js";
export { donchian } from "./donchian.js";
export { ema } from "./ema.js";
export { IndicatorError } from "./errors.js";
export { highest } from "./highest.js";
export type { IndicatorSpec, Pane, Source, SourceOptions } from "./indicator.js";
export { keltner } from "./keltner.js";
export { lowest } from "./lowest.js";
export { macd } from "./macd.js";
export { obv } from "./obv.js";
export { psar } from "./psar.js";
export { roc } from "./roc.js";
export { rsi } from "./rsi.js";
export { sma } from "./sma.js";
export { output } from "./source.js";
export { type DeviationOptions, stdev } from "./stdev.js";
export { stochastic } from "./stochastic.js";
export { supertrend } from "./supertrend.js";
export { trueRange } from "./true-range.js";
export { type VwapAnchor, type VwapOptions, vwap } from "./vwap.js";
export { wma } from "./wma.js";
export { zscore } from "./zscore.js";
