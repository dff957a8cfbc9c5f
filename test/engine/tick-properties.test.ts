import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conclude, prepare } from "../../backtest/backtest.js";
import { ORDER_TYPES, TIMES_IN_FORCE } from "../../core/orders/kinds.js";
import { type BacktestOptions, type BacktestResult, backtest } from "../../index.js";
import {
  expectChildrenBehindParents,
  expectExitsWithinEntries,
  expectLegalLives,
  expectOneOfEachGroup,
  expectProfitsOfTrades,
  expectSumsOfFills,
} from "./book-checks.js";
import type { Record } from "./random-run.js";
import { randomTickRun } from "./random-ticks.js";

const seeds = fc.integer({ min: 1, max: 1_000_000_000 });

interface Finished {
  readonly result: BacktestResult;
  readonly options: BacktestOptions;
  readonly record: Record;
}

/** Runs a check on random strategies over random quotes and trades. */
function always(check: (finished: Finished) => void): Promise<void> {
  return fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const record: Record = { modified: new Set() };
      const options = randomTickRun(seed, record);
      check({ result: await backtest(options), options, record });
    }),
    { numRuns: 40 },
  );
}

describe("a random strategy on random quotes and trades", () => {
  it("fills orders of nearly every type", async () => {
    const types = new Set<string>();
    for (let seed = 1; seed <= 100; seed++) {
      const { orders } = await backtest(randomTickRun(seed, { modified: new Set() }));
      for (let id = 0; id < orders.length; id++) if (orders.filled[id] > 0) types.add(ORDER_TYPES[orders.type[id]]);
    }
    expect([...types].sort()).toEqual(ORDER_TYPES.filter((type) => !type.endsWith("-on-open")).sort());
  });

  it("gets of each order what its fills add up to, through a life that is legal", () =>
    always(({ result }) => {
      expectSumsOfFills(result);
      expectLegalLives(result);
    }));

  it("leaves beside a filled order no other of its group working or filled, and turns no position by its exits", () =>
    always(({ result }) => {
      expectOneOfEachGroup(result);
      expectExitsWithinEntries(result);
      expectChildrenBehindParents(result);
    }));

  it("fills nothing before it has reached the market or after its date, and nothing past its limit", () =>
    always(({ result, options, record }) => {
      const { fills, orders } = result;
      for (let f = 0; f < fills.length; f++) {
        const id = fills.order[f];
        const limit = orders.limit[id];
        if (TIMES_IN_FORCE[orders.tif[id]] === "GTD")
          expect(fills.knownAt[f]).toBeLessThanOrEqual(orders.goodTillOf(id));
        expect(fills.knownAt[f]).toBeGreaterThanOrEqual(fills.time[f]);
        const arrives = orders.createdAt[id] + (options.latency ?? 0);
        // A modification makes the order anew, at an instant that the book does not tell.
        if (record.modified.has(id)) continue;
        if (limit === limit) expect(orders.side[id] * (limit - fills.price[f])).toBeGreaterThanOrEqual(-1e-9);
        const atThisClose = options.fill === "same-close" && fills.time[f] === orders.createdAt[id];
        if (!atThisClose) expect(fills.time[f]).toBeGreaterThanOrEqual(arrives);
      }
    }));

  it("trades on no price that stands for none", () =>
    always(({ result }) => {
      const { fills } = result;
      for (let f = 0; f < fills.length; f++) expect(fills.price[f]).toBeGreaterThan(0);
    }));

  it("makes trades whose profits, with what is still held, are the change of equity", () =>
    always(({ result }) => expectProfitsOfTrades(result)));

  it("comes to the same outcome again, in slices of any size", () =>
    fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 1, max: 40 }), async (seed, slice) => {
        const { outcomeHash } = await backtest(randomTickRun(seed, { modified: new Set() }));
        for (const size of [1, slice]) {
          const options = randomTickRun(seed, { modified: new Set() });
          const prepared = prepare(options);
          for (let taken = size; taken > 0; ) taken = prepared.engine.drain(size);
          prepared.engine.finish();
          expect(conclude(prepared, options).outcomeHash).toBe(outcomeHash);
        }
      }),
      { numRuns: 20 },
    ));
});
