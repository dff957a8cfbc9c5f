import type { FeeModel } from "./fee-model.js";
import { ibFixed, ibTiered } from "./ib-fees.js";
import { parseModelName } from "./model-name.js";
import { basisPoints, noFees, perOrder, perShare, rate } from "./plain-fees.js";

const FEE_SHAPES = {
  none: {},
  "ib-fixed": {},
  "ib-tiered": {},
  "per-share": { argument: "rate", options: ["min", "cap", "min-first"] },
  "per-order": { argument: "amount" },
  rate: { argument: "fraction" },
  bps: { argument: "points" },
} as const;

/** The names `feesByName` knows. */
export const FEE_NAMES: readonly string[] = Object.keys(FEE_SHAPES);

/**
 * Fees from one line, as the configuration and the command line write them: none, ib-fixed, ib-tiered,
 * per-share:0.005,min=1,cap=0.01 (min-first=1 lets the minimum win over the cap), per-order:1, rate:0.002, bps:2.
 * @throws SimError FEES_UNKNOWN, MODEL_ARGUMENT
 */
export function feesByName(text: string): FeeModel {
  const { name, values } = parseModelName(text, FEE_SHAPES, "FEES_UNKNOWN");
  switch (name as keyof typeof FEE_SHAPES) {
    case "none":
      return noFees();
    case "ib-fixed":
      return ibFixed();
    case "ib-tiered":
      return ibTiered();
    case "per-share":
      return perShare({
        rate: values.rate,
        ...(values.min !== undefined && { minimum: values.min }),
        ...(values.cap !== undefined && { cap: values.cap }),
        capAboveMinimumOnly: (values["min-first"] ?? 0) !== 0,
      });
    case "per-order":
      return perOrder(values.amount);
    case "rate":
      return rate(values.fraction);
    case "bps":
      return basisPoints(values.points);
  }
}
