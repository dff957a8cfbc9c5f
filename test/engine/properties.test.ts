import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conclude, prepare } from "../../backtest/backtest.js";
import { ORDER_STATUSES, ORDER_TYPES, TIMES_IN_FORCE } from "../../core/orders/kinds.js";
import { type BacktestOptions, type BacktestResult, type BarSeries, backtest, openData } from "../../index.js";
import { flat, newYork } from "../bars.js";
import { fillsOf, PLAIN, scripted } from "../scripted.js";
import {
  expectChildrenBehindParents,
  expectExitsWithinEntries,
  expectLegalLives,
  expectOneOfEachGroup,
  expectProfitsOfTrades,
  expectSumsOfFills,
} from "./book-checks.js";
import { type Record, randomBars, randomClockPlan, randomPlan, randomRun } from "./random-run.js";

const seeds = fc.integer({ min: 1, max: 1_000_000_000 });

interface Finished {
  readonly result: BacktestResult;
  readonly options: BacktestOptions;
  readonly record: Record;
}

/** A market of one or two instruments, sometimes of two sizes, and what a random strategy made of it. */
async function finished(seed: number, more: Partial<BacktestOptions> = {}): Promise<Finished> {
  const record: Record = { modified: new Set() };
  const series = marketOf(seed);
  const options = randomRun(seed, series, record, more);
  return { result: await backtest(options), options, record };
}

function marketOf(seed: number): BarSeries[] {
  const size = ["1min", "1hour", "1day"][seed % 3];
  const series = [randomBars(seed, 150, size)];
  if (seed % 2 === 0)
    series.push(
      randomBars(seed, seed % 4 === 0 ? 150 : 40, seed % 4 === 0 ? size : size === "1min" ? "7min" : "1day", "QQQ", 1),
    );
  return series;
}

/** Runs a check on random strategies over random bars, and on some over the synthetic market. */
function always(runs: number, check: (finished: Finished) => void | Promise<void>): Promise<void> {
  return fc.assert(
    fc.asyncProperty(seeds, async (seed) => check(await finished(seed))),
    { numRuns: runs },
  );
}

const rowsOf = (result: BacktestResult): number[] => Array.from({ length: result.fills.length }, (_, f) => f);

