import { customIndicator, ema, type IndicatorSpec } from "../../core/indicators/index.js";

const force = customIndicator({
  name: "Force",
  warmup: 2,
  create: () => {
    let previousClose = Number.NaN;
    return {
      next(bar) {
        const change = bar.close - previousClose;
        previousClose = bar.close;
        return change * bar.volume;
      },
    };
  },
});

/** Elder's force index: the change of the close times the volume, smoothed. Warm-up: 2 + period - 1. */
export function forceIndex(period = 13): IndicatorSpec {
  return ema(period, { source: force });
}
