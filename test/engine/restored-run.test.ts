import { describe, expect, it } from "vitest";
import { rulesOf } from "../../backtest/models.js";
import { SimBroker } from "../../brokers/sim/sim-broker.js";
import { Desk } from "../../core/desk.js";
import { Engine } from "../../core/engine.js";
import type { Bar } from "../../core/market/bar.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { Instrument } from "../../core/market/instrument.js";
import { ACCEPTED, GOOD_TILL_CANCELLED, HELD, LIMIT, MARKET } from "../../core/orders/kinds.js";
import type { RestoredOrder } from "../../core/orders/restored-run.js";
import { FillReport } from "../../core/portfolio/fill-report.js";
import { construct, Strategy, type StrategyClass } from "../../core/strategy.js";
import { SeriesFeed } from "../../data/replay/series-feed.js";
import { sessionsFromBars } from "../../data/sessions-from-bars.js";
import { syntheticBars } from "../../data/synthetic/synthetic-bars.js";
import { tradeDates } from "../../data/trade-dates.js";

const ZONE = "America/New_York";
const [BARS] = syntheticBars({ seed: 3, bars: 900, bar: "1min" }, (spec, index) => new Instrument(spec, index));

class Idle extends Strategy {}

/** Turns its position every 40 bars by what the number of the bar says, so that two halves do what the whole does. */
class Turns extends Strategy {
  override onBar(bar: Bar): void {
    const n = BARS.start.subarray(0, BARS.length).indexOf(bar.start);
    if (n % 40 === 7) this.target(bar.instrument, (n % 3) * 100 - 100);
  }
}

function engineOn(type: StrategyClass, series: BarSeries, from = Number.NEGATIVE_INFINITY): Engine {
  const desk = new Desk(type.name, {});
  const strategy = construct(type, desk);
  const sessions = [sessionsFromBars(BARS, ZONE)];
  const options = { strategy: type, data: [series], fees: "ib-fixed" };
  const broker = new SimBroker(
    rulesOf(options),
    sessions.map((one) => tradeDates(one, ZONE)),
  );
  return new Engine({
    feed: new SeriesFeed(series),
    broker,
    strategy,
    desk,
    sessions,
    cash: 100_000,
    baseCurrency: "USD",
    guards: { orderRate: false },
    from,
  });
}

function part(from: number, to: number): BarSeries {
  return BARS.slice(from, to);
}

function order(given: Partial<RestoredOrder>): RestoredOrder {
  const none = Number.NaN;
  return {
    instrument: 0,
    side: 1,
    type: LIMIT,
    tif: GOOD_TILL_CANCELLED,
    status: ACCEPTED,
    flags: 0,
    parent: -1,
    group: -1,
    quantity: 10,
    filled: 0,
    filledValue: 0,
    fees: 0,
    limit: 1,
    stop: none,
    trail: none,
    limitOffset: none,
    goodTill: none,
    madeAt: BARS.start[0],
    createdAt: BARS.start[0],
    tag: "",
    ...given,
  };
}

