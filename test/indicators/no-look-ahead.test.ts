import { describe, expect, it } from "vitest";
import { createKernel, indicatorSpec } from "../../core/indicators/indicator.js";
import { Kernel } from "../../core/indicators/kernel.js";
import { SharedKernels } from "../../core/indicators/shared-kernels.js";
import * as technicalSurface from "../../core/indicators/technical.js";
import { technical } from "../../core/indicators/technical.js";
import { bindBar, moveBar } from "../../core/market/bar.js";
import * as surface from "../../index.js";
import {
  type Bar,
  BarSeries,
  backtest,
  customIndicator,
  type IndicatorSpec,
  macd,
  output,
  type Pin,
  Reading,
  type RunningIndicator,
  rsi,
  type SeatrialError,
  Strategy,
  sma,
} from "../../index.js";
import { bars, type Row } from "../bars.js";
import { PLAIN } from "../scripted.js";
import { EVERY_INDICATOR } from "./every-indicator.js";
import { closes, stepping } from "./series.js";

/** Closes of which none can be guessed from those before it. */
const CLOSES = Array.from({ length: 60 }, (_, row) => 100 + ((row * row * 31) % 47));
const MARKET = bars(
  "A",
  "1hour",
  CLOSES.map((price): Row => [price, price, price, price, 1]),
);

/** What a cheat would write: an indicator that reads the row after the one it is called for. */
class Ahead {
  readonly name = "Ahead";
  readonly outputs = ["value"] as const;
  readonly warmup = 1;
  readonly pane = "price";
  readonly apart = [];
  readonly out = new Float64Array(1);
  create(): this {
    return this;
  }
  update(columns: BarSeries, row: number): void {
    this.out[0] = columns.close[row + 1];
  }
}

const custom = customIndicator({ name: "Close", warmup: 1, create: () => ({ next: (bar) => bar.close }) });

/** Everything that leads on from a value: own properties of any kind, what getters give, the prototype. */
function* waysOn(from: object): Generator<unknown> {
  for (const key of Reflect.ownKeys(from)) {
    const { value, get, set } = Reflect.getOwnPropertyDescriptor(from, key) as PropertyDescriptor;
    yield value;
    yield get;
    yield set;
    if (get === undefined) continue;
    try {
      yield Reflect.get(from, key);
    } catch {
      // A getter of a prototype that wants an instance: the instance is walked too.
    }
  }
  for (let type = Object.getPrototypeOf(from); type !== null; type = Object.getPrototypeOf(type)) {
    yield type;
    for (const key of Reflect.ownKeys(type)) {
      try {
        if (Reflect.getOwnPropertyDescriptor(type, key)?.get !== undefined) yield Reflect.get(type, key, from);
      } catch {
        // As above.
      }
    }
  }
}

/** All objects and functions that can be reached, with how: by any property, symbol, getter or prototype. */
function reachable(from: Readonly<Record<string, unknown>>): Set<object> {
  const found = new Set<object>();
  const open: unknown[] = Object.values(from);
  while (open.length > 0) {
    const one = open.pop();
    if ((typeof one !== "object" && typeof one !== "function") || one === null || found.has(one)) continue;
    found.add(one);
    if (!ArrayBuffer.isView(one)) open.push(...waysOn(one));
  }
  return found;
}

const BUILT_IN = reachable({ Object, Function, Array, Float64Array, Map, Error, Promise });

/** Every kernel, its parts, and their classes, of every indicator there is. */
function hidden(specs: readonly IndicatorSpec<string>[]): Set<object> {
  const kernels = specs.map((spec) => createKernel(spec, new SharedKernels()));
  const found = reachable({ kernels, Kernel, createKernel, indicatorSpec, moveBar, bindBar });
  const shown = reachable({ specs, TECHNICAL: technicalSurface.technical, Bar: surface.Bar });
  return new Set([...found].filter((one) => !BUILT_IN.has(one) && !shown.has(one)));
}

const SPECS: readonly IndicatorSpec<string>[] = [
  ...Object.values(EVERY_INDICATOR).flatMap((make) => [make(), make({ source: rsi(3) })]),
  output(macd(), "signal"),
  sma(2, { source: output(macd(), "signal") }),
  technical("TRIX"),
  technical("doji"),
  custom,
  sma(2, { source: custom }),
];

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as SeatrialError).code;
  }
  return "accepted";
}

