import { ROUNDING } from "./moments.js";
import { quantile } from "./tail-risk.js";

/** Counts by equal bins: bin i holds the values from edges[i] up to but without edges[i + 1]. */
export interface Histogram {
  /** One more than there are bins, rising. 0 is one of them wherever it lies inside. */
  readonly edges: Float64Array;
  readonly counts: Int32Array;
}

/**
 * A histogram of returns for a chart. The bin width is Freedman & Diaconis's, 2 x interquartile range / cube root of
 * n, widened where it would make more than `maxBins` bins. Bins are laid out from 0, so that none mixes losses with
 * gains. Without values there are no bins; values that are all alike fall into a single one.
 * Source: Freedman & Diaconis (1981), "On the histogram as a density estimator".
 */
export function histogram(values: Float64Array, maxBins = 80): Histogram {
  const sorted = values.slice().sort();
  const count = sorted.length;
  if (count === 0) return { edges: new Float64Array(0), counts: new Int32Array(0) };
  const low = sorted[0];
  const high = sorted[count - 1];
  const spread = (quantile(sorted, 0.75) ?? high) - (quantile(sorted, 0.25) ?? low);
  const range = high - low;
  // Laying bins out from 0 may cut one more at either end, hence maxBins - 2.
  const narrowest = range / Math.max(1, maxBins - 2);
  const alike = range < ROUNDING;
  const width = alike ? Math.max(Math.abs(low), ROUNDING) : Math.max((2 * spread) / Math.cbrt(count), narrowest);
  const first = Math.floor(low / width);
  const bins = Math.floor(high / width) - first + 1;
  const edges = new Float64Array(bins + 1);
  for (let edge = 0; edge <= bins; edge++) edges[edge] = (first + edge) * width;
  const counts = new Int32Array(bins);
  let bin = 0;
  for (let at = 0; at < count; at++) {
    while (bin + 1 < bins && sorted[at] >= edges[bin + 1]) bin++;
    counts[bin]++;
  }
  return { edges, counts };
}