describe("a run that goes on from what an earlier part has left", () => {
  it("is worth what the run in one piece is worth, wherever it is cut", () => {
    const whole = engineOn(Turns, BARS);
    whole.drain(Infinity);
    whole.finish();
    for (const cut of [120, 300, 455, 700]) {
      const first = engineOn(Turns, part(0, cut));
      first.drain(Infinity);
      first.finish();
      const { portfolio } = first;
      const second = engineOn(Turns, part(cut, BARS.length), BARS.start[cut]);
      second.advance(BARS.start[cut]);
      second.restore({
        orders: [],
        held: [],
        positions: [
          {
            instrument: 0,
            quantity: portfolio.quantity[0],
            averagePrice: portfolio.averagePrice(0),
            realised: portfolio.realised(0),
            fees: portfolio.fees(0),
          },
        ],
      });
      second.drain(Infinity);
      second.finish();
      expect(second.portfolio.quantity[0]).toBe(whole.portfolio.quantity[0]);
      expect(second.portfolio.equity).toBeCloseTo(whole.portfolio.equity, 6);
      expect(second.portfolio.realised(0)).toBeCloseTo(whole.portfolio.realised(0), 6);
      expect(second.portfolio.fees(0)).toBeCloseTo(whole.portfolio.fees(0), 8);
    }
  });

  it("has its working orders with all they had, and children know their parents", () => {
    const engine = engineOn(Idle, BARS, BARS.start[0]);
    engine.advance(BARS.start[0]);
    const rows = engine.restore({
      orders: [
        order({ tag: "entry", filled: 4, filledValue: 4, quantity: 10, fees: 1 }),
        order({ side: -1, limit: 9_999, parent: 0, group: 5 }),
        order({ side: -1, limit: 9_998, parent: 0, group: 5 }),
      ],
      held: [],
      positions: [],
    });
    const { book, working, desk } = engine;
    expect(working.count[0]).toBe(3);
    expect(rows.map((row) => book.parent[row])).toEqual([-1, rows[0], rows[0]]);
    const handle = desk.orders.handle(rows[0]);
    expect(handle.status).toBe("accepted");
    expect(handle.filled).toBe(4);
    expect(book.tags.get(rows[0])).toBe("entry");
    expect(book.createdAt[rows[0]]).toBe(BARS.start[0]);
  });

  it("lets an order that was held go when its market opens", () => {
    const open = BARS.start.findIndex((start, i) => i > 0 && start > BARS.end[i - 1]);
    const evening = BARS.end[open - 1] + 3_600_000;
    const engine = engineOn(Idle, BARS, evening);
    engine.drain(open);
    engine.advance(evening);
    const [row] = engine.restore({
      orders: [order({ type: MARKET, limit: Number.NaN, status: HELD })],
      held: [{ kind: "order", orders: [0] }],
      positions: [],
    });
    expect(engine.desk.orders.handle(row).status).toBe("held");
    engine.drain(2);
    expect(engine.desk.orders.handle(row).status).toBe("filled");
    expect(engine.portfolio.quantity[0]).toBe(10);
  });
});

describe("what a broker tells late", () => {
  it("books a fee behind its fill, and takes a fill back whole", () => {
    const engine = engineOn(Idle, BARS);
    engine.drain(10);
    engine.settle();
    const report = new FillReport();
    const { book, portfolio, flow, fills } = engine;
    const row = book.add(0, 1, MARKET, 100);
    Object.assign(report, { order: row, quantity: 100, price: 50, fee: 0, slippage: 0, time: engine.clock.now });
    const { equity } = portfolio;
    const cash = portfolio.totalCash;
    engine.hear(engine.clock.now, () => flow.filled(report));
    engine.hear(engine.clock.now, () => flow.charged(row, 1.25));
    expect(portfolio.fees(0)).toBe(1.25);
    expect(fills.fee[0]).toBe(1.25);
    expect(portfolio.totalCash).toBeCloseTo(cash - 5_000 - 1.25, 9);
    engine.hear(engine.clock.now, () => flow.busted(report));
    expect(portfolio.quantity[0]).toBe(0);
    expect(book.filled[row]).toBe(0);
    expect(portfolio.equity).toBeCloseTo(equity - 1.25, 9);
  });

  it("books a fill that comes behind the end of its order", () => {
    const engine = engineOn(Idle, BARS);
    engine.drain(10);
    engine.settle();
    const report = new FillReport();
    const row = engine.book.add(0, 1, MARKET, 100);
    engine.hear(engine.clock.now, () => engine.flow.cancelled(row));
    Object.assign(report, { order: row, quantity: 40, price: 50, fee: 0, slippage: 0, time: engine.clock.now });
    engine.hear(engine.clock.now, () => engine.flow.filled(report));
    expect(engine.desk.orders.handle(row).status).toBe("cancelled");
    expect(engine.portfolio.quantity[0]).toBe(40);
  });

  it("passes what falls due on the way when time is let pass, each thing at its own instant", () => {
    const seen: number[] = [];
    class Timed extends Strategy {
      override onStart(): void {
        this.schedule({ every: 5 }, () => void seen.push(this.clock.now));
      }
    }
    const engine = engineOn(Timed, BARS);
    engine.drain(2);
    const from = engine.clock.now;
    engine.advance(from + 16 * 60_000);
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(seen.every((time) => time <= from + 16 * 60_000 && time % 300_000 === 0)).toBe(true);
  });
});
