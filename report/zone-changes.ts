import type { Zone } from "../backtest/result-days.js";
import { DAY, MINUTE } from "../core/market/bar-size.js";

/** A zone's offsets from UTC over a span, as the page takes them along: `offset[i]` ms hold from `since[i]` on. */
export interface ZoneChanges {
  /** Instants, epoch ms UTC, rising; the first is the start of the span. */
  readonly since: readonly number[];
  readonly offset: readonly number[];
}

/** No zone changes its clocks and back within this time. */
const STEP = 28 * DAY;

/** Every change of a zone's clocks from `from` to `to`, to the minute. */
export function zoneChanges(zone: Zone, from: number, to: number): ZoneChanges {
  let current = zone.offsetAt(from);
  const since = [from];
  const offset = [current];
  for (let before = from; before < to; before += STEP) {
    const after = Math.min(before + STEP, to);
    if (zone.offsetAt(after) === current) continue;
    let low = before;
    let high = after;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (zone.offsetAt(middle) === current) low = middle;
      else high = middle;
    }
    current = zone.offsetAt(high);
    since.push(Math.round(high / MINUTE) * MINUTE);
    offset.push(current);
  }
  return { since, offset };
}