describe("a random strategy on random bars", () => {
  it("does everything there is to do", async () => {
    const types = new Set<string>();
    const forces = new Set<string>();
    const statuses = new Set<string>();
    let fills = 0;
    let partly = 0;
    let ambiguous = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const { result } = await finished(seed);
      const { orders } = result;
      for (let id = 0; id < orders.length; id++) {
        if (orders.filled[id] > 0) types.add(ORDER_TYPES[orders.type[id]]);
        forces.add(TIMES_IN_FORCE[orders.tif[id]]);
        statuses.add(ORDER_STATUSES[orders.status[id]]);
        if (orders.history(id).some(({ status }) => ORDER_STATUSES[status] === "partially filled")) partly++;
      }
      fills += result.fills.length;
      ambiguous += result.ambiguousBars;
    }
    expect([...types].sort()).toEqual([...ORDER_TYPES].sort());
    expect([...forces].sort()).toEqual([...TIMES_IN_FORCE].sort());
    expect([...statuses].sort()).toEqual(
      expect.arrayContaining(["accepted", "cancelled", "denied", "expired", "filled"]),
    );
    expect(fills).toBeGreaterThan(1000);
    expect(partly).toBeGreaterThan(50);
    expect(ambiguous).toBeGreaterThan(20);
  });

  it("has at every instant the equity that its fills, fees and the latest prices make", () =>
    always(60, ({ result, options }) => {
      const { fills, equity, series, finest, instruments } = result;
      const cash = options.cash as number;
      let money = cash;
      let next = 0;
      const held = new Float64Array(instruments.length);
      const row = new Int32Array(instruments.length).fill(-1);
      for (let e = 0; e < equity.length; e++) {
        const now = equity.time[e];
        for (; next < fills.length && fills.knownAt[next] <= now; next++) {
          money -= fills.quantity[next] * fills.price[next] + fills.fee[next];
          held[fills.instrument[next]] += fills.quantity[next];
        }
        let worth = money;
        for (let i = 0; i < held.length; i++) {
          const bars = series[finest[i]];
          while (row[i] + 1 < bars.length && bars.end[row[i] + 1] <= now) row[i]++;
          if (held[i] !== 0) worth += held[i] * bars.close[row[i]];
        }
        expect(Math.abs(equity.value[e] - worth)).toBeLessThan(1e-6);
      }
      expect(next).toBe(fills.length);
    }));

  it("fills nothing outside of a bar but by slippage", () =>
    always(60, ({ result }) => {
      const { fills, series, finest } = result;
      for (const f of rowsOf(result)) {
        const bars = series[finest[fills.instrument[f]]];
        const at = fills.row[f];
        const slipped = fills.slippage[f] / Math.abs(fills.quantity[f]);
        const price = fills.price[f] - Math.sign(fills.quantity[f]) * slipped;
        expect(price).toBeGreaterThanOrEqual(bars.low[at] - 1e-9);
        expect(price).toBeLessThanOrEqual(bars.high[at] + 1e-9);
        expect(fills.slippage[f]).toBeGreaterThanOrEqual(0);
      }
    }));

  it("takes part in no bar that an order was made on or that began before the order arrived, but at its own close", () =>
    always(60, ({ result, options, record }) => {
      const { fills, orders, series, finest } = result;
      for (const f of rowsOf(result)) {
        const id = fills.order[f];
        // A modification makes the order anew, at an instant that the book does not tell.
        if (record.modified.has(id) && options.fill === "same-close") continue;
        const made = orders.createdAt[id];
        const bars = series[finest[fills.instrument[f]]];
        const end = bars.end[fills.row[f]];
        if (options.fill === "same-close" && end === made) {
          expect(ORDER_TYPES[orders.type[id]]).toBe("market");
          expect(Math.abs(fills.price[f] - bars.close[fills.row[f]]) * Math.abs(fills.quantity[f])).toBeLessThanOrEqual(
            fills.slippage[f] + 1e-6,
          );
          continue;
        }
        expect(end).toBeGreaterThan(made + (options.latency ?? 0));
        expect(fills.time[f]).toBeGreaterThanOrEqual(made + (options.latency ?? 0));
        // An order for the close of a session that no bar ended with is known there.
        if (ORDER_TYPES[orders.type[id]].endsWith("on-close") && fills.time[f] > end) {
          expect(fills.knownAt[f]).toBe(fills.time[f]);
          continue;
        }
        expect(fills.knownAt[f]).toBe(end);
        if (fills.time[f] !== end) expect(fills.time[f]).toBe(bars.start[fills.row[f]]);
      }
    }));

  it("gets of each order what its fills add up to, and never more than it asked for", () =>
    always(60, ({ result }) => {
      expectSumsOfFills(result);
      const { fills, orders } = result;
      const counts = new Int32Array(orders.length);
      for (const f of rowsOf(result)) counts[fills.order[f]]++;
      for (let id = 0; id < orders.length; id++) {
        if (TIMES_IN_FORCE[orders.tif[id]] === "FOK" && orders.parent[id] < 0 && counts[id] > 0)
          expect([counts[id], orders.status[id]]).toEqual([1, ORDER_STATUSES.indexOf("filled")]);
      }
    }));

  it("buys at no more than its limit and sells at no less, and triggers no stop early", () =>
    always(60, ({ result, record }) => {
      const { fills, orders } = result;
      const seen = new Set<number>();
      for (const f of rowsOf(result)) {
        const id = fills.order[f];
        if (record.modified.has(id)) continue;
        const side = orders.side[id];
        const price = fills.price[f];
        if (orders.limit[id] === orders.limit[id])
          expect(side * (orders.limit[id] - price)).toBeGreaterThanOrEqual(-1e-9);
        // What a thin bar left of a triggered stop goes on as a market order.
        if (ORDER_TYPES[orders.type[id]] === "stop" && !seen.has(id)) {
          const states = orders.history(id).map(({ status }) => ORDER_STATUSES[status]);
          expect(states).toContain("triggered");
          const bar = result.series[result.finest[fills.instrument[f]]];
          const triggeredHere = orders
            .history(id)
            .some(({ status, time }) => ORDER_STATUSES[status] === "triggered" && time === bar.end[fills.row[f]]);
          if (triggeredHere) expect(side * (price - orders.stop[id])).toBeGreaterThanOrEqual(-1e-9);
        }
        seen.add(id);
      }
    }));

  it("leaves beside a filled order no other of its group working or filled, and turns no position by its exits", () =>
    always(80, ({ result }) => {
      expectOneOfEachGroup(result);
      expectExitsWithinEntries(result);
      expectChildrenBehindParents(result);
    }));

  it("fills no trailing stop that has not begun, although it is changed while its entry fills", async () => {
    const { result } = await finished(928_475_412);
    for (const f of rowsOf(result)) expect(result.fills.price[f]).toBeGreaterThan(0);
  });

  it("ends what waits for a closing order that finds nothing left to close", async () => {
    // A closing order waits for volume, and another one closes the position meanwhile.
    const { result } = await finished(110_066_218);
    expectChildrenBehindParents(result);
  });

  it("takes every order through a life that is legal", () => always(60, ({ result }) => expectLegalLives(result)));

  it("fills no day order after its day, and no dated order after its date", () =>
    always(40, ({ result }) => {
      const { fills, orders } = result;
      for (const f of rowsOf(result)) {
        const id = fills.order[f];
        if (TIMES_IN_FORCE[orders.tif[id]] === "GTD")
          expect(fills.knownAt[f]).toBeLessThanOrEqual(orders.goodTillOf(id));
        if (TIMES_IN_FORCE[orders.tif[id]] === "DAY" && ORDER_STATUSES[orders.status[id]] === "expired") {
          expect(fills.knownAt[f]).toBeLessThanOrEqual(orders.closedAt(id));
        }
      }
    }));

  it("pays no negative fee", () =>
    always(60, ({ result }) => {
      for (const f of rowsOf(result))
        if (!result.assumptions.some((one) => one.includes("rebate")))
          expect(result.fills.fee[f]).toBeGreaterThanOrEqual(0);
    }));

  it("takes no more of a bar's volume than it may", () =>
    always(60, ({ result, options }) => {
      const share = options.volumeLimit ?? 0;
      if (share === 0) return;
      const { fills, series, finest } = result;
      const taken = new Map<string, number>();
      for (const f of rowsOf(result)) {
        const volume = series[finest[fills.instrument[f]]].volume[fills.row[f]];
        if (volume === 0) continue;
        const key = `${fills.instrument[f]} ${fills.row[f]}`;
        taken.set(key, (taken.get(key) ?? 0) + Math.abs(fills.quantity[f]));
        expect(taken.get(key)).toBeLessThanOrEqual(volume * share + 1e-9);
      }
    }));

  it("makes trades whose profits, with what is still held, are the change of equity", () =>
    always(60, ({ result }) => expectProfitsOfTrades(result)));

  it("comes to the same outcome again, with bars that die, and in slices of any size", () =>
    fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 1, max: 40 }), async (seed, slice) => {
        const first = (await finished(seed)).result;
        expect((await finished(seed)).result.outcomeHash).toBe(first.outcomeHash);
        expect((await finished(seed, { strict: true })).result.outcomeHash).toBe(first.outcomeHash);
        for (const size of [1, slice]) {
          const options = randomRun(seed, marketOf(seed), { modified: new Set() });
          const prepared = prepare(options);
          for (let taken = size; taken > 0; ) taken = prepared.engine.drain(size);
          prepared.engine.finish();
          expect(conclude(prepared, options).outcomeHash).toBe(first.outcomeHash);
        }
      }),
      { numRuns: 30 },
    ));

  it.each([
    ["", randomPlan],
    [", with sessions and schedules too", randomClockPlan],
  ])("trades a lone series as it does beside one that does nothing: the short way is the long one%s", (_name, planOf) =>
    fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        // The idle series ends with the other's bars, so that it adds no instant; often means quiet stretches.
        const run = async (series: readonly BarSeries[]): Promise<BacktestResult> => {
          const options = randomRun(seed, series, { modified: new Set() });
          return backtest({ ...options, strategy: scripted(planOf(seed, ["SPY"], { modified: new Set() }, 12)) });
        };
        const data = randomBars(seed, 300, seed % 2 === 0 ? "1min" : "1day");
        const [alone, beside] = [await run([data]), await run([data, flat("IDLE", data.size.label, 1, 300)])];
        expect(fillsOf(beside)).toEqual(fillsOf(alone).map((fill) => fill.replace(" at ", " SPY at ")));
        expect(Array.from(beside.equity.value.subarray(0, beside.equity.length))).toEqual(
          Array.from(alone.equity.value.subarray(0, alone.equity.length)),
        );
        expect(Array.from(beside.equity.time.subarray(0, beside.equity.length))).toEqual(
          Array.from(alone.equity.time.subarray(0, alone.equity.length)),
        );
        expect(Array.from(beside.orders.status.subarray(0, beside.orders.length))).toEqual(
          Array.from(alone.orders.status.subarray(0, alone.orders.length)),
        );
      }),
      { numRuns: 60 },
    ),
  );

  it("with ample cash, trades each of several instruments as if it were alone", () =>
    fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 2, max: 5 }), async (seed, count) => {
        const sessions = Object.fromEntries(Array.from({ length: count }, (_, i) => [`S${i}`, newYork(60)]));
        const ample: Partial<BacktestOptions> = { margin: "unlimited", cash: 1e9, guards: false, sessions };
        const all = Array.from({ length: count }, (_, i) =>
          randomBars(seed, 120, ["1min", "5min", "1hour"][i % 3], `S${i}`, i),
        );
        const symbols = all.map((one) => one.instrument.symbol);
        const together = await backtest({
          ...randomRun(seed, all, { modified: new Set() }, ample),
          strategy: scripted(randomPlan(seed, symbols, { modified: new Set() })),
        });
        for (const [i, one] of all.entries()) {
          // The stream of random numbers goes by the place of the symbol.
          const strategy = scripted(
            randomPlan(
              seed,
              symbols.map((symbol, k) => (k === i ? symbol : "none")),
              { modified: new Set() },
            ),
          );
          const own = { ...ample, sessions: { [symbols[i]]: sessions[symbols[i]] } };
          const alone = await backtest({ ...randomRun(seed, [one], { modified: new Set() }, own), strategy });
          // What happens at a close behind its last bar it does not live to see alone.
          const last = one.end[one.length - 1];
          const among = fillsOf(together)
            .filter((fill, f) => fill.includes(` ${symbols[i]} `) && together.fills.knownAt[f] <= last)
            .map((fill) => fill.replace(` ${symbols[i]}`, ""));
          expect(among).toEqual(fillsOf(alone));
        }
      }),
      { numRuns: 25 },
    ));
});

