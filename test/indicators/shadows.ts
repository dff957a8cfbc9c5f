import { customIndicator } from "../../core/indicators/index.js";

export const shadows = customIndicator({
  name: "Shadows",
  warmup: 1,
  outputs: ["value", "upper", "lower"],
  create: () => ({
    next(bar) {
      const upper = bar.high - Math.max(bar.open, bar.close);
      const lower = Math.min(bar.open, bar.close) - bar.low;
      return { value: upper - lower, upper, lower };
    },
  }),
});
