import { IB_BAR_SIZES, SMALL_BAR_MS, SMALL_BARS_KEPT } from "./bar-sizes.js";
import { CHUNK_LIMITS } from "./chunk-limits.js";
import { isAllowed } from "./durations.js";
import { HISTORY_MANNERS, OWN_PACING } from "./pacing.js";

/** What IB's history allows, and how it is asked for, in one piece. */
export const HISTORY_LIMITS = {
  sizes: IB_BAR_SIZES.map(({ size }) => size),
  chunks: CHUNK_LIMITS,
  isAllowed,
  pacing: OWN_PACING,
  smallBars: { ms: SMALL_BAR_MS, kept: SMALL_BARS_KEPT },
  ...HISTORY_MANNERS,
} as const;
