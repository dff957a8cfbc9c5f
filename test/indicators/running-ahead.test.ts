import { afterEach, describe, expect, it } from "vitest";
import { LONGEST_CHUNK } from "../../core/indicators/bar-chunk.js";
import { technical } from "../../core/indicators/technical.js";
import { macd, output, type Reading, sma } from "../../index.js";
import { crawl, Future, fingerprinted, type Leak } from "../attacks/future.js";
import { instrument } from "../bars.js";
import { run as backtested } from "../scripted.js";
import { EVERY_INDICATOR } from "./every-indicator.js";

describe("a strategy whose indicators have been computed for bars that lie ahead", () => {
  const spy = instrument("SPY");
  const qqq = instrument("QQQ");
  const data = [fingerprinted(spy, "1min", 600, 500), fingerprinted(qqq, "1min", 600, 700)];
  const future = new Future(data);
  /** Whose every value is the number of a bar, which says when it may be known. */
  const revealing = [sma(1), sma(1, { source: "high" }), output(macd(), "signal"), technical("SMA", { period: 1 })];

  for (const series of [data, data.slice(0, 1)]) {
    it(`finds none of it by walking through what it holds, with ${series.length} instruments`, async () => {
      const leaks: Leak[] = [];
      const readings: Reading[] = [];
      let bars = 0;
      await backtested(series, {
        declare(trader) {
          for (const spec of revealing) readings.push(trader.indicator(spec));
        },
        onBar(trader, one) {
          if (bars++ % 50 > 1) return;
          const { now } = trader.clock;
          const pinned = readings.map((reading) => reading.of(one.instrument));
          const seen = readings.map((reading) => [reading.value, reading.previous]);
          leaks.push(...crawl({ trader, readings, pinned, seen }, future, now).leaks);
          expect(readings[0].value).toBe(one.close);
        },
      });
      expect(bars).toBeGreaterThan(500);
      expect(leaks.slice(0, 3)).toEqual([]);
    });
  }

  describe("and that listens in place of what the language brings along", () => {
    const undo: (() => void)[] = [];
    afterEach(() => {
      while (undo.length > 0) undo.pop()?.();
    });

    /** Lets every function of an object note the numbers and arrays that it is called on and with. */
    function tap(owner: object, heard: (value: unknown) => void): void {
      const before = Object.getOwnPropertyDescriptors(owner);
      for (const [name, descriptor] of Object.entries(before)) {
        const { value: method } = descriptor;
        if (typeof method !== "function" || name === "constructor" || descriptor.configurable !== true) continue;
        Object.defineProperty(owner, name, {
          ...descriptor,
          value(this: unknown, ...all: unknown[]): unknown {
            heard(this);
            for (let a = 0; a < all.length; a++) heard(all[a]);
            return Reflect.apply(method as (...all: unknown[]) => unknown, this, all);
          },
        });
      }
      const iterator = Object.getOwnPropertyDescriptor(owner, Symbol.iterator);
      if (iterator !== undefined) {
        const { value: method } = iterator;
        Object.defineProperty(owner, Symbol.iterator, {
          ...iterator,
          value(this: unknown): unknown {
            heard(this);
            return Reflect.apply(method as () => unknown, this, []);
          },
        });
        undo.push(() => void Object.defineProperty(owner, Symbol.iterator, iterator));
      }
      undo.push(() => void Object.defineProperties(owner, before));
    }

    it("hears no number of a bar before its time: kernels call nothing that it could replace", async () => {
      const apply = Reflect.apply;
      let now = 0;
      let deaf = false;
      let called = 0;
      const leaks: unknown[] = [];
      const listen = (value: unknown): void => {
        if (deaf) return;
        deaf = true;
        called++;
        if (typeof value === "number" && future.has(value, now)) leaks.push(value);
        if (value instanceof Float64Array || Array.isArray(value)) {
          for (let i = 0; i < value.length; i++) if (future.has(value[i] as number, now)) leaks.push(value[i]);
        }
        deaf = false;
      };
      expect(apply).toBe(Reflect.apply);
      let bars = 0;
      await backtested(data[0], {
        declare(trader) {
          for (const make of Object.values(EVERY_INDICATOR)) {
            trader.indicator(make());
            trader.indicator(make({ source: sma(1) }));
          }
        },
        onBar(trader) {
          now = trader.clock.now;
          Math.max(bars, Number.parseInt("1", 10));
          // From in front of a chunk's end to behind it.
          if (++bars === LONGEST_CHUNK - 40) {
            const arrays = Object.getPrototypeOf(Float64Array.prototype) as object;
            for (const owner of [Math, Number, Array.prototype, arrays]) tap(owner, listen);
          }
          if (bars === LONGEST_CHUNK + 40) while (undo.length > 0) undo.pop()?.();
        },
      });
      expect(bars).toBeGreaterThan(LONGEST_CHUNK + 40);
      expect(called).toBeGreaterThan(100);
      expect(leaks.slice(0, 3)).toEqual([]);
    });
  });
});
