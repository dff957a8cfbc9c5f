import { TICK_TYPES } from "./tick-types.js";

/** Ids that may stand in the list of generic ticks of a market data request, and the ticks that each brings. */
export const GENERIC_TICKS: ReadonlyMap<number, readonly number[]> = new Map([
  [104, [TICK_TYPES.optionHistoricalVolatility]],
  [106, [TICK_TYPES.optionImpliedVolatility]],
  [165, [TICK_TYPES.averageVolume]],
  [221, [TICK_TYPES.markPrice]],
  [232, [TICK_TYPES.markPrice]],
  [233, [TICK_TYPES.rtVolume]],
  [236, [TICK_TYPES.shortable, TICK_TYPES.shortableShares]],
  [375, [TICK_TYPES.rtTradeVolume]],
  [411, []],
  [456, []],
]);

/** Of which product a generic tick can be had; those of volatility are told for stocks and indices. */
export const GENERIC_TICK_NEEDS: ReadonlyMap<number, readonly string[]> = new Map([
  [104, ["STK", "IND"]],
  [106, ["STK", "IND"]],
  [165, ["STK", "IND"]],
  [236, ["STK"]],
]);
