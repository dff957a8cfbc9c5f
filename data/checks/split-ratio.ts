/** Ratios that splits are made in; the reverse of each as well. */
const RATIOS: readonly (readonly [number, number])[] = [
  ...[2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100].map((n) => [n, 1] as const),
  [5, 2],
  [5, 3],
  [3, 2],
  [4, 3],
  [5, 4],
];
/** How far the first price behind a split may lie from where its ratio puts it, and how far the close of that bar. */
const OPEN_NEAR = 0.05;
const CLOSE_NEAR = 0.15;
/** Of small ratios, which prices reach by themselves now and then, the first price must lie nearer. */
const SMALL_RATIO = 2;
const OPEN_NEARER = 0.02;

/**
 * The ratio of a split, new units to old ones, that takes the price `before` to `open` and keeps `close` near; undefined
 * where no split that companies make does.
 */
export function splitRatioOf(before: number, open: number, close: number): readonly [number, number] | undefined {
  let best: readonly [number, number] | undefined;
  let distance = Infinity;
  for (const [n, d] of RATIOS) {
    for (const ratio of [
      [n, d],
      [d, n],
    ] as const) {
      const level = (before * ratio[1]) / ratio[0];
      const off = Math.abs(open / level - 1);
      const near = n / d < SMALL_RATIO ? OPEN_NEARER : OPEN_NEAR;
      if (off > near || off >= distance || Math.abs(close / level - 1) > CLOSE_NEAR) continue;
      best = ratio;
      distance = off;
    }
  }
  return best;
}
