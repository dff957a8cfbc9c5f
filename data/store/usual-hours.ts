import type { BarSeries } from "../../core/market/bar-series.js";
import { isDailyOrLarger } from "../../core/market/bar-size.js";
import { calendarSessions } from "../checks/trading-time.js";
import type { Hours } from "./series-key.js";

/** Bars of regular hours only may have so many strays, such as late prints on a day that closed early. */
const STRAYS = 0.01;

/** Regular hours where the exchange also trades at others, and next to none of the bars lie there. */
export function usualHours({ instrument, size, start, end, length }: BarSeries): Hours {
  if (isDailyOrLarger(size)) return "regular";
  const sessions = calendarSessions(instrument, start[0], end[length - 1]);
  if (sessions === undefined || sessions.extended === sessions) return "all";
  const { open, close } = sessions;
  let outside = 0;
  for (let row = 0; row < length; row++) {
    const i = sessions.indexAt(end[row]);
    const inside = (i < sessions.length && end[row] > open[i]) || (i > 0 && start[row] < close[i - 1]);
    if (!inside) outside++;
  }
  return outside <= STRAYS * length ? "regular" : "all";
}
