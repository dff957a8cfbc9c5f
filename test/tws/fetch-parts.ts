import type { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import { calendarOf } from "../../core/calendar/calendar-of.js";
import { Instrument } from "../../core/market/instrument.js";
import { exchangeSessions } from "../../data/exchange-sessions.js";
import { zoneOffsets } from "../../data/zone-offsets.js";
import { BarSeries } from "../../index.js";
import { marketBars } from "../history/market.js";

/** Bars that a market has: their size, and between which dates (yyyymmdd). */
export type Stretch = readonly [label: string, from: number, to: number];

/** A market of some stocks, whose bars of each size are a walk of their own, as IB cuts them. */
export function marketOf(symbols: readonly string[], stretches: readonly Stretch[]): GatewayData {
  const instruments = symbols.map((symbol, index) => new Instrument({ symbol }, index));
  const series = instruments.flatMap((instrument) =>
    stretches.map(([label, from, to], seed) => {
      const walk = marketBars({ symbol: instrument.symbol }, label, from, to, 10 * instrument.index + seed);
      const { size, start, end, open, high, low, close, volume } = walk;
      return new BarSeries(instrument, size, { start, end, open, high, low, close, volume });
    }),
  );
  const first = Math.min(...stretches.map(([, from]) => from));
  const last = Math.max(...stretches.map(([, , to]) => to));
  const sessions = exchangeSessions(calendarOf(instruments[0]), first, last);
  return {
    instruments,
    series,
    sessions: instruments.map(() => sessions),
    tradeDates: instruments.map(() => sessions.date as Int32Array),
    zoneOf: zoneOffsets,
  };
}

/** Which rules of the windows of historical requests were broken, as the gateway has counted. */
export function brokenWindows({ historyPacing }: Gateway): string[] {
  return [...historyPacing.broken.keys()];
}
