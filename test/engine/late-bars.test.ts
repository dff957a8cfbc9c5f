import { describe, expect, it } from "vitest";
import { conclude, prepare } from "../../backtest/backtest.js";
import { rulesOf } from "../../backtest/models.js";
import { SimBroker } from "../../brokers/sim/sim-broker.js";
import { Desk } from "../../core/desk.js";
import { Engine } from "../../core/engine.js";
import { BAR } from "../../core/feed.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { Instrument } from "../../core/market/instrument.js";
import { construct } from "../../core/strategy.js";
import { MergedFeed } from "../../data/replay/merged-feed.js";
import { sessionsFromBars } from "../../data/sessions-from-bars.js";
import { syntheticBars } from "../../data/synthetic/synthetic-bars.js";
import { tradeDates } from "../../data/trade-dates.js";
import { type Bar, type Order, Strategy, sma } from "../../index.js";

/** A replay of which some bars arrive late, as after a break in the connection. */
class BrokenFeed extends MergedFeed {
  private readonly lateRows: ReadonlySet<number>;

  constructor(series: BarSeries, lateRows: readonly number[]) {
    super([series.instrument], [series]);
    this.lateRows = new Set(lateRows);
    Object.defineProperty(this, "late", { get: () => this.lateRows.has(this.row) });
  }
}

/** Two series of which some rows become known all at once, behind the last of them. */
class GapFeed extends MergedFeed {
  private readonly from: number;
  private readonly to: number;

  constructor(series: readonly BarSeries[], from: number, to: number) {
    super(
      series.map(({ instrument }) => instrument),
      series,
    );
    this.from = from;
    this.to = to;
  }

  override next(): number {
    const kind = super.next();
    const isLate = kind === BAR && this.row >= this.from && this.row < this.to;
    if (isLate) this.time = this.series[0].end[this.to - 1];
    Object.defineProperty(this, "late", { value: isLate, configurable: true });
    return kind;
  }
}

describe("bars that come late, after a break", () => {
  it("are handed out one by one and in their order where several of a series become known at once", () => {
    const seen: string[] = [];
    const larger: string[] = [];
    const averages: number[] = [];
    class Notes extends Strategy {
      private readonly average = this.indicator(sma(3), { of: "SYN1", bar: "1min" });
      constructor() {
        super();
        this.subscribe("SYN1", "5min");
      }
      override onBar(bar: Bar): void {
        const minute = (bar.end - bar.start) / 60_000;
        const text = `${bar.instrument.symbol} ${new Date(bar.end).toISOString().slice(11, 16)} ${bar.close}`;
        (minute === 5 ? larger : seen).push(text);
        if (minute === 1 && bar.instrument.symbol === "SYN1") averages.push(this.average.value);
      }
    }
    const run = (from: number, to: number): readonly (readonly unknown[])[] => {
      for (const list of [seen, larger, averages]) list.length = 0;
      const specs = { seed: 3, symbols: 2, bars: 30, bar: "1min" };
      const series = syntheticBars(specs, (spec, index) => new Instrument(spec, index));
      const sessions = series.map((one) => sessionsFromBars(one, "America/New_York"));
      const desk = new Desk("Notes", {});
      const strategy = construct(Notes, desk);
      const broker = new SimBroker(
        rulesOf({ strategy: Notes, data: series, fees: "none" }),
        sessions.map((one) => tradeDates(one, "America/New_York")),
      );
      const feed = new GapFeed(series, from, to);
      const engine = new Engine({ feed, broker, strategy, desk, sessions, cash: 100_000, baseCurrency: "USD" });
      engine.drain(Infinity);
      engine.finish();
      return [[...seen], [...larger], [...averages]];
    };
    const whole = run(0, 0);
    expect(whole[0].length).toBeGreaterThan(50);
    expect(whole[1].length).toBeGreaterThan(4);
    // From where a larger bar begins.
    expect(run(10, 22)).toEqual(whole);
    expect(run(15, 18)).toEqual(whole);
  });

  it("bring indicators up to date, and orders made on them are denied with CATCH_UP", () => {
    const orders: Order[] = [];
    const averages: number[] = [];
    class BuysEveryBar extends Strategy {
      private readonly average = this.indicator(sma(3));
      override onBar(bar: Bar): void {
        orders.push(this.buy(bar.instrument, 1, { limit: bar.low / 2, tif: "GTC" }));
        averages.push(this.average.value);
      }
    }
    const [series] = syntheticBars({ seed: 3, bars: 20, bar: "1min" }, (spec, index) => new Instrument(spec, index));
    const sessions = [sessionsFromBars(series, "America/New_York")];
    const desk = new Desk("BuysEveryBar", {});
    const strategy = construct(BuysEveryBar, desk);
    const options = { strategy: BuysEveryBar, data: [series], fees: "none" };
    const broker = new SimBroker(
      rulesOf(options),
      sessions.map((one) => tradeDates(one, "America/New_York")),
    );
    const engine = new Engine({
      feed: new BrokenFeed(series, [10, 11]),
      broker,
      strategy,
      desk,
      sessions,
      cash: 100_000,
      baseCurrency: "USD",
    });
    engine.drain(Infinity);
    engine.finish();

    const denied = orders.filter((order) => order.status === "denied").map((order) => order.reason);
    expect(denied).toEqual(["CATCH_UP: bars=late", "CATCH_UP: bars=late"]);
    expect(orders.findIndex((order) => order.status === "denied")).toBe(10 - 3);

    const whole = prepare(options);
    whole.engine.drain(Infinity);
    whole.engine.finish();
    expect(conclude(whole, options).bars).toBe(20);
    expect(averages.every(Number.isFinite)).toBe(true);
  });

  it("deny what a denial brings too, at the close of a session as at any other time", () => {
    const orders: Order[] = [];
    class AnswersDenials extends Strategy {
      override onBar(bar: Bar): void {
        orders.push(this.buy(bar.instrument, 1, { limit: bar.low / 2, tif: "GTC" }));
      }
      override onGuard(): void {
        orders.push(this.buy("SYN1", 2, { limit: 1, tif: "GTC" }));
      }
      override onSessionClose(): void {}
    }
    const [series] = syntheticBars({ seed: 3, bars: 391, bar: "1min" }, (spec, index) => new Instrument(spec, index));
    const sessions = [sessionsFromBars(series, "America/New_York")];
    const desk = new Desk("AnswersDenials", {});
    const strategy = construct(AnswersDenials, desk);
    const broker = new SimBroker(
      rulesOf({ strategy: AnswersDenials, data: [series], fees: "none" }),
      sessions.map((one) => tradeDates(one, "America/New_York")),
    );
    const engine = new Engine({
      feed: new BrokenFeed(series, [389]),
      broker,
      strategy,
      desk,
      sessions,
      cash: 1e9,
      baseCurrency: "USD",
      guards: { orderRate: false, session: false },
    });
    engine.drain(Infinity);
    engine.finish();

    expect(series.end[389]).toBe(sessions[0].close[0]);
    expect(orders.filter(({ quantity }) => quantity === 2).map(({ reason }) => reason)).toEqual([
      "CATCH_UP: bars=late",
    ]);
  });
});
