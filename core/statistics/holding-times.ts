import type { TradeTable } from "./inputs.js";

/** How long trades were held, from entry to exit on the clock, closed hours included. Undefined without trades. */
export interface HoldingTimes {
  /** Milliseconds. */
  readonly average: number;
  readonly longest: number;
  readonly shortest: number;
  /** Mean number of bars. */
  readonly averageBars: number;
}

export function holdingTimes(table: TradeTable): HoldingTimes | undefined {
  const { entryTime, exitTime, bars, length } = table;
  if (length === 0) return undefined;
  let sum = 0;
  let longest = 0;
  let shortest = Number.POSITIVE_INFINITY;
  let barSum = 0;
  for (let row = 0; row < length; row++) {
    const held = exitTime[row] - entryTime[row];
    sum += held;
    barSum += bars[row];
    if (held > longest) longest = held;
    if (held < shortest) shortest = held;
  }
  return { average: sum / length, longest, shortest, averageBars: barSum / length };
}
