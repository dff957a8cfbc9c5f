import type { BarSeries } from "../market/bar-series.js";
import { BarChunk, LONGEST_CHUNK } from "./bar-chunk.js";
import { createKernel, type IndicatorSpec } from "./indicator.js";
import { SharedKernels } from "./shared-kernels.js";

/**
 * All outputs of an indicator on all bars of a series, a column each: for charts. What a strategy reads while it runs
 * is `Reading`. Not part of the public surface.
 */
export function evaluate(spec: IndicatorSpec<string>, bars: BarSeries, longest = LONGEST_CHUNK): Float64Array[] {
  const kernel = createKernel(spec, new SharedKernels());
  const chunk = new BarChunk(bars);
  const columns = spec.outputs.map(() => new Float64Array(bars.length));
  for (let from = 0; from < bars.length; from += longest) {
    chunk.move(from, Math.min(from + longest, bars.length));
    kernel.run(chunk);
    for (let o = 0; o < columns.length; o++) columns[o].set(kernel.line(o).subarray(1, chunk.count + 1), from);
  }
  return columns;
}
