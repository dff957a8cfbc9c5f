import type { IndicatorSpec, Source } from "./indicator.js";
import type { Kernel } from "./kernel.js";

/**
 * The kernels of one series, so that what several indicators need is computed once: an indicator that is declared and
 * also the source of another, the average true range of a channel and of an ADX, the deviation of Bollinger bands.
 */
export class SharedKernels {
  /** By source or description, and of each by name. */
  private readonly kernels = new Map<Source | IndicatorSpec<string> | undefined, Map<string, Kernel>>();

  /** The kernel of that name on a source; made now unless it is there. The name says everything but the source. */
  share<Shared extends Kernel>(source: Source | undefined, name: string, make: () => Shared): Shared {
    let named = this.kernels.get(source);
    if (named === undefined) {
      named = new Map();
      this.kernels.set(source, named);
    }
    const known = named.get(name) ?? make();
    named.set(name, known);
    return known as Shared;
  }
}
