import { describe, expect, it } from "vitest";
import {
  type Bar,
  type BarSeries,
  backtest,
  type CustomIndicator,
  customIndicator,
  ema,
  IndicatorError,
  type IndicatorSpec,
  output,
  type Reading,
  type RunningIndicator,
  rsi,
  Strategy,
  sma,
} from "../../index.js";
import { bars, type Row } from "../bars.js";
import { PLAIN } from "../scripted.js";
import { closes, run, seriesOf } from "./series.js";

/** The change of the close, as a closure. */
const change = customIndicator({
  name: "Change",
  warmup: 2,
  create: () => {
    let previous = Number.NaN;
    return {
      next(bar) {
        const result = bar.close - previous;
        previous = bar.close;
        return result;
      },
    };
  },
});

/** The same with its size and direction, as an instance of a class. */
class Move implements RunningIndicator<"value" | "size" | "direction"> {
  private previous = Number.NaN;

  next(bar: Bar): { value: number; size: number; direction: number } | number {
    const value = bar.close - this.previous;
    this.previous = bar.close;
    return Number.isNaN(value) ? Number.NaN : { value, size: Math.abs(value), direction: Math.sign(value) };
  }
}

const move = customIndicator({
  name: "Move",
  warmup: 2,
  outputs: ["value", "size", "direction"],
  pane: "price",
  apart: ["direction"],
  create: () => new Move(),
});

/** An indicator that gives these results, one a bar. */
function giving(results: readonly unknown[], custom: Partial<CustomIndicator<string>> = {}): IndicatorSpec<string> {
  const create = (): RunningIndicator<string> => {
    let at = 0;
    return { next: () => results[at++] as number };
  };
  return customIndicator<string>({ name: "Given", warmup: 1, create, ...custom });
}

