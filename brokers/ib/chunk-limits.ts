import { type BarSize, DAY, HOUR, MINUTE, SECOND } from "../../core/market/bar-size.js";
import type { Duration } from "./durations.js";

/** How much history is asked for at once. */
export interface ChunkLimit {
  /** For bars of this many milliseconds and more. */
  readonly fromMs: number;
  /** What is asked for by default: a few thousand bars, inside IB's documented limits. */
  readonly usual: Duration;
  /** What may be asked for at the most. */
  readonly most: Duration;
}

/** By falling bar size: the first whose `fromMs` the bars reach applies. IB's documents ask for a few thousand bars. */
export const CHUNK_LIMITS: readonly ChunkLimit[] = [
  { fromMs: DAY, usual: { count: 1, unit: "Y" }, most: { count: 20, unit: "Y" } },
  { fromMs: HOUR, usual: { count: 1, unit: "Y" }, most: { count: 1, unit: "Y" } },
  { fromMs: 30 * MINUTE, usual: { count: 6, unit: "M" }, most: { count: 1, unit: "Y" } },
  { fromMs: 10 * MINUTE, usual: { count: 3, unit: "M" }, most: { count: 6, unit: "M" } },
  { fromMs: 2 * MINUTE, usual: { count: 1, unit: "M" }, most: { count: 3, unit: "M" } },
  { fromMs: MINUTE, usual: { count: 1, unit: "W" }, most: { count: 1, unit: "M" } },
  { fromMs: 10 * SECOND, usual: { count: 1, unit: "D" }, most: { count: 2, unit: "D" } },
  { fromMs: 5 * SECOND, usual: { count: 7_200, unit: "S" }, most: { count: 1, unit: "D" } },
  { fromMs: SECOND, usual: { count: 1_800, unit: "S" }, most: { count: 2_000, unit: "S" } },
];

export function chunkLimit(size: BarSize): ChunkLimit {
  return CHUNK_LIMITS.find(({ fromMs }) => size.ms >= fromMs) ?? CHUNK_LIMITS[CHUNK_LIMITS.length - 1];
}
