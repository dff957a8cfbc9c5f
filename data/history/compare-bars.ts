import type { BarSeries } from "../../core/market/bar-series.js";
import type { Instrument } from "../../core/market/instrument.js";
import { simplestFraction } from "../files/simplest-fraction.js";
import type { Interval } from "../intervals.js";

/** What stored prices must be divided by to be those that the source tells now. */
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}

/** What comparing stored bars with the same ones fetched again has shown. */
export type Comparison =
  | { readonly kind: "nothing in common" }
  | { readonly kind: "same" }
  /** All prices have changed by one ratio: a split, and all that is stored is on the old basis. */
  | { readonly kind: "split"; readonly ratio: Ratio }
  /** Bars have changed in another way; `span` reaches from the start of the first to the end of the last of them. */
  | { readonly kind: "revised"; readonly span: Interval; readonly bars: number; readonly isAll: boolean };

const PRICES = ["open", "high", "low", "close"] as const;
/** A price may differ by a tick, for it may have been rounded twice, but by no more than this share of it. */
const SHARE = 1e-3;
/** Smaller changes of all prices are no split. */
const LEAST_CHANGE = 0.005;

/** Compares the bars of two series that start together. Volumes are amended now and then and do not count. */
export function compareBars(stored: BarSeries, fetched: BarSeries, instrument: Instrument): Comparison {
  const pairs = commonRows(stored, fetched);
  if (pairs.length === 0) return { kind: "nothing in common" };
  const changed = pairs.filter(([s, f]) =>
    PRICES.some((price) => differs(stored[price][s], fetched[price][f], instrument.tickSize)),
  );
  if (changed.length === 0) return { kind: "same" };
  const ratio = changed.length === pairs.length ? commonRatio(stored, fetched, pairs, instrument.tickSize) : undefined;
  if (ratio !== undefined) return { kind: "split", ratio };
  const span = { from: stored.start[changed[0][0]], to: stored.end[changed[changed.length - 1][0]] };
  return { kind: "revised", span, bars: changed.length, isAll: changed.length === pairs.length };
}

function commonRows(a: BarSeries, b: BarSeries): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let j = 0;
  for (let i = 0; i < a.length; i++) {
    while (j < b.length && b.start[j] < a.start[i]) j++;
    if (j < b.length && b.start[j] === a.start[i]) pairs.push([i, j]);
  }
  return pairs;
}

function differs(a: number, b: number, tick: number): boolean {
  const size = Math.abs(a);
  const allowed = tick > 0 ? Math.min(tick, SHARE * size) : 1e-6 * size;
  return Math.abs(a - b) > allowed + 1e-9 * size;
}

/** The ratio that all prices have changed by; undefined if there is none, or only one price to tell. */
function commonRatio(
  stored: BarSeries,
  fetched: BarSeries,
  pairs: readonly (readonly [number, number])[],
  tick: number,
): Ratio | undefined {
  let low = 0;
  let high = Infinity;
  const prices = new Set<number>();
  for (const [s, f] of pairs) {
    for (const price of PRICES) {
      const before = stored[price][s];
      const now = fetched[price][f];
      const rounding = Math.min(tick / 2, SHARE * now) + 1e-9 * now;
      low = Math.max(low, (before - rounding) / (now + rounding));
      high = Math.min(high, (before + rounding) / (now - rounding));
      prices.add(before);
    }
  }
  if (prices.size < 2 || !(low > 0 && low <= high)) return undefined;
  if (high > 1 - LEAST_CHANGE && low < 1 + LEAST_CHANGE) return undefined;
  return simplestFraction(low, high);
}

/** A ratio in words: "4:1", or what all prices were divided by where no split is made in such numbers. */
export function ratioText({ numerator, denominator }: Ratio): string {
  if (numerator <= 100 && denominator <= 100) return `a ${numerator}:${denominator} split`;
  return `a change of all prices by ${(denominator / numerator).toPrecision(6)}`;
}

/** Bars on the basis of before a split as they are on the basis of after it. */
export function rebased(bars: BarSeries, { numerator, denominator }: Ratio): BarSeries {
  const divided = (prices: Float64Array): Float64Array => prices.map((price) => (price * denominator) / numerator);
  const copy = bars.slice(0, bars.length);
  for (const price of PRICES) copy[price] = divided(copy[price]);
  copy.volume = copy.volume.map((units) => (units * numerator) / denominator);
  return copy;
}
