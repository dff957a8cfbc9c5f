import { describe, expect, it } from "vitest";
import { BarSeries } from "../../core/market/bar-series.js";
import { DAY, MINUTE, parseBarSize } from "../../core/market/bar-size.js";
import { ticksFromBars } from "../../core/market/bar-ticks.js";
import { TimeAggregator } from "../../core/market/time-aggregator.js";
import type { TradeSeries } from "../../core/market/trade.js";
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

  it("shows larger bars as they are built from smaller ones in a backtest, over the night and at the same instants", async () => {
    const from = Date.UTC(2020, 0, 30, 14, 30);
    const sizes = ["5min", "1hour", "1day"].map(parseBarSize);
    const { over, shown, told } = await lockstepFeed({
      gateway: { ticks: { ...TICKS, every: Infinity }, from },
      series: sizes.map((size) => ({ symbol: 0, size, what: "trades", hours: "regular", from: from - 3 * DAY })),
    });
    await over;
    const { series, sessions, zoneOf, instruments } = gatewayData(TWO_STOCKS);
    const offset = zoneOf(instruments[0].timeZone).offsetAt(from);
    for (const [index, size] of sizes.entries()) {
      const built = new BarSeries(instruments[0], size);
      const midnight = (session: number): number =>
        Math.floor((sessions[0].open[session] + offset) / DAY) * DAY - offset;
      const aggregator = new TimeAggregator(series[0], built, sessions[0], midnight);
      for (let row = 0; row < series[0].length; row++) {
        aggregator.takeBar(series[0], row);
        if (aggregator.due <= series[0].end[row]) aggregator.complete();
      }
      const { start, end, open, high, low, close, volume } = built;
      const rows = [...start.keys()].slice(0, built.length).filter((row) => start[row] >= from - 3 * DAY);
      expect(rows.length).toBeGreaterThan(4);
      expect(shown.filter(({ kind, subject }) => kind === "bar" && subject === index)).toEqual(
        rows.map((row) => {
          const values = [start, end, open, high, low, close, volume].map((column) => column[row]);
          return { kind: "bar", time: end[row], subject: index, values, late: false };
        }),
      );
    }
    expect(told.map(({ event }) => event)).toEqual(["subscribed", "subscribed", "dataType", "dataType"]);
  });

  it("shows bars of five seconds that are those of the trades", async () => {
    const from = LAST_DAY + 370 * MINUTE;
    const rules = { every: 1_000, spread: 2 };
    const { over, shown, told } = await lockstepFeed({
      gateway: { ticks: rules, from },
      series: [{ symbol: 0, size: parseBarSize("5sec"), what: "trades", hours: "regular", from }],
    });
    await over;
    const { series } = gatewayData(TWO_STOCKS);
    const { trades } = ticksFromBars(series[0], rules);
    const bars = new Map<number, { close: number; volume: number }>();
    for (let at = 0; at < (trades?.length ?? 0); at++) {
      const { time, price, size } = trades as TradeSeries;
      const start = Math.floor(time[at] / 5_000) * 5_000;
      if (start < from) continue;
      bars.set(start, { close: price[at], volume: (bars.get(start)?.volume ?? 0) + size[at] });
    }
    expect(bars.size).toBeGreaterThan(200);
    expect(shown.filter(({ kind }) => kind === "bar").map(({ time, values }) => [time, values[5], values[6]])).toEqual(
      [...bars].map(([start, { close, volume }]) => [start + 5_000, close, volume]),
    );
    expect(told.map(({ event }) => event)).toEqual(["subscribed", "subscribed", "dataType", "dataType"]);
  });

  it("shows the same twice, faults and all", async () => {
    const run = async (): Promise<readonly unknown[]> => {
      const { over, shown, told } = await lockstepFeed({
        gateway: { ticks: TICKS, from: LAST_DAY + 330 * MINUTE },
        series: [{ symbol: 0, size: MINUTES, what: "midpoint", hours: "regular", from: FROM }],
        feed: { trades: [true, true], lines: { tickByTick: 1 } },
        faults: [
          { fault: "frozen-quotes", at: "+5min", for: "3min" },
          { fault: "live-bars-die", at: "+12min" },
          { fault: "farm-broken", farm: "ushmds", at: "+15min", for: "100s" },
          { fault: "upstream-lost", at: "+20min", for: "1min", "keeps-data": false },
        ],
      });
      await over;
      return [shown, told];
    };
    expect(await run()).toEqual(await run());
  });
});
