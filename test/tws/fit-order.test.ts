import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderId } from "../../brokers/tws/connection/ids.js";
import { type ContractDetails, readContractDetails } from "../../brokers/tws/contracts/contract-details.js";
import { PriceSteps } from "../../brokers/tws/contracts/price-steps.js";
import { TwsError } from "../../brokers/tws/errors.js";
import { fitOrder } from "../../brokers/tws/orders/fit-order.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { FittedIntent } from "../../brokers/tws/orders/order-port.js";
import type { TradedContract } from "../../brokers/tws/orders/traded-contract.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import { ORDER_TYPES, type OrderType } from "../../core/orders/kinds.js";
import { intent } from "./order-parts.js";

interface Grid {
  readonly steps: readonly (readonly [edge: number, step: number])[];
  readonly own: number;
  readonly negative?: boolean;
}

/** Steps as exchanges have them, with the instrument's own tick. */
const GRIDS: readonly Grid[] = [
  { steps: [[0, 0.01]], own: 0.01 },
  {
    steps: [
      [0, 0.0001],
      [1, 0.01],
    ],
    own: 0.0001,
  },
  {
    steps: [
      [0, 0.0001],
      [1, 0.01],
    ],
    own: 0.01,
  },
  { steps: [[0, 0.01]], own: 0.05 },
  { steps: [[0, 0.05]], own: 0.02 },
  {
    steps: [
      [0, 0.01],
      [3, 0.05],
    ],
    own: 0.01,
  },
  {
    steps: [
      [0, 1],
      [3_000, 5],
      [5_000, 10],
      [30_000, 50],
    ],
    own: 1,
  },
  { steps: [[0, 0.00005]], own: 0.00005 },
  { steps: [[0, 0.25]], own: 0.25, negative: true },
  { steps: [[0, 1 / 64]], own: 1 / 64 },
];

function contractOf(grid: Grid, sizes: Partial<ContractDetails> = {}, spec: Partial<InstrumentSpec> = {}) {
  const increments = grid.steps.map(([lowEdge, increment]) => ({ lowEdge, increment }));
  const details = readContractDetails({ contract: { conId: 1 }, minTick: increments[0].increment });
  const contract: TradedContract = { details: { ...details, ...sizes }, steps: new PriceSteps(increments, true) };
  const negativePrices = grid.negative ?? false;
  return { contract, instrument: new Instrument({ symbol: "X", tickSize: grid.own, negativePrices, ...spec }) };
}

const stepAt = ({ steps }: Grid, price: number): number =>
  steps.filter(([edge]) => edge <= Math.abs(price)).at(-1)?.[1] ?? Number.NaN;

/** Whether a number is a whole number of steps, but for what binary arithmetic adds. */
function isOn(value: number, step: number): boolean {
  const steps = value / step;
  return Math.abs(steps - Math.round(steps)) < 1e-6 + 1e-15 * Math.abs(steps);
}

const LIMITED: readonly OrderType[] = ["limit", "stop-limit", "limit-if-touched", "limit-on-open", "limit-on-close"];
const STOPPED: readonly OrderType[] = ["stop", "stop-limit", "market-if-touched", "limit-if-touched"];
const TRAILING: readonly OrderType[] = ["trailing-stop", "trailing-stop-limit"];

