import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { perShare } from "../../brokers/sim/plain-fees.js";
import { BarSeries } from "../../core/market/bar-series.js";
import { HOUR, MINUTE } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { readBars } from "../../data/files/csv.js";
import { type BacktestOptions, type Bar, backtest, Sessions, Strategy, type StrategyClass } from "../../index.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";

interface GoldenRun {
  readonly name: string;
  readonly data: "spy-1day-raw" | "spy-1hour-raw";
  readonly from: string;
  readonly to: string;
  readonly fills: readonly (readonly [string, number, number])[];
  readonly fees: number;
  readonly endEquity: number;
}

const spy = new Instrument({ symbol: "SPY", assetClass: "etf", tickSize: 0 });

// Hours of New York in the spans of these runs: UTC-4 in October 2013, UTC-5 in March 2021.
const zoneHours = (instant: number): number => (new Date(instant).getUTCFullYear() === 2013 ? 4 : 5);
const local = (instant: number): string => new Date(instant - zoneHours(instant) * HOUR).toISOString().slice(0, 16);

/** Prices with dividends and splits taken out, and the first hour of a day clipped to the open it is labelled before. */
function adjusted(run: GoldenRun): BarSeries {
  const raw = readBars(sharedPath(`data/${run.data}.csv.gz`), { instrument: spy });
  const rows = Array.from({ length: raw.length }, (_, row) => row).filter((row) => {
    const date = local(raw.start[row]).slice(0, 10);
    return date >= run.from && date <= run.to;
  });
  const factors = readFileSync(sharedPath("data/spy-factors.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  const series = new BarSeries(spy, raw.size);
  for (const row of rows) {
    const date = local(raw.start[row]).slice(0, 10);
    const [, price, split] = factors.find(([until]) => until >= date) as string[];
    const factor = Number(price) * Number(split);
    const first = run.data === "spy-1hour-raw" && local(raw.start[row]).endsWith("09:00");
    series.append(
      raw.start[row] + (first ? 30 * MINUTE : 0),
      raw.end[row],
      raw.open[row] * factor,
      raw.high[row] * factor,
      raw.low[row] * factor,
      raw.close[row] * factor,
      raw.volume[row],
    );
  }
  return series.slice(0, series.length);
}

/** 09:30 to 16:00 on each day that has bars. */
function newYorkSessions(bars: BarSeries): Sessions {
  const days = [...new Set(Array.from({ length: bars.length }, (_, row) => local(bars.start[row]).slice(0, 10)))];
  const at = (day: string, time: string): number => {
    const utc = Date.parse(`${day}T${time}Z`);
    return utc + zoneHours(utc) * HOUR;
  };
  return new Sessions(
    Float64Array.from(days, (day) => at(day, "09:30")),
    Float64Array.from(days, (day) => at(day, "16:00")),
  );
}

const fees = { rate: 0.005, minimum: 1, cap: 0.005, capAboveMinimumOnly: true };

/** floor(0.9975 x equity / close), reduced while it does not fit with its fee. */
function allIn(equity: number, close: number): number {
  const budget = 0.9975 * equity;
  let quantity = Math.floor(budget / close);
  const fee = (): number => {
    const plain = quantity * fees.rate;
    return plain <= fees.minimum ? fees.minimum : Math.min(plain, fees.cap * quantity * close);
  };
  while (quantity * close + fee() > budget) quantity--;
  return quantity;
}

class AllInOnFirstBar extends Strategy {
  private done = false;
  override onBar(bar: Bar): void {
    if (this.done) return;
    this.done = true;
    this.buy(bar.instrument, allIn(this.account.equity, bar.close));
  }
}

class TwoOnOpen extends Strategy {
  override onBar(bar: Bar): void {
    // The last bar of the day before: nothing trades between it and the midnight of the file.
    if (local(bar.end) !== "2021-03-01T16:00") return;
    this.buy(bar.instrument, 1, { type: "market-on-open", tag: "first" });
    this.buy(bar.instrument, 1, { type: "market-on-open", tag: "second" });
  }
}

class OneOnClose extends Strategy {
  override onBar(bar: Bar): void {
    if (local(bar.end) === "2021-03-02T12:00") this.buy(bar.instrument, 1, { type: "market-on-close" });
  }
}

class StopThroughTheMarket extends Strategy {
  override onBar(bar: Bar): void {
    if (local(bar.end) === "2021-03-01T12:00") this.buy(bar.instrument, 1, { stop: bar.close - 2 });
  }
}

const LOGIC: Readonly<Record<string, { strategy: StrategyClass; fill?: "same-close" }>> = {
  "daily buy and hold": { strategy: AllInOnFirstBar },
  "hourly buy and hold": { strategy: AllInOnFirstBar, fill: "same-close" },
  "market on open, twice": { strategy: TwoOnOpen },
  "market on close": { strategy: OneOnClose },
  "buy stop already through the market": { strategy: StopThroughTheMarket },
};

describe.skipIf(!hasShared)(`single orders on SPY as an established engine fills them (${NO_SHARED})`, () => {
  const file = sharedPath("golden/spy-single-orders.json");
  const { runs } = hasShared ? (JSON.parse(readFileSync(file, "utf8")) as { runs: GoldenRun[] }) : { runs: [] };

  for (const run of runs) {
    it(`${run.name}: same price, same bar, same fees, same equity at the end`, async () => {
      const bars = adjusted(run);
      const options: BacktestOptions = {
        ...LOGIC[run.name],
        data: [bars],
        cash: 100_000,
        guards: false,
        margin: "unlimited",
        slippage: "none",
        fees: perShare(fees),
        sessions: { SPY: newYorkSessions(bars) },
      };
      const result = await backtest(options);
      const { fills, equity } = result;
      expect(fills.length).toBe(run.fills.length);
      let paid = 0;
      for (const [f, [when, quantity, price]] of run.fills.entries()) {
        const row = fills.row[f];
        const bar = when.endsWith("open") ? `${local(bars.start[row]).slice(0, 10)} open` : local(bars.end[row]);
        expect([bar, fills.quantity[f]]).toEqual([when, quantity]);
        expect(Math.abs(fills.price[f] / price - 1)).toBeLessThan(1e-9);
        paid += fills.fee[f];
      }
      expect(Math.abs(paid - run.fees)).toBeLessThan(1e-9);
      expect(equity.value[equity.length - 1].toFixed(2)).toBe(run.endEquity.toFixed(2));
    });
  }
});