/** Runs a strategy that declares an indicator and notes, on each bar, what it reads beside the close of that bar. */
async function readings(declare: () => IndicatorSpec<string>, pin: Pin = {}): Promise<number[][]> {
  const seen: number[][] = [];
  class Cheat extends Strategy {
    private readonly ahead = this.indicator(declare(), pin);

    override onBar(bar: Bar): void {
      seen.push([this.ahead.value, bar.close]);
    }
  }
  await backtest({ ...PLAIN, strategy: Cheat, data: [MARKET] });
  return seen;
}

describe("an object that only looks like an indicator", () => {
  const spec = sma(10);
  const forgeries: Readonly<Record<string, IndicatorSpec>> = {
    "with a running part of its own": new Ahead(),
    "as a copy with another maker": { ...spec, create: () => new Ahead() } as IndicatorSpec,
    "that inherits from a real one": Object.create(spec, { create: { value: () => new Ahead() } }) as IndicatorSpec,
    "of a subclass of its constructor": new (class extends (spec.constructor as typeof Object) {})(
      spec,
    ) as unknown as IndicatorSpec,
    "as a proxy of a real one": new Proxy(spec, { get: (target, key) => Reflect.get(target, key) as unknown }),
    "read back from JSON": JSON.parse(JSON.stringify(spec)) as IndicatorSpec,
  };
  for (const [how, forged] of Object.entries(forgeries)) {
    it(`${how} is refused: declared, as a source, for an output, pinned`, async () => {
      expect(codeOf(() => createKernel(forged, new SharedKernels()))).toBe("SPEC_UNKNOWN");
      expect(codeOf(() => sma(2, { source: forged }))).toBe("SPEC_UNKNOWN");
      expect(codeOf(() => output(forged, "value"))).toBe("SPEC_UNKNOWN");
      for (const pin of [{}, { of: "A" }]) {
        await expect(readings(() => forged, pin)).rejects.toThrow(
          /is not an indicator that this copy of seatrial declared/,
        );
      }
    });
  }

  it("gains nothing where a source would turn into one after it was checked: it is asked for once", async () => {
    for (const other of [new Ahead(), custom]) {
      for (const [name, make] of Object.entries(EVERY_INDICATOR)) {
        let asked = 0;
        const turning = {
          get source() {
            return asked++ === 0 ? ("close" as const) : other;
          },
        };
        const seen = await readings(() => make(turning));
        const honest = await readings(() => make({ source: "close" }));
        expect([asked, seen], name).toEqual([1, honest]);
      }
    }
  });

  it("nor can what was declared be changed into one", () => {
    for (const one of SPECS) {
      expect(Object.isFrozen(one) && Object.isFrozen(one.outputs), one.name).toBe(true);
      expect(Reflect.ownKeys(one)).toEqual(["name", "outputs", "warmup", "pane", "apart"]);
      expect(Object.getPrototypeOf(one)).toBe(Object.prototype);
    }
  });

  it("says so of what a strategy was given for it, too", async () => {
    class Confused extends Strategy {
      readonly first = this.indicator(sma(2));
      readonly second = this.indicator(sma(2, { source: this.first as unknown as IndicatorSpec }));
    }
    await expect(backtest({ ...PLAIN, strategy: Confused, data: [MARKET] })).rejects.toThrow(
      /nor what this\.indicator\(\) gave/,
    );
  });
});

describe("nothing a strategy can reach", () => {
  const secret = hidden(SPECS);

  it("among which are the kernels and their parts, or this test would show nothing", () => {
    const names = [...secret].flatMap((one) => (typeof one === "function" ? [one.name] : []));
    expect(names).toEqual(
      expect.arrayContaining([
        ...["Kernel", "SmaKernel", "OutputKernel", "AtrKernel", "TechnicalKernel", "CustomKernel", "ExtremeKernel"],
        ...["Input", "RangeInput", "WindowMean", "WindowExtremes", "createKernel", "indicatorSpec"],
      ]),
    );
  });

  it("leads to a kernel or its class: from what is exported, declared and chained", () => {
    const found = reachable({ surface: { ...surface }, technical: { ...technicalSurface }, SPECS });
    expect(found.size).toBeGreaterThan(300);
    expect([...found].filter((one) => secret.has(one))).toEqual([]);
  });

  it("leads to a kernel, its class or the columns in a run: from a reading, a bar, what next is called with, an error", async () => {
    const held: unknown[] = [];
    class Runs implements RunningIndicator {
      next(...given: [Bar]): number {
        held.push(this, given);
        return given[0].close;
      }
    }
    class Searches extends Strategy {
      readonly readings = SPECS.slice(0, 12).map((spec) => this.indicator(spec));
      readonly own = this.indicator(customIndicator({ name: "Runs", warmup: 1, create: () => new Runs() }));

      override onBar(bar: Bar): void {
        held.push(this, bar, this.own.of("A"));
        try {
          sma(2, { source: this.own as unknown as IndicatorSpec });
        } catch (error) {
          held.push(error);
        }
      }
    }
    await backtest({ ...PLAIN, strategy: Searches, data: [MARKET] });
    expect(held.length).toBeGreaterThan(4 * 4);
    const found = [...reachable({ held })];
    expect(found.filter((one) => secret.has(one))).toEqual([]);
    expect(found.filter((one) => one instanceof Kernel || one instanceof BarSeries)).toEqual([]);
    expect(found.some((one) => one instanceof Reading)).toBe(true);
  });
});