const orders = fc
  .record({
    grid: fc.constantFrom(...GRIDS),
    type: fc.constantFrom(...ORDER_TYPES),
    side: fc.constantFrom(1, -1),
    isExit: fc.boolean(),
    quantity: fc.double({ min: 1e-4, max: 1e6, noNaN: true }),
    sizeIncrement: fc.constantFrom(0, 0.0001, 1, 100),
    quantityStep: fc.constantFrom(0.0001, 1, 25),
    minSize: fc.constantFrom(0, 0.0001, 1, 100),
    limit: fc.double({ min: -100, max: 60_000, noNaN: true }),
    stop: fc.double({ min: -100, max: 60_000, noNaN: true }),
    hasStart: fc.boolean(),
    trail: fc.double({ min: 1e-6, max: 500, noNaN: true }),
    limitOffset: fc.double({ min: 0, max: 50, noNaN: true }),
  })
  .map(({ grid, type, side, isExit, quantity, sizeIncrement, quantityStep, minSize, ...prices }) => {
    const made = contractOf(grid, { sizeIncrement, minSize }, { quantityStep });
    const trails = TRAILING.includes(type);
    const asked = intent({
      orderId: 1 as OrderId,
      instrument: made.instrument,
      type,
      side,
      isExit,
      quantity,
      limit: LIMITED.includes(type) ? prices.limit : Number.NaN,
      stop: STOPPED.includes(type) || (trails && prices.hasStart) ? prices.stop : Number.NaN,
      trail: trails ? prices.trail : Number.NaN,
      limitOffset: type === "trailing-stop-limit" ? prices.limitOffset : Number.NaN,
    });
    return { grid, asked, contract: made.contract };
  });

/** What became of it; undefined where it is too small to be an order. */
function fitted(asked: OrderIntent, contract: TradedContract): FittedIntent | undefined {
  try {
    return fitOrder(asked, contract);
  } catch (error) {
    if (error instanceof TwsError && /_TOO_SMALL$/.test(error.code)) return undefined;
    throw error;
  }
}

