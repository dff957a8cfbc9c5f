import { describe, expect, it } from "vitest";
import { MINUTE, parseBarSize } from "../../core/market/bar-size.js";
import { ticksFromBars } from "../../core/market/bar-ticks.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { lockstepFeed, type Shown } from "./feed-session.js";

const TICKS = { every: 20_000, spread: 2 };
/** Where the last session of the data begins. */
const LAST_DAY = Date.UTC(2020, 0, 31, 14, 30);
const MINUTES = parseBarSize("1min");
const FROM = LAST_DAY - 24 * 60 * MINUTE;

describe("a feed in step with the gateway", () => {
  it("shows the quotes that are made of the bars, at their instants, and the bars at their ends", async () => {
    const { over, shown, begun, told } = await lockstepFeed({
      gateway: { ticks: TICKS, from: LAST_DAY },
      series: [0, 1].map((symbol) => ({ symbol, size: MINUTES, what: "trades", hours: "regular", from: FROM })),
      feed: { trades: [true, true] },
    });
    await over;
    const { series } = gatewayData(TWO_STOCKS);
    for (const bars of series) {
      const { index } = bars.instrument;
      const { quotes, trades } = ticksFromBars(bars, TICKS);
      const seen = shown.filter(({ kind, subject, time }) => kind === "quote" && subject === index && time > begun);
      const wanted: Shown[] = [];
      for (let at = 0; at < quotes.length; at++) {
        if (quotes.time[at] <= begun) continue;
        const values = [quotes.bid[at], quotes.ask[at], quotes.bidSize[at], quotes.askSize[at]];
        const before = wanted.at(-1)?.values;
        if (before?.every((value, i) => value === values[i])) continue;
        wanted.push({ kind: "quote", time: quotes.time[at], subject: index, values, late: false });
      }
      expect(wanted.length).toBeGreaterThan(1_000);
      expect(seen).toEqual(wanted);
      const traded = shown.filter(({ kind, subject }) => kind === "trade" && subject === index);
      const wantedTrades = [...(trades?.time ?? [])].flatMap((time, at) =>
        time <= begun
          ? []
          : [{ kind: "trade", time, subject: index, values: [trades?.price[at], trades?.size[at]], late: false }],
      );
      expect(traded).toEqual(wantedTrades);
      const rows = [...bars.start.keys()].filter((row) => bars.start[row] >= FROM);
      expect(shown.filter(({ kind, subject }) => kind === "bar" && subject === index)).toEqual(
        rows.map((row) => {
          const { start, end, open, high, low, close, volume } = bars;
          const values = [start, end, open, high, low, close, volume].map((column) => column[row]);
          return { kind: "bar", time: end[row], subject: index, values, late: false };
        }),
      );
    }
    const times = shown.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(told.map(({ event }) => event)).toEqual(["subscribed", "subscribed", "dataType", "dataType"]);
  });
});
