import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import { calendarNamed } from "../../core/calendar/calendars.js";
import type { Sessions } from "../../core/calendar/sessions.js";
import { BarSeries } from "../../core/market/bar-series.js";
import { DAY, HOUR, type Instant, MINUTE } from "../../core/market/bar-size.js";
import { sessionsAround } from "../../data/exchange-sessions.js";
import { tradeDates } from "../../data/trade-dates.js";
import { zoneOffsets } from "../../data/zone-offsets.js";
import { gatewayData } from "../gateway/gateway-data.js";

export const ZONE = "America/New_York";

/** Wednesday, 2023-11-22: a holiday, an early close and a weekend lie in front of the third session. */
const FIRST_DATE = 20_231_122;
const AROUND: readonly [Instant, Instant] = [Date.UTC(2023, 10, 1), Date.UTC(2025, 10, 1)];

/** The exchange's sessions. */
export function soakSessions(): Sessions {
  return sessionsAround(calendarNamed("XNYS"), ...AROUND);
}

/** The sessions that are soaked in, by their places. */
export function soakedDays(sessions: Sessions, days: number): number[] {
  const first = tradeDates(sessions, ZONE).indexOf(FIRST_DATE);
  return Array.from({ length: days }, (_, i) => first + i);
}

/** When a day with its night is over: half an hour in front of the next open. */
export function dayEnd(sessions: Sessions, place: number): Instant {
  return sessions.open[place + 1] - 30 * MINUTE;
}

/** Minute bars of two stocks in the exchange's own sessions: of one day in front, for the warm-up, and of so many days. */
export function soakMarket(days: number, seed: number): GatewayData {
  const sessions = soakSessions();
  const [first, ...others] = soakedDays(sessions, days);
  const starts: Instant[] = [];
  for (const session of [first - 1, first, ...others]) {
    for (let at = sessions.open[session]; at < sessions.close[session]; at += MINUTE) starts.push(at);
  }
  const market = gatewayData(`synthetic:symbols=2,bars=${starts.length},bar=1min,start=2020-01-06,seed=${seed}`);
  const start = Float64Array.from(starts);
  const end = start.map((instant) => instant + MINUTE);
  return {
    ...market,
    series: market.series.map(({ instrument, size, open, high, low, close, volume }) => {
      return new BarSeries(instrument, size, { start, end, open, high, low, close, volume });
    }),
    sessions: market.sessions.map(() => sessions),
    tradeDates: market.tradeDates.map(() => tradeDates(sessions, ZONE)),
  };
}

/** Every night the gateway restarts; over the weekend it is logged off. */
export function soakFaults(sessions: Sessions, days: number): object[] {
  const places = soakedDays(sessions, days);
  const faults: object[] = [];
  for (let at = sessions.open[places[0]]; at < sessions.close[places[days - 1]]; at += DAY) {
    const zone = zoneOffsets(ZONE);
    const night = zone.instantOf(zone.dayAt(at) * DAY + 24 * HOUR - 15 * MINUTE);
    const weekday = new Date(at).getUTCDay();
    // Nobody is there to log in again before Sunday evening.
    if (weekday === 5) faults.push({ fault: "daily-reset", at: iso(night), for: "42h" });
    else if (weekday !== 6) faults.push({ fault: "daily-reset", at: iso(night), for: "5min" });
  }
  return faults;
}

function iso(instant: Instant): string {
  return new Date(instant).toISOString();
}
