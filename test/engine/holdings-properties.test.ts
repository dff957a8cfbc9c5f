import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conclude, prepare } from "../../backtest/backtest.js";
import type { Engine } from "../../core/engine.js";
import { isExit } from "../../core/guards/guard.js";
import { isWorking } from "../../core/orders/kinds.js";
import type { ActionLog } from "../../core/portfolio/action-log.js";
import type { BacktestOptions, BacktestResult, Instrument } from "../../index.js";
import {
  expectChildrenBehindParents,
  expectExitsWithinEntries,
  expectLegalLives,
  expectNoneOverfilled,
  expectOneOfEachGroup,
  expectProfitsOfTrades,
  expectSumsOfFills,
} from "./book-checks.js";
import { EURO, randomHoldingsRun } from "./random-holdings.js";

const seeds = fc.integer({ min: 1, max: 1_000_000_000 });

interface Finished {
  readonly result: BacktestResult;
  readonly options: BacktestOptions;
  readonly actions: ActionLog;
  readonly engine: Engine;
}

/** A run that takes so many events at a time. */
function finished(seed: number, slice = Infinity): Finished {
  const options = randomHoldingsRun(seed, { modified: new Set() });
  const prepared = prepare(options);
  for (let taken = 1; taken > 0; ) taken = prepared.engine.drain(slice);
  const { engine } = prepared;
  engine.finish();
  return { result: conclude(prepared, options), options, actions: engine.actions.log, engine };
}

function always(check: (finished: Finished) => void): void {
  fc.assert(
    fc.property(seeds, (seed) => check(finished(seed))),
    { numRuns: 50 },
  );
}

const inBase = ({ currency }: Instrument): number => (currency === "EUR" ? EURO : 1);

describe("a random strategy through splits, dividends, currencies and multipliers", () => {
  it("goes through all of them", () => {
    let [splits, dividends, fills] = [0, 0, 0];
    const traded = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const { result, actions } = finished(seed);
      splits += actions.splits.length;
      dividends += actions.dividends.length;
      fills += result.fills.length;
      for (let f = 0; f < result.fills.length; f++) traded.add(result.instruments[result.fills.instrument[f]].symbol);
    }
    expect(splits).toBeGreaterThan(20);
    expect(dividends).toBeGreaterThan(10);
    expect(fills).toBeGreaterThan(1000);
    expect([...traded].sort()).toEqual(["EURO", "FUT", "PART", "WHOLE"]);
  });

  it("has at every instant the equity that its fills, fees, dividends and the latest prices make", () =>
    always(({ result, options, actions }) => {
      const { fills, equity, series, finest, instruments } = result;
      const held = new Float64Array(instruments.length);
      const mark = new Float64Array(instruments.length);
      const row = new Int32Array(instruments.length).fill(-1);
      let money = options.cash as number;
      let [fill, split, dividend] = [0, 0, 0];
      const book = (f: number): void => {
        const i = fills.instrument[f];
        const cost = fills.quantity[f] * fills.price[f] * instruments[i].multiplier;
        money -= (cost + fills.fee[f]) * inBase(instruments[i]);
        held[i] += fills.quantity[f];
      };
      for (let e = 0; e < equity.length; e++) {
        const now = equity.time[e];
        for (;;) {
          const next = actions.splits.at(split);
          if (next !== undefined && next.time <= now && next.fills === fill) {
            held[next.instrument] *= next.numerator / next.denominator;
            split++;
          } else if (fill < fills.length && fills.knownAt[fill] <= now) book(fill++);
          else break;
        }
        for (; actions.dividends.length > dividend && actions.dividends[dividend].time <= now; dividend++) {
          const { instrument, amount } = actions.dividends[dividend];
          money += amount * inBase(instruments[instrument]);
        }
        let worth = money;
        for (const [i, instrument] of instruments.entries()) {
          const bars = series[finest[i]];
          while (row[i] + 1 < bars.length && bars.end[row[i] + 1] <= now) mark[i] = bars.close[++row[i]];
          if (Math.abs(held[i]) < 1e-9) continue;
          // Prices from before a split are told in the units before it.
          const since = actions.splits.filter(
            ({ instrument: of, time }) => of === i && time <= now && !(bars.end[row[i]] > time),
          );
          const price = since.reduce((sum, { numerator, denominator }) => (sum * denominator) / numerator, mark[i]);
          worth += held[i] * price * instrument.multiplier * inBase(instrument);
        }
        expect(Math.abs(equity.value[e] - worth)).toBeLessThan(1e-5);
      }
      expect([fill, split, dividend]).toEqual([fills.length, actions.splits.length, actions.dividends.length]);
    }));

  it("holds whole steps of quantity, and works orders for whole steps, whatever the ratios of splits", () =>
    always(({ result, engine }) => {
      const { portfolio, book, working } = engine;
      for (const [i, { quantityStep }] of result.instruments.entries()) {
        const orders = [...working.of(i)];
        const quantities = [portfolio.quantity[i], ...orders.flatMap((one) => [book.filled[one], book.remaining(one)])];
        for (const quantity of quantities) {
          expect(Math.abs(quantity - Math.round(quantity / quantityStep) * quantityStep)).toBeLessThan(1e-6);
        }
        // An exit that can close nothing any more is none.
        for (const order of orders) {
          const parent = book.parent[order];
          if (isExit(book, order) && !isWorking(book.status[parent])) expect(book.filled[parent]).toBeGreaterThan(0);
        }
      }
    }));

  it("makes trades whose profits, with dividends and what is still held, are the change of equity", () =>
    always(({ result, actions }) => {
      const paid = actions.dividends.map(({ instrument, amount }) => amount * inBase(result.instruments[instrument]));
      expectProfitsOfTrades(
        result,
        paid.reduce((sum, one) => sum + one, 0),
      );
    }));

  it("keeps its orders in order", () =>
    always(({ result, actions }) => {
      expectNoneOverfilled(result);
      expectOneOfEachGroup(result);
      expectChildrenBehindParents(result);
      expectLegalLives(result);
      if (actions.splits.length > 0) return;
      expectSumsOfFills(result);
      expectExitsWithinEntries(result);
    }));

  it("comes to the same outcome again, in slices of any size", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 40 }), (seed, slice) => {
        const { outcomeHash } = finished(seed).result;
        for (const size of [1, slice]) expect(finished(seed, size).result.outcomeHash).toBe(outcomeHash);
      }),
      { numRuns: 20 },
    );
  });
});
