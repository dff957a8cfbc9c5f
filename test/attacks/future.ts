import type { BarSeries, Instrument, InstrumentSpec } from "../../index.js";
import { bars, instrument, type Row } from "../bars.js";

/** Something that only a row later than now could have told. */
export interface Leak {
  readonly path: string;
  readonly value: number;
}

/**
 * Series whose every price and volume occurs once in the whole world, so that a number that is found says where it
 * came from.
 */
export function fingerprinted(
  which: string | InstrumentSpec | Instrument,
  size: string,
  count: number,
  base: number,
): BarSeries {
  return bars(
    instrument(which),
    size,
    Array.from({ length: count }, (_, i): Row => {
      const price = base + i * 0.0078125;
      return [price, price + 0.001953125, price - 0.001953125, price + 0.0009765625, 1e7 + base * 64 + i];
    }),
  );
}

/** Which numbers of these series nobody may know yet at `now`. */
export class Future {
  private readonly series: readonly BarSeries[];
  /** Every number of the series with the end of its bar. */
  private readonly known = new Map<number, number>();

  constructor(series: readonly BarSeries[]) {
    this.series = series;
    for (const one of series) {
      for (const name of ["open", "high", "low", "close", "volume"] as const) {
        for (let row = 0; row < one.length; row++) this.known.set(one[name][row], one.end[row]);
      }
    }
  }

  has(value: number, now: number): boolean {
    const end = this.known.get(value);
    return end !== undefined && end > now;
  }

  get length(): number {
    return this.series.length;
  }
}

/**
 * Walks everything that can be reached from `roots` without calling a method: own and inherited properties and
 * symbols, getters, prototypes, constructors with their statics, entries of maps and sets, and the whole buffer behind
 * every typed array. Returns where it found the future, and how many objects it saw.
 */
export function crawl(
  roots: Readonly<Record<string, unknown>>,
  future: Future,
  now: number,
): { leaks: Leak[]; seen: number } {
  const seen = new Set<unknown>();
  const leaks: Leak[] = [];
  const queue: [path: string, value: unknown][] = Object.entries(roots);
  while (queue.length > 0) {
    const [path, value] = queue.pop() as [string, unknown];
    if (typeof value === "number") {
      if (future.has(value, now)) leaks.push({ path, value });
      continue;
    }
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) continue;
    if (isPlatform(value)) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      queue.push([`${path}.buffer`, value.buffer]);
      for (const number of value as unknown as Iterable<unknown>) {
        if (typeof number === "number" && future.has(number, now)) leaks.push({ path, value: number });
      }
    }
    if (value instanceof ArrayBuffer) {
      const doubles = new Float64Array(value, 0, Math.floor(value.byteLength / 8));
      for (const number of doubles) if (future.has(number, now)) leaks.push({ path, value: number });
      continue;
    }
    if (value instanceof Map)
      for (const [key, entry] of value) queue.push([`${path}.key`, key], [`${path}.get(${String(key)})`, entry]);
    if (value instanceof Set) for (const entry of value) queue.push([`${path}.entry`, entry]);
    for (let holder: unknown = value; holder !== null && !isPlatform(holder); holder = Object.getPrototypeOf(holder)) {
      if (holder !== value) queue.push([`${path}.prototype`, holder]);
      if (ArrayBuffer.isView(value) && holder === value) continue;
      for (const key of Reflect.ownKeys(holder as object)) {
        try {
          // Read on the object itself, so that inherited getters answer for it.
          queue.push([`${path}.${String(key)}`, Reflect.get(value, key, value)]);
        } catch {
          // A getter that refuses to answer tells nothing.
        }
      }
    }
  }
  return { leaks, seen: seen.size };
}

/** What belongs to the machine and leads nowhere: Object.prototype, Function.prototype and the like. */
const PLATFORM = new Set<unknown>(
  Reflect.ownKeys(globalThis).flatMap((key) => {
    const value = (globalThis as Record<PropertyKey, unknown>)[key];
    return typeof value === "function" ? [value, value.prototype] : [value];
  }),
);
PLATFORM.add(Object.getPrototypeOf(Float64Array));
PLATFORM.add(Object.getPrototypeOf(Float64Array.prototype));
PLATFORM.add(globalThis);

function isPlatform(value: unknown): boolean {
  return PLATFORM.has(value);
}
