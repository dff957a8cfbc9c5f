/** The longest runs of values above and below 0 that follow one another; a 0 ends both. */
export interface Streaks {
  readonly winning: number;
  readonly losing: number;
}

/** Of profits in order of exit, or of returns in order of time. */
export function longestStreaks(values: Float64Array, length: number = values.length): Streaks {
  let winning = 0;
  let losing = 0;
  let wins = 0;
  let losses = 0;
  for (let at = 0; at < length; at++) {
    wins = values[at] > 0 ? wins + 1 : 0;
    losses = values[at] < 0 ? losses + 1 : 0;
    if (wins > winning) winning = wins;
    if (losses > losing) losing = losses;
  }
  return { winning, losing };
}
