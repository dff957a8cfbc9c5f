import { type DailyEquity, dailyEquity, localDay } from "../core/statistics/days.js";
import { zoneOffsets } from "../data/zone-offsets.js";
import type { BacktestResult } from "./result.js";

/** The wall clock of a zone: milliseconds to add to an instant (epoch ms UTC) for what the clock shows. */
export interface Zone {
  offsetAt(instant: number): number;
}

/** The calendar of a result: the zone its dates are in, and equity by the days of that zone. */
export interface ResultDays {
  readonly zone: Zone;
  readonly daily: DailyEquity;
}

/** @throws DataError ZONE_UNKNOWN */
export function resultZone(result: BacktestResult): Zone {
  return zoneOffsets(result.timeZone);
}

/** @throws DataError ZONE_UNKNOWN */
export function resultDays(result: BacktestResult): ResultDays {
  const zone = zoneOffsets(result.timeZone);
  return {
    zone,
    daily: dailyEquity(
      result.equity,
      localDay((instant) => zone.offsetAt(instant)),
    ),
  };
}
