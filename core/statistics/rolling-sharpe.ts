import { ROUNDING } from "./moments.js";

/**
 * Sharpe ratio of the last `window` excess returns at every return; NaN until there are that many, and where they do
 * not move. Each window is summed afresh: sums carried along would let one outlier poison every later value, and a
 * chart has thousands of points, not millions.
 */
export function rollingSharpe(excess: Float64Array, window: number, periodsPerYear: number): Float64Array {
  const ratios = new Float64Array(excess.length).fill(Number.NaN);
  if (!(window >= 2)) return ratios;
  const annual = Math.sqrt(periodsPerYear);
  for (let end = window; end <= excess.length; end++) {
    let sum = 0;
    for (let at = end - window; at < end; at++) sum += excess[at];
    const average = sum / window;
    let squares = 0;
    for (let at = end - window; at < end; at++) {
      const away = excess[at] - average;
      squares += away * away;
    }
    const deviation = Math.sqrt(squares / (window - 1));
    if (deviation >= ROUNDING) ratios[end - 1] = (average / deviation) * annual;
  }
  return ratios;
}
