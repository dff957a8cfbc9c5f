import { tradingHours } from "../backtest/trading-hours.js";
import { openUniverse, tradeDatesOf } from "../backtest/universe.js";
import type { GatewayData } from "../brokers/gateway/gateway-data.js";
import { zoneOffsets } from "../data/zone-offsets.js";

/** The market that a measured session trades: minutes of so many instruments. */
export function sessionMarket(instruments: number): GatewayData {
  const source = `synthetic:symbols=${instruments},bars=1200,bar=1min,start=2020-01-06,seed=3`;
  const { universe, sessions } = tradingHours(openUniverse({ data: source }), {});
  return {
    instruments: universe.instruments,
    series: universe.series,
    sessions,
    tradeDates: tradeDatesOf(universe, sessions),
    zoneOf: zoneOffsets,
  };
}
