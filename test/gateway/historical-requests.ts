import { expect } from "vitest";
import type { Gateway } from "../../brokers/gateway/gateway.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { SYN1 } from "./order-fields.js";
import { RawClient } from "./raw-client.js";

/** A historical request as its fields. */
export function asked(
  request: number,
  { end = "", bar = "1 min", duration = "1 D", rth = 1, what = "TRADES", format = 2, keep = 0, of = SYN1 } = {},
): (string | number)[] {
  return [20, request, ...of, 0, end, bar, duration, rth, what, format, keep, ""];
}

/** A bar as it was sent; what is in it is as the protocol writes it. */
export interface SentBar {
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly average: number;
  readonly count: number;
}

/** The bars of one answer. */
export function barsOf(message: readonly string[]): SentBar[] {
  const count = Number(message[4]);
  expect(message).toHaveLength(5 + 8 * count);
  return Array.from({ length: count }, (_, i) => {
    const [date, ...numbers] = message.slice(5 + 8 * i, 13 + 8 * i);
    const [open, high, low, close, volume, average, barCount] = numbers.map(Number);
    return { date, open, high, low, close, volume, average, count: barCount };
  });
}

/** A client whose historical requests, with ids from 1 on, have all been answered. */
export async function history(gateway: Gateway, ...requests: Parameters<typeof asked>[1][]): Promise<RawClient> {
  const client = await RawClient.start(gateway.port, 1);
  for (const [i, one] of requests.entries()) client.send(...asked(i + 1, one));
  const answered = (id: number): boolean =>
    client.of(17).some((message) => message[1] === String(id)) ||
    client.of(106).some((message) => message[1] === String(id)) ||
    client.errors(id).some(({ code }) => code !== 2174);
  await client.until(() => requests.every((_, i) => answered(i + 1)));
  return client;
}

/** The bars of a series that start in [from, to), as an answer has them. */
export function rowsOf(series: BarSeries, from: number, to: number): Partial<SentBar>[] {
  const rows: Partial<SentBar>[] = [];
  for (let row = 0; row < series.length; row++) {
    if (series.start[row] < from || series.start[row] >= to) continue;
    rows.push({
      date: String(series.start[row] / 1000),
      open: series.open[row],
      high: series.high[row],
      low: series.low[row],
      close: series.close[row],
      volume: series.volume[row],
    });
  }
  return rows;
}

/** A bar without its average and its count. */
export const prices = ({ date, open, high, low, close, volume }: SentBar): Partial<SentBar> => ({
  date,
  open,
  high,
  low,
  close,
  volume,
});
