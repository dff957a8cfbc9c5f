import { tradingHours } from "../../backtest/trading-hours.js";
import { openUniverse, tradeDatesOf } from "../../backtest/universe.js";
import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import type { InstrumentSpec } from "../../core/market/instrument.js";
import { zoneOffsets } from "../../data/zone-offsets.js";

/** What `--data` of the command makes of a source. */
export function gatewayData(source: string, instruments: readonly InstrumentSpec[] = []): GatewayData {
  const { universe, sessions } = tradingHours(openUniverse({ data: source, instruments }), {});
  return {
    instruments: universe.instruments,
    series: universe.series,
    sessions,
    tradeDates: tradeDatesOf(universe, sessions),
    zoneOf: zoneOffsets,
  };
}

/** Two stocks of minute bars over twenty sessions from Monday 2020-01-06 on, New York time. */
export const TWO_STOCKS = "synthetic:symbols=2,bars=7800,bar=1min,start=2020-01-06,seed=3";