describe("an order that is fitted", () => {
  it("is on the exchange's steps, and has moved by less than one", () => {
    fc.assert(
      fc.property(orders, ({ grid, asked, contract }) => {
        const to = fitted(asked, contract)?.intent;
        if (to === undefined) return;
        for (const field of ["limit", "stop"] as const) {
          if (Number.isNaN(asked[field])) continue;
          const step = stepAt(grid, to[field]);
          expect(isOn(to[field], step)).toBe(true);
          const most = Math.max(step, stepAt(grid, asked[field]), grid.own);
          expect(Math.abs(to[field] - asked[field])).toBeLessThan(most * (1 + 1e-6));
        }
        const { sizeIncrement } = contract.details;
        expect(isOn(to.quantity, sizeIncrement === 0 ? asked.instrument.quantityStep : sizeIncrement)).toBe(true);
        expect(to.quantity).toBeGreaterThanOrEqual(contract.details.minSize);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is never larger, and never pays more or gets less", () => {
    fc.assert(
      fc.property(orders, ({ asked, contract }) => {
        const to = fitted(asked, contract)?.intent;
        if (to === undefined) return;
        const { side } = asked;
        const slack = (value: number): number => 1e-6 * Math.max(1, Math.abs(value));
        expect(to.quantity).toBeLessThanOrEqual(asked.quantity + slack(asked.quantity));
        if (asked.limit === asked.limit) {
          expect(side * to.limit).toBeLessThanOrEqual(side * asked.limit + slack(asked.limit));
        }
        if (asked.limitOffset === asked.limitOffset) {
          expect(to.limitOffset).toBeLessThanOrEqual(asked.limitOffset + slack(asked.limitOffset));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("begins no sooner, and protects no later", () => {
    fc.assert(
      fc.property(orders, ({ grid, asked, contract }) => {
        const to = fitted(asked, contract)?.intent;
        if (to === undefined) return;
        const { side, isExit, type } = asked;
        const slack = 1e-6 * Math.max(1, Math.abs(asked.stop));
        // Of a price that is met by rising, as a buy's stop and a sell's touch are, higher is later.
        const isTouch = type === "market-if-touched" || type === "limit-if-touched";
        const later = isTouch ? -side : side;
        const moved = later * (to.stop - asked.stop);
        if (asked.stop === asked.stop && isExit && !isTouch) expect(moved).toBeLessThanOrEqual(slack);
        else if (asked.stop === asked.stop) expect(moved).toBeGreaterThanOrEqual(-slack);
        if (!(asked.trail === asked.trail)) return;
        if (!isExit) expect(to.trail).toBeGreaterThanOrEqual(asked.trail - 1e-6);
        else if (asked.trail >= Math.max(grid.own, ...grid.steps.map(([, step]) => step))) {
          expect(to.trail).toBeLessThanOrEqual(asked.trail + 1e-6);
        }
        expect(to.trail).toBeGreaterThan(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("fits as it is, with nothing more to change", () => {
    fc.assert(
      fc.property(orders, ({ asked, contract }) => {
        const once = fitted(asked, contract);
        if (once === undefined) return;
        expect(fitOrder(once.intent, contract)).toEqual({ intent: once.intent, changed: [] });
      }),
      { numRuns: 2_000 },
    );
  });

  it("tells what has moved, and nothing of what has not", () => {
    fc.assert(
      fc.property(orders, ({ asked, contract }) => {
        const once = fitted(asked, contract);
        if (once === undefined) return;
        for (const field of ["quantity", "limit", "stop", "trail", "limitOffset"] as const) {
          const told = once.changed.filter((one) => one.field === field);
          const hasMoved = Math.abs(once.intent[field] - asked[field]) > 1e-5 * Math.max(1, Math.abs(asked[field]));
          if (told.length === 1) expect(told).toEqual([{ field, from: asked[field], to: once.intent[field] }]);
          else expect([told.length, hasMoved]).toEqual([0, false]);
        }
      }),
    );
  });

  const [cents] = GRIDS;

  it("rounds a limit down for a buy and up for a sell, whatever it closes", () => {
    const { contract, instrument } = contractOf(cents);
    const at = (side: number, isExit: boolean): number =>
      fitOrder(intent({ orderId: 1 as OrderId, instrument, type: "limit", side, isExit, limit: 10.005 }), contract)
        .intent.limit;
    expect([at(1, false), at(1, true), at(-1, false), at(-1, true)]).toEqual([10, 10, 10.01, 10.01]);
  });

  it("rounds the stop of an entry away from the market and that of an exit towards it", () => {
    const { contract, instrument } = contractOf(cents);
    const at = (side: number, isExit: boolean): number =>
      fitOrder(intent({ orderId: 1 as OrderId, instrument, type: "stop", side, isExit, stop: 10.005 }), contract).intent
        .stop;
    expect([at(1, false), at(-1, false)]).toEqual([10.01, 10]);
    expect([at(1, true), at(-1, true)]).toEqual([10, 10.01]);
  });

  it("takes the step of the price: a hundredth of a cent below a dollar, a cent above", () => {
    const { contract, instrument } = contractOf(GRIDS[1]);
    const at = (limit: number): number =>
      fitOrder(intent({ orderId: 1 as OrderId, instrument, type: "limit", limit }), contract).intent.limit;
    expect([at(0.98765), at(1.98765)]).toEqual([0.9876, 1.98]);
  });

  it("is no order where its quantity is below the smallest, or rounds to nothing", () => {
    const { contract, instrument } = contractOf(cents, { minSize: 100, sizeIncrement: 1 });
    const sized = (quantity: number) => fitOrder(intent({ orderId: 1 as OrderId, instrument, quantity }), contract);
    expect(() => sized(99)).toThrow("99 X is less than the smallest order of 100.");
    expect(() => sized(0.5)).toThrow(expect.objectContaining({ code: "QUANTITY_TOO_SMALL" }));
    expect(sized(100.7).intent.quantity).toBe(100);
  });

  it("is no order where nothing is left of its price, unless prices may be below zero", () => {
    const priced = (grid: Grid) => {
      const { contract, instrument } = contractOf(grid);
      return fitOrder(intent({ orderId: 1 as OrderId, instrument, type: "limit", limit: 0.004 }), contract);
    };
    expect(() => priced(cents)).toThrow("X is priced in steps of 0.01: nothing is left of a limit of 0.004.");
    expect(priced({ steps: [[0, 0.25]], own: 0.25, negative: true }).intent.limit).toBe(0);
  });

  it("follows by a fraction as it was asked to", () => {
    const { contract, instrument } = contractOf(cents);
    const asked = intent({
      orderId: 1 as OrderId,
      instrument,
      type: "trailing-stop",
      trail: 0.0333,
      isTrailFraction: true,
    });
    expect(fitOrder(asked, contract)).toEqual({ intent: asked, changed: [] });
  });
});
