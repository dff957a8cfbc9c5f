import {
  adx,
  atr,
  bollinger,
  cci,
  donchian,
  ema,
  type IndicatorSpec,
  macd,
  obv,
  rsi,
  sma,
  stdev,
  stochastic,
} from "../core/indicators/index.js";

/** Twelve indicators that strategies often use, by the names they have in tables of the benchmark. */
export const TWELVE = {
  "SMA(20)": () => sma(20),
  "EMA(20)": () => ema(20),
  "RSI(14)": () => rsi(14),
  "MACD(12, 26, 9)": () => macd(12, 26, 9),
  "Bollinger(20, 2)": () => bollinger(20, 2),
  "ATR(14)": () => atr(14),
  "ADX(14)": () => adx(14),
  "Stochastic(14, 3, 3)": () => stochastic(14, 3, 3),
  "Donchian(20)": () => donchian(20),
  "StDev(20)": () => stdev(20),
  "CCI(20)": () => cci(20),
  OBV: () => obv(),
} as const satisfies Readonly<Record<string, () => IndicatorSpec<string>>>;
