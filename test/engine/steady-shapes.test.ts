import { describe, expect, it } from "vitest";
import { type PreparedRun, prepare } from "../../backtest/backtest.js";
import { type Bar, openData, Strategy, sma, stdev } from "../../index.js";

// V8 compiles for the shapes it has seen. A field that begins as a whole number and becomes a fraction, or that appears
// only after construction, makes every later run of the process begin with code for the wrong shape: a sweep pays for
// that at each run. Seen as: the second of two equal backtests in one process took twice as long as the third.

/** Orders of several kinds, so that all of the path is walked. */
class Trader extends Strategy.with({}) {
  private readonly fast = this.indicator(sma(3));
  private readonly slow = this.indicator(sma(8));
  private readonly width = this.indicator(stdev(5));

  override onBar(bar: Bar): void {
    const { instrument, close } = bar;
    if (this.fast.crossedAbove(this.slow)) this.target(instrument, 100);
    if (this.fast.crossedBelow(this.slow)) this.target(instrument, -100);
    if (this.hasWorkingOrders(instrument) || !(this.width.value > 0.01)) return;
    this.bracket(instrument, "buy", 10, {
      stopLoss: close - 2 * this.width.value,
      takeProfit: close + this.width.value,
    });
  }
}

/** Their first value is NaN, before the constructor has looked at the account. */
const BEGIN_AS_NAN = new Set([
  "Portfolio.cashInBase",
  "Portfolio.valueInBase",
  "Portfolio.moved",
  "EquityWatch.peak",
  "EquityWatch.dayStart",
]);

type Visit = (owner: object, path: string) => void;

/** Visits every object of the framework's classes that a run leads to, once. */
function walk(value: unknown, path: string, seen: Set<unknown>, visit: Visit): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (ArrayBuffer.isView(value) || value instanceof Map || value instanceof Trader) return;
  if (Array.isArray(value)) {
    for (const [i, one] of value.slice(0, 8).entries()) walk(one, `${path}[${i}]`, seen, visit);
    return;
  }
  visit(value, path);
  for (const [key, one] of Object.entries(value)) walk(one, `${path}.${key}`, seen, visit);
}

const isWhole = (value: unknown): boolean =>
  Number.isInteger(value) && Math.abs(value as number) < 2 ** 31 && !Object.is(value, -0);

function runOf(data: string): PreparedRun {
  return prepare({ strategy: Trader, data: openData(data), cash: 1_000_000 });
}

describe.each(["synthetic:seed=3,bars=3000", "synthetic:seed=3,bars=3000,symbols=3"])(
  "the objects of a run over %s",
  (data) => {
    it("have all their fields from the start", () => {
      const run = runOf(data);
      const keys = new Map<object, string>();
      walk(run, "run", new Set(), (owner) => keys.set(owner, Object.keys(owner).join(" ")));
      run.engine.drain(Infinity);
      run.engine.finish();
      const grown: string[] = [];
      walk(run, "run", new Set(), (owner, path) => {
        const before = keys.get(owner);
        if (before !== undefined && before !== Object.keys(owner).join(" "))
          grown.push(`${path} ${owner.constructor.name}`);
      });
      expect(grown).toEqual([]);
    });

    it("have no number that begins whole and becomes a fraction", () => {
      const run = runOf(data);
      const whole = new Map<object, Set<string>>();
      walk(run, "run", new Set(), (owner) => {
        whole.set(owner, new Set(Object.keys(owner).filter((key) => isWhole((owner as Record<string, unknown>)[key]))));
      });
      const changed = new Set<string>();
      while (run.engine.drain(41) > 0) {
        walk(run, "run", new Set(), (owner) => {
          for (const key of whole.get(owner) ?? []) {
            const value = (owner as Record<string, unknown>)[key];
            if (BEGIN_AS_NAN.has(`${owner.constructor.name}.${key}`)) continue;
            if (typeof value === "number" && !isWhole(value)) changed.add(`${owner.constructor.name}.${key}`);
          }
        });
      }
      expect([...changed].sort()).toEqual([]);
    });
  },
);
