import type { Kernel } from "./kernel.js";

/**
 * The kernels of one series, so that what several indicators need is computed once: an indicator that is declared and
 * also the source of another, the average true range of a channel and of an ADX, the deviation of Bollinger bands.
 */
export class SharedKernels {
  /** By what they are of, and of that by name. */
  private readonly kernels = new Map<unknown, Map<string, Kernel>>();

  /**
   * The kernel of that name on a source, or of a description; made now unless it is there. The name says everything
   * but the source.
   */
  share<Shared extends Kernel>(of: unknown, name: string, make: () => Shared): Shared {
    let named = this.kernels.get(of);
    if (named === undefined) {
      named = new Map();
      this.kernels.set(of, named);
    }
    const kernel = named.get(name) ?? make();
    named.set(name, kernel);
    return kernel as Shared;
  }
}
