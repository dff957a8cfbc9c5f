import type { StoryBar } from "./story.js";

/** "By the path open, nearer extreme, other extreme, close (at equal distance the low first)". */
export function pathOf({ open, high, low, close }: StoryBar): number[] {
  return open - low <= high - open ? [open, low, high, close] : [open, high, low, close];
}

/** Where the market stands on a path. */
export function priceAt(path: readonly number[], position: number): number {
  const leg = Math.min(Math.floor(position), path.length - 2);
  return path[leg] + (path[leg + 1] - path[leg]) * (position - leg);
}

/**
 * Where on a path, from a place on it, the market first comes to a level; undefined where it does not.
 * @param up whether it has to be at the level or above it, else at it or below
 * @param beyond whether it has to go beyond the level
 */
export function firstReach(
  path: readonly number[],
  from: number,
  level: number,
  up: boolean,
  beyond: boolean,
): number | undefined {
  const past = (price: number): boolean =>
    up ? price > level || (!beyond && price === level) : price < level || (!beyond && price === level);
  for (let leg = 0; leg < path.length - 1; leg++) {
    if (leg + 1 <= from) continue;
    const start = Math.max(leg, from);
    const startPrice = priceAt(path, start);
    if (past(startPrice)) return start;
    const end = path[leg + 1];
    if (past(end)) return leg + Math.abs(level - path[leg]) / Math.abs(end - path[leg]);
  }
  return undefined;
}

/** The highest or lowest price that a path shows from a place on it. */
export function extremeFrom(path: readonly number[], from: number, highest: boolean): number {
  const rest = [priceAt(path, from), ...path.filter((_, point) => point > from)];
  return highest ? Math.max(...rest) : Math.min(...rest);
}