function refused(act: () => unknown): IndicatorError {
  try {
    act();
  } catch (error) {
    if (error instanceof IndicatorError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

const NONE = Number.NaN;

describe("an indicator of one's own", () => {
  it("is a description like any other: frozen, with the outputs and the place it was given", () => {
    expect(change).toEqual({ name: "Change", outputs: ["value"], warmup: 2, pane: "own", apart: [] });
    expect(move).toEqual({
      name: "Move",
      outputs: ["value", "size", "direction"],
      warmup: 2,
      pane: "price",
      apart: ["direction"],
    });
    expect(Object.isFrozen(change) && Object.isFrozen(move.outputs)).toBe(true);
  });

  it("takes every bar once and in order, and gives its outputs with it", () => {
    expect(run(change, closes(10, 12, 11)).value).toEqual([NONE, 2, -1]);
    const { value, size, direction } = run(move, closes(10, 12, 11));
    expect([value, size, direction]).toEqual([
      [NONE, 2, -1],
      [NONE, 2, 1],
      [NONE, 1, -1],
    ]);
  });

  it("is shown prices, volume, instants and the instrument of the bar", () => {
    const seen: unknown[] = [];
    const spec = customIndicator({
      name: "Seen",
      warmup: 1,
      create: () => ({
        next(bar) {
          seen.push([bar.start, bar.end, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.instrument.symbol]);
          return bar.close;
        },
      }),
    });
    run(spec, seriesOf([{ start: 5, end: 9, open: 3, high: 8, low: 1, close: 6, volume: 70 }]));
    expect(seen).toEqual([[5, 9, 3, 8, 1, 6, 70, "TEST"]]);
  });

  it("is the source of others, whose warm-ups add up with its own", () => {
    const smooth = sma(2, { source: ema(3, { source: change }) });
    expect([smooth.name, smooth.warmup, smooth.pane]).toEqual(["SMA(2, EMA(3, Change))", 5, "own"]);
    expect(run(smooth, closes(0, 1, 3, 6, 10, 15)).value).toEqual([NONE, NONE, NONE, NONE, 2.5, 3.5]);
    const size = sma(2, { source: output(move, "size") });
    expect([size.warmup, size.pane]).toEqual([3, "price"]);
    expect(output(move, "direction").pane).toBe("own");
    expect(run(size, closes(5, 4, 7, 7)).value).toEqual([NONE, NONE, 2, 1.5]);
  });

  it("begins on the bar it declared, even if it has values before", () => {
    const late = giving([1, 2, 3, 4], { warmup: 3 });
    expect(run(late, closes(1, 1, 1, 1)).value).toEqual([NONE, NONE, 3, 4]);
    expect(run(sma(2, { source: late }), closes(1, 1, 1, 1)).value).toEqual([NONE, NONE, NONE, 3.5]);
  });

  it("has no value on a bar for which it gives none, and what is computed from it passes that bar over", () => {
    const gappy = giving([1, NONE, 3, Infinity, 5]);
    expect(run(gappy, closes(1, 1, 1, 1, 1)).value).toEqual([1, NONE, 3, NONE, 5]);
    expect(run(sma(2, { source: gappy }), closes(1, 1, 1, 1, 1)).value).toEqual([NONE, NONE, 2, 2, 4]);
    const partly = giving([{ value: 1, other: 2 }, { value: NONE, other: 3 }, NONE], { outputs: ["value", "other"] });
    expect(run(partly, closes(1, 1, 1))).toEqual({
      value: [1, NONE, NONE],
      other: [2, 3, NONE],
    });
  });
});

describe("an indicator of one's own that declared too short a warm-up", () => {
  it("ends the run on the bar with which the warm-up ends", () => {
    const error = refused(() => run(giving([NONE, NONE, 3], { warmup: 2 }), closes(1, 1, 1)));
    expect(error.code).toBe("CUSTOM_WARMUP_SHORT");
    expect(error.message).toBe(
      "Given had no value up to the TEST 1hour bar of 1970-01-01T01:00:00.000Z, with which its declared warm-up of " +
        "2 bars ends. Declare as its warmup the number of the bar on which every output is a finite number for the first time.",
    );
  });

  it("is not one that has a gap on just that bar", () => {
    expect(run(giving([1, NONE, 3], { warmup: 2 }), closes(1, 1, 1)).value).toEqual([NONE, NONE, 3]);
  });
});

describe("an indicator of one's own is refused", () => {
  const next = (): number => 1;
  const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
    [
      "CUSTOM_INVALID",
      { name: " " },
      'customIndicator: name is " ", which is not a name for charts. Write name: "Force(13)".',
    ],
    [
      "PERIOD_INVALID",
      { warmup: 0 },
      "Given: warmup is 0, which is not a whole number of bars from 1 to 10000000. Write 1.",
    ],
    [
      "OPTION_UNKNOWN",
      { pane: "prices" },
      'Given: there is no pane "prices". Did you mean "price"? There is price, own.',
    ],
    [
      "CUSTOM_INVALID",
      { outputs: ["value", "direction"], apart: ["dircetion"] },
      'customIndicator: apart is ["dircetion"], which is not a list of names out of `outputs`, "value" not among them.',
    ],
    [
      "CUSTOM_INVALID",
      { outputs: ["upper", "lower"] },
      'customIndicator: outputs is ["upper", "lower"], which is not a list of different names with "value" as the first. ' +
        'Write outputs: ["value", "signal"].',
    ],
    ["CUSTOM_INVALID", { outputs: ["value", "value"] }, 'outputs is ["value", "value"]'],
    [
      "CUSTOM_INVALID",
      { create: { next } },
      "create is an object, which is not a function that makes its running part.",
    ],
  ];
  for (const [code, custom, message] of cases) {
    it(`with ${JSON.stringify(custom)}`, () => {
      const error = refused(() => customIndicator({ name: "Given", warmup: 1, create: () => ({ next }), ...custom }));
      expect(error.code).toBe(code);
      expect(error.message).toContain(message);
    });
  }

  it("when create gives nothing with next, or one object for two series", () => {
    const nothing = customIndicator({ name: "Given", warmup: 1, create: () => next as unknown as RunningIndicator });
    expect(refused(() => run(nothing, closes(1))).code).toBe("CUSTOM_NEXT_MISSING");
    const one = { next };
    const shared = customIndicator({ name: "Given", warmup: 1, create: () => one });
    run(shared, closes(1));
    expect(refused(() => run(shared, closes(1))).code).toBe("CUSTOM_SHARED");
  });

  it("when it gives something that is no number", () => {
    const results: readonly unknown[] = [undefined, null, "1", {}, { value: "1" }, Promise.resolve(1)];
    for (const result of results)
      expect(refused(() => run(giving([result]), closes(1))).code).toBe("CUSTOM_RESULT_INVALID");
    const half = giving([{ value: 1 }], { outputs: ["value", "other"] });
    expect(refused(() => run(half, closes(1))).message).toBe(
      "Given gave undefined for other on the TEST 1hour bar of 1970-01-01T00:00:00.000Z, which is not a number. " +
        "Return { value, other } from next(), with NaN for what has no value on this bar.",
    );
    expect(refused(() => run(giving([1], { outputs: ["value", "other"] }), closes(1))).message).toContain(
      "Given gave 1 for value",
    );
  });

  it("when next throws, with the bar and the cause", () => {
    const cause = new RangeError("no luck");
    const broken = customIndicator({
      name: "Broken",
      warmup: 1,
      create: () => ({
        next() {
          throw cause;
        },
      }),
    });
    const error = refused(() => run(broken, closes(1)));
    expect(error.message).toBe(
      'Broken failed with "no luck" on the TEST 1hour bar of 1970-01-01T00:00:00.000Z. Correct its next().',
    );
    expect(error.cause).toBe(cause);
  });
});

describe("an indicator of one's own in a run", () => {
  const rising = (symbol: string, step: number): BarSeries => {
    const prices = Array.from({ length: 12 }, (_, row) => 100 + step * row);
    return bars(
      symbol,
      "1hour",
      prices.map((price): Row => [price, price, price, price, 1]),
    );
  };

  it("is kept apart for two instruments, follows the bar being handled, and can be pinned", async () => {
    const seen: string[] = [];
    class Watch extends Strategy {
      private readonly change: Reading = this.indicator(change);
      private readonly pinned: Reading = this.indicator(change, { of: "B" });
      private readonly direction = this.indicator(move);

      override onBar(bar: Bar): void {
        const { symbol } = bar.instrument;
        seen.push(`${symbol} ${this.change.value} ${this.pinned.value} ${this.direction.get("direction")}`);
      }
    }
    await backtest({ ...PLAIN, strategy: Watch, data: [rising("A", 1), rising("B", -2)] });
    expect(new Set(seen)).toEqual(new Set(["A 1 -2 1", "B -2 -2 -1"]));
    expect(seen).toHaveLength(20);
  });

  it("is drawn with the values the strategy saw", async () => {
    class Watch extends Strategy {
      readonly smooth = this.indicator(rsi(3, { source: change }));
    }
    const result = await backtest({ ...PLAIN, strategy: Watch, data: [rising("A", 1)] });
    const [trace] = result.indicators;
    expect([trace.name, trace.pane]).toEqual(["RSI(3, Change)", "own"]);
    expect([...trace.outputs[0].values]).toEqual(run(rsi(3, { source: change }), rising("A", 1)).value);
  });
});