describe("a random strategy on the synthetic market", () => {
  it.each([
    "synthetic:seed=3,bars=800,symbols=2",
    "synthetic:seed=4,bars=800,symbols=2,spread=3",
    "synthetic:seed=5,bars=300,bar=1day,symbols=3",
  ])("keeps its books (%s)", async (name) => {
    for (let seed = 1; seed <= 6; seed++) {
      const series = openData(name);
      const options = randomRun(seed, series, { modified: new Set() });
      const result = await backtest(options);
      // On daily bars every order is made at a close, and that may be a reason to deny it.
      if (!result.denials.some(({ code }) => code.startsWith("SESSION_")))
        expect(result.fills.length).toBeGreaterThan(10);
      const { fills, orders } = result;
      for (const f of rowsOf(result)) {
        const bars = result.series[result.finest[fills.instrument[f]]];
        const side = (fills.quantity[f] > 0 ? bars.ask : bars.bid) ?? bars;
        const price = fills.price[f] - Math.sign(fills.quantity[f]) * (fills.slippage[f] / Math.abs(fills.quantity[f]));
        expect(price).toBeGreaterThanOrEqual(side.low[fills.row[f]] - 1e-6);
        expect(price).toBeLessThanOrEqual(side.high[fills.row[f]] + 1e-6);
        if (options.fill !== "same-close")
          expect(bars.end[fills.row[f]]).toBeGreaterThan(orders.createdAt[fills.order[f]]);
      }
      expectProfitsOfTrades(result);
    }
  });
});

describe("two runs over the same market", () => {
  it("of different seeds differ", async () => {
    const run = async (seed: number): Promise<string> =>
      (
        await backtest({
          ...PLAIN,
          data: [randomBars(1, 100)],
          strategy: scripted(randomPlan(seed, ["SPY"], { modified: new Set() })),
        })
      ).outcomeHash;
    expect(await run(1)).not.toBe(await run(2));
  });
});
