import type { Instrument } from "../../core/market/instrument.js";
import { ACCOUNT_STEPS } from "./account-steps.js";
import { contractSteps } from "./contract-steps.js";
import { historySteps } from "./history-steps.js";
import { marketOrderSteps } from "./market-order-steps.js";
import { marketSteps } from "./market-steps.js";
import { orderSteps } from "./order-steps.js";
import { SESSION_STEPS } from "./session-steps.js";
import type { Step } from "./step.js";

/** All that the adapter relies on, step by step: an order is made of the first instrument only. */
export function stepsOf(instruments: readonly Instrument[], allowsMarket: boolean): Step[] {
  const [first] = instruments;
  return [
    ...SESSION_STEPS,
    ...contractSteps(instruments),
    ...instruments.flatMap(historySteps),
    ...instruments.flatMap(marketSteps),
    ...ACCOUNT_STEPS,
    ...orderSteps(first),
    ...marketOrderSteps(first, allowsMarket),
  ];
}
