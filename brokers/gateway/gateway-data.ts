import type { Sessions } from "../../core/calendar/sessions.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import type { Instrument } from "../../core/market/instrument.js";
import { GatewayError } from "./errors.js";
import type { ZoneOf } from "./zones.js";

/** What the gateway's market is made of. */
export interface GatewayData {
  /** Numbered from 0 by their index. */
  readonly instruments: readonly Instrument[];
  /** At least one of each instrument; the finest is what is quoted, the others are history as they are. */
  readonly series: readonly BarSeries[];
  /** Sessions of each instrument: the regular ones, which know those with the hours before and after. */
  readonly sessions: readonly Sessions[];
  /** Exchange-local date (yyyymmdd) of each of these sessions. */
  readonly tradeDates: readonly Int32Array[];
  readonly zoneOf: ZoneOf;
}

/** For each instrument its finest series. @throws GatewayError DATA_WITHOUT_BARS */
export function finestSeries({ instruments, series }: GatewayData): BarSeries[] {
  return instruments.map((instrument) => {
    const own = series.filter((one) => one.instrument === instrument && one.length > 0);
    if (own.length === 0) throw new GatewayError("DATA_WITHOUT_BARS", { symbol: instrument.symbol });
    return own.reduce((finest, one) => (one.size.ms < finest.size.ms ? one : finest));
  });
}