describe("a strategy that replaces what it can reach", () => {
  /** Puts a listener before every method of a class, and gives back how to take them away. */
  function tapped(type: object, heard: unknown[]): () => void {
    const methods = Object.getOwnPropertyDescriptors(type);
    for (const [name, { value }] of Object.entries(methods)) {
      if (name === "constructor" || typeof value !== "function") continue;
      Object.defineProperty(type, name, {
        configurable: true,
        value(this: unknown, ...given: unknown[]): unknown {
          heard.push(this, ...given);
          return (value as (...given: unknown[]) => unknown).apply(this, given);
        },
      });
    }
    return () => Object.defineProperties(type, methods);
  }

  it("hears numbers: the methods of a reading and of what create returns are handed no kernel and no columns", async () => {
    const heard: unknown[] = [];
    const undo = tapped(Reading.prototype, heard);
    try {
      expect((await readings(() => sma(1))).every(([value, close]) => value === close)).toBe(true);
    } finally {
      undo();
    }
    expect(heard.some((one) => one instanceof Reading)).toBe(true);
    const found = [...reachable({ heard })];
    expect(found.filter((one) => one instanceof Kernel || one instanceof BarSeries)).toEqual([]);
    expect(found.filter((one) => one instanceof Float64Array)).toEqual([]);
  });

  it("cannot pass off another object as the one it declared", async () => {
    class Swaps extends Strategy {
      readonly ahead = this.indicator(sma(1));

      constructor() {
        super();
        Object.assign(this.ahead, { spec: new Ahead() });
      }
    }
    await expect(backtest({ ...PLAIN, strategy: Swaps, data: [MARKET] })).rejects.toThrow(
      /"Ahead" is not an indicator/,
    );
  });

  it("finds nobody above it on the stack", () => {
    const above: unknown[] = [];
    const spec = customIndicator({
      name: "Looks up",
      warmup: 1,
      create: () => ({
        next(bar) {
          const before = Error.prepareStackTrace;
          Error.prepareStackTrace = (_, sites) => sites.flatMap((site) => [site.getThis(), site.getFunction()]);
          above.push(...(new Error("where am I").stack as unknown as unknown[]));
          Error.prepareStackTrace = before;
          return bar.close;
        },
      }),
    });
    stepping(spec)(closes(1, 2), 0);
    expect(above.length).toBeGreaterThan(4);
    expect(above.filter((one) => one instanceof Kernel || one instanceof BarSeries)).toEqual([]);
  });
});

describe("an indicator of one's own that tries to see the next bar", () => {
  it("finds one row in its bar, however long it keeps it", async () => {
    let kept: Bar | undefined;
    const keeping = customIndicator({
      name: "Keeps",
      warmup: 1,
      create: () => ({
        next(bar) {
          kept ??= bar;
          expect(Reflect.ownKeys(bar)).toEqual([]);
          return bar.close;
        },
      }),
    });
    const seen: number[][] = [];
    class Keeps extends Strategy {
      readonly keeps = this.indicator(keeping);
      readonly smooth = this.indicator(sma(1, { source: keeping }));

      override onBar(bar: Bar): void {
        seen.push([(kept as Bar).close, this.keeps.value, this.smooth.value, bar.close]);
      }
    }
    await backtest({ ...PLAIN, strategy: Keeps, data: [MARKET] });
    expect(seen.length).toBeGreaterThan(5);
    for (const values of seen) expect(new Set(values).size).toBe(1);
  });

  it("gives the same on each bar whatever comes after it", () => {
    const first = stepping(sma(2, { source: custom }));
    const second = stepping(sma(2, { source: custom }));
    const [one, other] = [closes(1, 2, 3, 4), closes(1, 2, 3, 999)];
    for (let row = 0; row < 3; row++) expect(first(one, row)).toEqual(second(other, row));
  });
});
