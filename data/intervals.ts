import type { Instant } from "../core/market/bar-size.js";

/** A stretch of time with its beginning and without its end; epoch ms UTC. */
export interface Interval {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * The same instants as sorted stretches that neither touch nor overlap; empty ones are left out. Every function here
 * answers in this form.
 */
export function normalise(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  const merged: Interval[] = [];
  for (const { from, to } of sorted) {
    const last = merged[merged.length - 1];
    if (last !== undefined && from <= last.to)
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else merged.push({ from, to });
  }
  return merged;
}

/** Instants in either. */
export function union(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return normalise([...a, ...b]);
}

/** Instants in both. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const left = normalise(a);
  const right = normalise(b);
  const both: Interval[] = [];
  let r = 0;
  for (const { from, to } of left) {
    while (r < right.length && right[r].to <= from) r++;
    for (let i = r; i < right.length && right[i].from < to; i++) {
      both.push({ from: Math.max(from, right[i].from), to: Math.min(to, right[i].to) });
    }
  }
  return both;
}

/** Instants in the first and not in the second. */
export function subtract(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const cuts = normalise(b);
  const rest: Interval[] = [];
  let c = 0;
  for (const { from, to } of normalise(a)) {
    while (c < cuts.length && cuts[c].to <= from) c++;
    let at = from;
    for (let i = c; i < cuts.length && cuts[i].from < to; i++) {
      if (cuts[i].from > at) rest.push({ from: at, to: cuts[i].from });
      at = Math.max(at, cuts[i].to);
    }
    if (at < to) rest.push({ from: at, to });
  }
  return rest;
}
